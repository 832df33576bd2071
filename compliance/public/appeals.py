"""The way in for an appeal: by the number of the decision and the code in its notice, or by writing."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy

from compliance.public.pages import PublicEntry, PublicPage, public_url, register_public_page
from compliance.public.responding import LONGEST_CODE, UnknownCode, invitation_of
from compliance.responses.codes import read_code
from compliance.responses.kinds import response_kind
from compliance.responses.wrong_codes import address_of, note_wrong
from compliance.rulebook.limits import published_limits

# The steps of an appeal, in their order.
STEPS: Final = (
    "appeal_window",
    "appeal_window_warning",
    "appeal_acceptance",
    "appeal_decision",
    "appeal_decision_complex",
    "second_appeal_decision",
)
# Longer than any number: what else is typed there is none.
LONGEST_NUMBER: Final = 40


class AppealPage(PublicPage):
    """
    The way to appeal that every notice names.

    Public Account Provisions, art. 20 §2: the way to appeal is open and its time limit published.
    """

    title = gettext_lazy("Appeal against a decision")
    template_name = "public/appeal.html"
    is_cacheable = True

    def get_context_data(self) -> dict[str, Any]:
        limits = {each.code: each for each in published_limits(timezone.now())}
        shown = [limits[code] for code in STEPS if code in limits]
        return {
            **super().get_context_data(),
            "limits": shown,
            "has_announced": any(each.announced for each in shown),
            "contact": settings.APPEAL_CONTACT,
            # The platform writes it once, in its own language.
            "contact_language": settings.LANGUAGE_CODE,
            "longest_code": LONGEST_CODE,
            "longest_number": LONGEST_NUMBER,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead on to the page of the decision whose number and code were typed; nothing else tells."""
        typed = request.POST.get("code", "")
        found = invitation_of(request, typed)
        number = response_kind(found.kind).number
        called = request.POST.get("number", "").strip().upper()[:LONGEST_NUMBER]
        if number is None or number(found) != called:
            note_wrong(address_of(request))
            raise UnknownCode
        return HttpResponseRedirect(public_url("response", read_code(typed)))


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_public_page(
        "appeal/",
        AppealPage,
        name="appeal",
        entry=PublicEntry(
            title=gettext_lazy("Appeal"),
            text=gettext_lazy(
                "If you do not agree with a decision about an account: appeal, follow what becomes of "
                "it, read who hears you and how long it takes."
            ),
            order=5,
        ),
    )
