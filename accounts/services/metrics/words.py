"""Unusual figures in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules.metrics import Indicator, SignalKind

LABELS: Final[dict[Indicator, Promise]] = {
    Indicator.FOLLOWERS: gettext_lazy("Followers"),
    Indicator.VIEWS: gettext_lazy("Views"),
    Indicator.CLICK_RATE: gettext_lazy("Click rate"),
    Indicator.REPOSTS: gettext_lazy("Reposts"),
    Indicator.COMMENTS: gettext_lazy("Comments"),
}


def figure_in_words(indicator: Indicator, value: float | None) -> str:
    """Return a figure as people read it."""
    if value is None:
        return "—"
    if indicator == Indicator.CLICK_RATE:
        return f"{value:.2%}"
    return f"{value:,.0f}"


def signal_in_words(signal: Mapping[str, Any]) -> str:
    """Return what was unusual about one figure: what it was, what is usual, how far apart."""
    indicator = Indicator(signal["indicator"])
    said = {
        "indicator": LABELS[indicator],
        "value": figure_in_words(indicator, signal["value"]),
        "usual": figure_in_words(indicator, signal["usual"]),
        "score": f"{abs(signal['score']):,.0f}",
    }
    kind = SignalKind(signal["kind"])
    if kind == SignalKind.MISMATCH:
        return (
            _(
                "%(value)s followers came, more than the %(usual)s that the views of the day explain."
            )
            % said
        )
    if indicator == Indicator.FOLLOWERS:
        return (
            _(
                "Followers changed by %(value)s in a day, usually by about %(usual)s: %(score)s times "
                "the usual deviation."
            )
            % said
        )
    if kind == SignalKind.RISE:
        return (
            _(
                "%(indicator)s rose to %(value)s, usually about %(usual)s: %(score)s times the usual "
                "deviation."
            )
            % said
        )
    return (
        _(
            "%(indicator)s fell to %(value)s, usually about %(usual)s: %(score)s times the usual "
            "deviation."
        )
        % said
    )


def signals_in_words(day: date, signals: Iterable[Mapping[str, Any]]) -> str:
    """Return why figures of a day were found unusual, in sentences."""
    sentences = "".join(signal_in_words(each) for each in signals)
    return _("Figures of %(day)s: %(sentences)s") % {
        "day": date_format(day, "Y-m-d"),
        "sentences": sentences,
    }
