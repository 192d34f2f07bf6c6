"""Filters of the ledger that a person keeps under a name."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core.workflow import MoveRefused
from problems.ledger import may_share_views
from problems.models import SavedView

MAX_VIEWS = 12


@transaction.atomic
def save_view(name: str, query: str, shared: bool, *, by: Any) -> SavedView:
    """Keep the filter under a name that the person does not use yet; only the office shares with everybody."""
    mine = SavedView.objects.filter(user=by)
    if mine.filter(name=name).exists():
        raise MoveRefused(f"已有名为“{name}”的视图，请换一个名称，或先删除原来的")
    if mine.count() >= MAX_VIEWS:
        raise MoveRefused(f"最多保存 {MAX_VIEWS} 个视图，请先删除不用的")
    if shared and not may_share_views(by):
        raise MoveRefused("共享给所有人由整顿办设置，可以先存为本人的视图")
    return SavedView.objects.create(user=by, name=name, query=query, shared=shared)


@transaction.atomic
def delete_view(view: SavedView, *, by: Any) -> None:
    """Only the person who saved it takes it away."""
    if view.user_id != by.pk:
        raise MoveRefused("这个视图由保存它的人删除")
    view.delete()
