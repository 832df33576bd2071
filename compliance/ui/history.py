"""How the versions of a record are put into words."""

from dataclasses import replace
from typing import Any

from django.contrib.admin.utils import display_for_field
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import BooleanField, Field, JSONField
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from simple_history.models import DeletedObject
from simple_history.template_utils import HistoricalRecordContextHelper

from compliance.ui.kit import Fact


def has_words(column: Field) -> bool:
    """
    Tell whether a column is worded in the languages of the screens.

    Bookkeeping has no name in them, and JSON holds codes that the record's own page words.
    """
    return isinstance(column.verbose_name, Promise) and not isinstance(column, JSONField)


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
        shown = [
            change
            for change in delta.changes
            if change.field not in self.hidden
            and has_words(self.model._meta.get_field(change.field))
        ]
        changes: list[dict[str, Any]] = super().context_for_delta_changes(
            replace(delta, changes=shown)
        )
        return changes

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        column = self.model._meta.get_field(change.field)
        if column.is_relation:
            if isinstance(value, DeletedObject) and value.pk is None:
                return ""
            return super().prepare_delta_change_value(change, value)
        return _worded_value(value, column, "")


def version_facts(version: Any, *, hidden: frozenset[str], empty: str) -> list[Fact]:
    """Return the tracked fields of one version."""
    return [
        Fact(capfirst(column.verbose_name), _worded(version, column, empty))
        for column in version.tracked_fields
        if column.name not in hidden and has_words(column)
    ]


def _worded(version: Any, column: Field, empty: str) -> Any:
    if column.is_relation:
        try:
            related = getattr(version, column.name)
        except ObjectDoesNotExist:
            # A history outlives what it points to; the bare number is all that is left.
            related = getattr(version, column.attname)
        return empty if related is None else str(related)
    return _worded_value(getattr(version, column.attname), column, empty)


def _worded_value(value: Any, column: Field, empty: str) -> Any:
    # A model may word a column of its own by a static method of this name.
    worded = getattr(column.model, f"worded_{column.name}", None)
    if worded is not None and value:
        return worded(value)
    if isinstance(column, BooleanField):
        # Django draws a picture, which says True, False or None to whoever cannot see it.
        return empty if value is None else _("yes") if value else _("no")
    choices = getattr(getattr(column, "base_field", None), "flatchoices", None)
    if choices and value:
        return _(", ").join(str(dict(choices).get(each, each)) for each in value)
    return display_for_field(value, column, empty)
