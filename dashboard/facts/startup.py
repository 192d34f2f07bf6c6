"""From the roster to the first reminder: ten steps, each of which the data itself shows as done."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.models import CalendarDay, Campaign, Participant
from notifications.models import Notification
from organization.models import RoleAssignment, Unit, User
from organization.scope import Role
from problems.models import Checklist, Item


@dataclass(frozen=True)
class Step:
    label: str
    hint: str
    url: str
    done: bool


def startup(campaign: Campaign | None) -> list[Step]:
    """All ten in the order in which an office goes through them; one query each, none per row."""
    units = Unit.objects.open().exclude(kind=Unit.Kind.BUREAU)
    grants = RoleAssignment.objects.current()
    headed = grants.filter(role=Role.UNIT_HEAD).values("unit")
    known = campaign is not None and Checklist.objects.filter(campaign=campaign).exclude(submitted_on=None).exists()
    entered = campaign is not None and Item.objects.filter(campaign=campaign).exclude(entered_on=None).exists()
    return [
        Step("导入花名册", "单位和人员一次导入，先看差异再确认", "/manage/people/import/", units.exists()),
        Step(
            "核对单位负责人", "每个科室和学校都有一位初审人", "/manage/org/",
            units.exists() and not units.exclude(pk__in=headed).exists(),
        ),
        Step(
            "指定分管领导", "单位负责人的清单由分管领导初审", "/manage/roles/",
            grants.filter(role=Role.LEADER).exists(),
        ),
        Step(
            "指定两位整顿办人员", "经手初审的人不再审核，至少两人", "/manage/roles/",
            User.objects.active().filter(role_assignments__in=grants.filter(role=Role.OFFICE)).distinct().count() > 1,
        ),
        Step("新建整顿活动", "名称、起止日期和依据文件", "/campaign/", campaign is not None),
        Step(
            "核对阶段和时限", "清单提交时限，班子成员早于干部", "/campaign/",
            campaign is not None and campaign.lists_due_on is not None,
        ),
        Step(
            "核对工作日历", "节假日和调休决定审核时限和提醒", "/campaign/workdays/",
            campaign is not None and CalendarDay.objects.filter(day__year=campaign.end_on.year).exists(),
        ),
        Step(
            "确认参加人员", "机关干部全员，学校中层以上；免填写明理由", "/campaign/",
            campaign is not None and Participant.objects.filter(campaign=campaign).exists(),
        ),
        Step("收到第一份清单，审核后进台账", "初审、审核两道关", "/office/review/", known and entered),
        Step(
            "发出第一次到期提醒", "每个工作日 8:30 自动发出", "/notices/",
            Notification.objects.filter(key__startswith="digest:").exists(),
        ),
    ]  # fmt: skip
