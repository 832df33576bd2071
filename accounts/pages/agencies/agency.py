"""The pages of the register of agencies: entering one, changing its entry, one agency."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agency, AgencyContract
from accounts.pages.addresses import account_url
from accounts.pages.agencies.presentation import (
    agency_badge,
    agency_url,
    contract_badge,
    contract_url,
)
from accounts.pages.presentation import instant
from accounts.powers_words import AgencyStatus
from accounts.services.agencies import register
from accounts.services.agencies.register import AgencyDraft, figures_of, own_accounts
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.pages.door import posted_number, staff_of
from compliance.pages.record import Panel, PanelRow, RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.pages.reveal import reveal_url
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import TextareaWidget, TextInputWidget
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, Crumb, register_page

VIEW = "accounts.view_agency"
LIST = "admin:accounts_agency_changelist"
SHOWN = 50


class AgencyForm(forms.Form):
    """An agency as the register knows it."""

    name = forms.CharField(
        label=gettext_lazy("Name of the agency"),
        max_length=register.LONGEST_NAME,
        widget=TextInputWidget,
    )
    public_name = forms.CharField(
        label=gettext_lazy("Public name, shown on the pages of its accounts"),
        max_length=register.LONGEST_PUBLIC_NAME,
        widget=TextInputWidget,
    )
    uscc = forms.CharField(
        label=gettext_lazy("Unified social credit code"), max_length=30, widget=TextInputWidget
    )
    contact = forms.CharField(
        label=gettext_lazy("Internal contact, kept sealed"),
        max_length=register.LONGEST_CONTACT,
        widget=TextInputWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)


class EntryForm(AgencyForm):
    """What of an entry can be changed; an empty contact leaves the one that is known."""

    uscc = None  # type: ignore[assignment]
    contact = forms.CharField(
        label=gettext_lazy("New internal contact, empty if it stays"),
        max_length=register.LONGEST_CONTACT,
        required=False,
        widget=TextInputWidget,
    )


class EnterAgencyPage(ConsolePage):
    """Enters an agency in the register."""

    title = gettext_lazy("Enter an agency")
    permission = register.REGISTER
    template_name = "ui/add.html"

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("agencies"), reverse(LIST)), Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        posted = self.request.POST if self.request.method == "POST" else None
        return {
            "form": AgencyForm(posted),
            "list_url": reverse(LIST),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = AgencyForm(request.POST), staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        with refusals_logged(
            action="accounts.agency.create",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_16_4,
        ):
            agency = register.register_agency(
                draft=AgencyDraft(**given),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_16_4,
                reason=reason,
            )
        said = _("%(agency)s is on the register.") % {"agency": agency}
        return self.redirect(agency_url(agency), said)


class ChangeAgencyPage(ConsolePage):
    """Changes the entry of an agency."""

    permission = register.REGISTER
    template_name = "accounts/agencies/change.html"

    @cached_property
    def agency(self) -> Agency:
        """The agency that the address names."""
        return get_object_or_404(Agency.objects.select_related("key"), pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Change the entry of %(agency)s") % {"agency": self.agency.reference}

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(self.agency), agency_url(self.agency)), Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        agency = self.agency
        posted = self.request.POST if self.request.method == "POST" else None
        return {
            "form": EntryForm(
                posted, initial={"name": agency.name, "public_name": agency.public_name}
            ),
            "record": agency,
            "submit_label": _("Keep"),
            "list_url": agency_url(agency),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = EntryForm(request.POST), staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        with refusals_logged(
            action="accounts.agency.correct",
            target=self.agency,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_16_4,
        ):
            register.amend_agency(
                agency=self.agency,
                draft=AgencyDraft(**given),
                expected_version=posted_number(request, "version"),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_16_4,
                reason=reason,
            )
        return self.redirect(agency_url(self.agency), _("The entry was changed."))


class AgencyPage(RecordPage):
    """One agency: its figures, its accounts, its agreements."""

    permission = VIEW
    template_name = "accounts/agencies/agency.html"
    list_title = gettext_lazy("agencies")
    list_url_name = LIST
    provision = Provision.PUBLIC_ACCOUNT_16_4

    def find_record(self) -> Agency:
        return get_object_or_404(
            Agency.objects.select_related("contact", "key"), pk=self.kwargs["pk"]
        )

    def get_title(self) -> str:
        return str(self.record)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        return {
            "badge": agency_badge(record),
            "facts": agency_facts(record, staff),
            "change_url": (
                reverse("admin:change_agency", args=[record.pk])
                if staff.has_perm(register.REGISTER)
                else ""
            ),
            "panels": [contracts_panel(record), own_panel(record)],
            "timeline": timeline_page(
                record,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if not staff_of(self.request).has_perm(register.REGISTER):
            return []
        if self.record.status == AgencyStatus.STRUCK_OFF:
            return [
                self.action(
                    "restore",
                    _("Put on the register again"),
                    hint=_("Agreements are handed in anew."),
                )
            ]
        return [
            self.action(
                "strike_off",
                _("Take off the register"),
                reason_label=_("Reason told to the operators of its accounts"),
                hint=_("Its %(count)s agreements in force end with it.")
                % {"count": figures_of(self.record).under_contract},
                tone="danger",
            )
        ]

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=self.provision, reason=reason)
        version = posted_number(self.request, "version")
        if act == "strike_off":
            ended = register.strike_off_agency(
                agency=self.record, expected_version=version, **grounds
            )
            return _("Off the register; %(count)s agreements ended.") % {"count": ended}
        if act == "restore":
            register.restore_agency(agency=self.record, expected_version=version, **grounds)
            return _("On the register again.")
        return super().carry_out(act, actor, reason)


def agency_facts(agency: Agency, staff: StaffUser) -> list[Fact]:
    """Return what is known of an agency, with the counts of its accounts."""
    figures = figures_of(agency)
    return [
        Fact(_("Public name"), agency.public_name),
        Fact(_("Name of the agency"), agency.name),
        Fact(_("Unified social credit code"), agency.uscc, is_code=True),
        Fact(
            _("Internal contact"),
            agency.contact.masked or _("kept masked"),
            url=reveal_url(agency.contact, staff),
        ),
        Fact(_("On the register since"), instant(agency.registered_at)),
        Fact(_("Accounts by agreement, today"), str(figures.under_contract)),
        Fact(_("Accounts of its own"), str(figures.own)),
        Fact(_("Agreements to review"), str(figures.waiting)),
    ]


def contracts_panel(agency: Agency) -> Panel:
    """Return the agreements of an agency, those in force first, each with its account."""
    found = AgencyContract.objects.filter(agency=agency).select_related("account", "agency")
    today = timezone.localdate()
    running = list(found.in_force(today).order_by("-pk")[:SHOWN])
    others = found.exclude(pk__in=[each.pk for each in running]).order_by("-pk")[:SHOWN]
    return Panel(
        title=_("Agreements"),
        rows=[
            PanelRow(
                label=each.account.name,
                url=contract_url(each),
                hint=f"{each.account.platform_uid} · {each.account.get_category_display()}",
                value=_("until %(time)s") % {"time": each.valid_until},
                badge=contract_badge(each),
            )
            for each in [*running, *others]
        ],
        empty=_("No agreement with an agency was handed in."),
        more_url=f"{reverse('admin:accounts_agencycontract_changelist')}?q={agency.uscc}",
        more_label=_("All agreements of the agency"),
    )


def own_panel(agency: Agency) -> Panel:
    """Return the accounts that the agency runs itself."""
    return Panel(
        title=_("Accounts of its own"),
        rows=[
            PanelRow(
                label=each.name,
                url=account_url(each),
                hint=each.platform_uid,
                value=each.get_status_display(),
            )
            for each in own_accounts(agency)[:SHOWN]
        ],
        empty=_("No account is registered under its code."),
    )


def register_pages() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page("agencies/enter/", EnterAgencyPage, name="enter_agency")
    register_page("agencies/<int:pk>/", AgencyPage, name="agency")
    register_page("agencies/<int:pk>/change/", ChangeAgencyPage, name="change_agency")
    register_link(
        "records",
        gettext_lazy("Enter an agency"),
        view="admin:enter_agency",
        permission=register.REGISTER,
        icon="domain_add",
        order=47,
    )
