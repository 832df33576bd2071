"""The pages on which an agreement is entered for an account, and what is said of its agency."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationSource
from accounts.models import Agency
from accounts.pages.addresses import account_url
from accounts.pages.agencies.presentation import contract_url
from accounts.pages.of_account import OfAccountPage
from accounts.services.agencies import claims, submission
from accounts.services.agencies.submission import ContractDraft
from accounts.services.findings import RECORD
from compliance.errors import InvalidInput
from compliance.numbers import read_number
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import DateWidget, TextareaWidget, TextInputWidget
from compliance.ui.pages import register_page

P = Provision.PUBLIC_ACCOUNT_16_4


def agency_named(words: str) -> Agency:
    """
    Return the agency of a number or a code.

    :raises InvalidInput: if there is none.
    """
    words = words.strip()
    number = read_number("JG", words)
    found = (
        Agency.objects.filter(pk=number) if number else Agency.objects.filter(uscc=words.upper())
    )
    agency = found.first()
    if agency is None:
        raise InvalidInput(_("No agency on the register has this number or code."))
    return agency


class ContractForm(forms.Form):
    """What an agreement says."""

    agency = forms.CharField(
        label=gettext_lazy("Agency: its number on the register, or its credit code"),
        max_length=30,
        widget=TextInputWidget,
    )
    number = forms.CharField(
        label=gettext_lazy("Number of the agreement"),
        max_length=submission.LONGEST_NUMBER,
        widget=TextInputWidget,
    )
    valid_from = forms.DateField(label=gettext_lazy("Valid from"), widget=DateWidget)
    valid_until = forms.DateField(label=gettext_lazy("Valid until"), widget=DateWidget)
    covers = forms.CharField(
        label=gettext_lazy("What it covers"),
        max_length=submission.LONGEST_COVER,
        widget=TextInputWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)


class ClaimForm(forms.Form):
    """By which agency an account is said to be run, and where that was said."""

    agency_name = forms.CharField(
        label=gettext_lazy("Name of the agency, as it was given"),
        max_length=claims.LONGEST_NAME,
        widget=TextInputWidget,
    )
    source_ref = forms.CharField(
        label=gettext_lazy("Where that was said"),
        max_length=claims.LONGEST_NAME,
        widget=TextInputWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)


class EnterContractPage(OfAccountPage[ContractForm]):
    """Enters an agreement; its file is attached on its page."""

    title = gettext_lazy("Enter an agreement with an agency")
    permission = submission.SUBMIT
    form_class = ContractForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form, staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = dict(form.cleaned_data)
        reason, agency = given.pop("reason"), given.pop("agency")
        with refusals_logged(
            action="accounts.agencycontract.create", target=self.account, actor=actor, provision=P
        ):
            contract = submission.submit_contract(
                account=self.account,
                agency=agency_named(agency),
                draft=ContractDraft(**given),
                source=ApplicationSource.CONSOLE,
                actor=actor,
                provision=P,
                reason=reason,
            )
        said = _("%(reference)s waits for its review.") % {"reference": contract.reference}
        return self.redirect(contract_url(contract), said)


class NoteClaimPage(OfAccountPage[ClaimForm]):
    """Notes that an account is said to be run by an agency."""

    title = gettext_lazy("Note that an agency is said to run it")
    permission = RECORD
    form_class = ClaimForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form, staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        with refusals_logged(
            action="accounts.publicaccount.note_claim",
            target=self.account,
            actor=actor,
            provision=P,
        ):
            finding = claims.note_agency_claim(
                account=self.account, **given, actor=actor, provision=P, reason=reason
            )
        if finding is None:
            said = _("An agreement with this agency is in force; nothing was recorded.")
        else:
            said = _("A finding was recorded.")
        return self.redirect(account_url(self.account), said)


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page(
        "accounts/<int:pk>/agency-contracts/enter/",
        EnterContractPage,
        name="enter_agency_contract",
    )
    register_page("accounts/<int:pk>/agency-claims/enter/", NoteClaimPage, name="note_agency_claim")
