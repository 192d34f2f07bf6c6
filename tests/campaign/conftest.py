import datetime as dt
from dataclasses import dataclass

import pytest

from campaign.actions import create_campaign
from campaign.models import Campaign
from organization.models import Unit, User
from organization.scope import Role
from tests.factories.organization import grant, make_bureau, make_school, make_unit, make_user


@dataclass
class Bureau:
    root: Unit
    section: Unit
    school: Unit
    office: User
    cadre: User
    dean: User
    teacher: User


@pytest.fixture
def bureau(db: None) -> Bureau:
    root = make_bureau(code="JY")
    section, school = make_unit("教研室", root, code="JY01"), make_school("第一中学", parent=root, code="XX01")
    office = make_user("沈静", section, level=User.Level.SECTION_HEAD)
    grant(office, Role.OFFICE, root)
    return Bureau(
        root,
        section,
        school,
        office,
        make_user("梁思敏", section),
        make_user("何志远", school, level=User.Level.MID_LEVEL_OR_ABOVE),
        make_user("马春燕", school),
    )


@pytest.fixture
def campaign(bureau: Bureau) -> Campaign:
    return create_campaign("ZF2026", "作风整顿", dt.date(2026, 3, 2), dt.date(2027, 2, 28), by=bureau.office)
