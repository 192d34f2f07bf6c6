"""Roster import: upload, preview as a difference, confirm, first passwords."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.sheets import MAX_BYTES, write_rows
from organization.actions import roster
from organization.forms import RosterForm
from organization.models import RosterImport, User
from organization.scope import requires
from organization.views.units import MANAGERS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PASSWORD_HEADER = ("单位", "姓名", "工号（登录账号）", "初始密码")
TEMPLATE_HEADER = ("序号", "姓名", "工号", "性别", "单位", "科室", "职务", "职级", "人员类别", "手机", "直接上级",
                   "分管领导", "是否班子成员", "是否中层以上", "邮箱", "变动情况", "备注")  # fmt: skip


@requires(*MANAGERS)
@require_http_methods(["GET", "POST"])
def upload(request: Any) -> HttpResponse:
    form = RosterForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if file.size > MAX_BYTES:
                raise roster.SheetRefused(
                    f"文件有 {file.size // 2**20} MB，最多 {MAX_BYTES // 2**20} MB。删去图片后再上传"
                )
            batch = roster.preview_roster(file.read(), file.name, by=request.user, full=form.cleaned_data["full"])
        except (roster.SheetRefused, roster.RosterRefused) as refusal:
            form.add_error("file", f"“{file.name}”没有导入：{refusal}")
        else:
            return redirect("organization:roster_preview", batch.pk)
    page = Paginator(RosterImport.objects.select_related("uploaded_by"), 20).get_page(request.GET.get("page"))
    return render(request, "organization/roster_upload.html", {"form": form, "page": page})


@requires(*MANAGERS)
@require_GET
def template(request: Any) -> HttpResponse:
    example = (
        1,
        "示例",
        "A0001",
        "女",
        "某某县教育局",
        "办公室",
        "科员",
        "一级科员",
        "公务员",
        "",
        "",
        "",
        "否",
        "否",
        "",
        "",
        "删去此行",
    )
    return download(write_rows("名册", TEMPLATE_HEADER, [example]), "名册模板.xlsx")


def download(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@requires(*MANAGERS)
@require_GET
def preview(request: Any, pk: int) -> HttpResponse:
    batch = get_object_or_404(RosterImport, pk=pk)
    report = batch.report
    grave = {
        level: [row for row in report["findings"] if row["severity"] == level] for level in ("error", "confirm", "warn")
    }
    created = roster.people_of(batch) if batch.state == RosterImport.State.CONFIRMED else []
    context = {
        "batch": batch,
        "counts": [(section["title"], report["counts"][section["key"]]) for section in report["sections"][:6]],
        "unchanged": report["counts"]["unchanged"],
        "sections": [section for section in report["sections"] if section["rows"]],
        "errors": grave["error"],
        "questions": grave["confirm"],
        "warnings": grave["warn"],
        "unread": report["unread"],
        "is_empty": report["is_empty"],
        "waiting": User.objects.active().filter(staff_no__in=created, last_login=None).count(),
    }
    return render(request, "organization/roster_preview.html", context)


@requires(*MANAGERS)
@require_POST
def confirm(request: Any, pk: int) -> HttpResponse:
    batch = get_object_or_404(RosterImport, pk=pk)
    try:
        roster.confirm_roster(batch, by=request.user)
    except roster.RosterRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "名册已导入")
    return redirect("organization:roster_preview", pk)


@requires(*MANAGERS)
@require_POST
def discard(request: Any, pk: int) -> HttpResponse:
    roster.discard_roster(get_object_or_404(RosterImport, pk=pk))
    messages.success(request, "已放弃，没有写入任何内容")
    return redirect("organization:roster")


@requires(*MANAGERS)
@require_POST
def first_passwords(request: Any, pk: int) -> HttpResponse:
    """The file is the answer to this one request; asking again makes new codes."""
    batch = get_object_or_404(RosterImport, pk=pk, state=RosterImport.State.CONFIRMED)
    rows = roster.issue_first_passwords(batch, by=request.user)
    if not rows:
        messages.warning(request, "新增的人员都已登录过，没有需要生成的初始密码")
        return redirect("organization:roster_preview", pk)
    return download(write_rows("账号与初始密码", PASSWORD_HEADER, rows), "账号与初始密码.xlsx")
