"""Who stands where: read queries about people and units for every app above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from organization.models import Post, RoleAssignment, Unit, User
from organization.scope import Role


@dataclass(frozen=True)
class Heads:
    """Who heads a unit and who is its line leader, by unit, in the order of the grants.

    Keys are ids of rows, or the names that a roster gives to people and units not yet recorded.
    """

    heads: dict[Any, list[Any]]
    leaders: dict[Any, list[Any]]
    root: Any

    def superior(self, person: Any, unit: Any) -> Any:
        """Head of the own unit; for him the unit's line leader; for leaders the chief; for the chief nobody."""
        chiefs = self.heads.get(self.root, [])
        own = self.heads.get(unit, [])
        steps = [own] if person not in own else []
        if unit != self.root:
            steps.append(self.leaders.get(unit, []))
        if person not in chiefs:
            steps.append(chiefs)
        return next((above for step in steps for above in step if above != person), None)


def heads(on: Any = None) -> Heads:
    grants = RoleAssignment.objects.current(on).filter(role__in=[Role.UNIT_HEAD, Role.LEADER], user__is_active=True)
    by_role: dict[str, dict[int, list[int]]] = {Role.UNIT_HEAD: defaultdict(list), Role.LEADER: defaultdict(list)}
    for role, unit_id, user_id in grants.order_by("pk").values_list("role", "unit_id", "user_id"):
        by_role[role][unit_id].append(user_id)
    root = Unit.objects.filter(depth=1).values_list("id", flat=True).first()
    return Heads(dict(by_role[Role.UNIT_HEAD]), dict(by_role[Role.LEADER]), root)


def direct_superior(user: User) -> User | None:
    """The one person directly above: as recorded for him, else as the tree says (一级抓一级)."""
    return direct_superiors([user])[user.pk]


def direct_superiors(people: Iterable[User]) -> dict[int, User | None]:
    """The same for many people with a fixed number of queries."""
    people = list(people)
    tree = heads()
    numbers = {person.pk: person.superior_override_id or tree.superior(person.pk, person.unit_id) for person in people}
    found = User.objects.select_related("unit").in_bulk({number for number in numbers.values() if number})
    return {pk: found[number] if number else None for pk, number in numbers.items()}


def unit_heads(unit_ids: Iterable[int]) -> dict[int, list[User]]:
    """The heads of each of the units, for “who reviews here”."""
    wanted = set(unit_ids)
    tree = heads()
    people = User.objects.in_bulk({pk for unit_id in wanted for pk in tree.heads.get(unit_id, [])})
    return {unit_id: [people[pk] for pk in tree.heads.get(unit_id, [])] for unit_id in wanted}


#: Rows that hang on a person and need somebody else when he leaves: label → number of open rows.
#: Apps above add themselves in their AppConfig.ready, so that organization need not know them.
OPEN_WORK: dict[str, Callable[[User], int]] = {}


def open_work(user: User) -> dict[str, int]:
    """What still lies with the person: shown before he is moved or closed."""
    counts = {label: count(user) for label, count in OPEN_WORK.items()}
    reports = user.direct_reports.filter(is_active=True).count()
    if reports:
        counts["指定以此人为直接上级的人员"] = reports
    return {label: number for label, number in counts.items() if number}


@dataclass(frozen=True)
class Card:
    """One person as a list shows him."""

    person: User
    post: str
    roles: list[str]
    superior: User | None


def cards(people: Iterable[User]) -> list[Card]:
    """Posts, roles and superiors of one page of people, with a fixed number of queries."""
    people = list(people)
    numbers = [person.pk for person in people]
    roles: dict[int, list[str]] = defaultdict(list)
    for grant in RoleAssignment.objects.current().filter(user__in=numbers).select_related("unit"):
        roles[grant.user_id].append(f"{grant.unit} {grant.get_role_display()}")
    posts = {post.user_id: post for post in Post.objects.filter(user__in=numbers, end_on=None, is_main=True)}
    above = direct_superiors(people)
    return [Card(person, post_text(posts.get(person.pk)), roles[person.pk], above[person.pk]) for person in people]


def post_text(post: Post | None) -> str:
    return " ".join(filter(None, [post.department, post.title])) if post else ""


@dataclass(frozen=True)
class TreeRow:
    unit: Unit
    people: int
    children: list[TreeRow]


def tree_rows() -> list[TreeRow]:
    """The whole tree with the number of people directly in each unit, in two queries."""
    counts: dict[int | None, int] = defaultdict(int)
    for unit_id in User.objects.active().values_list("unit_id", flat=True):
        counts[unit_id] += 1
    rows: dict[str, TreeRow] = {}
    tops: list[TreeRow] = []
    for unit in Unit.objects.order_by("path"):
        rows[unit.path] = row = TreeRow(unit, counts[unit.pk], [])
        above = rows.get(unit.path[: -Unit.steplen])
        (above.children if above else tops).append(row)
    return tops
