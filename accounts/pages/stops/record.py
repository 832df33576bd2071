"""The page of one stop, and the page on which one is entered."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationSource
from accounts.models import Stop
from accounts.pages.addresses import account_url
from accounts.pages.formulas.links import version_facts
from accounts.pages.of_account import OfAccountPage
from accounts.pages.presentation import instant
from accounts.powers_words import FormulaCode
from accounts.services.blocks import matters_in_the_way
from accounts.services.stops import wishing
from accounts.transfer_words import StopKind, StopStatus
from compliance.grounds import Grounds
from compliance.models import Clock, StaffUser
from compliance.pages.clock_panel import clock_panel
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.overdue import register_clock_page
from compliance.pages.record import RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import SelectWidget, TextareaWidget
from compliance.ui.kit import AllowedAction, Badge, Fact
from compliance.ui.pages import register_page

_TONES: Final = {
    StopStatus.APPLIED: "info",
    StopStatus.COOLING: "warning",
    StopStatus.CLOSED: "",
    StopStatus.REVOKED: "",
    StopStatus.BLOCKED: "danger",
    StopStatus.PAUSED: "warning",
    StopStatus.RESUMED: "",
}


def stop_url(stop: Stop) -> str:
    """Return the address of a stop's page."""
    return reverse("admin:stop", args=[stop.pk])


def stop_badge(stop: Stop) -> Badge:
    """Return the state of a stop as a word with a colour."""
    status = StopStatus(stop.status)
    return Badge(text=status.label, tone=_TONES[status])


class StopPage(RecordPage):
    """A wish to stop as it stands; taken back, or the account resumed, as the operator asks."""

    permission = "accounts.view_stop"
    template_name = "accounts/transfers/matter.html"
    list_title = gettext_lazy("stops at the operator’s wish")
    list_url_name = "admin:accounts_stop_changelist"
    provision = Provision.PUBLIC_ACCOUNT_11_3

    def find_record(self) -> Stop:
        found = Stop.objects.select_related(
            "account", "subject__name", "clock", "restriction", "name_protection", "policy"
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.record)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        account = record.account
        facts = [
            Fact(_("Account"), account.name, hint=account.platform_uid, url=account_url(account)),
            Fact(_("What is asked for"), record.get_kind_display()),
            Fact(_("Applied at"), instant(record.applied_at), hint=record.get_source_display()),
            Fact(_("Followers at the application"), f"{record.followers:,}"),
        ]
        facts += version_facts(FormulaCode.EXITS, record.policy, staff)
        if record.ended_at is not None:
            facts.append(Fact(_("Ended at"), instant(record.ended_at)))
        if record.told:
            facts.append(Fact(_("Reason told to the operator"), record.told))
        protection = getattr(record, "name_protection", None)
        if protection is not None:
            facts.append(Fact(_("Name protected until"), instant(protection.protected_until)))
        is_cooling = record.status == StopStatus.COOLING
        return {
            "badge": stop_badge(record),
            "facts": facts,
            "in_the_way": (
                matters_in_the_way(account, timezone.now(), own_ref=record.ground_ref)
                if is_cooling
                else []
            ),
            "clocks": [clock_panel(record.clock)] if record.clock is not None else [],
            "told": notice_rows([record], staff),
            "timeline": timeline_page(
                record,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if not staff_of(self.request).has_perm(wishing.SUBMIT):
            return []
        if self.record.status == StopStatus.COOLING:
            return [
                self.action(
                    "revoke",
                    _("The operator takes it back"),
                    hint=_("The account goes on as it is."),
                    key="r",
                )
            ]
        if self.record.status == StopStatus.PAUSED:
            return [
                self.action(
                    "resume",
                    _("The operator resumes"),
                    hint=_("Whatever else limits the account stays."),
                    key="r",
                )
            ]
        return []

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=self.provision, reason=reason)
        version = posted_number(self.request, "version")
        if act == "revoke":
            wishing.revoke_stop(stop=self.record, expected_version=version, **grounds)
            return _("Taken back.")
        if act == "resume":
            wishing.resume_account(stop=self.record, expected_version=version, **grounds)
            return _("Resumed.")
        return super().carry_out(act, actor, reason)


class StopForm(forms.Form):
    """What the operator asks for, and how that is known."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is asked for"), choices=StopKind.choices, widget=SelectWidget
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget(attrs={"rows": 3}))


class EnterStopPage(OfAccountPage[StopForm]):
    """Enters that an operator wants to end or pause an account."""

    title = gettext_lazy("Enter a stop at the operator’s wish")
    permission = wishing.SUBMIT
    template_name = "accounts/stops/enter.html"
    form_class = StopForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.account
        return {
            "facts": [
                Fact(_("Account"), account.name, hint=account.platform_uid),
                Fact(_("Followers"), f"{account.activity.followers:,}"),
            ],
            "in_the_way": matters_in_the_way(account, timezone.now()),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form, staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        provision = Provision.PUBLIC_ACCOUNT_11_3
        service = (
            wishing.apply_to_close
            if form.cleaned_data["kind"] == StopKind.CLOSE
            else wishing.pause_account
        )
        with refusals_logged(
            action="accounts.stop.create", target=self.account, actor=actor, provision=provision
        ):
            stop = service(
                account=self.account,
                source=ApplicationSource.CONSOLE,
                actor=actor,
                provision=provision,
                reason=form.cleaned_data["reason"],
            )
        said = _("%(reference)s: %(state)s.") % {
            "reference": stop.reference,
            "state": stop.get_status_display(),
        }
        return self.redirect(stop_url(stop), said)


def page_of_clock(clock: Clock) -> str:
    """Return the page of the stop that a time to think again belongs to, or ""."""
    found = Stop.objects.filter(clock=clock).first()
    return stop_url(found) if found is not None else ""


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page("stops/<int:pk>/", StopPage, name="stop")
    register_page("accounts/<int:pk>/stops/enter/", EnterStopPage, name="enter_stop")
    register_clock_page(page_of_clock)
