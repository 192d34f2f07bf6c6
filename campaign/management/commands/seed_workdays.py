"""Fill the working calendar for some years; without years those of the running campaigns, this one and the next."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaign.actions import seed_workdays
from campaign.models import CalendarDay, Campaign
from core import clock
from core.workflow import MoveRefused


class Command(BaseCommand):
    help = "载入法定节假日和调休上班日；手工改过的日期不变"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--years", nargs="*", type=int, default=[], help="年份，例如 2025 2026 2027")

    def handle(self, *args: Any, years: list[int], **options: Any) -> None:
        try:
            changes = seed_workdays(years or self.usual_years())
        except MoveRefused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        estimated = CalendarDay.objects.filter(source=CalendarDay.Source.ESTIMATED)
        guessed = sorted({day.year for day in estimated.values_list("day", flat=True)})
        self.stdout.write(f"工作日历变动 {changes} 天")
        if guessed:
            self.stdout.write(f"{'、'.join(map(str, guessed))} 年的安排尚未公布，按规则推算，公布后再运行一次")

    def usual_years(self) -> set[int]:
        today = clock.today()
        years = {today.year, today.year + 1}
        for start_on, end_on in Campaign.objects.running().values_list("start_on", "end_on"):
            years |= set(range(start_on.year, end_on.year + 1))
        return years
