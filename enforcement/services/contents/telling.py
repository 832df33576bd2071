"""Contents and labels in words: for the operator, for approvers and for whoever looks at a measure."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from enforcement.enums import MeasureCode
from enforcement.measure_words import ContentAct, LabelKind
from enforcement.models import Measure, OrderedMeasure


def acts_in_words(acts: Sequence[str]) -> str:
    """Return what is done with contents, in one line."""
    return _(", ").join(str(ContentAct(each).label) for each in acts)


def contents_in_words(contents: Sequence[str]) -> str:
    """Return contents by their numbers or addresses, in one line."""
    return _(", ").join(contents)


def details_in_words(
    content_refs: Sequence[str], content_acts: Sequence[str], label: str
) -> list[str]:
    """Return what a measure says of contents and label; nothing for other measures."""
    details = []
    if label:
        details.append(str(LabelKind(label).label))
        if not content_refs:
            details.append(_("on the account"))
    if content_acts:
        details.append(acts_in_words(content_acts))
    if content_refs:
        details.append(contents_in_words(content_refs))
    return details


def content_line(measure: Measure, begin: str, until: str) -> str:
    """Return what the operator is told of the handling of contents, or of a label."""
    ordered = measure.ordered
    words = {
        "from": begin,
        "until": until,
        "contents": contents_in_words(ordered.content_refs),
        "acts": acts_in_words(ordered.content_acts),
        "label": str(LabelKind(ordered.label).label) if ordered.label else "",
    }
    if measure.measure == MeasureCode.HANDLE_CONTENT:
        return (
            _(
                "From %(from)s this is done with the contents %(contents)s: %(acts)s. Nothing else of the account is touched by it."
            )
            % words
        )
    if ordered.content_refs and until:
        return (
            _(
                "From %(from)s until %(until)s the contents %(contents)s carry the label “%(label)s”."
            )
            % words
        )
    if ordered.content_refs:
        return (
            _(
                "From %(from)s the contents %(contents)s carry the label “%(label)s”, until it is lifted."
            )
            % words
        )
    if until:
        return _("From %(from)s until %(until)s the account carries the label “%(label)s”.") % words
    return _("From %(from)s the account carries the label “%(label)s”, until it is lifted.") % words


def was_removed_for_good(ordered: OrderedMeasure) -> bool:
    """Return whether contents were to be removed without their record being kept."""
    return ContentAct.REMOVE in ordered.content_acts and ContentAct.KEEP not in ordered.content_acts


def undone_content(measure: Measure) -> str:
    """Return what the end of a measure on contents gives back, and what it cannot."""
    if measure.measure == MeasureCode.LABEL:
        return _("The platform is ordered to show the label no longer.")
    if was_removed_for_good(measure.ordered):
        return _(
            "The platform is ordered to show the contents again; they were removed and their record "
            "was not kept, so that what it no longer has cannot be brought back."
        )
    return _("The platform is ordered to show the contents again.")
