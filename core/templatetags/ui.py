"""The few tags that every page draws with: icons, status tags, lamps, dates."""

import datetime as dt
import uuid

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html

from core import clock

register = template.Library()

SPRITE = "vendor/icons/sprite.svg"
LAMPS = {
    "red": ("l-r", "x-octagon-fill"),
    "amber": ("l-y", "exclamation-triangle-fill"),
    "green": ("l-g", "check-circle-fill"),
    "grey": ("l-n", "pause-circle-fill"),
}


@register.simple_tag
def icon(name: str, label: str = "") -> str:
    """One symbol of the sprite; silent to screen readers unless a label is given."""
    address = static(SPRITE)
    if label:
        return format_html(
            '<svg class="ic" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', label, address, name
        )
    return format_html('<svg class="ic" aria-hidden="true"><use href="{}#{}"></use></svg>', address, name)


@register.inclusion_tag("components/_status.html")
def status_tag(meta) -> dict:
    """A status as icon + word + colour; meta has label, css, icon, hint."""
    return {"meta": meta}


@register.inclusion_tag("components/_lamp.html")
def lamp(lamp, word: bool = False) -> dict:
    """A deadline lamp; word=True writes 红灯 before the days. Draws nothing when there is no lamp."""
    css, shape = LAMPS[lamp.color] if lamp else ("", "")
    return {"lamp": lamp, "css": css, "shape": shape, "word": word}


@register.inclusion_tag("components/_stepbar.html")
def stepbar(number: int, total: int, label: str) -> dict:
    """第 2 步，共 5 步：问题表现, with one segment per step."""
    states = ["done" if step < number else "now" if step == number else "" for step in range(1, total + 1)]
    return {"number": number, "total": total, "label": label, "states": states}


def as_date(value: dt.date | dt.datetime) -> dt.date:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """In a sentence: 6 月 10 日; another year: 2025-12-31; nothing: --."""
    if not value:
        return "--"
    date = as_date(value)
    if date.year != clock.today().year:
        return date.isoformat()
    return f"{date.month} 月 {date.day} 日"


@register.filter
def shortday(value: dt.date | dt.datetime | None) -> str:
    """In a list: 06-10; another year: 2025-12-31; nothing: --."""
    if not value:
        return "--"
    date = as_date(value)
    return f"{date:%m-%d}" if date.year == clock.today().year else date.isoformat()


@register.filter
def moment(value: dt.datetime | None) -> str:
    """In a record: 06-10 16:42; another year with the year; nothing: --."""
    if not value:
        return "--"
    local = timezone.localtime(value)
    return f"{local:%m-%d %H:%M}" if local.year == clock.today().year else f"{local:%Y-%m-%d %H:%M}"


@register.filter
def dash(value) -> str:
    """Empty cells read --, zero stays 0."""
    return "--" if value is None or value == "" else value


@register.simple_tag
def field_errors(form) -> list[dict]:
    """Rows for the error summary: text and the id of the field it mends ('' for errors of the whole form)."""
    rows = [{"text": text, "target": ""} for text in form.non_field_errors()]
    for field in form:
        rows += [{"text": text, "target": field.id_for_label or field.auto_id} for text in field.errors]
    return rows


@register.filter
def length_limits(field) -> str:
    """data-counter value 'min,max' of a text field, for the live counter."""
    return f"{field.field.min_length or 0},{field.field.max_length or 0}"


@register.simple_tag
def form_token() -> str:
    """A fresh mark inside the form; audit.actions.once accepts each mark a single time."""
    return format_html('<input type="hidden" name="form_token" value="{}">', uuid.uuid4())
