"""Filters by a span of time, and the order in which a list shows what lies in it."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Final

from django.contrib.admin import ListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import DateField, TimeField
from django.http import HttpRequest
from django.utils.timezone import make_aware
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.contrib.filters.admin import RangeDateTimeFilter as ThemeRangeDateTimeFilter

_SECOND: Final = timedelta(seconds=1)
_LAST_SECOND: Final = time(23, 59, 59)


class RangeDateTimeFilter(ThemeRangeDateTimeFilter):
    """A span between two instants here; a day without a time counts whole, not as nothing."""

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        try:
            earliest, latest = self._instant("from", time.min), self._instant("to", _LAST_SECOND)
        except ValidationError as error:
            raise IncorrectLookupParameters(error) from error
        if earliest is not None:
            queryset = queryset.filter(**{f"{self.field_path}__gte": earliest})
        if latest is not None:
            # What happened within that second belongs to it.
            queryset = queryset.filter(**{f"{self.field_path}__lt": latest + _SECOND})
        return queryset

    def _instant(self, side: str, of_day: time) -> datetime | None:
        day, moment = (
            self.used_parameters.get(f"{self.field_path}_{side}_{part}") for part in (0, 1)
        )
        if not day:
            return None
        if moment:
            of_day = TimeField().clean(moment)
        return make_aware(datetime.combine(DateField().clean(day), of_day))


def column_of_span(model: type[Model], specs: Iterable[ListFilter]) -> str:
    """Return the column by which a span of time was chosen, or nothing; one that is never null."""
    for spec in specs:
        if isinstance(spec, RangeDateFilter | RangeDateTimeFilter):
            is_chosen = any(spec.used_parameters.values())
            own = {column.name: column for column in model._meta.concrete_fields}
            column = own.get(spec.field_path)
            if is_chosen and column is not None and not column.null:
                return str(spec.field_path)
    return ""
