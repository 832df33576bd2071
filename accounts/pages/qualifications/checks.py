"""The page on which all qualifications of a type are put up to be looked at again."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.enums import QualificationType
from accounts.services.qualifications import checking, terms
from accounts.services.qualifications.cover import provision_of
from compliance.errors import InvalidInput
from compliance.pages.door import staff_of
from compliance.refusals import refusals_logged
from compliance.ui.admin import SelectWidget, TextInputWidget
from compliance.ui.kit import AllowedAction
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, register_page
from compliance.ui.pagination import tally_rows


class ChecksForm(forms.Form):
    """Which qualifications are to be looked at again."""

    type = forms.ChoiceField(
        label=gettext_lazy("Qualification"),
        choices=QualificationType.choices,
        widget=SelectWidget,
    )
    issuer = forms.CharField(
        label=gettext_lazy("Only of issuers whose name holds"),
        max_length=200,
        required=False,
        widget=TextInputWidget,
    )


class ChecksPage(ConsolePage):
    """Says how many it would be, and puts them into the queue."""

    title = gettext_lazy("Look again at a type")
    permission = checking.REVIEW
    template_name = "accounts/qualifications/checks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = ChecksForm(self.request.GET or None)
        context: dict[str, Any] = {"form": form, **super().get_context_data(**kwargs)}
        if form.is_bound and form.is_valid():
            given = form.cleaned_data
            tally = tally_rows(terms.waiting_for_no_check(given["type"], given["issuer"]))
            label = QualificationType(given["type"]).label
            context["found"] = _("%(type)s: %(count)s verified that nobody is looking at.") % {
                "type": label,
                "count": tally,
            }
            if tally.number:
                context["action"] = self.action(given)
        return context

    def action(self, given: dict[str, Any]) -> AllowedAction:
        """Return the act that puts what was found into the queue."""
        return AllowedAction(
            code="check_again",
            label=_("Put them into the queue"),
            url=self.request.get_full_path(),
            hidden={"type": given["type"], "issuer": given["issuer"]},
            hint=_("They stay verified meanwhile; each has its own time limit."),
            is_open=True,
            key="c",
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = ChecksForm(request.POST), staff_of(request)
        if not form.is_valid():
            raise InvalidInput(_("Choose a type of qualification that the platform knows."))
        given = form.cleaned_data
        provision = provision_of(QualificationType(given["type"]).field)
        with refusals_logged(
            action="accounts.qualification.check_again",
            target=actor,
            actor=actor,
            provision=provision,
        ):
            count = terms.open_checks_of_type(
                type_=given["type"],
                issuer=given["issuer"],
                actor=actor,
                provision=provision,
                reason=request.POST.get("reason", ""),
            )
        said = ngettext(
            "%(count)s qualification is in the queue.",
            "%(count)s qualifications are in the queue.",
            count,
        ) % {"count": count}
        return self.redirect(reverse("admin:qualification_checks"), said)


def register() -> None:
    """Give the page its address and its place in the sidebar; called when apps are ready."""
    register_page("qualifications/checks/", ChecksPage, name="qualification_checks")
    register_link(
        "accounts",
        gettext_lazy("Look again at a type"),
        view="admin:qualification_checks",
        permission=checking.REVIEW,
        icon="published_with_changes",
        order=37,
    )
