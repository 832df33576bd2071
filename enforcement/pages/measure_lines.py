"""A measure that was carried out, as the page of its decision shows it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Restriction
from accounts.pages.corrections.presentation import correction_url
from compliance.ui.kit import Badge
from enforcement.models import Measure
from enforcement.pages.consequences import measure_term
from enforcement.pages.presentation import status_badge
from enforcement.services.contents.commands import latest_of
from enforcement.services.contents.telling import details_in_words
from enforcement.services.ordered_corrections import mismatches_in_words


@dataclass(frozen=True)
class MeasureLine:
    """One measure that was carried out: its term, what it is about, how far the platform is."""

    measure: Measure
    term: str
    about: str
    badge: Badge
    command: str
    # Where what it began goes on: the correction.
    page: str = ""
    page_label: str = ""


def measure_line(measure: Measure) -> MeasureLine:
    """Return a measure as the page of its decision shows it."""
    ordered = measure.ordered
    about = [
        Restriction.worded_functions(ordered.functions) if ordered.functions else "",
        *details_in_words(ordered.content_refs, ordered.content_acts, ordered.label),
    ]
    if ordered.mismatches:
        about.append(mismatches_in_words(ordered.mismatches))
    command = measure.release or measure.command
    return MeasureLine(
        measure=measure,
        term=measure_term(measure),
        about=_("; ").join(filter(None, about)),
        badge=status_badge(measure),
        command=(
            _("%(command)s: %(state)s")
            % {
                "command": command.kind_label,
                "state": latest_of(command).get_status_display(),
            }
            if command is not None
            else ""
        ),
        page=correction_url(measure.correction) if measure.correction is not None else "",
        page_label=measure.correction.reference if measure.correction is not None else "",
    )
