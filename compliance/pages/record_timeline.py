"""
One timeline of everything that happened to a record and to what belongs to it.

Packages say what belongs to a record of a type: `register_timeline_source` names records whose rows
of the action log belong to it, or events that have a time of their own. A page then reads the
newest of all of them with one statement, whatever the number of records and rows, and goes on from
a position.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.dateparse import parse_datetime

from compliance.models import ActionLog, StaffUser
from compliance.pages.timeline import step_of_row
from compliance.ui.kit import Choice, Text, TimelineStep
from compliance.ui.pagination import Position, Tally

# Our choices; no article sets them.
PAGE_SIZE = 25
COUNTED_HIDDEN = 1_000


@dataclass(frozen=True, kw_only=True)
class TimelineSource:
    """
    Something that belongs to the records of a type, and who may see what happened to it.

    `records` is given the records whose timeline is drawn, as a query, and returns what belongs to
    them, as a query. Without `at` the rows of the action log about those records are shown; with
    `at`, the name of a column, they are events themselves and `step` puts each into words. `page`
    returns the address of a record for whoever holds `permission`.
    """

    kind: str
    label: Text
    permission: str
    records: Callable[[QuerySet], QuerySet]
    name: Callable[[Any], str] = str
    page: Callable[[Any], str] | None = None
    at: str = ""
    step: Callable[[Any], TimelineStep] | None = None


Bridge = Callable[[QuerySet], QuerySet]

_sources: dict[str, list[TimelineSource]] = {}
_bridges: dict[str, list[tuple[str, Bridge]]] = {}


def register_timeline_source(record_type: str, source: TimelineSource) -> None:
    """
    Add a source to the timelines of a type of record; called when apps are ready.

    :raises ValueError: if an event has no words, or words have no event.
    """
    if bool(source.at) != (source.step is not None):
        raise ValueError(f"Source {source.kind!r} names a time or words, not both.")
    _sources.setdefault(record_type, []).append(source)


def include_timeline(record_type: str, other_type: str, bridge: Bridge) -> None:
    """
    Let whatever belongs to one type of record belong to another: a subject's to its accounts'.

    `bridge` turns a query of the first type into one of the other. Called when apps are ready.
    """
    _bridges.setdefault(record_type, []).append((other_type, bridge))


def sources_of(record_type: str) -> list[TimelineSource]:
    """Return every source of a type of record, those that it includes last."""
    found = list(_sources.get(record_type, ()))
    for other_type, bridge in _bridges.get(record_type, ()):
        found += [_across(source, bridge) for source in sources_of(other_type)]
    return found


def _across(source: TimelineSource, bridge: Bridge) -> TimelineSource:
    return replace(source, records=lambda roots: source.records(bridge(roots)))


@dataclass(frozen=True, kw_only=True)
class TimelinePage:
    """A stretch of a timeline, newest first, with the ways on."""

    steps: Sequence[TimelineStep]
    kinds: Sequence[Choice]
    kind: str
    newer: str
    older: str
    hidden: Tally


@dataclass(frozen=True)
class _Place:
    """Where an entry stands in the order: its time, its source (0 is the log), its number."""

    at: datetime
    origin: int
    number: int

    def seal(self, *, is_backward: bool) -> str:
        values = (self.at.isoformat(), str(self.origin), str(self.number))
        return Position(values, is_backward).seal()

    @classmethod
    def unseal(cls, text: str) -> "tuple[_Place, bool] | None":
        position = Position.unseal(text, length=3) if text else None
        if position is None:
            return None
        at, origin, number = position.values
        instant = parse_datetime(at)
        return (cls(instant, int(origin), int(number)), position.is_backward) if instant else None


@dataclass(frozen=True)
class _Entry:
    """One entry as the statement finds it, before it is put into words."""

    place: _Place
    source: TimelineSource


def timeline_page(
    record: Model, staff: StaffUser, *, kind: str = "", position: str = "", size: int = PAGE_SIZE
) -> TimelinePage:
    """
    Return the part of a record's timeline that the address asks for, as far as the role may see it.

    How many entries the role may not see is counted, so that nobody takes a part for the whole.
    """
    roots = type(record)._default_manager.filter(pk=record.pk)
    everything = sources_of(record._meta.label_lower)
    permissions = {each.permission for each in everything if each.permission}
    held = {each for each in permissions if staff.has_perm(each)}
    visible = [each for each in everything if not each.permission or each.permission in held]
    hidden = [each for each in everything if each.permission and each.permission not in held]
    kinds = {each.kind: each.label for each in visible}
    if kind not in kinds:
        kind = ""
    chosen = [each for each in visible if not kind or each.kind == kind]
    start = _Place.unseal(position)
    entries, has_newer, has_older = _entries(chosen, roots, start, size)
    return TimelinePage(
        steps=_in_words(entries, roots),
        kinds=[Choice(code, label) for code, label in kinds.items()],
        kind=kind,
        newer=entries[0].place.seal(is_backward=True) if entries and has_newer else "",
        older=entries[-1].place.seal(is_backward=False) if entries and has_older else "",
        hidden=_count_hidden(hidden, visible, roots),
    )


# Each record's rows are found through the log's index on records; a record that belongs twice is
# taken once, under its first source.
_ABOUT = """
    SELECT object_type, object_id, min(source) AS source
      FROM ({references}) AS reference (source, object_type, object_id)
     GROUP BY object_type, object_id
