"""The five problem types of the source document and the usual phase plans: rows the office edits later."""

from django.db import migrations

TYPES = (
    (
        "lazy-governance",
        "懒政怠政",
        "混日子、打不开局面",
        False,
        (
            "混天度日，当一天和尚撞一天钟",
            "工作不用心、敷衍塞责",
            "拈轻怕重",
            "不思进取、得过且过",
            "长期打不开工作局面",
            "本职工作长期落后",
        ),
    ),
    (
        "weak-execution",
        "执行力不强",
        "交办的事办不好",
        False,
        (
            "推诿扯皮、该办不办",
            "拖延搪塞",
            "执行打折扣",
            "遇特殊情况不请示汇报",
            "消极怠工",
            "不能按时按质完成",
        ),
    ),
    (
        "inaction",
        "不作为",
        "只求过得去",
        False,
        (
            "工作疲塌、不求上进",
            "只求过得去、不求过得硬",
            "畏难、缺乏开拓勇气",
            "布置的工作能拖就拖、能推就推、能绕就绕",
        ),
    ),
    (
        "disengaged",
        "不在状态",
        "心思不在工作上",
        False,
        (
            "精神萎靡、不想干事",
            "脱离实际",
            "精力分散、不务正业",
            "对岗位职责不明",
            "下基层摆样子、联系群众走过场",
        ),
    ),
    (
        "bribe-seeking",
        "吃拿卡要",
        "以权谋私、人为设障",
        True,
        (
            "增加办事环节、故意设障",
            "不给好处不办事、给了好处乱办事",
            "乱收费、乱罚款、乱摊派",
        ),
    ),
)

# code, name, summary, weeks, leaders' lists due, lists due, stages (name, from week, to week)
TEMPLATES = (
    (
        "one-year",
        "一年期",
        "七个阶段，可以交叉，结束后三个月、六个月各回头看一次",
        52,
        8,
        10,
        (
            ("动员部署", 1, 3),
            ("学习教育（集中）", 2, 10),
            ("查摆问题", 4, 12),
            ("整改落实", 8, 44),
            ("学习教育（经常）", 11, 52),
            ("建章立制", 30, 46),
            ("总结考核", 44, 52),
            ("回头看（三个月）", 65, 66),
            ("回头看（六个月）", 78, 79),
        ),
    ),
    (
        "three-months",
        "三个月",
        "动员部署、问题查摆、整改见效、巩固提升",
        13,
        3,
        4,
        (
            ("动员部署", 1, 2),
            ("问题查摆", 2, 5),
            ("整改见效", 4, 11),
            ("巩固提升", 11, 13),
        ),
    ),
    (
        "three-stages",
        "三阶段（一年）",
        "集中学习查摆、持续推进整改巩固、评估考核总结",
        52,
        8,
        10,
        (
            ("集中学习查摆", 1, 12),
            ("持续推进整改巩固", 10, 44),
            ("评估考核总结", 44, 52),
        ),
    ),
    ("no-stages", "不分阶段（学查改）", "学、查、改一体推进，不设阶段", 20, 3, 4, ()),
)


def fill(apps, schema_editor):
    problem_type = apps.get_model("campaign", "ProblemType")
    manifestation = apps.get_model("campaign", "Manifestation")
    for order, (code, name, summary, clue_prone, texts) in enumerate(TYPES, 1):
        row, new = problem_type.objects.get_or_create(
            code=code, defaults={"name": name, "summary": summary, "clue_prone": clue_prone, "order": order}
        )
        if new:
            manifestation.objects.bulk_create(
                manifestation(problem_type=row, text=text, order=place) for place, text in enumerate(texts, 1)
            )
    template = apps.get_model("campaign", "PhaseTemplate")
    stage = apps.get_model("campaign", "TemplateStage")
    for order, (code, name, summary, weeks, leaders, lists, stages) in enumerate(TEMPLATES, 1):
        row, new = template.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "summary": summary,
                "weeks": weeks,
                "leaders_lists_due_week": leaders,
                "lists_due_week": lists,
                "order": order,
            },
        )
        if new:
            stage.objects.bulk_create(
                stage(template=row, name=title, from_week=first, to_week=last, order=place)
                for place, (title, first, last) in enumerate(stages, 1)
            )


class Migration(migrations.Migration):
    dependencies = [("campaign", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
