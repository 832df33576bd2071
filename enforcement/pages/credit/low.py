"""The list of low credit: whose services are withheld, the lowest first."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.pages.record import Panel, PanelRow
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, register_page
from enforcement.models import CreditScore
from enforcement.pages.credit.presentation import VIEW, credit_url, grade_badge
from enforcement.services.credit.counting import stored
from enforcement.services.credit.sources import rule_in_force
from enforcement.services.credit.words import healing_in_words

# Our choice; the list of all has the rest.
SHOWN = 100


class LowCreditPage(ConsolePage):
    """Everybody below the low-credit line of the rule in force."""

    title = gettext_lazy("Low credit")
    permission = VIEW
    template_name = "enforcement/credit/low.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        terms = rule_in_force(timezone.now()).terms
        low = CreditScore.objects.filter(score__lt=terms.low)
        found = low.select_related("subject__name").prefetch_related("subject__accounts")
        return {
            "panel": Panel(
                title=_("Below %(low)s points: %(count)s")
                % {"low": terms.low, "count": low.count()},
                hint=_("The lowest first; at most %(count)s are shown here.") % {"count": SHOWN},
                rows=[
                    PanelRow(
                        label=_(", ").join(each.name for each in score.subject.accounts.all())
                        or str(score.subject),
                        url=credit_url(score),
                        value=_("%(score)s points") % {"score": score.score},
                        hint=healing_in_words(stored(score), terms),
                        badge=grade_badge(score.grade),
                    )
                    for score in found.order_by("score", "pk")[:SHOWN]
                ],
                empty=_("Nobody’s credit is low."),
                more_url=reverse("admin:enforcement_creditscore_changelist"),
                more_label=_("All credit"),
            ),
            **super().get_context_data(**kwargs),
        }


def register() -> None:
    """Give the page its address and its place; called when apps are ready."""
    register_page("credit/low/", LowCreditPage, name="low_credit")
    register_link(
        "enforcement",
        gettext_lazy("Low credit"),
        view="admin:low_credit",
        permission=VIEW,
        icon="trending_down",
        order=46,
    )
