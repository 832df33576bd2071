"""What the address of a list may ask for: declared filters, each once, with a value of their own."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from compliance.api.problems import INVALID, ApiProblem, FieldError
from compliance.api.serializers import sentence_of
from compliance.audit import UNSEEN

LONGEST_VALUE: Final = 500


def require_known_parameters(request: Request, known: Iterable[str]) -> None:
    """
    Refuse an address that asks for what nobody answers.

    A filter that was mistyped would otherwise give the whole list.

    :raises ApiProblem: if a parameter is unknown, repeated, empty or holds what nobody sees.
    """
    names = set(known)
    found = []
    for name, values in request.query_params.lists():
        code = ""
        if name not in names:
            code = "unknown"
        elif len(values) > 1:
            code = "repeated"
        elif not values[0]:
            code = "empty"
        elif UNSEEN.search(values[0]):
            code = "unseen_characters"
        elif len(values[0]) > LONGEST_VALUE:
            code = "max_length"
        if code:
            shown = UNSEEN.sub("", name)[:60]
            found.append(FieldError(code, sentence_of(code, ""), parameter=shown))
    if found:
        raise ApiProblem(INVALID, fields=found)


class StrictFilterBackend(DjangoFilterBackend):
    """Filters by what the list declares; a value that a filter does not know is refused."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: APIView) -> QuerySet:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise ApiProblem(INVALID, fields=_errors(filterset.errors.as_data()))
        filtered: QuerySet = filterset.qs
        return filtered


def _errors(data: dict[str, list[Any]]) -> list[FieldError]:
    return [
        FieldError(
            error.code or "invalid",
            sentence_of(error.code or "invalid", " ".join(error.messages)),
            parameter=name,
        )
        for name, errors in data.items()
        for error in errors
    ]
