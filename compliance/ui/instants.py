"""Instants in lists: one at midnight that stands for a day is shown as that day."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from django.db.models import DateTimeField, Model
from django.utils import timezone
from django.utils.formats import date_format


def shown_instant(at: datetime) -> str:
    """Return an instant as people read it; the beginning of a day as the day alone."""
    local = timezone.localtime(at)
    is_day = local.time() == time()
    return date_format(local, "SHORT_DATE_FORMAT" if is_day else "SHORT_DATETIME_FORMAT")


def instant_column(field: DateTimeField) -> Callable[[Model], str | None]:
    """Return a column of a list that shows instants of a field, sorted and named as the field is."""

    def show(record: Model) -> str | None:
        at = getattr(record, field.attname)
        return shown_instant(at) if at is not None else None

    column: Any = show
    column.__name__ = field.name
    column.short_description = field.verbose_name
    column.admin_order_field = field.name
    return show
