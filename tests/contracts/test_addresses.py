"""Default deny: an address without a declared rule does not pass."""

import re

import pytest
from django.test import Client

from config.addresses import addresses

PUBLIC = "公开"


def test_every_address_declares_its_rule() -> None:
    assert [address.route for address in addresses() if not address.rule] == []


def test_every_address_has_a_name() -> None:
    assert [address.route for address in addresses() if not address.name] == []


def test_names_are_unique() -> None:
    names = [address.name for address in addresses()]
    assert sorted(names) == sorted(set(names))


@pytest.mark.django_db
def test_a_stranger_is_sent_to_the_login_everywhere_else(client: Client) -> None:
    answers = {}
    for address in addresses():
        if address.rule != PUBLIC:
            response = client.get(re.sub(r"<[^>]+>", "1", address.route))
            answers[address.route] = (response.status_code, response.headers.get("Location", "").split("?")[0])
    allowed = {(302, "/login/"), (404, ""), (405, "")}
    assert {route: answer for route, answer in answers.items() if answer not in allowed} == {}
