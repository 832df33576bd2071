"""How somebody appeals by writing: who hears it, how long it takes, what to write and to whom."""

from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy

from compliance.public.pages import PublicEntry, PublicPage, register_public_page
from compliance.rulebook.limits import published_limits

# The steps of an appeal, in their order.
STEPS: Final = (
    "appeal_window",
    "appeal_window_warning",
    "appeal_acceptance",
    "appeal_decision",
    "appeal_decision_complex",
)


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
        }


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_public_page(
        "appeal/",
        AppealPage,
        name="appeal",
        entry=PublicEntry(
            title=gettext_lazy("Appeal"),
            text=gettext_lazy(
                "If you do not agree with a decision about an account: who hears you, how long it "
                "takes, what to write and to whom."
            ),
            order=5,
        ),
    )
