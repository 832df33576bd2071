"""What happened to a record, in words: who, when, under which article, why, and what changed."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from compliance.models import ActionLog, ActionOutcome
from compliance.pages.verbs import verb_in_words
from compliance.staff import SYSTEM_LOGIN
from compliance.ui.history import has_words
from compliance.ui.kit import TimelineStep


def shown_value(field: models.Field, value: Any) -> str:
    """Return a logged value as the screen words it."""
    if value in (None, "", []):
        return _("nothing")
    if isinstance(value, list):
        labels = dict(getattr(getattr(field, "base_field", None), "flatchoices", ()))
        words = _(", ").join(str(labels.get(each, each)) for each in value)
        return _("%(count)s (%(words)s)") % {"count": len(value), "words": words}
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField) and isinstance(value, str):
        instant = parse_datetime(value)
        if instant is not None:
            return date_format(localtime(instant), "SHORT_DATETIME_FORMAT")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def changes_in_words(model: type[models.Model], changes: dict[str, Any]) -> str:
    """Return "state: In review → Approved; …" for what a log row says was changed."""
    words = []
    for name, pair in changes.items():
        if not (isinstance(pair, list) and len(pair) == 2):
            continue
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        # References to other rows are numbers that say nothing to a reader.
        if isinstance(field, models.Field) and not field.is_relation and has_words(field):
            before, after = (shown_value(field, value) for value in pair)
            changed = {"field": field.verbose_name, "before": before, "after": after}
            words.append(_("%(field)s: %(before)s → %(after)s") % changed)
    return _("; ").join(words)


def act_in_words(row: ActionLog, name: str = "") -> str:
    """
    Return "application: Approved" for a log row, or "case AJ00000001: Closed" with a name.

    Of a kind that is gone it is what was logged.
    """
    try:
        model = apps.get_model(row.object_type)
    except (LookupError, ValueError):
        return row.action
    record = f"{model._meta.verbose_name} {name}".strip()
    return _("%(record)s: %(act)s") % {"record": record, "act": verb_in_words(row.action)}


def is_by_system(row: ActionLog) -> bool:
    """Return whether the system acted, so that nobody typed the reason."""
    return row.login == SYSTEM_LOGIN


def timeline_of(
    *records: models.Model, limit: int = 50, name: Callable[[models.Model], str] | None = None
) -> list[TimelineStep]:
    """
    Return the acts on the given records, newest first, as many as a page can take.

    `name` says which record an act was on, where the page is about several of a kind.
    """
    rows: list[tuple[ActionLog, models.Model]] = []
    for record in records:
        rows += [
            (row, record) for row in ActionLog.objects.for_object(record).order_by("-id")[:limit]
        ]
    rows.sort(key=lambda pair: pair[0].pk, reverse=True)
    return [
        step_of_row(row, record, name=name(record) if name else "") for row, record in rows[:limit]
    ]


def step_of_row(row: ActionLog, record: models.Model, *, name: str = "") -> TimelineStep:
    """Return a row of the log as a step; `name` says which record, where several are told of."""
    title = act_in_words(row, name)
    refused = row.outcome == ActionOutcome.REFUSED
    if refused:
        title = _("%(act)s — refused") % {"act": title}
    return TimelineStep(
        at=row.at,
        title=title,
        actor=row.actor_name,
        provision=row.get_provision_display(),
        text=row.reason,
        changes=changes_in_words(type(record), row.changes),
        # What the system gives as its reason is in the language of the product, on every screen.
        language=settings.LANGUAGE_CODE if is_by_system(row) else "",
        tone="warning" if refused else "",
    )
