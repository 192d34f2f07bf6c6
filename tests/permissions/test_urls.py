"""Every address of the product against one table: who opens it, by which method, and that looking changes nothing."""

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from tests.permissions.stage import TRACES, Stage, changed_since, digest, make_stage, named_addresses, signed_in

pytestmark = pytest.mark.django_db

PUBLIC, OWN, SCOPED, SIGNED = "公开", "仅本人", "按数据范围，范围外为 404", "登录即可"
MANAGERS = "角色：整顿办、人事、系统管理员"
GRANTERS = "角色：整顿办、系统管理员"
OFFICE = "角色：整顿办"
HEADS = "角色：单位负责人、班子成员"
LEADERSHIP = "角色：班子成员、单位负责人、整顿办、上级查阅"
COVERAGE = "角色：班子成员、整顿办、督查组、单位负责人、联络员、上级查阅"
REMINDERS = "角色：班子成员、整顿办、单位负责人、联络员"
AUDIT = "角色：系统管理员、上级查阅、纪检监察"
DISCIPLINE, ADMIN = "角色：纪检监察", "角色：系统管理员"

RULES = {
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "admin_entrance": PUBLIC,
    "organization:login": PUBLIC,
    "organization:logout": PUBLIC,
    "organization:setup": PUBLIC,
    "organization:relogin": PUBLIC,
    "organization:preferences": PUBLIC,
    "organization:keep": OWN,
    "organization:password": OWN,
    "organization:sessions": OWN,
    "organization:session_end": OWN,
    "organization:session_end_others": OWN,
    "organization:org": MANAGERS,
    "organization:unit_new": MANAGERS,
    "organization:unit_edit": MANAGERS,
    "organization:unit_close": MANAGERS,
    "organization:unit_reopen": MANAGERS,
    "organization:roles": MANAGERS,
    "organization:roster": MANAGERS,
    "organization:roster_template": MANAGERS,
    "organization:roster_preview": MANAGERS,
    "organization:roster_confirm": MANAGERS,
    "organization:roster_discard": MANAGERS,
    "organization:roster_passwords": MANAGERS,
    "organization:people": MANAGERS,
    "organization:person": MANAGERS,
    "organization:person_new": MANAGERS,
    "organization:person_edit": MANAGERS,
    "organization:person_move": MANAGERS,
    "organization:person_deactivate": MANAGERS,
    "organization:person_reactivate": MANAGERS,
    "organization:person_password": MANAGERS,
    "organization:post_new": MANAGERS,
    "organization:post_end": MANAGERS,
    "organization:role_new": GRANTERS,
    "organization:role_revoke": GRANTERS,
    "notifications:list": OWN,
    "notifications:read_all": OWN,
    "notifications:go": OWN,
    "notifications:read": OWN,
    "audit:list": AUDIT,
    "campaign:list": SIGNED,
    "campaign:detail": SIGNED,
    "campaign:new": OFFICE,
    "campaign:types": OFFICE,
    "campaign:type": OFFICE,
    "campaign:type_new": OFFICE,
    "campaign:workdays": OFFICE,
    "campaign:workday": OFFICE,
    "campaign:workday_new": OFFICE,
    "campaign:workday_remove": OFFICE,
    "campaign:workdays_seed": OFFICE,
    "campaign:edit": OFFICE,
    "campaign:phases": OFFICE,
    "campaign:template": OFFICE,
    "campaign:events": OFFICE,
    "campaign:archive": OFFICE,
    "campaign:participants": OFFICE,
    "campaign:sync": OFFICE,
    "campaign:exempt": OFFICE,
    "campaign:unexempt": OFFICE,
    "problems:my_list": OWN,
    "problems:list_check": OWN,
    "problems:list_done": OWN,
    "problems:item_new": OWN,
    "problems:item_edit": SCOPED,
    "problems:item_remove": SCOPED,
    "problems:draft": SCOPED,
    "problems:review_unit": SCOPED,
    "problems:review_office": OFFICE,
    "problems:checklist": SCOPED,
    "problems:checklist_move": SCOPED,
    "problems:remind_missing": REMINDERS,
    "problems:ledger": SCOPED,
    "problems:ledger_print": SCOPED,
    "problems:view_save": OWN,
    "problems:view_delete": OWN,
    "problems:bulk": SCOPED,
    "problems:item": SCOPED,
    "problems:item_print": SCOPED,
    "problems:item_moves": SCOPED,
    "problems:item_move": SCOPED,
    "problems:evidence": SCOPED,
    "problems:evidence_add": SCOPED,
    "problems:extension_move": SCOPED,
    "dashboard:landing": OWN,
    "dashboard:my": OWN,
    "dashboard:section": HEADS,
    "dashboard:school": HEADS,
    "dashboard:office": OFFICE,
    "dashboard:discipline": DISCIPLINE,
    "dashboard:lane": SCOPED,
    "dashboard:leadership": LEADERSHIP,
    "dashboard:manage": ADMIN,
    "dashboard:help": SIGNED,
    "dashboard:guide": SIGNED,
    "dashboard:accessibility": PUBLIC,
    "dashboard:visibility": SIGNED,
    "dashboard:feedback": PUBLIC,
    "dashboard:coverage": COVERAGE,
    "dashboard:coverage_people": COVERAGE,
}
#: One person of each kind, and which of them open the areas of each rule; the others are refused.
KINDS = {"cadre", "teacher", "head", "principal", "line_leader", "chief", "office", "supervisor", "discipline",
         "auditor", "liaison", "hr", "admin"}  # fmt: skip
