"""Who files what: the people with a login get something that waits for them, the rest is chance by seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import cycle

from config.demo.bureau import Bureau
from config.demo.lists import Filing
from config.demo.stories import RECENT_STORIES, STORIES
from organization.models import User
from problems.checklist import ListState
from problems.models import Checklist

Kind = Checklist.Kind
#: Lists by how far they have come, beside those that are in the ledger.
UNFINISHED = (
    (ListState.UNIT_REVIEW, 4),
    (ListState.OFFICE_REVIEW, 7),
    (ListState.RETURNED, 2),
    (ListState.DRAFT, 1),
)
NOT_BEGUN, EXEMPT = 2, 2
FEWEST_PER_LIST = 3


def plan(bureau: Bureau, items: int, rng: random.Random) -> list[Filing]:
    """Filings whose items in the ledger add up to ``items`` (more when that is fewer than the fixed ones)."""
    filings = fixed(bureau)
    done = {filing.author for filing in filings}
    others = [person for person in bureau.people if person.unit is not None and person not in done]
    others = [person for person in others if person not in bureau.extra.values()]
    rng.shuffle(others)
    staff = [person for person in others if person.level != User.Level.LEADERSHIP_MEMBER and not heads(bureau, person)]
    for state, count in UNFINISHED:
        filings += [Filing(staff.pop(), state, ["green"] * rng.randint(2, 4)) for _ in range(count)]
    started = {filing.author for filing in filings} | set(staff[: NOT_BEGUN + EXEMPT])
    authors = [Filing(person) for person in others if person not in started] + collective(bureau)
    left = items - sum(len(filing.stories) for filing in filings if filing.state == ListState.APPROVED)
    return filings + share(authors, max(0, left), rng)


def heads(bureau: Bureau, person: User) -> bool:
    return person == bureau.head(person.unit) if person.unit in [*bureau.sections, *bureau.schools] else False


def exempt(bureau: Bureau, filings: list[Filing]) -> list[User]:
    """Two of those who have not filed are exempt, with a reason."""
    filed = {filing.author for filing in filings}
    free = [person for person in bureau.people if person.unit in bureau.schools and person not in filed]
    return [person for person in free if person not in bureau.extra.values()][:EXEMPT]


def share(authors: list[Filing], items: int, rng: random.Random) -> list[Filing]:
    """Deal the stories out: some lists of new people are recent, the others are from the spring."""
    count = min(len(authors), items // FEWEST_PER_LIST)
    if not count:
        return []
    chosen, stories = authors[:count], story_deck(items, rng)
    recent = [story for story in stories if story in RECENT_STORIES]
    older = [story for story in stories if story not in RECENT_STORIES]
    quota = items // count
    fresh = chosen[: -(-len(recent) // max(1, quota))]
    for filing, story in zip(cycle(fresh), recent, strict=False):
        filing.stories.append(story)
    rest = chosen[len(fresh) :] or chosen
    for filing, story in zip(cycle(rest), older, strict=False):
        filing.stories.append(story)
    return [filing for filing in chosen if filing.stories]


def story_deck(items: int, rng: random.Random) -> list[str]:
    """``items`` stories in the shares of the table, shuffled."""
    total = sum(weight for _, weight in STORIES.values())
    deck = [name for name, (_, weight) in STORIES.items() for _ in range(items * weight // total)]
    names, weights = list(STORIES), [weight for _, weight in STORIES.values()]
    deck += rng.choices(names, weights, k=items - len(deck))
    rng.shuffle(deck)
    return deck


def collective(bureau: Bureau) -> list[Filing]:
    """The leading team, every section and ten schools have a list of their own."""
    team = Filing(bureau.leaders[1], kind=Kind.TEAM, unit=bureau.root)
    sections = [Filing(bureau.head(unit), kind=Kind.SECTION, unit=unit) for unit in bureau.sections]
    schools = [Filing(bureau.head(unit), kind=Kind.UNIT, unit=unit) for unit in bureau.schools[:10]]
    return [team, *sections, *schools]


def fixed(bureau: Bureau) -> list[Filing]:
    """What stands on the first screens of the people with a login."""
    return [
        *leaders(bureau),
        *first_section(bureau),
        *first_school(bureau),
        *specialists(bureau),
    ]


def leaders(bureau: Bureau) -> Iterator[Filing]:
    stories = (
        ["closed", "green", "amber"], ["closed", "closed", "green"], ["closed_after_return", "green"],
        ["closed", "asked"], ["closed", "green"], ["closed", "amber"], ["closed", "green"],
    )  # fmt: skip
    for person, told in zip(bureau.leaders, stories, strict=True):
        yield Filing(person, stories=list(told))


def first_section(bureau: Bureau) -> list[Filing]:
    """The office section: its head has lists, requests and an extension on the table."""
    head, _, office, cadre, new, late, busy, *_ = bureau.staff[bureau.sections[0].pk]
    return [
        Filing(head, stories=["closed", "asked", "amber", "green"]),
        Filing(office, stories=["closed", "green", "amber"]),
        Filing(cadre, stories=["returned", "amber", "green", "asked", "closed", "confirmed"]),
        Filing(new, ListState.UNIT_REVIEW, ["green"] * 3),
        Filing(late, ListState.UNIT_REVIEW, ["green"] * 2),
        Filing(busy, stories=["extension_unit", "asked", "red", "closed"]),
    ]


def first_school(bureau: Bureau) -> list[Filing]:
    head, first, second, third, fourth, *_ = bureau.staff[bureau.schools[0].pk]
    return [
        Filing(head, stories=["closed", "amber", "green"]),
        Filing(first, ListState.UNIT_REVIEW, ["green"] * 2),
        Filing(second, stories=["asked", "closed", "red"]),
        Filing(third, ListState.DRAFT, ["green"]),
        Filing(fourth, stories=["asked", "extension_unit", "closed"]),
    ]


def specialists(bureau: Bureau) -> list[Filing]:
    sections, staff = bureau.sections, bureau.staff
    second_office = staff[sections[1].pk][1]
    supervisor, discipline = staff[sections[6].pk][1], staff[sections[9].pk][1]
    personnel = staff[sections[1].pk][3]
    return [
        Filing(second_office, stories=["closed", "closed", "green"]),
        Filing(supervisor, stories=["closed", "green", "amber"]),
        Filing(discipline, stories=["closed", "green"]),
        Filing(personnel, stories=["closed", "amber", "green"]),
        Filing(staff[sections[2].pk][2], stories=["verifying", "transferred", "reopening", "late_review"]),
        Filing(staff[sections[3].pk][2], ListState.OFFICE_REVIEW, ["green"] * 3),
        Filing(staff[sections[4].pk][2], ListState.RETURNED, ["green"] * 2),
    ]
