"""What the operator is told of each measure, in one line: what it does, and what became of it."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Restriction
from enforcement.enums import (
    LISTING_MEASURES,
    PLATFORM_MEASURES,
    TIMED_MEASURES,
    MeasureCode,
)
from enforcement.models import (
    Measure,
    OrderedMeasure,
)
from enforcement.services.blacklist.telling import listing_line, undone_listing
from enforcement.services.contents.telling import content_line, undone_content
from enforcement.services.ordered_corrections import mismatches_in_words
from enforcement.services.terminations import ground_in_words

_ENDED: Mapping[str, Promise] = {
    MeasureCode.RESTRICT_FUNCTIONS: gettext_lazy("The restriction of functions has ended."),
    MeasureCode.SUSPEND_UPDATES: gettext_lazy("The suspension of updates has ended."),
    MeasureCode.STOP_ADVERTISING: gettext_lazy("The stop of advertising has ended."),
    MeasureCode.SUSPEND_SERVICE: gettext_lazy("The suspension of the service has ended."),
}
ENDED_BEFORE: Mapping[str, Promise] = {
    MeasureCode.RESTRICT_FUNCTIONS: gettext_lazy(
        "The restriction had ended before; its time cannot be given back."
    ),
    MeasureCode.SUSPEND_UPDATES: gettext_lazy(
        "The suspension had ended before; its time cannot be given back."
    ),
    MeasureCode.STOP_ADVERTISING: gettext_lazy(
        "The stop had ended before; its time cannot be given back."
    ),
    MeasureCode.SUSPEND_SERVICE: gettext_lazy(
        "The suspension of the service had ended before; its time cannot be given back."
    ),
    MeasureCode.BAR_NAME: gettext_lazy(
        "The bar of the name had ended before; its time cannot be given back."
    ),
    MeasureCode.HANDLE_CONTENT: gettext_lazy(
        "The handling of the contents had ended before; its time cannot be given back."
    ),
    MeasureCode.LABEL: gettext_lazy(
        "The label had ended before; what readers saw cannot be undone."
    ),
}


def instant(at: datetime) -> str:
    """Return an instant as notices say it, in the time of the platform."""
    return date_format(localtime(at), "Y-m-d H:i")


def measure_line(measure: Measure) -> str:
    """Return what a measure does from when to when, in one line told to the operator."""
    begin = instant(measure.in_force_from)
    if measure.measure == MeasureCode.WARN:
        return _("A warning, on record from %(from)s.") % {"from": begin}
    if measure.measure == MeasureCode.ORDER_CORRECTION:
        return _(
            "From %(from)s this of the profile has to be corrected: %(wrong)s. A notice of its own says "
            "how, and until when."
        ) % {"from": begin, "wrong": mismatches_in_words(measure.ordered.mismatches)}
    if measure.ordered.goes_with is not None:
        return _(
            "The service to the account is suspended from %(from)s until the profile is corrected; it "
            "is resumed on the same day then."
        ) % {"from": begin}
    if measure.measure in PLATFORM_MEASURES:
        end = measure.in_force_until
        return content_line(measure, begin, instant(end) if end is not None else "")
    if measure.in_force_until is not None:
        until = instant(measure.in_force_until)
        if measure.measure == MeasureCode.RESTRICT_FUNCTIONS:
            return _(
                "From %(from)s until %(until)s these functions are off, and on again then: "
                "%(functions)s."
            ) % {"from": begin, "until": until, "functions": functions_in_words(measure.ordered)}
        if measure.measure == MeasureCode.STOP_ADVERTISING:
            return _(
                "The account carries no advertising from %(from)s until %(until)s and may again then."
            ) % {"from": begin, "until": until}
        if measure.measure == MeasureCode.BAR_NAME:
            return _(
                "From %(from)s until %(until)s nobody else may register the name of the account; "
                "this ends by itself."
            ) % {"from": begin, "until": until}
        if measure.measure == MeasureCode.SUSPEND_SERVICE:
            return _(
                "The service to the account is suspended from %(from)s until %(until)s and is "
                "resumed then."
            ) % {"from": begin, "until": until}
        return _(
            "Updates are suspended from %(from)s until %(until)s and are possible again then."
        ) % {"from": begin, "until": until}
    if measure.measure in LISTING_MEASURES:
        return listing_line(measure, begin)
    if measure.measure == MeasureCode.TERMINATE:
        return _(
            "The service to the account is terminated from %(from)s, without end; its name may "
            "not be registered again. It rests on this: %(ground)s"
        ) % {"from": begin, "ground": ground_in_words(measure.ordered.ground_ref)}
    return _(
        "The account is closed from %(from)s, without end; its name may not be registered again."
    ) % {"from": begin}


def functions_in_words(ordered: OrderedMeasure) -> str:
    """Return the functions that a measure turns off, in one line."""
    return Restriction.worded_functions(ordered.functions)


def undone_line(measure: Measure, reversed_at: datetime) -> str:
    """Return what became of a measure whose decision was reversed at `reversed_at`."""
    if measure.measure == MeasureCode.WARN:
        return _("The warning no longer counts.")
    was_running = measure.ended_at == reversed_at
    if measure.measure == MeasureCode.ORDER_CORRECTION:
        return (
            _("Nothing has to be corrected any more.")
            if was_running
            else _("What was corrected stays as it was corrected.")
        )
    if measure.measure in TIMED_MEASURES:
        return str(_ENDED[measure.measure] if was_running else ENDED_BEFORE[measure.measure])
    if measure.measure == MeasureCode.BAR_NAME:
        return (
            _("This bar of the name is gone.")
            if was_running
            else str(ENDED_BEFORE[measure.measure])
        )
    if measure.measure in PLATFORM_MEASURES:
        return undone_content(measure) if was_running else str(ENDED_BEFORE[measure.measure])
    if measure.measure in LISTING_MEASURES:
        return undone_listing(measure, was_running=was_running)
    if measure.measure == MeasureCode.TERMINATE:
        return _("The termination of the service no longer stands.")
    return _(
        "The closure no longer stands. What was under way about the account ended with it and begins "
        "anew only when it is asked for again."
    )
