"""What is recorded now, in the keys that a roster can use: units by kind and name, people by staff number."""

from __future__ import annotations

from dataclasses import dataclass, field

from organization.models import Post, RoleAssignment, Unit, User
from organization.scope import Role

ROOT = "root"
#: Grants with this reason come from a roster and follow the next one; all others are left alone.
FROM_ROSTER = "干部名册"
FOLLOWING = (Role.UNIT_HEAD, Role.LEADER)

UnitKey = str
Grant = tuple[str, str, UnitKey]


def unit_key(kind: str, name: str) -> UnitKey:
    return ROOT if kind == Unit.Kind.BUREAU else f"{kind}:{name}"


@dataclass
class Snapshot:
    """Loaded with five queries whatever the number of people."""

    root: Unit | None = None
    units: dict[UnitKey, Unit] = field(default_factory=dict)
    keys: dict[int, UnitKey] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    main_posts: dict[str, Post] = field(default_factory=dict)
    other_posts: dict[str, list[Post]] = field(default_factory=dict)
    grants: dict[Grant, RoleAssignment] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Snapshot:
        units = list(Unit.objects.order_by("path"))
        now = cls(root=next((unit for unit in units if unit.is_root()), None))
        now.units = {unit_key(unit.kind, unit.name): unit for unit in units}
        now.keys = {unit.pk: key for key, unit in now.units.items()}
        now.users = {user.staff_no: user for user in User.objects.select_related("superior_override")}
        for post in Post.objects.filter(end_on=None).select_related("user", "unit"):
            if post.is_main:
                now.main_posts[post.user.staff_no] = post
            else:
                now.other_posts.setdefault(post.user.staff_no, []).append(post)
        for grant in RoleAssignment.objects.filter(end_on=None).select_related("user").order_by("pk"):
            now.grants[(grant.user.staff_no, grant.role, now.keys[grant.unit_id])] = grant
        return now

    def spellings(self, *kinds: str) -> dict[str, str]:
        """Every recorded spelling of the open units of these kinds, with the full name."""
        units = [unit for unit in self.units.values() if unit.kind in kinds]
        return {name: unit.name for unit in units for name in unit.names - {unit.code}}

    def numbers_by_name(self) -> dict[str, list[str]]:
        numbers: dict[str, list[str]] = {}
        for user in self.users.values():
            if user.is_active:
                numbers.setdefault(user.name, []).append(user.staff_no)
        return numbers
