"""How cells and groups of the figures of a month are called."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import SubjectNature
from accounts.powers_words import AffiliationKind
from enforcement.consistency_words import EVERY_CODE, FigureKind
from enforcement.enums import DeviationKind, DeviationReason
from enforcement.models import ConsistencyFigure, ConsistencyReport
from enforcement.pages.ladder_panel import offence_in_words
from enforcement.pages.presentation import severity_in_words


def cell_in_words(of: Any) -> str:
    """Return a cell: "V06.1 · 2 · ordinary · Offence 1", or that it is all of them."""
    if of.code == EVERY_CODE:
        return _("All violations")
    return f"{of.code} · {severity_in_words(of.severity)} · {offence_in_words(of.offence)}"


def group_in_words(figure: ConsistencyFigure, report: ConsistencyReport) -> str:
    """Return the group of a figure in words; a moderator by the pseudonym."""
    group = figure.group
    if figure.kind == FigureKind.REASON:
        direction, _colon, reason = group.partition(":")
        return f"{DeviationKind(direction).label}: {DeviationReason(reason).label}"
    if figure.kind == FigureKind.SUBJECT:
        return str(SubjectNature(group).label) if group else _("not known")
    if figure.kind == FigureKind.FOLLOWERS:
        return band_in_words(int(group), report.rule.content["bands"])
    if figure.kind == FigureKind.TIE:
        known = group in AffiliationKind.values
        return str(AffiliationKind(group).label) if known else _("not tied to the platform")
    return group


def band_in_words(place: int, bands: list[int]) -> str:
    """Return a band of followers in words."""
    if place == 0:
        return _("fewer than %(number)s followers") % {"number": f"{bands[0]:,}"}
    if place >= len(bands):
        return _("%(number)s followers and more") % {"number": f"{bands[-1]:,}"}
    return _("%(low)s to %(high)s followers") % {
        "low": f"{bands[place - 1]:,}",
        "high": f"{bands[place] - 1:,}",
    }
