"""The pages of the figures of a month: what stands out, every cell, and the decisions behind a figure."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, Crumb, register_page
from enforcement.consistency_words import EVERY_CODE, FigureKind
from enforcement.models import ConsistencyFigure, ConsistencyReport, ConsistencyRow
from enforcement.pages.comparable import days_in_words, percent
from enforcement.pages.consistency.groups import cell_in_words, group_in_words
from enforcement.pages.consistency.record import rule_facts
from enforcement.pages.presentation import instant
from enforcement.rules.consistency import permille
from enforcement.rules.second_looks import ConsistencyTerms
from enforcement.services.consistency.figures import rows_behind
from enforcement.services.consistency.freezing import (
    FREEZE,
    RESOLVE,
    freeze_report,
    resolve_pseudonym,
)
from enforcement.services.consistency.months import month_before

VIEW: Final = "enforcement.view_consistencyreport"
# Our choice; more lines than this are read in the export.
CELLS_SHOWN: Final = 200
ROWS_SHOWN: Final = 100


class ConsistencyPage(ConsolePage):
    """One month: what stands out, all decisions by group, then each violation, severity and offence."""

    title = gettext_lazy("Consistency by month")
    permission = VIEW
    template_name = "enforcement/consistency/month.html"

    @cached_property
    def reports(self) -> list[ConsistencyReport]:
        """The months that were frozen, the newest first."""
        return list(ConsistencyReport.objects.select_related("rule").order_by("-month"))

    @cached_property
    def report(self) -> ConsistencyReport | None:
        """The month that is chosen: the newest where none is."""
        wanted = self.request.GET.get("month", "")
        found = [each for each in self.reports if str(each) == wanted]
        chosen = found or self.reports
        return chosen[0] if chosen else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "reports": self.reports,
            "report": self.report,
            "actions": self.allowed_actions(),
            "rule": rule_facts(),
            "rule_url": reverse("admin:formula", args=["consistency"]),
            **(_of_month(self.report) if self.report is not None else {}),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        """Return what the person at the screen may do now."""
        month = month_before(timezone.localdate())
        may_freeze = staff_of(self.request).has_perm(FREEZE)
        if not may_freeze or any(each.month == month for each in self.reports):
            return []
        return [
            AllowedAction(
                code="freeze",
                label=_("Freeze the figures of %(month)s") % {"month": f"{month:%Y-%m}"},
                url=self.request.path,
                hint=_("The task of the first days of a month does this by itself."),
                key="f",
            )
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = staff_of(request)
        with refusals_logged(
            action="enforcement.consistencyreport.freeze",
            target=actor,
            actor=actor,
            provision=Provision.OPINIONS_2,
        ):
            if request.POST.get("action") != "freeze":
                raise InvalidInput(_("This page does not offer that act."))
            report = freeze_report(
                month=month_before(timezone.localdate()),
                **Grounds(
                    actor=actor,
                    provision=Provision.OPINIONS_2,
                    reason=request.POST.get("reason", ""),
                ),
            )
        return self.redirect(
            request.path, _("The figures of %(month)s are frozen.") % {"month": report}
        )


def _of_month(report: ConsistencyReport) -> dict[str, Any]:
    before = _before(report)
    figures = report.figures.order_by("-decisions", "pk")
    of_all = figures.filter(code=EVERY_CODE)
    cells = figures.filter(kind=FigureKind.ALL).exclude(code=EVERY_CODE)
    return {
        "month_before": f"{month_before(report.month):%Y-%m}",
        "few": ConsistencyTerms.from_catalogue(report.rule.content).few,
        "standing_out": [
            figure_row(each, report, before) for each in figures.filter(stands_out=True)
        ],
        "groups": [
            {
                "label": kind.label,
                "rows": [
                    figure_row(each, report, before) for each in of_all if each.kind == kind.value
                ],
            }
            for kind in FigureKind
        ],
        "cells": [figure_row(each, report, before) for each in cells[:CELLS_SHOWN]],
        "more_cells": max(0, cells.count() - CELLS_SHOWN),
    }


def _before(report: ConsistencyReport) -> Mapping[tuple[Any, ...], ConsistencyFigure]:
    """Return the figures of the month before by what they are of, without those of moderators."""
    earlier = ConsistencyFigure.objects.filter(report__month=month_before(report.month))
    return {_key(each): each for each in earlier.exclude(kind=FigureKind.MODERATOR)}


def _key(figure: ConsistencyFigure) -> tuple[Any, ...]:
    return figure.kind, figure.code, figure.severity, figure.offence, figure.group


def figure_row(
    figure: ConsistencyFigure,
    report: ConsistencyReport,
    before: Mapping[tuple[Any, ...], ConsistencyFigure],
) -> dict[str, Any]:
    """Return a figure as a line of a table; shares only where there are enough decisions."""
    earlier = before.get(_key(figure))
    return {
        "cell": cell_in_words(figure),
        "group": group_in_words(figure, report),
        "is_pseudonym": figure.kind == FigureKind.MODERATOR,
        "url": figure_url(figure),
        "decisions": figure.decisions,
        "is_few": figure.is_few,
        "stands_out": figure.stands_out,
        "on_ladder": _share(figure.on_ladder, figure),
        "lighter": _share(figure.lighter, figure),
        "heavier": _share(figure.heavier, figure),
        "most_frequent": _share(figure.most_frequent, figure),
        "spread": "" if figure.is_few else days_in_words(figure.days_spread),
        "reversed": figure.reversed,
        "gap": ""
        if figure.gap_permille is None
        else _("%(points)s percentage points") % {"points": f"{figure.gap_permille / 10:g}"},
        "earlier": _earlier(earlier),
    }


def _share(part: int, figure: ConsistencyFigure) -> str:
    return "" if figure.is_few else percent(permille(part, figure.decisions))


def _earlier(figure: ConsistencyFigure | None) -> str:
    if figure is None:
        return ""
    if figure.is_few:
        return _("%(count)s (too few)") % {"count": figure.decisions}
    return _("%(count)s, on the ladder %(share)s") % {
        "count": figure.decisions,
        "share": _share(figure.on_ladder, figure),
    }


def figure_url(figure: ConsistencyFigure) -> str:
    """Return the address of the page with the decisions behind a figure."""
    return reverse("admin:consistency_figure", args=[figure.pk])


class FigurePage(ConsolePage):
    """One figure and the decisions that it was counted from; of a moderator, only once it is asked."""

    permission = VIEW
    template_name = "enforcement/consistency/figure.html"
    resolved = ""

    @cached_property
    def figure(self) -> ConsistencyFigure:
        """The figure that the address names."""
        return get_object_or_404(
            ConsistencyFigure.objects.select_related("report__rule"), pk=self.kwargs["pk"]
        )

    def get_title(self) -> str:
        figure = self.figure
        words = [cell_in_words(figure), group_in_words(figure, figure.report)]
        return f"{figure.report} · {' · '.join(each for each in words if each)}"

    def breadcrumbs(self) -> list[Crumb]:
        months = reverse("admin:consistency", query={"month": str(self.figure.report)})
        return [Crumb(ConsistencyPage.title, months), Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        figure = self.figure
        is_shown = figure.kind != FigureKind.MODERATOR or bool(self.resolved)
        rows, following = self.rows() if is_shown else ([], "")
        return {
            "row": figure_row(figure, figure.report, _before(figure.report)),
            "facts": self.facts(),
            "is_shown": is_shown,
            "rows": rows,
            "following": following,
            "actions": [] if is_shown else self.allowed_actions(),
            **super().get_context_data(**kwargs),
        }

    def facts(self) -> list[Fact]:
        """Return of which month and state the figure is."""
        report = self.figure.report
        facts = [
            Fact(_("Frozen at"), instant(report.frozen_at)),
            Fact(_("Version of the rule"), report.rule.label),
            Fact(_("SHA-256 of the rows"), report.rows_sha256, is_code=True),
        ]
        if self.resolved:
            facts.insert(0, Fact(_("Whose they are"), self.resolved))
        return facts

    def rows(self) -> tuple[list[dict[str, Any]], str]:
        """Return the decisions behind the figure from a number on, and the way to those that follow."""
        after = self.request.GET.get("after", "")
        found: QuerySet[ConsistencyRow] = rows_behind(self.figure).select_related("decision")
        if after.isascii() and after.isdecimal():
            found = found.filter(pk__gt=int(after[:18]))
        page = list(found[: ROWS_SHOWN + 1])
        following = ""
        # Of a moderator all are on one page: to ask again for each page would be a nuisance.
        if self.resolved:
            page = list(found)
        elif len(page) > ROWS_SHOWN:
            page = page[:ROWS_SHOWN]
            following = f"?{urlencode({'after': page[-1].pk})}"
        return [_row(each) for each in page], following

    def allowed_actions(self) -> list[AllowedAction]:
        """Return the asking, for whoever may ask."""
        if not staff_of(self.request).has_perm(RESOLVE):
            return []
        return [
            AllowedAction(
                code="resolve",
                label=_("Ask whose these are"),
                url=self.request.path,
                hint=_("Your asking is on record before the answer is shown; the answer is not."),
                key="w",
            )
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor, figure = staff_of(request), self.figure
        with refusals_logged(
            action="enforcement.consistencyreport.resolve",
            target=figure.report,
            actor=actor,
            provision=Provision.OPINIONS_2,
        ):
            if request.POST.get("action") != "resolve" or figure.kind != FigureKind.MODERATOR:
                raise InvalidInput(_("This page does not offer that act."))
            person = resolve_pseudonym(
                report=figure.report,
                moderator=figure.group,
                **Grounds(
                    actor=actor,
                    provision=Provision.OPINIONS_2,
                    reason=request.POST.get("reason", ""),
                ),
            )
        self.resolved = person.name
        return self.render_to_response(self.get_context_data(**kwargs))


def _row(row: ConsistencyRow) -> dict[str, Any]:
    return {
        "number": row.decision.number,
        "url": reverse("admin:decision", args=[row.decision_id]),
        "cell": cell_in_words(row),
        "ordered": row.ordered,
        "deviation": row.get_deviation_display(),
        "reason": row.get_reason_display(),
        "is_reversed": row.is_reversed,
    }


def register() -> None:
    """Give the pages their addresses and places; called when apps are ready."""
    register_page("consistency/", ConsistencyPage, name="consistency")
    register_page("consistency/figures/<int:pk>/", FigurePage, name="consistency_figure")
    register_link(
        "records",
        gettext_lazy("Consistency by month"),
        view="admin:consistency",
        permission=VIEW,
        icon="balance",
        order=57,
    )
