"""The search of a list: each column by its own index, however many rows there are."""

from collections.abc import Callable, Collection

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

EXACT = "="

# From a column and what was typed to the values that are looked for.
Spelled = Callable[[str, str], Collection[str]]


def is_exact(fields: Collection[str]) -> bool:
    """Return whether a list is searched by whole values alone."""
    return bool(fields) and all(each.startswith(EXACT) for each in fields)


def search_exactly(
    rows: QuerySet, fields: Collection[str], typed: str, spelled: Spelled
) -> QuerySet:
    """
    Return the rows that have what was typed in one of the columns.

    Django joins the columns by OR and compares upper case, for which no index serves; here each
    column is asked by itself.
    """
    model = rows.model
    found = []
    for each in fields:
        path = each.removeprefix(EXACT)
        column = get_fields_from_path(model, path)[-1]
        values = []
        for value in spelled(path, typed):
            try:
                values.append(column.to_python(value))
            except ValidationError:
                continue
        if values:
            asked = model._default_manager.filter(**{f"{path}__in": values})
            found.append(asked.order_by().values("pk"))
    if not found:
        return rows.none()
    numbers = found[0].union(*found[1:]) if len(found) > 1 else found[0]
    return rows.filter(pk__in=numbers)
