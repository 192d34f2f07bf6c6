from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from core.paging import SIZES, Page, count_text, page_of
from organization.scope import scoped
from problems.exports import VIEWS, LedgerRow, by_slug, read_rows
from problems.ledger import LEDGER
from problems.views.desk import Desk, desk_of
from problems.views.item import note_reading
from problems.views.item_page import item_context, with_history

MOST_PRINTED = 200
#: name, label of the menu, parts of the filter inside
MENUS = (
    ("status", "状态", ("status",)),
    ("unit", "单位", ("unit",)),
    ("type", "类型", ("type",)),
    ("due", "时限", ("due", "lamp")),
    ("more", "更多", ("source", "returned", "evidence", "stale", "level")),
)
#: What only a reader of several people's items can use.
READERS_ONLY = frozenset({"unit", "level"})
SINGLE = frozenset({"due", "returned", "evidence", "stale"})
#: css class, label, sort key
COLUMNS = (
    ("lampc", "时限", "due"),
    ("", "问题 / 编号", "code"),
    ("c-full c-w", "类型", ""),
    ("c-full c-w", "责任人 / 单位", "unit"),
    ("c-full n", "佐证", ""),
    ("c-full", "最近进展", "progress"),
    ("st", "状态", ""),
)
SORT_TEXTS = {"due": "当前时限", "code": "编号", "unit": "单位", "progress": "最近进展"}
#: In the order of the bar, with icons.
BULK = [(LEDGER.row("urge"), "bell"), (LEDGER.row("take"), "clipboard-check"), (LEDGER.row("suspend"), "clock")]


@scoped
def ledger(request: HttpRequest) -> HttpResponse:
    """The list under the filter of the address, with the item that ``open`` names beside it."""
    panel = panel_context(request.user, request.GET.get("open", ""))
    if panel["item"]:
        note_reading(request, panel["item"])
    if request.htmx and request.htmx.target == "panel":
        return render(request, "problems/_panel.html", panel)
    desk = desk_of(request.user, request.GET)
    if desk.ignored:
        messages.warning(request, f"地址里的{'、'.join(desk.ignored)}有看不懂或不在范围内的条件，已略过")
    return render(request, "problems/ledger.html", {**list_context(desk), **panel})


def panel_context(user: Any, slug: str) -> dict[str, Any]:
    """Nothing where the address names no item, or one that the person may not read."""
    item = with_history(by_slug(user, slug)).first() if slug else None
    return {**item_context(item, user), "open_code": item.slug} if item else {"item": None}


def list_context(desk: Desk) -> dict[str, Any]:
    counts = desk.counts
    page = page_of(counts["found"], desk.data.get("page"), desk.data.get("size"))
    rows = read_rows(
        desk.items, user=desk.user, on=desk.on, sort=desk.sort, first=page.first_row, size=page.size
    ) if counts["found"] else []  # fmt: skip
    return {
        "rows": rows,
        "page": page,
        "total": count_text(counts["all"]),
        "open_total": count_text(counts["open"]),
        "total_count": counts["found"],
        "views": tabs(desk),
        "save_view_url": save_url(desk),
        "drop_view_url": drop_url(desk),
        "menus": menus(desk),
        "query": desk.filter.values.get("q", ""),
        "view": desk.view.slug if desk.view.slug != "all" else "",
        "sort": desk.sort if desk.sort != "due" else "",
        "size": page.size if page.size != SIZES[0] else "",
        "sorts": columns(desk),
        "sort_text": sort_text(desk),
        "sizes": sizes(desk, page),
        "page_params": page_params(desk),
        "moves_bulk": bulk_moves(rows),
        "print_url": f"{reverse('problems:ledger_print')}?{desk.query}",
        **clearing(desk),
    }


def address(data: QueryDict, **changes: Any) -> str:
    """The same page with some parts changed; it starts on page one and with the panel closed."""
    changed = data.copy()
    for name in ("page", "open"):
        changed.pop(name, None)
    for name, value in changes.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"{reverse('problems:ledger')}?{changed.urlencode()}"


def tabs(desk: Desk) -> list[dict[str, Any]]:
    base = reverse("problems:ledger")
    chosen = next((view.key for view in desk.saved if view.text == desk.query), None)
    shown = [
        {
            "label": view.label,
            "url": f"{base}?view={view.slug}",
            "count_text": "" if view.slug == "all" else count_text(desk.counts[view.slug]),
            "current": chosen is None and view is desk.view,
            "tone": view.tone if desk.counts[view.slug] else "",
        }
        for view in VIEWS.values()
        if view.slug != "school" or reads_many(desk) or view is desk.view
    ]
    return shown + [
        {
            "label": view.label,
            "url": f"{base}?{view.text}",
            "count_text": count_text(desk.counts[f"saved{view.key}"]),
            "current": view.key == chosen,
            "tone": "",
        }
        for view in desk.saved
    ]


def reads_many(desk: Desk) -> bool:
    return len(desk.units) > 1


def save_url(desk: Desk) -> str:
    """Offered where there is something to keep that is not kept yet."""
    kept = any(view.text == desk.query for view in desk.saved)
    return "" if kept or not desk.is_narrowed else f"{reverse('problems:view_save')}?{desk.query}"


