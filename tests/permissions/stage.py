"""One bureau with an object behind every address of the product, all of them outside the stranger's reach."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from campaign.models import CalendarDay, Participant
from core import clock
from notifications.models import Notification
from organization.actions.roster import preview_roster
from organization.models import Post, RoleAssignment, UserSession
from problems.actions.evidence import add_evidence
from problems.actions.saved import save_view
from problems.models import Extension
from tests.factories.problems import World, extension_in, make_world, plain_type, write_list

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
ROSTER = "工号,姓名,单位,职务\nQY90001,季新,办公室,科员\n"
#: Rows that come into being by looking: who read what, who is signed in.
TRACES = {"audit_auditentry", "organization_usersession", "django_session"}


@dataclass
class Stage:
    world: World
    args: dict[str, tuple[Any, ...]]
    #: Everybody signed in, and nobody under "".
    clients: dict[str, Client]

    def url(self, name: str) -> str:
        return reverse(name, args=self.args.get(name, ()))

    def ask(self, key: str, method: str, name: str, **options: Any) -> HttpResponse:
        response = getattr(self.clients[key], method)(self.url(name), **options)
        if response.streaming:
            # A file that is handed out stays open until it was read.
            list(response)
        return response


def make_stage() -> Stage:
    world = make_world()
    extension = extension_in(world, "unit_opinion")
    item, office = extension.item, world.fresh("office")
    cadre = world.fresh("cadre")
    evidence = add_evidence(item, SimpleUploadedFile("台账.pdf", PDF), by=cadre)
    draft = write_list(world, "colleague").items.get()
    view = save_view("只看红灯", "lamp=red", False, by=cadre)
    notice = Notification.objects.filter(recipient=world.people["head"]).first()
    session = UserSession.objects.create(user=cadre, session_key="k" * 32, device="Windows · Chrome")
    batch = preview_roster(ROSTER.encode(), "名册.csv", by=office, full=False)
    day = CalendarDay.objects.create(day=clock.today(), is_workday=True, name="补班")
    person = world.people["liaison"]
    args: dict[str, tuple[Any, ...]] = {
        "organization:session_end": (session.pk,),
        "notifications:go": (notice.pk,),
        "notifications:read": (notice.pk,),
        "problems:item_edit": (draft.public_id,),
        "problems:item_remove": (draft.public_id,),
        "problems:draft": ("problem-item", f"{draft.public_id}-2"),
        "problems:checklist": (item.checklist_id,),
        "problems:checklist_move": (item.checklist_id, "return_to_cadre"),
        "problems:view_delete": (view.pk,),
        "problems:bulk": ("urge",),
        "problems:item": (item.code,),
        "problems:item_print": (item.code,),
        "problems:item_moves": (item.code,),
        "problems:item_move": (item.code, "report_progress"),
        "problems:evidence_add": (item.code,),
        "problems:evidence": (item.code, evidence.pk),
        "problems:extension_move": (item.code, extension.pk, "withdraw"),
        "dashboard:lane": ("reopenings",),
        "dashboard:guide": ("office",),
        "campaign:type": (plain_type().code,),
        "campaign:workday": (day.pk,),
        "campaign:workday_remove": (day.pk,),
    }
    for name in ("unit_edit", "unit_close", "unit_reopen"):
        args[f"organization:{name}"] = ("JY02",)
    for name in ("roster_preview", "roster_confirm", "roster_discard", "roster_passwords"):
        args[f"organization:{name}"] = (batch.pk,)
    for name in ("person", "person_edit", "person_move", "person_deactivate", "person_reactivate", "person_password",
                 "post_new", "role_new"):  # fmt: skip
        args[f"organization:{name}"] = (person.staff_no,)
    args["organization:post_end"] = (person.staff_no, Post.objects.get(user=person).pk)
    args["organization:role_revoke"] = (person.staff_no, RoleAssignment.objects.get(user=person).pk)
    for name in ("detail", "edit", "phases", "template", "events", "archive", "participants", "sync"):
        args[f"campaign:{name}"] = (world.campaign.code,)
    participant = Participant.objects.get(user=person)
    for name in ("exempt", "unexempt"):
        args[f"campaign:{name}"] = (world.campaign.code, participant.pk)
    assert Extension.objects.count() == 1
    return Stage(world, args, {"": Client(), **{key: signed_in(user) for key, user in world.people.items()}})


def signed_in(user: Any, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def named_addresses() -> dict[str, str]:
    """Name and declared rule of every address, found in the resolver itself."""
    found: dict[str, str] = {}

    def walk(entries: list[URLPattern | URLResolver], space: str) -> None:
        for entry in entries:
            if isinstance(entry, URLPattern):
                name = f"{space}{entry.name}"
                assert name not in found, f"two addresses are called {name}"
                found[name] = getattr(entry.callback, "rule", "")
            elif entry.namespace != "admin":
                walk(entry.url_patterns, f"{space}{entry.namespace}:" if entry.namespace else space)

    walk(get_resolver().url_patterns, "")
    return found


def digest() -> dict[str, str]:
    """Table → mark of its whole content, without the tables of traces."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table not in TRACES:
            rows = list(model._base_manager.order_by("pk").values_list())
            found[table] = sha256(repr(rows).encode()).hexdigest()
    return found


def changed_since(before: dict[str, str]) -> set[str]:
    """Tables whose content is no longer what it was."""
    now = digest()
    return {table for table in now if now[table] != before[table]}
