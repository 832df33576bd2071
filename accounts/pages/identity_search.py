"""The page on which subjects are found by an exact identity value, after that is on record."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from accounts.pages.addresses import account_url, application_url, subject_url
from accounts.pages.presentation import instant, standing_badge
from accounts.services.identity_search import (
    Finding,
    Findings,
    search_identity,
    sought_choices,
)
from compliance.models import StaffUser
from compliance.pages.door import staff_of
from compliance.pages.record import Panel, PanelRow
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import Badge
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, register_page

PERMISSION = "compliance.search_identity"


@method_decorator(sensitive_post_parameters("value"), name="dispatch")
class IdentitySearchPage(ConsolePage):
    """
    Asks for a value and a reason, records the search, and shows masked what has the value.

    The value comes by post alone: an address is kept by browsers and by servers on the way. It is
    never drawn into a page again, not after a refusal either.
    """

    title = gettext_lazy("Search by an identity value")
    permission = PERMISSION
    template_name = "identity/search.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.GET:
            return HttpResponseNotAllowed(["POST"])
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"choices": sought_choices(), **super().get_context_data(**kwargs)}

    def post(self, request: HttpRequest) -> HttpResponse:
        actor = staff_of(request)
        with refusals_logged(
            action="compliance.identitysearch.search",
            target=actor,
            actor=actor,
            provision=Provision.PIPL_51,
        ):
            found = search_identity(
                kind=request.POST.get("kind", ""),
                value=request.POST.get("value", ""),
                actor=actor,
                provision=Provision.PIPL_51,
                reason=request.POST.get("reason", ""),
            )
        return self.render_to_response(
            {
                **self.get_context_data(),
                "is_done": True,
                "panels": [finding_panel(each, actor) for each in found.findings],
                "hint": hint_of(found),
            }
        )


def hint_of(found: Findings) -> str:
    """Return what to say about how much was found."""
    if not found.count:
        return _("Nothing has this value. The search is on record all the same.")
    if found.count > len(found.findings):
        return _("%(count)s values were found; the newest are shown.") % {"count": found.count}
    return ""


def finding_panel(finding: Finding, staff: StaffUser) -> Panel:
    """Return a subject that has the value, masked, with its accounts and applications."""
    subject = finding.subject
    accounts = [
        PanelRow(
            label=account.name,
            url=account_url(account),
            hint=account.platform_uid,
            badge=standing_badge(account, timezone.now()),
        )
        for account in finding.accounts
    ]
    applications = [
        PanelRow(
            label=_("Application %(uid)s") % {"uid": application.platform_uid},
            url=application_url(application.pk),
            hint=instant(application.received_at),
            badge=Badge(text=application.get_status_display()),
        )
        for application in finding.applications
    ]
    return Panel(
        title=str(subject),
        hint=f"{finding.value.get_field_display()} {finding.value.masked}",
        rows=[*accounts, *applications],
        empty=_("No application gave this value."),
        more_url=subject_url(subject, staff),
        more_label=_("To the subject"),
    )


def register() -> None:
    """Give the page its address and its place in the sidebar; called when apps are ready."""
    register_page("search/identity/", IdentitySearchPage, name="search_identity")
    register_link(
        "desk",
        gettext_lazy("Search by an identity value"),
        view="admin:search_identity",
        permission=PERMISSION,
        icon="fingerprint",
        key="g i",
        order=20,
    )