"""
_LOGGED = """
    SELECT logged.at, 0 AS origin, logged.id AS number, about.source
      FROM ({about}) AS about
     CROSS JOIN LATERAL (
           SELECT log.at, log.id FROM compliance_actionlog AS log
            WHERE log.object_type = about.object_type AND log.object_id = about.object_id
              {beyond}
            ORDER BY log.at {way}, log.id {way} LIMIT {size}) AS logged
"""
# An event that belongs twice is taken once, too.
_HAPPENED = """
    (SELECT event.at, {origin} AS origin, event.number, min(event.source) AS source
       FROM ({events}) AS event (at, number, source)
      WHERE true {beyond}
      GROUP BY event.at, event.number
      ORDER BY event.at {way}, event.number {way} LIMIT {size})
"""
_HIDDEN = """
    SELECT count(*) FROM (
        SELECT 1
          FROM (SELECT object_type, object_id
                  FROM ({hidden}) AS of_hidden (source, object_type, object_id)
                EXCEPT
                SELECT object_type, object_id
                  FROM ({visible}) AS of_visible (source, object_type, object_id)) AS about
         CROSS JOIN LATERAL (
               SELECT 1 FROM compliance_actionlog AS log
                WHERE log.object_type = about.object_type AND log.object_id = about.object_id
                LIMIT {size}) AS logged
        {events} LIMIT {size}) AS counted
"""
_HIDDEN_EVENTS = """
        UNION ALL SELECT 1 FROM (
            SELECT DISTINCT at, number FROM ({events}) AS event (at, number, source)) AS happened
