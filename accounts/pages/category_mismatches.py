"""The page on which somebody reports that an account publishes outside its category."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import AccountStatus
from accounts.models import PublicAccount
from accounts.pages.addresses import finding_url
from accounts.pages.of_account import OfAccountPage, register_link_of_open
from accounts.services.category_mismatches import report_category_mismatch
from accounts.services.findings import RECORD
from compliance.models import StaffUser
from compliance.pages.door import staff_of
from compliance.pages.record import RecordLink
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import TextareaWidget, TextInputWidget
from compliance.ui.pages import register_page

P = Provision.PUBLIC_ACCOUNT_15_2


class MismatchForm(forms.Form):
    """What shows that an account publishes something else."""

    facts = forms.CharField(
        label=gettext_lazy("What was found"),
        help_text=gettext_lazy("What it publishes, over which time; nothing that names a person."),
        max_length=4000,
        widget=TextareaWidget,
    )
    source_ref = forms.CharField(
        label=gettext_lazy("What it rests on, as a number of a report"),
        max_length=60,
        widget=TextInputWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)


class ReportMismatchPage(OfAccountPage[MismatchForm]):
    """Reports content outside the category as a finding, for a person to look at."""

    title = gettext_lazy("Report content outside the category")
    permission = RECORD
    form_class = MismatchForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form, staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        with refusals_logged(
            action="accounts.finding.create", target=self.account, actor=actor, provision=P
        ):
            finding = report_category_mismatch(
                account=self.account, **form.cleaned_data, actor=actor, provision=P
            )
        said = _("%(number)s waits for somebody to look at it.") % {"number": finding.number}
        return self.redirect(finding_url(finding), said)


def reporting_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Return the way to report content outside the category, for whoever may."""
    if not staff.has_perm(RECORD) or account.status != AccountStatus.ACTIVE:
        return None
    return RecordLink(
        label=gettext_lazy("Report content outside the category"),
        url=reverse("admin:report_category_mismatch", args=[account.pk]),
    )


def register() -> None:
    """Give the page its address and its way; called when apps are ready."""
    register_page(
        "accounts/<int:pk>/category/report/",
        ReportMismatchPage,
        name="report_category_mismatch",
    )
    register_link_of_open(reporting_link)
