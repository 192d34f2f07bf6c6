from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from core import clock
from organization import scope
from organization.scope import Role


class UnitQuerySet(MP_NodeQuerySet):
    def open(self) -> UnitQuerySet:
        return self.filter(closed_on=None)

    def sections(self) -> UnitQuerySet:
        return self.filter(kind=Unit.Kind.SECTION)

    def schools(self) -> UnitQuerySet:
        return self.filter(kind=Unit.Kind.SCHOOL)


class UnitManager(MP_NodeManager.from_queryset(UnitQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> UnitQuerySet:
        # treebeard's own manager would answer with its plain QuerySet.
        return UnitQuerySet(self.model, using=self._db).order_by("path")


class Unit(MP_Node):
    """A bureau, one of its sections or a school; never deleted, only closed, so that old records keep their place."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", "局"
        SECTION = "section", "科室"
        SCHOOL = "school", "学校"

    kind = models.CharField("类别", max_length=10, choices=Kind)
    code = models.CharField("单位代码", max_length=20, unique=True)
    name = models.CharField("全称", max_length=60)
    short_name = models.CharField("简称", max_length=30, blank=True)
    aliases = models.JSONField("别名", default=list, blank=True, help_text="工作簿里出现过的其他写法")
    order = models.PositiveIntegerField("顺序", default=0)
    closed_on = models.DateField("撤并日期", null=True, blank=True)

    node_order_by = ["order", "code"]
    objects = UnitManager()

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering = ["path"]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def names(self) -> set[str]:
        """Every spelling by which a workbook may mean this unit."""
        return {self.name, self.short_name, self.code, *self.aliases} - {""}


class UserQuerySet(models.QuerySet):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def unplaced(self) -> UserQuerySet:
        """Nobody reviews the list of a person without a unit; accounts that only run or watch the system need none."""
        services = RoleAssignment.objects.current().filter(role__in=[Role.ADMIN, Role.AUDITOR])
        return self.active().filter(unit=None).exclude(pk__in=services.values("user"))

    def holding(self, role: str, unit_ids: Any, on: dt.date | None = None) -> UserQuerySet:
        """People who hold ``role`` directly on one of the units on that day."""
        grants = RoleAssignment.objects.current(on).filter(role=role, unit__in=unit_ids)
        return self.active().filter(pk__in=grants.values("user"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, staff_no: str, name: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(staff_no=staff_no, name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, staff_no: str) -> User:
        return self.get(staff_no=staff_no)


class User(AbstractBaseUser):
    """A cadre: one person, one login (the staff number), one main post at a time."""

    class Category(models.TextChoices):
        CIVIL_SERVANT = "civil_servant", "公务员"
        REFERENCE = "reference", "参公"
        INSTITUTION_MANAGEMENT = "management", "事业管理"
        PROFESSIONAL = "professional", "专业技术（教师）"
        WORKER = "worker", "工勤"

    class Level(models.TextChoices):
        LEADERSHIP_MEMBER = "leadership", "班子成员"
        SECTION_HEAD = "section_head", "科室负责人"
        STAFF = "staff", "一般干部"
        MID_LEVEL_OR_ABOVE = "mid_level", "学校中层以上"

    staff_no = models.CharField("工号", max_length=30, unique=True)
    name = models.CharField("姓名", max_length=40)
    personnel_category = models.CharField("人员类别", max_length=20, choices=Category, default=Category.CIVIL_SERVANT)
    level = models.CharField("层级", max_length=20, choices=Level, default=Level.STAFF)
    rank = models.CharField("职级", max_length=40, blank=True)
    phone = models.CharField("手机", max_length=20, blank=True)
    email = models.EmailField("邮箱", blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="people", verbose_name="所在单位"
    )
    superior_override = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="direct_reports",
        verbose_name="指定直接上级",
        help_text="不填时按机构推算",
    )
    must_change_password = models.BooleanField("须修改初始密码", default=True)
    large_type = models.BooleanField("大字版", default=False)
    shortcuts = models.BooleanField("启用键盘快捷键", default=True)
    is_active = models.BooleanField("在用", default=True)
    joined_on = models.DateField("建档日期", default=clock.today)
    left_on = models.DateField("离开日期", null=True, blank=True)

    USERNAME_FIELD = "staff_no"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"
        ordering = ["unit__path", "staff_no"]
        constraints = [
            models.CheckConstraint(
                name="user_not_own_superior", condition=~Q(superior_override=F("pk")) | Q(superior_override=None)
            ),
            models.CheckConstraint(name="user_left_iff_inactive", condition=Q(left_on=None) | Q(is_active=False)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organization:person", args=[self.staff_no])

    @cached_property
    def scope(self) -> scope.Scope:
        """Resolved once per request: the user object lives as long as the request."""
        grants = list(RoleAssignment.objects.current().filter(user=self).values_list("role", "unit_id"))
        units = Unit.objects.values_list("id", "path") if grants else ()
        resolved = scope.resolve(grants, units)
        resolved.subordinate_ids = frozenset(self.direct_reports.values_list("id", flat=True))
        return resolved

    def oversees(self, unit_id: int | None, *roles: str) -> bool:
        """Holds one of the roles on the unit or on a unit above it."""
        return unit_id in self.scope.units(roles)

    def heads(self, unit_id: int | None, role: str) -> bool:
        """Holds the role on exactly this unit (一级抓一级: the level directly above)."""
        return unit_id in self.scope.direct.get(role, frozenset())

    @property
    def is_staff(self) -> bool:
        """Django's admin serves reference data to administrators and the office only."""
        return self.is_active and self.scope.holds(Role.ADMIN, Role.OFFICE)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_staff


class DatedQuerySet(models.QuerySet):
    def current(self, on: dt.date | None = None) -> DatedQuerySet:
        day = on or clock.today()
        return self.filter(start_on__lte=day).filter(Q(end_on=None) | Q(end_on__gte=day))


class Post(models.Model):
    """What a person does where and since when; ended posts stay, so that old scores and lists stay right."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts", verbose_name="人员")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts", verbose_name="单位")
    department = models.CharField("部门", max_length=40, blank=True, help_text="学校内设处室")
    title = models.CharField("职务", max_length=60)
    duties = models.TextField("岗位职责", blank=True)
    is_main = models.BooleanField("主要岗位", default=True)
    start_on = models.DateField("任职日期", default=clock.today)
    end_on = models.DateField("离任日期", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位"
        verbose_name_plural = "岗位"
        ordering = ["-is_main", "start_on", "pk"]
        constraints = [
            models.CheckConstraint(name="post_dates_ordered", condition=Q(end_on=None) | Q(end_on__gte=F("start_on"))),
            models.UniqueConstraint(
                name="one_open_main_post", fields=["user"], condition=Q(is_main=True, end_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.title}"


class RoleAssignment(models.Model):
    """A role granted to a person on a unit and everything below it, for a range of dates."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_assignments", verbose_name="人员")
    role = models.CharField("角色", max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="role_assignments", verbose_name="单位")
    start_on = models.DateField("起", default=clock.today)
    end_on = models.DateField("止", null=True, blank=True)
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="授予人"
    )
    reason = models.CharField("事由", max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "角色授予"
        verbose_name_plural = "角色授予"
        ordering = ["unit__path", "role", "pk"]
        constraints = [
            models.CheckConstraint(name="role_dates_ordered", condition=Q(end_on=None) | Q(end_on__gte=F("start_on"))),
            models.UniqueConstraint(
                name="one_open_grant", fields=["user", "role", "unit"], condition=Q(end_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.unit}"


class RosterImport(models.Model):
    """One roster workbook, read and previewed; nothing is written before it is confirmed."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", "待确认"
        CONFIRMED = "confirmed", "已导入"
        DISCARDED = "discarded", "已放弃"

    state = models.CharField("状态", max_length=12, choices=State, default=State.PREVIEWED)
    file_name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("文件摘要", max_length=64)
    rows = models.JSONField("读出的人员", default=list)
    report = models.JSONField("变动与问题", default=dict)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)

    class Meta:
        verbose_name = "名册导入"
        verbose_name_plural = "名册导入"
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                name="roster_confirmed_iff_dated",
                condition=Q(state="confirmed", confirmed_at__isnull=False)
                | (~Q(state="confirmed") & Q(confirmed_at__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class UserSession(models.Model):
    """One sign-in on one device, so that a person can see where the account is open and end what is not his."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sessions", verbose_name="人员")
    session_key = models.CharField("会话编号", max_length=40, unique=True)
    device = models.CharField("设备", max_length=80)
    address = models.CharField("网络地址", max_length=45, blank=True)
    started_at = models.DateTimeField("登录时间", auto_now_add=True)

    class Meta:
        verbose_name = "登录会话"
        verbose_name_plural = "登录会话"
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return self.device
