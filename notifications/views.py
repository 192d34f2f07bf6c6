from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.paging import SIZES, page_of
from notifications.actions import mark_read
from notifications.facts import groups
from notifications.models import Notification
from organization.scope import own

Kind = Notification.Kind


def chosen_kind(text: str) -> str:
    return text if text in Kind.values else Kind.TASK


def address(kind: str) -> str:
    return f"{reverse('notifications:list')}?group={kind}"


@require_safe
@own
def notice_list(request: HttpRequest) -> HttpResponse:
    kind = chosen_kind(request.GET.get("group", ""))
    found = groups(request.user)
    current = next(group for group in found if group.kind == kind)
    page = page_of(current.total, request.GET.get("page"), str(SIZES[0]))
    rows = Notification.objects.of(request.user).filter(kind=kind)
    context = {
        "groups": found,
        "current": current,
        "notices": rows[page.first_row : page.first_row + page.size],
        "page": page,
        "params": f"group={kind}&",
    }
    return render(request, "notifications/list.html", context)


@require_POST
@own
def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what the message is about; that is what reading it means."""
    notice = get_object_or_404(Notification.objects.of(request.user), pk=pk)
    mark_read(request.user, notice.pk)
    return redirect(notice.target or address(notice.kind))


@require_POST
@own
def read(request: HttpRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notification.objects.of(request.user), pk=pk)
    mark_read(request.user, notice.pk)
    return redirect(address(notice.kind))


@require_POST
@own
def read_all(request: HttpRequest) -> HttpResponse:
    kind = chosen_kind(request.POST.get("group", ""))
    count = mark_read(request.user, kind=kind)
    messages.success(request, f"{count} 条已标为已读" if count else "没有未读的消息")
    return redirect(address(kind))
