"""The form from which a filing is prepared."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import DateWidget, SelectWidget, TextareaWidget
from compliance.ui.pages import ConsolePage, Crumb
from reports.enums import FilingCode
from reports.models import Filing
from reports.pages.filing import PREPARE
from reports.pages.presentation import filing_url
from reports.services.preparation import (
    EARLIEST_DAY,
    LATEST_DAY,
    out_of_years,
    prepare_filing,
)


class PrepareFilingForm(forms.Form):
    """Which form, on which days: people name the last day, so it is included here."""

    code = forms.ChoiceField(
        label=gettext_lazy("Form"), choices=FilingCode.choices, widget=SelectWidget
    )
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=DateWidget)
    last_day = forms.DateField(label=gettext_lazy("Last day, included"), widget=DateWidget)
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)
    is_unfinished_meant = forms.BooleanField(
        label=gettext_lazy("Prepare it although the period has not ended"), required=False
    )

    @property
    def is_unfinished(self) -> bool:
        """Whether the days that were given have not all passed yet."""
        day: date | None = getattr(self, "cleaned_data", {}).get("last_day")
        return day is not None and day >= timezone.localdate()

    def clean(self) -> dict[str, Any]:
        """
        Return what was given.

        :raises ValidationError: if the period has not ended and nobody said that this is meant.
        """
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.is_unfinished and not given.get("is_unfinished_meant"):
            raise forms.ValidationError(
                _(
                    "The period has not ended: what comes into force later will be missing, and the "
                    "rows cannot be changed any more. Give an earlier day, or say that it is meant."
                )
            )
        return given

    def clean_last_day(self) -> date:
        """
        Return the last day.

        :raises ValidationError: if no day can follow it in the calendar of filings.
        """
        day: date = self.cleaned_data["last_day"]
        if not EARLIEST_DAY <= day <= LATEST_DAY:
            raise forms.ValidationError(out_of_years())
        return day


class PrepareFilingPage(ConsolePage):
    """Prepares a filing and goes on to its page."""

    title = gettext_lazy("Prepare a filing")
    permission = PREPARE
    template_name = "reports/prepare.html"

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(_("filings"), reverse("admin:reports_filing_changelist")),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        this_month = timezone.localdate().replace(day=1)
        last_day = this_month - timedelta(days=1)
        initial = {"first_day": last_day.replace(day=1), "last_day": last_day}
        return {
            "form": PrepareFilingForm(self.request.POST or None, initial=initial),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PrepareFilingForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given, actor = form.cleaned_data, staff_of(request)
        until = given["last_day"] + timedelta(days=1)
        plan = Filing(code=given["code"], period_from=given["first_day"], period_until=until)
        with refusals_logged(action="reports.filing.prepare", target=plan, actor=actor):
            filing = prepare_filing(
                code=given["code"],
                period_from=given["first_day"],
                period_until=until,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_19_2,
                reason=given["reason"],
            )
        return self.redirect(filing_url(filing), _("The rows are frozen."))
