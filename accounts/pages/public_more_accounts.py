"""The public page that says how many accounts a subject may run and how to apply for more."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.allowance_words import MultiAccountItem
from accounts.enums import SubjectNature
from accounts.services.allowances.submission import MATERIAL_STEP, REVIEW_STEP
from accounts.services.policies import policy_in_force
from compliance.public.pages import PublicEntry, PublicPage, register_public_page
from compliance.rulebook.limits import published_limits


class MoreAccountsPage(PublicPage):
    """
    The caps, and the way beyond them, that a refusal for the cap names.

    Public Account Provisions, art. 10 §1: the limits are published; nature, qualification for the
    services, business scope and credit are looked at.
    """

    title = gettext_lazy("How many accounts one subject may run")
    template_name = "public/more_accounts.html"
    is_cacheable = True

    def get_context_data(self) -> dict[str, Any]:
        now = timezone.now()
        limits = policy_in_force(now).limits
        steps = {each.code: each for each in published_limits(now)}
        shown = [steps[code] for code in (REVIEW_STEP, MATERIAL_STEP) if code in steps]
        return {
            **super().get_context_data(),
            "caps": [
                {
                    "nature": SubjectNature(nature).label,
                    "cap": limits.subject_caps[nature],
                    "is_raised": nature in limits.allowance_natures,
                }
                for nature in SubjectNature
            ],
            "items": [item.label for item in MultiAccountItem],
            "limits": shown,
            "has_announced": any(each.announced for each in shown),
        }


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_public_page(
        "more-accounts/",
        MoreAccountsPage,
        name="more_accounts",
        entry=PublicEntry(
            title=gettext_lazy("More accounts"),
            text=gettext_lazy(
                "How many accounts one subject may run, and how an organisation applies for more."
            ),
            order=35,
        ),
    )
