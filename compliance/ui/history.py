"""How the versions of a record are put into words."""

from dataclasses import replace
from typing import Any

from django.contrib.admin.utils import display_for_field
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Field
from django.utils.text import capfirst
from simple_history.template_utils import HistoricalRecordContextHelper

from compliance.ui.kit import Fact


class ReadableChanges(HistoricalRecordContextHelper):
    """Values of a change as the record's own page words them: choices, local times, names."""

    # Reasons and texts are read in full; a cut value could hide the part that changed.
    DEFAULT_MAX_DISPLAYED_DELTA_CHANGE_CHARS = 100_000

    def __init__(self, model: Any, historical_record: Any, *, hidden: frozenset[str]) -> None:
        super().__init__(
            model,
            historical_record,
            max_displayed_delta_change_chars=self.DEFAULT_MAX_DISPLAYED_DELTA_CHANGE_CHARS,
        )
        self.hidden = hidden

    def context_for_delta_changes(self, delta: Any) -> list[dict[str, Any]]:
        # A delta never changes; what is hidden is left out of a copy.
        shown = [change for change in delta.changes if change.field not in self.hidden]
        changes: list[dict[str, Any]] = super().context_for_delta_changes(
            replace(delta, changes=shown)
        )
        return changes

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        column = self.model._meta.get_field(change.field)
        if column.is_relation:
            return super().prepare_delta_change_value(change, value)
        return display_for_field(value, column, "")


def version_facts(version: Any, *, hidden: frozenset[str], empty: str) -> list[Fact]:
    """Return the tracked fields of one version."""
    return [
        Fact(capfirst(column.verbose_name), _worded(version, column, empty))
        for column in version.tracked_fields
        if column.name not in hidden
    ]


def _worded(version: Any, column: Field, empty: str) -> Any:
    if column.is_relation:
        try:
            related = getattr(version, column.name)
        except ObjectDoesNotExist:
            # A history outlives what it points to; the bare number is all that is left.
            related = getattr(version, column.attname)
        return empty if related is None else str(related)
    return display_for_field(getattr(version, column.attname), column, empty)
