"""A few real files as proof, so that previews and downloads have something to show."""

from __future__ import annotations

import io
import random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from config.demo.book import Book
from core.files import checked
from core.sheets import write_rows
from problems.ledger import State
from problems.models import Evidence, Item

FILES = 6


def workbook(item: Item, rng: random.Random) -> SimpleUploadedFile:
    rows = [[f"第 {week} 周", rng.randint(12, 30), rng.randint(0, 3)] for week in range(1, 5)]
    content = write_rows("办结统计", ["周次", "办结件数", "超期件数"], rows)
    return SimpleUploadedFile("办结统计（演示数据）.xlsx", content)


def picture(item: Item, rng: random.Random) -> SimpleUploadedFile:
    image = Image.new("RGB", (640, 420), (238, 242, 247))
    draw = ImageDraw.Draw(image)
    for bar in range(6):
        left, height = 60 + bar * 92, rng.randint(80, 300)
        draw.rectangle((left, 360 - height, left + 60, 360), fill=(27, 79, 145))
    draw.line((40, 360, 610, 360), fill=(67, 80, 98), width=3)
    target = io.BytesIO()
    image.save(target, "PNG")
    return SimpleUploadedFile("公示栏照片（演示数据）.png", target.getvalue())


def attach_files(book: Book, rng: random.Random) -> None:
    """To some of the requests that wait for a verdict, the first of which is that of the cadre with a login."""
    waiting = [row for row in book.closures if row.item.state in (State.CLOSURE_REQUESTED, State.UNIT_CONFIRMED)]
    for place, closure in enumerate(waiting[:FILES]):
        found = checked((workbook, picture)[place % 2](closure.item, rng))
        Evidence.objects.create(
            item=closure.item, name=found.name[:120], file=found.content, content_type=found.content_type,
            size=found.size, sha256=found.sha256, uploaded_by=closure.item.cadre, uploaded_at=closure.requested_at,
        )  # fmt: skip
