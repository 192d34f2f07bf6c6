"""The ledger page with 1,000 and with 10,000 items: prints the ratio (target: at most 1.5).

Run from the project's folder: python bench/ledger.py [small large]. It works on a database of its own that goes
away afterwards. Ratios travel to other machines, milliseconds do not.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
DIRECTORY = tempfile.TemporaryDirectory(prefix="taizhang-bench-")
os.environ["VAR_DIR"] = DIRECTORY.name
os.environ.pop("DATABASE_URL", None)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402 - the environment has to be set first

django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from campaign.models import Campaign, ProblemType  # noqa: E402
from core import clock  # noqa: E402
from organization.models import RoleAssignment, Unit, User  # noqa: E402
from organization.scope import Role  # noqa: E402
from problems.ledger import IN_HAND, OPEN, DeadlineKind, State  # noqa: E402
from problems.models import Checklist, Item, ItemEvent  # noqa: E402

RUNS = 15
TARGET = 1.5
PEOPLE = 320
STATES = [State.PENDING] * 2 + [State.IN_PROGRESS] * 4 + [State.CLOSED] * 5 + [
    State.RETURNED, State.CLOSURE_REQUESTED, State.UNIT_CONFIRMED, State.VERIFYING, State.SUSPENDED,
]  # fmt: skip
PROBLEMS = (
    "来文登记不及时，{} 月份有 {} 件学校来文超过五个工作日没有办结",
    "下校调研只看材料不进课堂，上半年听课记录仅 {1} 节，{0} 月没有反馈意见",
    "教师资格认定初审材料积压 {1} 份，超过承诺办理时限 {0} 天",
    "食堂大宗采购价格监测停报 {0} 个月，上级通报后才补报 {1} 条",
)
PAGES = {
    "全部": "/ledger/",
    "红灯": "/ledger/?view=red",
    "待我办理": "/ledger/?view=mine",
    "状态和单位": "/ledger/?status=in_progress&status=returned&unit=schools&sort=-due",
    "搜索": "/ledger/?q=听课",
    "按单位第 20 页": "/ledger/?sort=unit&page=20",
    "有佐证、久未更新": "/ledger/?evidence=no&stale=1",
    "打印": "/ledger/print/?view=red",
    "刚有人办理之后": "/ledger/?view=all",
}
#: The numbers of the tabs are counted anew after every move, so one page pays for them.
UNCACHED = {"刚有人办理之后"}


def people() -> tuple[Campaign, list[User], User]:
    """One bureau, ten sections, twenty-five schools; the reader is the office."""
    root = Unit.objects.add_root({"kind": Unit.Kind.BUREAU, "code": "B", "name": "云溪县教育局"})
    kinds = [Unit.Kind.SECTION] * 10 + [Unit.Kind.SCHOOL] * 25
    for number, kind in enumerate(kinds, start=1):
        unit = {"kind": kind, "code": f"U{number:02d}", "name": f"{kind.label}{number:02d}"}
        Unit.objects.add_child(Unit.objects.get(pk=root.pk), unit)
    units = list(Unit.objects.exclude(pk=root.pk))
    User.objects.bulk_create(
        User(staff_no=f"P{number:04d}", name=f"干部{number:04d}", unit=units[number % len(units)])
        for number in range(PEOPLE)
    )
    office = User.objects.create_user("office", "整顿办", "Zheng-dun-2026", unit=root, must_change_password=False)
    RoleAssignment.objects.create(user=office, role=Role.OFFICE, unit=root)
    today = clock.today()
    campaign = Campaign.objects.create(
        code="ZF", name="作风整顿", start_on=today - dt.timedelta(days=90), end_on=today + dt.timedelta(days=200)
    )
    return campaign, list(User.objects.filter(staff_no__startswith="P").select_related("unit")), office


def grow(campaign: Campaign, cadres: list[User], closer: User, size: int, dice: random.Random) -> None:
    """Rows straight into the tables: here the reading is measured, not the living."""
    types = list(ProblemType.objects.all()) or [ProblemType.objects.create(code="bench", name="不作为")]
    today, have = clock.today(), Item.objects.count()
    lists = {row.cadre_id: row for row in Checklist.objects.all()}
    items = []
    for number in range(have + 1, size + 1):
        cadre = dice.choice(cadres)
        state = dice.choice(STATES)
        due = today + dt.timedelta(days=dice.randint(-40, 90))
        runs = state in OPEN and state != State.SUSPENDED
        items.append(
            Item(
                campaign=campaign, checklist=lists[cadre.pk], cadre=cadre, unit=cadre.unit, state=state,
                review_unit=cadre.unit, code=f"ZG-2026-{number:05d}", problem_type=dice.choice(types),
                problem=dice.choice(PROBLEMS).format(dice.randint(1, 9), dice.randint(2, 40)), source=Item.Source.SELF,
                deadline_kind=DeadlineKind.DATE, due_on=due, entered_on=today - dt.timedelta(days=60),
                state_on=today - dt.timedelta(days=dice.randint(0, 50)), step_due_on=due if runs else None,
                step_amber_on=due - dt.timedelta(days=7) if runs else None, latest="6-01 补报月报",
                progress_on=today - dt.timedelta(days=dice.randint(0, 40)) if state in IN_HAND else None,
                closed_on=today if state == State.CLOSED else None, closed_by=closer if state == State.CLOSED else None,
            )
        )  # fmt: skip
    Item.objects.bulk_create(items, batch_size=1000)
    ItemEvent.objects.bulk_create(
        (ItemEvent(item=item, by=closer, by_name="整顿办", name="enter", label="进入台账") for item in items),
        batch_size=1000,
    )


def use(size: int) -> None:
    """Two databases side by side, so that both sizes meet the same neighbours on the machine."""
    connections["default"].close()
    del connections["default"]
    connections.settings["default"]["NAME"] = f"{DIRECTORY.name}/{size}.sqlite3"


def build(size: int) -> Client:
    use(size)
    call_command("migrate", verbosity=0)
    campaign, cadres, office = people()
    Checklist.objects.bulk_create(
        Checklist(
            campaign=campaign, cadre=cadre, unit=cadre.unit, review_unit=cadre.unit, state="approved",
            entered_on=clock.today(), entered_by=office,
        )
        for cadre in cadres
    )  # fmt: skip
    grow(campaign, cadres, office, size, random.Random(20260608))
    client = Client()
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    return client


def measure(clients: dict[int, Client]) -> dict[int, dict[str, list[float]]]:
    times: dict[int, dict[str, list[float]]] = {size: {name: [] for name in PAGES} for size in clients}
    for run in range(RUNS + 1):
        for size, client in clients.items():
            use(size)
            for name, address in PAGES.items():
                if name in UNCACHED:
                    cache.clear()
                start = time.perf_counter()
                response = client.get(address)
                assert response.status_code == 200, (address, response.status_code)
                if run:  # the first round fills caches and compiles templates
                    times[size][name].append((time.perf_counter() - start) * 1000)
    return times


def main() -> None:
    small, large = (int(text) for text in sys.argv[1:3]) if len(sys.argv) > 2 else (1_000, 10_000)
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    found = measure({size: build(size) for size in (small, large)})
    print(f"{'页面':<14}{small:>10} 项{large:>10} 项   倍数（最快的一次），中位数，最快—最慢")
    for name in PAGES:
        few, many = found[small][name], found[large][name]
        # The fastest run is the page itself; the slower ones are the neighbours on the machine.
        ratio = min(many) / min(few)
        mark = "" if ratio <= TARGET else f"  超过 {TARGET}"
        print(
            f"{name:<14}{min(few):>8.1f} ms{min(many):>8.1f} ms   {ratio:.2f}   "
            f"{statistics.median(many):.1f} ms，{min(many):.1f}—{max(many):.1f} ms{mark}"
        )


if __name__ == "__main__":
    main()