OPENERS = {
    MANAGERS: {"office", "hr", "admin"},
    GRANTERS: {"office", "admin"},
    OFFICE: {"office"},
    HEADS: {"head", "principal", "chief", "line_leader"},
    LEADERSHIP: {"head", "principal", "chief", "line_leader", "office", "auditor"},
    COVERAGE: {"head", "principal", "chief", "line_leader", "office", "supervisor", "liaison", "auditor"},
    REMINDERS: {"head", "principal", "chief", "line_leader", "office", "liaison"},
    AUDIT: {"admin", "auditor", "discipline"},
    DISCIPLINE: {"discipline"},
    ADMIN: {"admin"},
}
#: A look at these is refused by method, whoever looks.
POST_ONLY = {
    "organization:logout", "organization:relogin", "organization:keep", "organization:session_end",
    "organization:session_end_others", "organization:unit_reopen", "organization:person_reactivate",
    "organization:roster_confirm", "organization:roster_discard", "organization:roster_passwords",
    "notifications:read_all", "notifications:go", "notifications:read",
    "campaign:workday_remove", "campaign:workdays_seed", "campaign:template", "campaign:archive", "campaign:unexempt",
    "problems:item_new", "problems:remind_missing",
}  # fmt: skip
#: Addresses of one object of somebody: a stranger does not learn that it exists.
OBJECTS = {
    "organization:session_end", "notifications:go", "notifications:read", "problems:item_edit", "problems:item_remove",
    "problems:draft", "problems:checklist", "problems:checklist_move", "problems:view_delete", "problems:item",
    "problems:item_print", "problems:item_moves", "problems:item_move", "problems:evidence", "problems:evidence_add",
    "problems:extension_move",
}  # fmt: skip
#: Whose page it is, where the office has nothing to open.
READERS = {
    **dict.fromkeys(OBJECTS, "cadre"),
    "problems:item_edit": "colleague",
    "problems:item_remove": "colleague",
    "problems:draft": "colleague",
    "notifications:go": "head",
    "notifications:read": "head",
    "problems:list_check": "colleague",
    "problems:list_done": "cadre",
    "problems:checklist_move": "office",
    "dashboard:section": "head",
    "dashboard:school": "principal",
    "dashboard:discipline": "discipline",
    "dashboard:manage": "admin",
    "audit:list": "admin",
}


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands of expected refusals would drown a failure."""
    caplog.set_level("CRITICAL", "django.request")
    caplog.set_level("CRITICAL", "django.security.csrf")


@pytest.fixture
def stage() -> Stage:
    return make_stage()


def reader(name: str) -> str:
    return READERS.get(name, "office")


def send(stage: Stage, key: str, method: str, name: str) -> HttpResponse:
    """The answer, with whatever it wrote taken back."""
    with transaction.atomic():
        response = stage.ask(key, method, name)
        transaction.set_rollback(True)
    return response


def test_every_address_stands_in_the_table_with_its_rule() -> None:
    assert named_addresses() == RULES


def test_every_address_of_an_object_is_known_as_one(stage: Stage) -> None:
    areas = {name for name, rule in RULES.items() if rule in OPENERS}
    free = {"problems:bulk", "dashboard:lane", "dashboard:guide", "campaign:detail"}
    assert set(stage.args) - areas - free == OBJECTS


def test_without_login_only_public_pages_answer(stage: Stage) -> None:
    wrong = {}
    for name, rule in RULES.items():
        for method in ("get", "post"):
            response = stage.ask("", method, name)
            to_login = response.status_code == 302 and response["Location"].startswith("/login/")
            if to_login == (rule == PUBLIC) and name not in ("organization:logout", "organization:preferences",
                                                             "admin_entrance"):  # fmt: skip
                wrong[name, method] = (response.status_code, response.headers.get("Location"))
    assert wrong == {}


def test_scripts_without_login_are_told_so(stage: Stage) -> None:
    closed = [name for name, rule in RULES.items() if rule != PUBLIC]
    answers = {name: stage.ask("", "get", name, headers={"HX-Request": "true"}).status_code for name in closed}
    assert answers == dict.fromkeys(closed, 401)


def test_a_stranger_does_not_learn_that_an_object_exists(stage: Stage) -> None:
    before, answers = digest(), {}
    for name in sorted(OBJECTS):
        for method in ("get", "post", "put"):
            status = stage.ask("other_cadre", method, name).status_code
            if status != 405:
                answers[name, method] = status
    assert {name for name, _ in answers} == OBJECTS
    assert answers == dict.fromkeys(answers, 404)
    assert changed_since(before) == set()


def test_the_person_of_the_object_does_open_it(stage: Stage) -> None:
    """Otherwise the 404 above would say nothing."""
    shown = sorted(OBJECTS - POST_ONLY - {"problems:checklist_move"})
    assert {name: send(stage, reader(name), "get", name).status_code for name in shown} == {
        name: 302 if name == "problems:item_moves" else 200 for name in shown
    }


def test_areas_open_to_their_roles_and_to_nobody_else(stage: Stage) -> None:
    areas = {name: rule for name, rule in RULES.items() if rule.startswith("角色")}
    assert set(areas.values()) == set(OPENERS)
    wrong = {}
    for name, rule in areas.items():
        method = "post" if name in POST_ONLY else "get"
        opened = {key for key in KINDS if send(stage, key, method, name).status_code != 403}
        if opened != OPENERS[rule]:
            wrong[name] = opened ^ OPENERS[rule]
    assert wrong == {}


def test_what_changes_something_is_not_a_link(stage: Stage) -> None:
    answers = {name: send(stage, reader(name), "get", name).status_code for name in RULES}
    assert {name for name, status in answers.items() if status == 405} == POST_ONLY


def test_no_page_of_a_reader_fails(stage: Stage) -> None:
    answers = {name: send(stage, reader(name), "get", name).status_code for name in RULES}
    odd = {name: status for name, status in answers.items() if status not in (200, 302, 405)}
    # The first-run page is gone; the list of the stage has left the office's gate; whoever is signed in needs no door.
    assert odd == {"organization:setup": 404, "problems:checklist_move": 404, "admin_entrance": 403}


def test_a_form_without_its_token_changes_nothing(stage: Stage) -> None:
    strict = {
        key: signed_in(stage.world.people[key], enforce_csrf_checks=True) for key in {*READERS.values(), "office"}
    }
    before, answers = digest(), {}
    for name in RULES:
        response = strict[reader(name)].post(stage.url(name), {"comment": "没有令牌"})
        answers[name] = (response.status_code, "页面打开太久" in response.content.decode())
    assert answers == dict.fromkeys(RULES, (403, True))
    assert changed_since(before) == set()


@pytest.mark.parametrize("who", ["office", "colleague", "head", "admin"])
def test_looking_changes_nothing(stage: Stage, who: str) -> None:
    before, wrong = digest(), {}
    for name in RULES:
        with CaptureQueriesContext(connection) as queries:
            stage.ask(who, "get", name)
        verbs = ("INSERT", "UPDATE", "DELETE")
        writes = [query["sql"] for query in queries if query["sql"].startswith(verbs)]
        odd = [sql[:120] for sql in writes if not any(table in sql for table in TRACES)]
        if odd:
            wrong[name] = odd
    assert wrong == {}
    assert changed_since(before) == set()


def test_the_mounted_admin_is_closed_to_the_others(stage: Stage) -> None:
    mounted = next(entry for entry in get_resolver().url_patterns if getattr(entry, "namespace", "") == "admin")
    plain = [
        reverse(f"admin:{entry.name}")
        for entry in mounted.url_patterns
        if getattr(entry, "name", None)
        and not entry.pattern.converters
        and "<" not in str(entry.pattern)
        and entry.pattern.regex.groups == 0
        and entry.name not in ("login", "jsi18n")
    ]
    plain += [reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in registered()]
    assert len(plain) > 5
    for key in ("", "cadre", "head", "chief", "supervisor", "discipline", "auditor", "hr"):
        client = stage.clients[key]
        answers = {path: client.get(path).status_code for path in plain}
        assert {path: status for path, status in answers.items() if status not in (302, 403)} == {}, key
    office = {path: stage.clients["office"].get(path).status_code for path in plain}
    assert {path: status for path, status in office.items() if status >= 500} == {}


def registered() -> list[type]:
    return list(admin.site._registry)
