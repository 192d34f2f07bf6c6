"""A small bureau for tests: one root, units below it, people with posts and roles."""

import itertools
from typing import Any

from organization.models import Post, RoleAssignment, Unit, User
from organization.scope import Role

PASSWORD = "Zheng-dun-2026"
_numbers = itertools.count(1)


def make_bureau(name: str = "云溪县教育局", **fields: Any) -> Unit:
    code = fields.pop("code", f"B{next(_numbers)}")
    return Unit.objects.add_root({"kind": Unit.Kind.BUREAU, "code": code, "name": name, **fields})


def make_unit(name: str, parent: Unit | None = None, kind: str = Unit.Kind.SECTION, **fields: Any) -> Unit:
    """A section of the bureau (made when there is none), or a school with ``kind=Unit.Kind.SCHOOL``."""
    above = parent or Unit.objects.filter(depth=1).first() or make_bureau()
    above.refresh_from_db()
    code = fields.pop("code", f"U{next(_numbers)}")
    return Unit.objects.add_child(above, {"kind": kind, "code": code, "name": name, **fields})


def make_school(name: str, **fields: Any) -> Unit:
    return make_unit(name, kind=Unit.Kind.SCHOOL, **fields)


def make_user(name: str, unit: Unit | None = None, *, title: str = "科员", **fields: Any) -> User:
    """A person with a main post, who has already replaced the first password by PASSWORD."""
    staff_no = fields.pop("staff_no", f"T{next(_numbers):05d}")
    fields = {"must_change_password": False, **fields}
    user = User.objects.create_user(staff_no, name, fields.pop("password", PASSWORD), unit=unit, **fields)
    if unit:
        Post.objects.create(user=user, unit=unit, title=title)
    return user


def grant(user: User, role: Role | str, unit: Unit, **fields: Any) -> RoleAssignment:
    user.__dict__.pop("scope", None)
    return RoleAssignment.objects.create(user=user, role=role, unit=unit, **fields)
