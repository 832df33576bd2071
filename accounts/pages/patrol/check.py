"""The page on which a person checks one account on patrol."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PatrolCheck, PublicAccount
from accounts.models.findings import name_figure
from accounts.pages.account import limits_panel, profile_facts, subject_panel
from accounts.pages.addresses import account_url
from accounts.pages.presentation import instant, state_in_words
from accounts.pages.references import register_reference
from accounts.patrol_words import PatrolItem, PatrolStatus, PointResult
from accounts.services.patrol import checking, hints, planning
from accounts.services.patrol.checking import Point
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.record import Panel, PanelRow, panels_of, register_panel
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Badge, Fact
from compliance.ui.pages import ConsolePage, register_page
from compliance.work import Queue, register_queue

VIEW = "accounts.view_patrolcheck"
URL_NAME = "check_on_patrol"
SHOWN = 5
TONES = {
    PatrolStatus.OPEN: "info",
    PatrolStatus.PASSED: "good",
    PatrolStatus.FAILED: "warning",
    PatrolStatus.DROPPED: "",
    PatrolStatus.NOT_COVERED: "warning",
}


def check_badge(check: PatrolCheck) -> Badge:
    """Return the state of a check as a word with a colour."""
    status = PatrolStatus(check.status)
    return Badge(text=status.label, tone=TONES[status])


def check_url(check: PatrolCheck) -> str:
    """Return the address that leads to a check."""
    return reverse("admin:patrol_check", args=[check.pk])


class CheckDoor(ConsolePage):
    """Leads from the number of a check to where it is made, or to the account it passed over."""

    permission = VIEW

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        check = get_object_or_404(PatrolCheck.objects.select_related("account"), pk=kwargs["pk"])
        if check.work_item_id is None:
            return redirect(account_url(check.account))
        return redirect(reverse(f"admin:{URL_NAME}", args=[check.work_item_id]))


class CheckPage(WorkItemPage):
    """One account on patrol, with what the machine found and a word on every point."""

    queue = planning.QUEUE
    permission = VIEW
    template_name = "accounts/patrol/check.html"

    def find_record(self, item: WorkItem) -> PatrolCheck:
        return get_object_or_404(
            PatrolCheck.objects.select_related(
                "run",
                "account__activity",
                "account__application__mobile",
                "account__disclosure",
                "account__subject__id_number",
                "account__subject__name",
                "decided_by",
                "work_item__clock",
            ).prefetch_related("account__restrictions"),
            work_item=item,
        )

    def get_title(self) -> str:
        return _("Patrol: %(name)s") % {"name": self.record.account.name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff, now, check = staff_of(self.request), timezone.now(), self.record
        account = check.account
        is_open = check.status == PatrolStatus.OPEN
        found = hints.hints_for(check, now) if is_open else {}
        made = {each.item: each for each in check.points.all()}
        return {
            "badge": check_badge(check),
            "facts": check_facts(check),
            "account_url": account_url(account),
            "account": account,
            "state": state_in_words(account, now),
            "account_facts": profile_facts(account),
            "items": [
                {
                    "code": item.value,
                    "label": item.label,
                    "hint": found.get(item),
                    "made": made.get(item),
                    "posted": self.request.POST.get(f"result_{item.value}", ""),
                    "words": self.request.POST.get(f"words_{item.value}", ""),
                }
                for item in PatrolItem
            ],
            "results": PointResult.choices,
            "may_finish": is_open and self.is_mine,
            "panels": [
                limits_panel(account, staff, now),
                subject_panel(account, staff),
                *panels_of(account, staff),
            ],
            "steps": timeline_of(check),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status != PatrolStatus.OPEN:
            return []
        return [
            self.action(
                "verify",
                _("Verify the identity again"),
                hint=_("The provider is asked; nothing of the identity is kept of it."),
                key="v",
            )
        ]

    def offered_acts(self) -> set[str]:
        is_open = self.record.status == PatrolStatus.OPEN
        return {*super().offered_acts(), *(("finish",) if is_open else ())}

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_9_3, reason=reason)
        if act == "verify":
            is_confirmed = checking.verify_again(check=self.record, fence=fence, **grounds)
            return (
                _("The provider confirms the identity.")
                if is_confirmed
                else _("The provider does not confirm the identity.")
            )
        if act != "finish":
            raise InvalidInput
        posted = self.request.POST
        checking.finish_check(
            check=self.record,
            points={
                item.value: Point(
                    posted.get(f"result_{item.value}", ""), posted.get(f"words_{item.value}", "")
                )
                for item in PatrolItem
            },
            fence=fence,
            expected_version=version,
            **grounds,
        )
        return _("The check is finished.")

    def go_on(self, actor: StaffUser, said: str) -> HttpResponse:
        if self.request.POST.get("action") == "verify":
            return self.redirect(self.request.path, said)
        return super().go_on(actor, said)


def check_facts(check: PatrolCheck) -> list[Fact]:
    """Return why an account is looked at, and by whom it was."""
    causes = [
        *([_("due")] if check.is_due else []),
        *([_("drawn")] if check.is_sampled else []),
    ]
    facts = [
        Fact(_("Patrol"), str(check.run)),
        Fact(_("Class"), check.get_risk_class_display()),
        Fact(_("Why"), _(", ").join(causes)),
    ]
    if check.decided_at is not None and check.decided_by is not None:
        facts.append(Fact(_("Checked at"), instant(check.decided_at)))
        facts.append(Fact(_("Checked by"), check.decided_by.name))
    return facts


def checks_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the patrols that looked at an account, or passed it over."""
    if not staff.has_perm(VIEW):
        return None
    found = list(account.patrol_checks.select_related("run").order_by("-pk")[:SHOWN])
    if not found:
        return None
    return Panel(
        title=_("Patrols"),
        rows=[
            PanelRow(
                label=_("Patrol %(month)s") % {"month": each.run},
                hint=instant(each.decided_at),
                url=check_url(each),
                badge=check_badge(each),
            )
            for each in found
        ],
    )


def checks_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue of patrols are about."""
    found = PatrolCheck.objects.filter(work_item__in=items).select_related("account")
    return {
        each.work_item_id: f"{each.reference} {each.account.name}"
        for each in found
        if each.work_item_id is not None
    }


def _reference_url(key: str, staff: StaffUser) -> str:
    number = key.partition("/")[0]
    if not staff.has_perm(VIEW) or not number.isdecimal():
        return ""
    return reverse("admin:patrol_check", args=[number])


def register() -> None:
    """Give page, queue, panel and references their places; called when apps are ready."""
    register_page("patrol-checks/<int:pk>/", CheckDoor, name="patrol_check")
    register_page("patrol-checks/<int:pk>/look/", CheckPage, name=URL_NAME)
    register_queue(
        Queue(
            code=planning.QUEUE,
            label=gettext_lazy("Patrol"),
            permission=checking.CHECK,
            url_name=f"admin:{URL_NAME}",
            key="n p",
            describe=checks_in_words,
        ),
        order=40,
    )
    register_panel("accounts.publicaccount", checks_panel, order=55)
    register_timeline_source(
        "accounts.publicaccount",
        TimelineSource(
            kind="patrol",
            label=gettext_lazy("Patrols"),
            permission=VIEW,
            records=lambda accounts: PatrolCheck.objects.filter(account__in=accounts),
            name=lambda check: check.reference,
            page=check_url,
        ),
    )
    register_reference(
        "patrol_check",
        words=lambda key: _("Check on patrol no. %(number)s") % {"number": key.partition("/")[0]},
        url=_reference_url,
    )
    name_figure("patrol_item", gettext_lazy("Point of the patrol"))