def drop_url(desk: Desk) -> str:
    mine = [view.key for view in desk.saved if view.text == desk.query and view.mine]
    return reverse("problems:view_delete", args=mine[:1]) if mine else ""


def menus(desk: Desk) -> list[dict[str, Any]]:
    reader = reads_many(desk)
    shown = []
    for name, label, parts in MENUS:
        usable = [part for part in parts if reader or part not in READERS_ONLY]
        chosen = [text for part in usable for text in desk.filter.labels(part)]
        if usable:
            shown.append(
                {
                    "name": name,
                    "label": label,
                    "active": bool(chosen),
                    "summary": chosen[0] if len(chosen) == 1 else f"{len(chosen)} 项",
                    "clear_url": address(desk.data, **dict.fromkeys(usable)),
                    "groups": [group(desk, part) for part in usable],
                }
            )
    return shown


def group(desk: Desk, part: str) -> dict[str, Any]:
    field = desk.filter.form.fields[part]
    value = desk.filter.values.get(part, [])
    chosen = {value} if isinstance(value, str) else set(value)
    single = part in SINGLE
    options = [
        {"value": key, "label": label, "checked": key in chosen}
        for key, label in field.choices
        if key not in (None, "")
    ]
    if single:
        options.insert(0, {"value": "", "label": "不限", "checked": not chosen})
    return {"name": part, "label": field.label, "kind": "radio" if single else "checkbox", "options": options}


def columns(desk: Desk) -> list[dict[str, Any]]:
    key, falling = desk.sort.removeprefix("-"), desk.sort.startswith("-")
    shown = []
    for css, label, sort in COLUMNS:
        now = bool(sort) and sort == key
        # Whoever looks for the latest progress wants the newest first.
        first = f"-{sort}" if sort == "progress" else sort
        other = sort if falling else f"-{sort}"
        shown.append(
            {
                "css": css,
                "label": label,
                "direction": ("descending" if falling else "ascending") if now else "",
                "url": address(desk.data, sort=other if now else first) if sort else "",
            }
        )
    return shown


def sort_text(desk: Desk) -> str:
    way = "倒序" if desk.sort.startswith("-") else "顺序"
    return f"按{SORT_TEXTS[desk.sort.removeprefix('-')]}{way}排列"


def sizes(desk: Desk, page: Page) -> list[dict[str, Any]]:
    return [
        {
            "label": size,
            "url": address(desk.data, size="" if size == SIZES[0] else str(size)),
            "current": size == page.size,
        }
        for size in SIZES
    ]


def page_params(desk: Desk) -> str:
    kept = address(desk.data).split("?", 1)[1]
    return f"{kept}&" if kept else ""


def clearing(desk: Desk) -> dict[str, str]:
    """Without the filter the tab stays; where the tab itself is empty, back to everything."""
    base = reverse("problems:ledger")
    stay = f"{base}?view={desk.view.slug}" if desk.view.slug != "all" else base
    narrowed = desk.is_narrowed
    return {
        "clear_url": stay if narrowed else "",
        "empty_url": stay if narrowed else base if desk.view.slug != "all" else "",
        "filter_text": f"没有符合“{desk.words()}”的问题。" if desk.words() else "",
    }


def bulk_moves(rows: list[LedgerRow]) -> list[dict[str, str]]:
    """Moves that this person may make for at least one of the rows."""
    possible = {name for row in rows for name in row.moves}
    return [
        {"label": row.label, "icon": icon, "url": reverse("problems:bulk", args=[row.name])}
        for row, icon in BULK
        if row.name in possible
    ]


@scoped
def item_moves(request: HttpRequest, slug: str) -> HttpResponse:
    """The menu behind a status: what this person may do with the item, and what follows from it."""
    item = get_object_or_404(by_slug(request.user, slug).select_related("checklist"))
    if not request.htmx:
        return redirect("problems:item", slug=item.slug)
    return render(request, "problems/_move_menu.html", {"item": item, "moves": LEDGER.available(item, request.user)})


@scoped
def ledger_print(request: HttpRequest) -> HttpResponse:
    desk = desk_of(request.user, request.GET)
    count = desk.counts["found"]
    context = {
        "rows": read_rows(desk.items, user=desk.user, on=desk.on, sort=desk.sort, size=MOST_PRINTED),
        "count": count,
        "cut_text": f"共 {count_text(count)} 项，一次最多打印 {MOST_PRINTED} 项，下面是前 {MOST_PRINTED} 项。"
        "先用筛选缩小范围（例如按单位），再分次打印" if count > MOST_PRINTED else "",
        "scope_text": reporting_unit(desk),
        "filter_text": desk.words(),
        "as_of": desk.on,
        "back_url": address(desk.data),
    }  # fmt: skip
    return render(request, "problems/ledger_print.html", context)


def reporting_unit(desk: Desk) -> str:
    """填报单位: what the filter names, else the highest unit that the person reads, else his own."""
    chosen = desk.filter.labels("unit")
    if chosen:
        return "、".join(chosen[:3]) + (f" 等 {len(chosen)} 个单位" if len(chosen) > 3 else "")
    if desk.units:
        return desk.units[0].text
    return desk.user.unit.name if desk.user.unit else ""
