"""Pages of long lists: a count that never reads the whole table, and pages found by position."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.core.signing import BadSignature, dumps, loads
from django.db import connections
from django.db.models import Field, Model, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

# Our choice; no article sets it. Counting so many rows costs a few milliseconds.
COUNTED_ROWS = 10_000

_CURSOR_SALT = "compliance.ui.pagination.cursor"

_ESTIMATE = """
    SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint
    FROM pg_class
    WHERE oid IN (SELECT relid FROM pg_partition_tree(%s::regclass) WHERE isleaf)
"""


@dataclass(frozen=True)
class Tally:
    """How many rows a list has, and how well we know."""

    number: int
    is_exact: bool
    is_estimate: bool = False

    def __str__(self) -> str:
        number = f"{self.number:,}"
        if self.is_exact:
            return number
        if self.is_estimate:
            return _("about %(number)s") % {"number": number}
        return _("more than %(number)s") % {"number": number}


def tally_rows(rows: Any) -> Tally:
    """Return how many rows there are, counting no more than COUNTED_ROWS of a table."""
    if not isinstance(rows, QuerySet):
        return Tally(len(rows), is_exact=True)
    if _is_whole_table(rows):
        estimate = _estimated_rows(rows)
        if estimate > COUNTED_ROWS:
            return Tally(estimate, is_exact=False, is_estimate=True)
    counted = rows.order_by().values("pk")[: COUNTED_ROWS + 1].count()
    if counted > COUNTED_ROWS:
        return Tally(COUNTED_ROWS, is_exact=False)
    return Tally(counted, is_exact=True)


class ConsolePaginator(Paginator):
    """Numbers the pages of what was counted; what lies beyond is reached by position."""

    template_name = "ui/pagination.html"

    @cached_property
    def tally(self) -> Tally:
        return tally_rows(self.object_list)

    @cached_property
    def count(self) -> int:
        return self.tally.number


@dataclass(frozen=True)
class Position:
    """A place in an ordered list: the values of the last row seen, and which way to go on."""

    values: tuple[str, ...]
    is_backward: bool

    def seal(self) -> str:
        """Return the place as a signed text for the address bar."""
        return dumps([self.is_backward, *self.values], salt=_CURSOR_SALT)

    @classmethod
    def unseal(cls, text: str, *, length: int) -> "Position | None":
        """Return the place that a text stands for, or None if nobody sealed it for this order."""
        try:
            is_backward, *values = loads(text, salt=_CURSOR_SALT)
        except BadSignature:
            return None
        return cls(tuple(values), bool(is_backward)) if len(values) == length else None


@dataclass(frozen=True)
class Order:
    """One column of an order."""

    field: Field
    is_descending: bool

    @property
    def term(self) -> str:
        return f"-{self.field.attname}" if self.is_descending else self.field.attname


def total_order(rows: QuerySet) -> tuple[Order, ...]:
    """
    Return the order of a list if places in it can be told apart by it, else nothing.

    Only own columns that are never null, ending with a unique one, make such an order.
    """
    orders: list[Order] = []
    for term in rows.query.order_by:
        if not isinstance(term, str):
            return ()
        name = term.lstrip("-")
        column = rows.model._meta.pk if name == "pk" else _own_column(rows.model, name)
        if column is None or column.null:
            return ()
        orders.append(Order(column, term.startswith("-")))
        if column.unique:
            return tuple(orders)
    return ()


@dataclass(frozen=True)
class Slice:
    """The rows of one page and the places before and after it."""

    rows: list[Any]
    previous: str
    following: str


def slice_from(
    rows: QuerySet, orders: tuple[Order, ...], *, position: Position | None, size: int
) -> Slice:
    """Return one page of an ordered list, found by position instead of by counting."""
    is_backward = position is not None and position.is_backward
    if position is not None:
        rows = rows.filter(_beyond(orders, position))
    if is_backward:
        rows = rows.order_by(
            *(Order(order.field, not order.is_descending).term for order in orders)
        )
    found = list(rows[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if is_backward:
        found.reverse()
    has_previous = has_more if is_backward else position is not None
    has_following = True if is_backward else has_more
    return Slice(
        found,
        previous=_place(orders, found[0], is_backward=True) if found and has_previous else "",
        following=_place(orders, found[-1], is_backward=False) if found and has_following else "",
    )


def _place(orders: tuple[Order, ...], row: Model, *, is_backward: bool) -> str:
    values = tuple(order.field.value_to_string(row) for order in orders)
    return Position(values, is_backward).seal()


def _beyond(orders: tuple[Order, ...], position: Position) -> Q:
    """Return the condition "comes after the position" for an order of several columns."""
    order, *rest = orders
    value = order.field.to_python(position.values[0])
    is_less = order.is_descending != position.is_backward
    strictly = Q(**{f"{order.field.attname}__{'lt' if is_less else 'gt'}": value})
    if not rest:
        return strictly
    # The bound on the first column stands alone as well, so that an index on it is used.
    bound = Q(**{f"{order.field.attname}__{'lte' if is_less else 'gte'}": value})
    tail = _beyond(tuple(rest), Position(position.values[1:], position.is_backward))
    return bound & (strictly | tail)


def _own_column(model: type[Model], name: str) -> Field | None:
    for column in model._meta.concrete_fields:
        if name in (column.attname, column.name):
            # A relation named without its _id is ordered by the order of the other table.
            return None if column.is_relation and name != column.attname else column
    return None


def _is_whole_table(rows: QuerySet) -> bool:
    query = rows.query
    return not (query.where or query.distinct or query.combinator or query.is_sliced)


def _estimated_rows(rows: QuerySet) -> int:
    connection = connections[rows.db]
    with connection.cursor() as cursor:
        cursor.execute(_ESTIMATE, [connection.ops.quote_name(rows.model._meta.db_table)])
        (estimate,) = cursor.fetchone()
    return int(estimate)
