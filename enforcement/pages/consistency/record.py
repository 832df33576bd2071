"""The page of one second look for whoever looks after consistency, and that of each month's draw."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.pages.door import staff_of
from compliance.pages.record import RecordPage
from compliance.pages.timeline import timeline_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, Crumb, register_page
from enforcement.consistency_words import SecondLookStatus
from enforcement.models import SecondLook, SecondLookDraw
from enforcement.pages.comparable import percent
from enforcement.pages.consistency.conclusion import URL_NAME as CONCLUDE
from enforcement.pages.consistency.presentation import (
    conclusion_facts,
    decided_facts,
    look_badge,
    look_url,
    outcome_in_words,
    rate_in_words,
    seen_facts,
)
from enforcement.services.consistency.agreement import agreement_of, overall
from enforcement.services.consistency.drawing import DRAW, draw_second_looks
from enforcement.services.consistency.looking import REVIEW
from enforcement.services.consistency.months import month_before
from enforcement.services.consistency.rule import rule_in_force

VIEW = "enforcement.view_secondlook"
MONTHS_SHOWN = 12


class SecondLookRecordPage(RecordPage):
    """What was drawn, what was decided, what was seen, and what was concluded."""

    permission = VIEW
    template_name = "enforcement/consistency/second_look.html"
    list_title = gettext_lazy("second looks")
    list_url_name = "admin:enforcement_secondlook_changelist"
    provision = Provision.OPINIONS_2

    def find_record(self) -> SecondLook:
        found = SecondLook.objects.select_related(
            "decision__violation_type", "draw", "reviewed_by", "reviewer", "violation_type"
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Second look %(reference)s") % {"reference": self.record.reference}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        look = self.record
        return {
            "badge": look_badge(look),
            "month": str(look.draw),
            "decided": decided_facts(look),
            "seen": seen_facts(look),
            "concluded": conclusion_facts(look),
            "conclude_url": self.conclude_url(),
            "steps": timeline_of(look),
            **super().get_context_data(**kwargs),
        }

    def conclude_url(self) -> str:
        """Return where a supervisor concludes on it, while one has to."""
        look = self.record
        is_offered = look.status == SecondLookStatus.IN_REVIEW and self.request.user.has_perm(
            REVIEW
        )
        return reverse(f"admin:{CONCLUDE}", args=[look.review_item_id]) if is_offered else ""


class DrawsPage(ConsolePage):
    """The second looks of the last months: how many were drawn, and how often they agreed."""

    title = gettext_lazy("Second looks by month")
    permission = VIEW
    template_name = "enforcement/consistency/draws.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draws = SecondLookDraw.objects.select_related("rule").order_by("-month")[:MONTHS_SHOWN]
        return {
            "rule": rule_facts(),
            "rule_url": reverse("admin:formula", args=["consistency"]),
            "draws": [_month(each) for each in draws],
            "actions": self.allowed_actions(),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        """Return what the person at the screen may do now."""
        month = month_before(timezone.localdate())
        may_draw = staff_of(self.request).has_perm(DRAW)
        if not may_draw or SecondLookDraw.objects.filter(month=month).exists():
            return []
        return [
            AllowedAction(
                code="draw",
                label=_("Draw for %(month)s") % {"month": f"{month:%Y-%m}"},
                url=self.request.path,
                hint=_("The task of the first days of a month does this by itself."),
                key="d",
            )
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = staff_of(request)
        with refusals_logged(
            action="enforcement.secondlookdraw.draw",
            target=actor,
            actor=actor,
            provision=Provision.OPINIONS_2,
        ):
            if request.POST.get("action") != "draw":
                raise InvalidInput(_("This page does not offer that act."))
            done = draw_second_looks(
                month=month_before(timezone.localdate()),
                **Grounds(
                    actor=actor,
                    provision=Provision.OPINIONS_2,
                    reason=request.POST.get("reason", ""),
                ),
            )
        return self.redirect(request.path, _("Drawn for %(month)s.") % {"month": done})


def _month(done: SecondLookDraw) -> dict[str, Any]:
    found = agreement_of(done)
    return {
        "draw": done,
        "rate": rate_in_words(overall(found)),
        "rows": [
            {
                "agreement": each,
                "rate": rate_in_words(each.rate),
                "url": reverse("admin:second_looks_of_code", args=[done.pk, each.code]),
            }
            for each in found
        ],
    }


class LooksOfCodePage(ConsolePage):
    """The second looks behind one figure: those at one violation in one month."""

    permission = VIEW
    template_name = "enforcement/consistency/looks.html"

    def get_title(self) -> str:
        return _("Second looks of %(month)s: %(code)s") % {
            "month": self.done,
            "code": self.kwargs["code"],
        }

    @cached_property
    def done(self) -> SecondLookDraw:
        """The draw that the address names."""
        return get_object_or_404(SecondLookDraw, pk=self.kwargs["pk"])

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(DrawsPage.title, reverse("admin:second_look_draws")),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        looks = (
            self.done.looks.filter(decision__violation_type__code=self.kwargs["code"])
            .select_related("decision")
            .order_by("pk")
        )
        return {
            "rows": [
                {
                    "reference": each.reference,
                    "url": look_url(each),
                    "decision": each.decision.number,
                    "outcome": outcome_in_words(each),
                    "badge": look_badge(each),
                }
                for each in looks
            ],
            **super().get_context_data(**kwargs),
        }


def rule_facts() -> list[Fact]:
    """Return the rule of consistency in force."""
    rule = rule_in_force(timezone.now())
    terms = rule.terms
    return [
        Fact(_("Version"), rule.row.label),
        Fact(
            _("Share of decisions that get a second look"),
            percent(terms.sample_permille),
            hint=_("of each violation by itself, rounded up: one at least"),
        ),
        Fact(
            _("A supervisor concludes from so many steps on"),
            str(terms.review_steps),
            hint=_("and always where no violation is found"),
        ),
        Fact(_("Fewer cases are too few to compare"), str(terms.few)),
        Fact(
            _("Stands out from a difference of"),
            _("%(points)s percentage points") % {"points": terms.limit_points},
        ),
        Fact(_("Follower bands begin at"), _(", ").join(f"{each:,}" for each in terms.bands)),
    ]


def register() -> None:
    """Give the pages their addresses and places; called when apps are ready."""
    register_page("second-looks/<int:pk>/", SecondLookRecordPage, name="second_look")
    register_page("second-looks/by-month/", DrawsPage, name="second_look_draws")
    register_page(
        "second-looks/by-month/<int:pk>/<str:code>/", LooksOfCodePage, name="second_looks_of_code"
    )
    register_link(
        "records",
        gettext_lazy("Second looks by month"),
        view="admin:second_look_draws",
        permission=VIEW,
        icon="compare",
        order=56,
    )
