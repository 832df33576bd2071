"""Which filters an address may carry: those that a list shows, so that nothing else can be probed."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.widgets import url_params_from_lookup_dict
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignObject
from django.http import HttpRequest

# What filters of a list append to the path of their field.
_FILTER_ENDINGS = (
    "",
    "__exact",
    "__in",
    "__isnull",
    "__gte",
    "__gt",
    "__lte",
    "__lt",
    "_from",
    "_to",
    "_from_0",
    "_from_1",
    "_to_0",
    "_to_1",
)
_DATE_ENDINGS = ("__year", "__month", "__day", "__gte", "__lt")
_SEARCH_ENDINGS = ("", "__exact")
_SEARCH_PREFIXES = "^=@"


def allowed_parameters(model_admin: ModelAdmin, request: HttpRequest) -> set[str]:
    """Return every filter parameter that the list of this admin class understands."""
    allowed: set[str] = set()
    for declared in model_admin.get_list_filter(request):
        kind = declared[1] if isinstance(declared, list | tuple) else declared
        parameter = getattr(kind, "parameter_name", None)
        if parameter:
            allowed |= {f"{parameter}{ending}" for ending in _FILTER_ENDINGS}
        if isinstance(declared, list | tuple):
            allowed |= _of_path(model_admin, str(declared[0]), _FILTER_ENDINGS)
        elif isinstance(declared, str):
            allowed |= _of_path(model_admin, declared, _FILTER_ENDINGS)
    if model_admin.date_hierarchy:
        allowed |= {f"{model_admin.date_hierarchy}{ending}" for ending in _DATE_ENDINGS}
    for declared in model_admin.get_search_fields(request):
        path = declared.lstrip(_SEARCH_PREFIXES)
        allowed |= {f"{path}{ending}" for ending in _SEARCH_ENDINGS}
    return allowed


def is_relation_choice(model_admin: ModelAdmin, lookup: str, value: Any) -> bool:
    """Return whether the filter is the limit that a related form sets for its choices."""
    for limit in model_admin.model._meta.related_fkey_lookups:
        limits = limit() if callable(limit) else limit
        if (lookup, value) in url_params_from_lookup_dict(limits).items():
            return True
    return False


def _of_path(model_admin: ModelAdmin, path: str, endings: Iterable[str]) -> set[str]:
    paths = [path]
    try:
        last = get_fields_from_path(model_admin.model, path)[-1]
    except FieldDoesNotExist:
        last = None
    if isinstance(last, ForeignObject):
        # A filter on a relation names the column that it points to.
        paths += [f"{path}__{column.name}" for column in last.foreign_related_fields]
    return {f"{known}{ending}" for known in paths for ending in endings}
