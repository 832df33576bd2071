"""The page on which one person stops something at once."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.deadlines import due_instant
from compliance.pages.clock_panel import due_in_words
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import Fact
from compliance.ui.pages import ConsolePage, Crumb, register_page
from enforcement.hearing_words import HoldGround, HoldScope
from enforcement.models import Case
from enforcement.pages.holds.presentation import hold_rows, hold_url
from enforcement.pages.presentation import account_facts, case_facts, case_url
from enforcement.services.holds import confirming, placing
from enforcement.services.holds.placing import HoldDraft


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "ui-input"})


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "ui-input", "rows": rows})


class HoldForm(forms.Form):
    """What is said when something is stopped at once; what is needed is the matter of the service."""

    scope = forms.ChoiceField(
        label=gettext_lazy("What is stopped"),
        choices=[("", gettext_lazy("Choose")), *HoldScope.choices],
        widget=_select(),
        help_text=gettext_lazy("Not more than the harm asks for: a content before the account."),
    )
    content_ref = forms.CharField(
        label=gettext_lazy("Number or address of the content"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"class": "ui-input"}),
        help_text=gettext_lazy("Only where one content is stopped."),
    )
    ground = forms.ChoiceField(
        label=gettext_lazy("Why at once"),
        choices=[("", gettext_lazy("Choose")), *HoldGround.choices],
        widget=_select(),
    )
    facts = forms.CharField(
        label=gettext_lazy("Facts told to the operator"),
        max_length=placing.LONGEST_FACTS,
        widget=_area(5),
        help_text=gettext_lazy("What was found, when and where."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=_area(3),
        help_text=gettext_lazy("For whoever confirms it; never told to the operator."),
    )


class PlaceHoldPage(ConsolePage):
    """Places an emergency hold in a case."""

    title = gettext_lazy("Place an emergency hold")
    permission = placing.PLACE
    template_name = "enforcement/place_hold.html"

    @cached_property
    def case(self) -> Case:
        """The case that the address names."""
        return get_object_or_404(
            Case.objects.select_related(
                "account__subject__name", "account__subject__id_number", "matter", "opened_by"
            ).prefetch_related("account__restrictions"),
            pk=self.kwargs["pk"],
        )

    @cached_property
    def form(self) -> HoldForm:
        """The form as it was posted, or with the content of the case."""
        if self.request.method == "POST":
            return HoldForm(self.request.POST)
        content = self.case.content_ref
        return HoldForm(
            initial={"scope": HoldScope.CONTENT if content else "", "content_ref": content}
        )

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(self.case.number, case_url(self.case)), Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, now = self.case, timezone.now()
        return {
            "form": self.form,
            "case": case,
            "case_url": case_url(case),
            "consequences": [
                Fact(_("At once"), _("It is stopped, and the operator is told the facts and why.")),
                Fact(
                    _("Ends by itself"),
                    due_in_words(due_instant(placing.CONFIRMATION_STEP, now)),
                    hint=_("Unless a second person confirms it before."),
                ),
                Fact(
                    _("Confirmed it lasts"),
                    _("until the decision of the case, at most until the %(time)s")
                    % {"time": due_in_words(due_instant(confirming.LONGEST_STEP, now))},
                ),
                Fact(_("Once in a case"), _("Nobody places a second one in the same case.")),
            ],
            "case_facts": case_facts(case),
            "account_facts": account_facts(case.account, now),
            "holds": hold_rows(case),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given, actor = self.form.cleaned_data, staff_of(request)
        with refusals_logged(action="enforcement.case.place_hold", target=self.case, actor=actor):
            hold = placing.place_hold(
                case=self.case,
                draft=HoldDraft(
                    scope=given["scope"],
                    ground=given["ground"],
                    facts=given["facts"],
                    content_ref=given["content_ref"],
                ),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_19_2,
                reason=given["reason"],
            )
        said = _("%(number)s holds until the %(time)s; somebody else has to confirm it.") % {
            "number": hold.number,
            "time": due_in_words(hold.in_force_until),
        }
        return self.redirect(hold_url(hold), said)


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("cases/<int:pk>/hold/", PlaceHoldPage, name="place_hold")
