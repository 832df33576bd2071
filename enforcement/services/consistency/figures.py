"""From a figure of a month to the decisions that it was counted from."""

from typing import Any, Final

from django.db.models import QuerySet

from enforcement.consistency_words import EVERY_CODE, FigureKind
from enforcement.models import ConsistencyFigure, ConsistencyRow

# By which column each grouping was made; reasons have two.
_COLUMNS: Final = {
    FigureKind.SUBJECT.value: "nature",
    FigureKind.FOLLOWERS.value: "band",
    FigureKind.TIE.value: "tie",
    FigureKind.MODERATOR.value: "moderator",
}


def rows_behind(figure: ConsistencyFigure) -> QuerySet[ConsistencyRow]:
    """Return the frozen rows from which a figure was counted, in the order of the decisions."""
    wanted: dict[str, Any] = {"report": figure.report_id}
    if figure.code != EVERY_CODE:
        wanted |= {
            "code": figure.code,
            "severity": figure.severity,
            "offence": figure.offence,
        }
    if figure.kind == FigureKind.REASON:
        deviation, _colon, reason = figure.group.partition(":")
        wanted |= {"deviation": deviation, "reason": reason}
    elif figure.kind in _COLUMNS:
        wanted[_COLUMNS[figure.kind]] = figure.group
    return ConsistencyRow.objects.filter(**wanted).order_by("pk")
