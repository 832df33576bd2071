"""Lists by cursor: the same however long the list, and nothing is missed while rows are added."""

from typing import Any, Final

from django.core import signing
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from compliance.api.problems import INVALID, INVALID_CURSOR, ApiProblem, FieldError
from compliance.api.serializers import sentence_of

# Our choices; no article sets them.
ORDINARY: Final = 50
MOST: Final = 200
PARAMETERS: Final = ("cursor", "limit")
_SALT: Final = "heyan.api.cursor"


class SignedCursorPagination(BasePagination):
    """
    Newest first, by primary key.

    A cursor is signed and belongs to the list and the filters that it was given for.
    """

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """
        Return the rows of one page.

        :raises ApiProblem: if the cursor or the size is none of ours.
        """
        self.request = request
        size = _size(request)
        backwards, key = self._read_cursor()
        if key is not None:
            queryset = queryset.filter(**{"pk__gt" if backwards else "pk__lt": key})
        # One more than is shown tells whether there is another page.
        rows = list(queryset.order_by("pk" if backwards else "-pk")[: size + 1])
        has_more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        has_next = backwards or has_more
        has_previous = has_more if backwards else key is not None
        self.next = self._link("n", rows[-1].pk) if rows and has_next else None
        self.previous = self._link("p", rows[0].pk) if rows and has_previous else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next, "previous": self.previous, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "nullable": True, "format": "uri-reference"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 500},
            },
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": ORDINARY},
            },
        ]

    def _filters(self) -> str:
        given = self.request.query_params
        pairs = sorted((name, given[name]) for name in given if name not in PARAMETERS)
        return f"{self.request.path}?{pairs}"

    def _read_cursor(self) -> tuple[bool, int | None]:
        text = self.request.query_params.get("cursor")
        if text is None:
            return False, None
        try:
            direction, key, filters = signing.loads(text, salt=_SALT)
        except (signing.BadSignature, ValueError):
            raise ApiProblem(INVALID_CURSOR) from None
        if filters != self._filters():
            raise ApiProblem(INVALID_CURSOR)
        return direction == "p", key

    def _link(self, direction: str, key: int) -> str:
        cursor = signing.dumps((direction, key, self._filters()), salt=_SALT)
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return f"{self.request.path}?{query.urlencode()}"


def _size(request: Request) -> int:
    text = request.query_params.get("limit", str(ORDINARY))
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    if not is_number or not 1 <= int(text) <= MOST:
        error = FieldError("invalid", sentence_of("invalid", ""), parameter="limit")
        raise ApiProblem(INVALID, fields=[error])
    return int(text)
