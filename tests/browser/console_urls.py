"""The console with lists, forms and a page of its own, for tests of its look."""

from datetime import UTC, datetime

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.models import Session
from django.urls import path
from django.views.i18n import set_language

from compliance.errors import ActionRefused
from compliance.models import ActionLog, StaffUser
from compliance.ui import admin as ui
from compliance.ui.desk import CardData, CardRow
from compliance.ui.kit import (
    AllowedAction,
    Badge,
    Change,
    Check,
    Choice,
    Fact,
    ReasonTemplate,
    TimelineStep,
)
from compliance.ui.pages import ConsolePage, Crumb
from compliance.ui.site import ConsoleSite

LONG = "非常非常长的公众账号名称" * 12
UNBROKEN = "averyveryverylongnamewithoutanyspace" * 8


class KitPage(ConsolePage):
    title = "版式"
    subtitle = LONG
    template_name = "kit_page.html"

    def breadcrumbs(self):
        return [Crumb("工作台的一页", "/kit/"), Crumb(LONG)]

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "card": CardData(
                title=LONG, value=3, rows=[CardRow(label=UNBROKEN, value=LONG)], action_url="/kit/"
            ),
            "badge": Badge(text="等待补充材料", tone="warning"),
            "facts": [
                Fact("账号名称", LONG, url="/kit/"),
                Fact("平台标识", UNBROKEN, is_code=True),
                Fact("简介", None, hint="运营者没有填写"),
                Fact("粉丝数", 0),
            ],
            "checks": [
                Check(
                    code="name_reserved",
                    title="名称与保留名称相近",
                    outcome="需要人工",
                    tone="warning",
                    explanation=LONG,
                    evidence=[Fact("相似名称", "晨光日报"), Fact("方式", "形近字")],
                ),
                Check(code="subject_cap", title="主体账号数量", outcome="通过", tone="good"),
                Check(code=UNBROKEN, title=UNBROKEN, outcome="不通过", tone="danger"),
            ],
            "steps": [
                TimelineStep(
                    at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
                    title="进入人工审核",
                    actor="系统",
                    provision="《互联网用户公众账号信息服务管理规定》第七条",
                    text="第一行\n第二行 <b>不是标签</b>",
                    tone="info",
                ),
                TimelineStep(
                    at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC), title=LONG, url="/kit/", actor=LONG
                ),
            ],
            "changes": [
                Change("名称", "晨光新闻", "晨光日报"),
                Change("简介", "", LONG),
                Change("地区", "上海", "上海"),
            ],
            "actions": [
                AllowedAction(
                    code="approve",
                    label="通过",
                    url="/kit/",
                    key="a",
                    fence=7,
                    version=3,
                    provisions=[Choice("public-account-2021:7", "第七条")],
                    reason_templates=[
                        ReasonTemplate("材料齐全", "材料齐全，主体信息核验一致。"),
                        ReasonTemplate("补正合格", "补正后的材料符合要求。"),
                    ],
                ),
                AllowedAction(
                    code="refuse",
                    label="不予通过",
                    url="/kit/",
                    key="r",
                    tone="danger",
                    fence=7,
                    version=3,
                    provisions=[
                        Choice("public-account-2021:7", "第七条"),
                        Choice("public-account-2021:8", "第八条"),
                    ],
                ),
            ],
        }

    def post(self, request, *args, **kwargs):
        if "重复" in request.POST.get("reason", ""):
            raise ActionRefused("这一项已经由别人决定。")
        return self.redirect("/kit/", "已通过。")


class SessionForm(forms.ModelForm):
    class Meta:
        model = Session
        fields = ("expire_date",)


class Readable:
    """Lets everybody on staff see the list, so that the tests depend on no role."""

    def has_view_permission(self, request, obj=None):
        return True

    def has_module_permission(self, request):
        return True


class TryStaffAdmin(Readable, ui.HistoryConsoleAdmin):
    section = "people"
    icon = "group"
    key = "g s"
    list_display = ("username", "person")
    list_filter = (("person", ui.RelatedDropdownFilter),)
    search_fields = ("=username",)
    fields = ("username", "person")
    ordering = ("username",)
    actions = ("greet", "refuse_always")

    @ui.action(description="问候")
    def greet(self, request, queryset):
        messages.success(request, f"已问候 {queryset.count()} 人")

    @ui.action(description="总是拒绝")
    def refuse_always(self, request, queryset):
        raise ActionRefused("不能这样做。")


class TryLogAdmin(Readable, ui.ConsoleAdmin):
    section = "records"
    list_display = ("at", "action", "actor_name")
    list_filter = (("at", ui.RangeDateTimeFilter),)


class TrySessionAdmin(Readable, ui.ConsoleAdmin):
    form = SessionForm
    fields = ("expire_date",)
    allows_change = True
    warn_unsaved_form = False

    def has_change_permission(self, request, obj=None):
        return True

    def log_change(self, request, obj, message):
        """Keep the theme's own log out of the test."""


site = ConsoleSite(name="admin")
site._registry = dict(admin.site._registry)
for model, admin_class in (
    (StaffUser, TryStaffAdmin),
    (ActionLog, TryLogAdmin),
    (Session, TrySessionAdmin),
):
    site._registry.pop(model, None)
    site.register(model, admin_class)

urlpatterns = [
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("kit/", KitPage.as_view(site=site), name="kit"),
    path("", site.urls),
]
