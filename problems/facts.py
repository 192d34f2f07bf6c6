"""Read queries of lists and ledger for pages and for the apps above."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from organization.models import RoleAssignment, Unit, User
from organization.scope import Role

# --- who reviews whom -------------------------------------------------------------------------------


def reviewer_of(cadre: User, unit: Unit) -> tuple[str, int]:
    """(role, unit id) that holds the first gate for this person: the level directly above, never sideways.

    Own unit's head; for the head himself the leader in charge; for leaders the chief; for the chief the
    leading group; where a place is vacant the next one; the office last.
    """
    root = unit.get_root()
    ladder = [
        (Role.UNIT_HEAD, unit.pk),
        (Role.LEADER, unit.pk),
        (Role.UNIT_HEAD, root.pk),
        (Role.LEADER, root.pk),
        (Role.OFFICE, root.pk),
    ]
    grants = set(
        RoleAssignment.objects.current()
        .filter(unit__in={unit.pk, root.pk}, user__is_active=True)
        .values_list("role", "unit_id", "user_id")
    )
    for role, unit_id in ladder:
        is_head_himself = role == Role.UNIT_HEAD and (role, unit_id, cadre.pk) in grants
        others = any(grant[:2] == (role, unit_id) and grant[2] != cadre.pk for grant in grants)
        if others and not is_head_himself:
            return role, unit_id
    return ladder[-1]


def first_reviewers(obj: Any) -> list[User]:
    """People who hold the first gate of this list or item, by the grant or as the named superior."""
    holders = RoleAssignment.objects.current().filter(role=obj.review_role, unit=obj.review_unit_id)
    named = Q(pk__in=User.objects.filter(pk=obj.cadre_id).values("superior_override"))
    return list(User.objects.active().filter(Q(pk__in=holders.values("user")) | named).exclude(pk=obj.cadre_id))


def holders_above(role: str, unit: Unit) -> list[User]:
    """People who hold the role on the unit or on a unit above it."""
    units = [unit.pk, *unit.get_ancestors().values_list("pk", flat=True)]
    return list(User.objects.holding(role, units))