"""


@dataclass
class _Statement:
    """Text of a statement with the values that belong to its marks, in their order."""

    text: str
    values: list[Any]


def _compiled(rows: QuerySet) -> _Statement | None:
    try:
        text, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return _Statement(text, list(values))


def _references(sources: Iterable[tuple[int, TimelineSource]], roots: QuerySet) -> _Statement:
    parts, values = ["SELECT 0, ''::varchar, ''::varchar WHERE false"], list[Any]()
    for number, source in sources:
        records = source.records(roots)
        compiled = _compiled(
            records.order_by()
            .select_related(None)
            .values_list(
                Value(number),
                Value(records.model._meta.label_lower, output_field=CharField()),
                Cast("pk", CharField()),
            )
        )
        if compiled is not None:
            # In brackets: a query of its own may be limited or joined from several.
            parts.append(f"({compiled.text})")
            values += compiled.values
    return _Statement(" UNION ALL ".join(parts), values)


def _events(sources: Iterable[tuple[int, TimelineSource]], roots: QuerySet) -> list[_Statement]:
    """Return the events of each model that some source names, with the number of the source."""
    found: dict[Any, _Statement] = {}
    for number, source in sources:
        if not source.at:
            continue
        happened = source.records(roots).order_by().select_related(None)
        compiled = _compiled(
            happened.filter(**{f"{source.at}__isnull": False}).values_list(
                F(source.at), F("pk"), Value(number)
            )
        )
        if compiled is None:
            continue
        known = found.setdefault((happened.model, source.at), _Statement("", []))
        known.text = " UNION ALL ".join(filter(None, [known.text, f"({compiled.text})"]))
        known.values += compiled.values
    return list(found.values())


def _entries(
    sources: Sequence[TimelineSource],
    roots: QuerySet,
    start: tuple[_Place, bool] | None,
    size: int,
) -> tuple[list[_Entry], bool, bool]:
    """Return the entries of one page, newest first, and whether there are newer and older ones."""
    is_backward = start is not None and start[1]
    way = "ASC" if is_backward else "DESC"
    numbered = list(enumerate(sources))
    logged = _references([(n, each) for n, each in numbered if not each.at], roots)
    beyond, beyond_values = _beyond("log.at", "0", "log.id", start)
    parts = [
        _LOGGED.format(
            about=_ABOUT.format(references=logged.text), beyond=beyond, way=way, size=size + 1
        )
    ]
    values = [*logged.values, *beyond_values]
    for origin, events in enumerate(_events(numbered, roots), start=1):
        beyond, beyond_values = _beyond("event.at", str(origin), "event.number", start)
        parts.append(
            _HAPPENED.format(
                origin=origin, events=events.text, beyond=beyond, way=way, size=size + 1
            )
        )
        values += [*events.values, *beyond_values]
    statement = " UNION ALL ".join(parts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{statement} ORDER BY at {way}, origin {way}, number {way} LIMIT {size + 1}", values
        )
        found = [
            _Entry(_Place(at, origin, number), sources[source])
            for at, origin, number, source in cursor.fetchall()
        ]
    has_more = len(found) > size
    found = found[:size]
    if is_backward:
        found.reverse()
        return found, has_more, True
    return found, start is not None, has_more


def _beyond(
    at: str, origin: str, number: str, start: tuple[_Place, bool] | None
) -> tuple[str, list[Any]]:
    """Return the condition "comes after the position"; the bound on time alone prunes months."""
    if start is None:
        return "", []
    place, is_backward = start
    less, least = (">", ">=") if is_backward else ("<", "<=")
    condition = f"AND {at} {least} %s AND ({at}, {origin}, {number}) {less} (%s, %s, %s)"
    return condition, [place.at, place.at, place.origin, place.number]


def _count_hidden(
    hidden: Sequence[TimelineSource], visible: Sequence[TimelineSource], roots: QuerySet
) -> Tally:
    if not hidden:
        return Tally(0, is_exact=True)
    unseen = _references([(0, each) for each in hidden if not each.at], roots)
    seen = _references([(0, each) for each in visible if not each.at], roots)
    happened = _events([(0, each) for each in hidden], roots)
    text = _HIDDEN.format(
        hidden=unseen.text,
        visible=seen.text,
        events=" ".join(_HIDDEN_EVENTS.format(events=each.text) for each in happened),
        size=COUNTED_HIDDEN + 1,
    )
    values = [*unseen.values, *seen.values]
    for each in happened:
        values += each.values
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        (count,) = cursor.fetchone()
    return Tally(min(count, COUNTED_HIDDEN), is_exact=count <= COUNTED_HIDDEN)


def _in_words(entries: Sequence[_Entry], roots: QuerySet) -> list[TimelineStep]:
    """Return the entries as a page shows them: one statement for the log, one a source of names."""
    numbers = [each.place.number for each in entries if each.place.origin == 0]
    times = [each.place.at for each in entries if each.place.origin == 0]
    rows = {}
    if numbers:
        # The times prune the months that are looked into.
        logged = ActionLog.objects.filter(pk__in=numbers, at__range=(min(times), max(times)))
        rows = {row.pk: row for row in logged.defer("payload")}
    wanted: dict[int, tuple[TimelineSource, set[str]]] = {}
    for each in entries:
        row = rows.get(each.place.number) if each.place.origin == 0 else None
        key = row.object_id if row is not None else str(each.place.number)
        wanted.setdefault(id(each.source), (each.source, set()))[1].add(key)
    records = {
        number: {
            str(record.pk): record for record in source.records(roots).filter(pk__in=list(keys))
        }
        for number, (source, keys) in wanted.items()
    }
    steps = []
    for each in entries:
        found = records[id(each.source)]
        if each.place.origin:
            assert each.source.step is not None
            record = found[str(each.place.number)]
            step = replace(each.source.step(record), at=each.place.at)
        else:
            row = rows[each.place.number]
            record = found[row.object_id]
            step = step_of_row(row, record, name=each.source.name(record))
        if each.source.page is not None and not step.url:
            step = replace(step, url=each.source.page(record))
        steps.append(step)
    return steps
