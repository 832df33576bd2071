"""The page with the monthly figures of the handling of rumours; each leads to its rows."""

from datetime import timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, register_page
from enforcement.pages.rumours.presentation import VIEW
from enforcement.rumour_words import STEPS, RumourStepCode, StepOutcome
from enforcement.services.rumours.figures import MonthFigures, month_figures

MONTHS: Final = 12


class RumourFiguresPage(ConsolePage):
    """How many steps were answered in each month, and how long it took."""

    title = gettext_lazy("Figures of rumours")
    permission = VIEW
    template_name = "enforcement/rumours/figures.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "heads": [step.label for step in STEPS],
            "months": [_row(each) for each in month_figures(months=MONTHS)],
            **super().get_context_data(**kwargs),
        }


def _row(figures: MonthFigures) -> dict[str, Any]:
    cells = [
        {
            "done": figures.done[step],
            "url": _rows_url(figures, step, StepOutcome.DONE),
            "without": figures.not_applicable[step],
            "without_url": _rows_url(figures, step, StepOutcome.NOT_APPLICABLE),
        }
        for step in STEPS
    ]
    return {
        "month": date_format(figures.month, "Y-m"),
        "cells": cells,
        "time": _time(figures.median_time),
        "time_url": _rows_url(figures, RumourStepCode.ELIMINATION, StepOutcome.DONE),
    }


def _rows_url(figures: MonthFigures, step: str, outcome: str) -> str:
    return reverse(
        "admin:enforcement_rumourstep_changelist",
        query={
            "step__exact": step,
            "outcome__exact": outcome,
            "done_at_from_0": figures.from_.isoformat(),
            "done_at_from_1": "00:00:00",
            "done_at_to_0": figures.until.isoformat(),
            "done_at_to_1": "23:59:59",
        },
    )


def _time(found: timedelta | None) -> str:
    if found is None:
        return ""
    hours, rest = divmod(int(found.total_seconds()), 3600)
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest // 60}


def register() -> None:
    """Give the page its address and its place in the sidebar; called when apps are ready."""
    register_page("rumours/figures/", RumourFiguresPage, name="rumour_figures")
    register_link(
        "enforcement",
        RumourFiguresPage.title,
        view="admin:rumour_figures",
        icon="monitoring",
        order=34,
        permission=VIEW,
    )
