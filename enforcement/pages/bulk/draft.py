"""The page on which a decision on many accounts is drafted."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Subject
from compliance.errors import InvalidInput
from compliance.numbers import read_number
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import FileWidget
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, Crumb, register_page
from enforcement.enums import CaseSource
from enforcement.models import BulkDecision, Case, MeasureType
from enforcement.models.cases import NUMBER_PREFIX
from enforcement.pages.bulk.presentation import bulk_url
from enforcement.pages.proposal_form import MeasureLine, ProposalForm
from enforcement.services.bulk.contents import Origin
from enforcement.services.bulk.drafting import DECIDED_ALONE, PROPOSE, draft_bulk
from enforcement.services.bulk.figures import figures_of
from enforcement.services.bulk.lists import (
    LARGEST_FILE,
    Entry,
    accounts_of_subject,
    read_file,
    read_pasted,
)


def _line() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "ui-input"})


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "ui-input", "rows": rows})


class BulkForm(ProposalForm):
    """The words of a decision, and the accounts that it is about."""

    accounts = forms.CharField(
        label=gettext_lazy("Account numbers"),
        required=False,
        widget=_area(8),
        help_text=gettext_lazy(
            "One a line; after a comma the facts of this account alone, if there are any: they may "
            "have commas themselves."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("or a CSV file"),
        required=False,
        widget=FileWidget,
        help_text=gettext_lazy("Columns platform_uid and, if there are any, the facts."),
    )
    subject = forms.CharField(
        label=gettext_lazy("or all accounts of an operator"),
        max_length=40,
        required=False,
        widget=_line(),
        help_text=gettext_lazy("The number of the subject, as its page shows it."),
    )
    lead_case = forms.CharField(
        label=gettext_lazy("Case with the evidence"),
        max_length=40,
        required=False,
        widget=_line(),
        help_text=gettext_lazy("AJ and the number, if there is one."),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Source"),
        choices=[(code, label) for code, label in CaseSource.choices if code != CaseSource.FINDING],
        initial=CaseSource.OWN,
        widget=forms.Select(attrs={"class": "ui-input"}),
    )
    source_ref = forms.CharField(
        label=gettext_lazy("Reference of the source"),
        max_length=80,
        required=False,
        widget=_line(),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=_area(3),
        help_text=gettext_lazy("Why these accounts are decided on together; kept on record."),
    )

    def clean_lead_case(self) -> Case | None:
        typed = self.cleaned_data["lead_case"].strip()
        if not typed:
            return None
        number = read_number(NUMBER_PREFIX, typed)
        found = Case.objects.filter(pk=number).first() if number is not None else None
        if found is None:
            raise forms.ValidationError(_("No case has this number."))
        return found

    def clean_subject(self) -> Subject | None:
        typed = self.cleaned_data["subject"].strip().lstrip("#")
        if not typed:
            return None
        found = Subject.objects.filter(pk=int(typed)).first() if typed.isdecimal() else None
        if found is None:
            raise forms.ValidationError(_("No operator has this number."))
        return found

    def lines_for_many(self) -> list[tuple[MeasureLine, str]]:
        """Return the measures, each with why it cannot be ordered on a list, or ""."""
        return [(each, _why_alone(each.type)) for each in self.measure_lines()]

    def entries(self) -> list[Entry]:
        """
        Return the accounts that were given, in whichever of the ways.

        :raises InvalidInput: if a list cannot be read, or none or more than one was given.
        """
        given = self.cleaned_data
        ways = [name for name in ("accounts", "file", "subject") if given.get(name)]
        if len(ways) != 1:
            raise InvalidInput(
                _("Give the accounts in one way: pasted, in a file, or all of an operator.")
            )
        if given["file"]:
            return read_file(given["file"].read(LARGEST_FILE + 1))
        if given["subject"]:
            return accounts_of_subject(given["subject"])
        return read_pasted(given["accounts"])

    def origin(self) -> Origin:
        """Return where the cases come from."""
        return Origin(
            source=self.cleaned_data["source"], source_ref=self.cleaned_data["source_ref"].strip()
        )


def _why_alone(measure: MeasureType) -> str:
    if measure.measure in DECIDED_ALONE:
        return _("one by one: it is about something of one account")
    return _("one by one: the operator is heard first") if measure.needs_hearing else ""


class DraftPage(ConsolePage):
    """Drafts a list; what it would do is looked at before anybody is asked to approve it."""

    title = gettext_lazy("Decide on many accounts")
    permission = PROPOSE
    template_name = "enforcement/bulk/draft.html"
    # Ten thousand lines with facts of their own.
    longest_text = LARGEST_FILE

    @cached_property
    def form(self) -> BulkForm:
        """The form as it was posted, or with what the address names."""
        if self.request.method == "POST":
            return BulkForm(self.request.POST, self.request.FILES)
        asked = self.request.GET
        return BulkForm(
            initial={
                "subject": asked.get("subject", ""),
                "lead_case": asked.get("case", ""),
                "content_kind": "account",
                "source": CaseSource.OWN,
            }
        )

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"form": self.form, **super().get_context_data(**kwargs)}

    def post(self, request: HttpRequest) -> HttpResponse:
        actor, form = staff_of(request), self.form
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        with refusals_logged(
            action="enforcement.bulkdecision.create",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_19_2,
        ):
            bulk: BulkDecision = draft_bulk(
                entries=form.entries(),
                words=form.words(),
                origin=form.origin(),
                lead_case=form.cleaned_data["lead_case"],
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_19_2,
                reason=form.cleaned_data["reason"],
            )
        said = (
            _("Drafted. Look at what it would do, then propose it.")
            if figures_of(bulk).to_decide
            else _("Drafted, but no account can be decided on: read why, and draft it anew.")
        )
        return self.redirect(bulk_url(bulk), said)


def register() -> None:
    """Give the page its address and its place in the sidebar; called when apps are ready."""
    register_page("bulk-decisions/draft/", DraftPage, name="draft_bulk")
    register_link(
        "enforcement",
        gettext_lazy("Decide on many accounts"),
        view="admin:draft_bulk",
        permission=PROPOSE,
        icon="playlist_add",
        order=6,
    )
