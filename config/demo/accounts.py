"""One login per role; everybody else of the demo cannot sign in."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from django.contrib.auth.hashers import make_password

from config.demo.bureau import Bureau
from organization.models import User

#: No letters that look alike on paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def logins(bureau: Bureau) -> list[tuple[str, User]]:
    sections, schools, staff = bureau.sections, bureau.schools, bureau.staff
    return [
        ("干部", staff[sections[0].pk][3]),
        ("科室负责人", bureau.head(sections[0])),
        ("学校负责人", bureau.head(schools[0])),
        ("整顿办", bureau.office[0]),
        ("整顿办（第二人）", bureau.office[1]),
        ("分管领导", bureau.line[sections[0].pk]),
        ("局长", bureau.chief),
        ("督查组", staff[sections[6].pk][1]),
        ("纪检监察", staff[sections[9].pk][1]),
        ("人事", staff[sections[1].pk][3]),
        ("联络员", bureau.extra["liaison"]),
        ("上级查阅", bureau.extra["auditor"]),
        ("系统管理员", bureau.extra["admin"]),
    ]


def open_accounts(bureau: Bureau, path: Path) -> list[dict[str, str]]:
    """Give the logins one password made for this database, and write it to a file for its owner only."""
    password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
    encoded = make_password(password)
    rows, people = [], []
    for role, user in logins(bureau):
        user.password = encoded
        people.append(user)
        rows.append(
            {
                "role": role,
                "username": user.staff_no,
                "password": password,
                "name": user.name,
                "unit": user.unit.name if user.unit else "系统",
            }
        )
    User.objects.bulk_update(people, ["password"])
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    path.chmod(0o600)
    return rows
