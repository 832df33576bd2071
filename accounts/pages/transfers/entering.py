"""The pages on which a transfer is entered, and one that was made without approval reported."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationSource, IdType, QualificationType, SubjectNature
from accounts.models import PublicAccount
from accounts.pages.addresses import finding_url
from accounts.pages.of_account import OfAccountPage
from accounts.pages.transfers.presentation import transfer_url
from accounts.services.blocks import matters_in_the_way
from accounts.services.exit_policies import exit_limits_in_force
from accounts.services.findings import RECORD
from accounts.services.transfers import applying, regularising
from accounts.services.transfers.applying import Transferee
from accounts.services.transfers.materials import papers_in_words
from compliance.errors import ActionRefused
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import DateWidget, SelectWidget, TextareaWidget, TextInputWidget
from compliance.ui.kit import Fact
from compliance.ui.pages import register_page


def _text(label: Any, longest: int, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, required=required, widget=TextInputWidget
    )


class TransfereeForm(forms.Form):
    """Who takes the account over; what is needed is the matter of the service."""

    subject_nature = forms.ChoiceField(
        label=gettext_lazy("Nature of the transferee"),
        help_text=gettext_lazy("Only the natures that may take an account over can be chosen."),
        widget=SelectWidget,
    )
    subject_name = _text(gettext_lazy("Name of the transferee"), 200)
    id_type = forms.ChoiceField(
        label=gettext_lazy("Document type"),
        choices=IdType.choices,
        initial=IdType.USCC,
        widget=SelectWidget,
    )
    id_number = _text(gettext_lazy("Document number"), 256)
    mobile = _text(gettext_lazy("Mobile number"), 50)
    contact = _text(gettext_lazy("Contact"), 500)
    registered_region = _text(gettext_lazy("Place of registration"), 200)
    operating_region = _text(gettext_lazy("Place of operation"), 200)
    business_scope = _text(gettext_lazy("Business scope"), 5000, required=False)
    professional_background = _text(gettext_lazy("Professional background"), 5000, required=False)
    qualification_type = forms.ChoiceField(
        label=gettext_lazy("Qualification"),
        choices=[("", "—"), *QualificationType.choices],
        required=False,
        widget=SelectWidget,
    )
    qualification_number = _text(gettext_lazy("Qualification number"), 200, required=False)
    qualification_issuer = _text(gettext_lazy("Issuer"), 200, required=False)
    qualification_valid_until = forms.DateField(
        label=gettext_lazy("Valid until"), required=False, widget=DateWidget
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget(attrs={"rows": 3}))

    def __init__(self, *args: Any, natures: Collection[SubjectNature], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nature = self.fields["subject_nature"]
        assert isinstance(nature, forms.ChoiceField)
        nature.choices = [(each.value, each.label) for each in SubjectNature if each in natures]

    def transferee(self) -> Transferee:
        """Return the transferee as it was typed."""
        given = {name: each for name, each in self.cleaned_data.items() if name != "reason"}
        return Transferee(
            **{
                **given,
                "subject_nature": SubjectNature(given["subject_nature"]),
                "id_type": IdType(given["id_type"]),
            }
        )


class EnterTransferPage(OfAccountPage[TransfereeForm]):
    """Enters a transfer; papers are attached on its page."""

    title = gettext_lazy("Enter a transfer")
    permission = applying.SUBMIT
    template_name = "accounts/transfers/enter.html"
    form_class = TransfereeForm

    def accounts(self) -> QuerySet[PublicAccount]:
        return super().accounts().select_related("subject__name")

    def form_options(self) -> dict[str, Any]:
        return {"natures": exit_limits_in_force(timezone.now()).natures}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account, now = self.account, timezone.now()
        subject = account.subject
        needed = exit_limits_in_force(now).papers
        return {
            "facts": [
                Fact(_("Account"), account.name, hint=account.platform_uid),
                Fact(_("Transferor"), subject.shown_name, hint=subject.get_nature_display()),
                Fact(
                    _("Papers that are needed"),
                    papers_in_words(needed),
                    hint=_("They are attached in the next step, by you or by the operator."),
                ),
            ],
            "in_the_way": matters_in_the_way(account, now),
            **super().get_context_data(**kwargs),
        }

    def show_refusal(self, refusal: ActionRefused) -> HttpResponse:
        if isinstance(refusal, applying.UnreadableTransferee):
            for part, words in refusal.problems:
                self.form.add_error(part if part in self.form.fields else None, words)
        return super().show_refusal(refusal)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form, staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        with refusals_logged(
            action="accounts.transfer.create",
            target=self.account,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_11_2,
        ):
            ready = applying.verify_transferee(account=self.account, transferee=form.transferee())
            transfer = applying.apply_for_transfer(
                ready=ready,
                source=ApplicationSource.CONSOLE,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_11_2,
                reason=form.cleaned_data["reason"],
            )
        said = _("%(reference)s waits for its papers.") % {"reference": transfer.reference}
        return self.redirect(transfer_url(transfer), said)


class UnapprovedForm(forms.Form):
    """What shows that an account was handed on without approval."""

    facts = forms.CharField(
        label=gettext_lazy("Facts that were found"),
        help_text=gettext_lazy("Without anything that names a person."),
        max_length=4000,
        widget=TextareaWidget(attrs={"rows": 5}),
    )
    source_ref = forms.CharField(
        label=gettext_lazy("What it rests on, as a number of a report"),
        max_length=60,
        widget=TextInputWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget(attrs={"rows": 3}))


class ReportUnapprovedPage(OfAccountPage[UnapprovedForm]):
    """Reports a transfer without approval as a finding, for a person to look at."""

    title = gettext_lazy("Report a transfer without approval")
    permission = RECORD
    form_class = UnapprovedForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form, staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        with refusals_logged(
            action="accounts.finding.create",
            target=self.account,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_11_2,
        ):
            finding = regularising.report_unapproved_transfer(
                account=self.account,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_11_2,
                **form.cleaned_data,
            )
        said = _("%(number)s waits for somebody to look at it.") % {"number": finding.number}
        return self.redirect(finding_url(finding), said)


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page("accounts/<int:pk>/transfers/enter/", EnterTransferPage, name="enter_transfer")
    register_page(
        "accounts/<int:pk>/transfers/report/",
        ReportUnapprovedPage,
        name="report_unapproved_transfer",
    )
