"""One person: record, posts, roles, first password."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import once
from core.workflow import MoveRefused
from organization import facts
from organization.actions import people, roles
from organization.forms import DayForm, GrantForm, MoveForm, NewPersonForm, PersonForm, PostForm, ReasonForm
from organization.models import Post, RoleAssignment, Unit, User
from organization.scope import ROLE_MEANING, Role, requires
from organization.views.units import MANAGERS

GRANTERS = (Role.OFFICE, Role.ADMIN)
METHODS = ["GET", "POST"]


def find(staff_no: str) -> User:
    return get_object_or_404(User.objects.select_related("unit", "superior_override"), staff_no=staff_no)


def answer(
    request: Any, form: BaseForm, act: Callable[[dict[str, Any]], Any], done: str, user: User, **context: Any
) -> HttpResponse:
    """Bind, act, and go back to the person; a refusal stands above the form with everything typed kept."""
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in form.fields}
        try:
            once(request.POST.get("form_token", ""), by=request.user, call=lambda: act(data))
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("organization:person", user.staff_no)
    return render(request, "organization/form.html", {"form": form, "back": user.get_absolute_url(), **context})


@requires(*MANAGERS)
def person(request: Any, staff_no: str) -> HttpResponse:
    user = find(staff_no)
    context = {
        "person": user,
        "superior": facts.direct_superior(user),
        "posts": user.posts.select_related("unit"),
        "grants": user.role_assignments.select_related("unit", "granted_by").order_by("-end_on", "role"),
        "current": set(user.role_assignments.current().values_list("pk", flat=True)),
        "open_work": facts.open_work(user),
        "can_grant": bool(people.grantable_by(request.user)) and user != request.user,
        "is_self": user == request.user,
    }
    return render(request, "organization/person.html", context)


@requires(*MANAGERS)
@require_http_methods(METHODS)
def person_new(request: Any) -> HttpResponse:
    initial = {"unit": Unit.objects.open().filter(code=request.GET.get("unit", "")).first()}
    form = NewPersonForm(request.POST or None, initial=initial)
    if form.is_valid():
        user = people.create_person(**form.cleaned_data, by=request.user)
        messages.success(request, f"已新增 {user.name}，还没有密码。点“生成初始密码”后交给本人")
        return redirect(user)
    context = {"form": form, "title": "新增人员", "submit_label": "新增人员", "back": "/manage/org/"}
    return render(request, "organization/form.html", context)


@requires(*MANAGERS)
@require_http_methods(METHODS)
def person_edit(request: Any, staff_no: str) -> HttpResponse:
    user = find(staff_no)
    form = PersonForm(
        request.POST or None, instance=find(staff_no), initial={"superior_override": user.superior_override}
    )
    return answer(
        request, form, lambda data: people.edit_person(user, **data, by=request.user), "已保存", user,
        title=f"修改{user.name}的信息", submit_label="保存修改",
    )  # fmt: skip


@requires(*MANAGERS)
@require_http_methods(METHODS)
def person_move(request: Any, staff_no: str) -> HttpResponse:
    user = find(staff_no)
    post = user.posts.filter(end_on=None, is_main=True).first()
    initial = {"unit": user.unit_id, "department": post.department, "title": post.title} if post else {}
    form = MoveForm(request.POST or None, initial=initial)
    return answer(
        request, form, lambda data: people.move_person(user, **data, by=request.user), f"{user.name} 已调动", user,
        title=f"调动{user.name}", submit_label="调动",
        lead="原岗位在生效日期前一天结束，原单位的负责人、联络员角色同时结束。提交过的清单和台账留在原单位名下。",
        open_work=facts.open_work(user),
    )  # fmt: skip


@requires(*MANAGERS)
@require_http_methods(METHODS)
def person_deactivate(request: Any, staff_no: str) -> HttpResponse:
    user = find(staff_no)
    form = DayForm(request.POST or None, label="离开日期")
    act = partial(people.deactivate_person, user, by=request.user)
    return answer(
        request, form, lambda data: act(**data), f"{user.name} 已停用", user,
        title=f"停用{user.name}", submit_label="停用账号", danger=True,
        lead="停用后立即退出登录，不能再登录；岗位和角色结束，记录保留。可以恢复。",
        open_work=facts.open_work(user),
    )  # fmt: skip


@requires(*MANAGERS)
@require_POST
def person_reactivate(request: Any, staff_no: str) -> HttpResponse:
    user = find(staff_no)
    people.reactivate_person(user, by=request.user)
    messages.success(request, f"{user.name} 已恢复。岗位用“调动”重新填写")
    return redirect(user)


@requires(*MANAGERS)
@require_http_methods(METHODS)
def password_reset(request: Any, staff_no: str) -> HttpResponse:
    """The code is on the answer to this one request and nowhere else."""
    user, code, refused = find(staff_no), "", ""
    if request.method == "POST":
        try:
            code = people.reset_password(user, by=request.user)
        except MoveRefused as refusal:
            refused = str(refusal)
    return render(request, "organization/first_password.html", {"person": user, "code": code, "refused": refused})


@requires(*MANAGERS)
@require_http_methods(METHODS)
def post_new(request: Any, staff_no: str) -> HttpResponse:
    user = find(staff_no)
    form = PostForm(request.POST or None)
    return answer(
        request, form, lambda data: people.add_post(user, **data, by=request.user), "兼任岗位已增加", user,
        title=f"{user.name}兼任岗位", submit_label="增加岗位",
        lead="主要岗位不变。兼任单位的负责人看不到此人在主要单位的清单。",
    )  # fmt: skip


@requires(*MANAGERS)
@require_http_methods(METHODS)
def post_end(request: Any, staff_no: str, pk: int) -> HttpResponse:
    post = get_object_or_404(Post.objects.select_related("user"), pk=pk, user__staff_no=staff_no, end_on=None)
    form = DayForm(request.POST or None, label="离任日期")
    return answer(
        request, form, lambda data: people.end_post(post, **data, by=request.user), "兼任岗位已结束", post.user,
        title=f"结束{post.user.name}的{post}", submit_label="结束岗位",
    )  # fmt: skip


@requires(*GRANTERS)
@require_http_methods(METHODS)
def role_new(request: Any, staff_no: str) -> HttpResponse:
    user = find(staff_no)
    form = GrantForm(request.POST or None, roles=people.grantable_by(request.user), initial={"unit": user.unit_id})
    return answer(
        request, form, lambda data: roles.grant_role(user, **data, by=request.user), "角色已授予，立即生效", user,
        title=f"授予{user.name}角色", submit_label="授予角色",
        meanings=[(role.label, ROLE_MEANING[role]) for role in people.grantable_by(request.user)],
    )  # fmt: skip


@requires(*GRANTERS)
@require_http_methods(METHODS)
def role_revoke(request: Any, staff_no: str, pk: int) -> HttpResponse:
    grants = RoleAssignment.objects.select_related("user", "unit")
    grant = get_object_or_404(grants, pk=pk, user__staff_no=staff_no)
    form = ReasonForm(request.POST or None)
    return answer(
        request, form, lambda data: roles.revoke_role(grant, **data, by=request.user), "角色已收回，立即生效",
        grant.user, title=f"收回{grant}", submit_label="收回角色", danger=True,
        lead=f"{grant.user.name}立即不能再以此角色查看和办理{grant.unit.name}的事项。",
    )  # fmt: skip
