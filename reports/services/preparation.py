"""Preparing a filing: one state of the records is rendered, counted, hashed and frozen."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals
from compliance.csv_text import BYTE_ORDER_MARK, csv_line
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.models import Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from reports.enums import STANDING_STATUSES, ChunkKind, FilingCode, FilingStatus, MaskingProfile
from reports.exports.catalogue import FORMS
from reports.exports.forms import Form, Tallies
from reports.exports.frozen import CHUNK_ROWS, new_chunk
from reports.exports.statistics import Counting, Statistic, described
from reports.exports.tallies import tally_in_words
from reports.models import Filing, FilingManifest
from reports.snapshot import open_snapshot

SCHEMA: Final = "heyan-filing-1"
# No platform has anything to report outside, and the calendar's own ends are not to be reached.
EARLIEST_DAY: Final = date(2000, 1, 1)
LATEST_DAY: Final = date(2099, 12, 31)
# The first of two keys of the advisory lock; the second is the filing's own.
PREPARATION_LOCK: Final = 7_304_230
# Of the figures that disagree; the first are enough to see what was left out.
DIFFERENCES_TOLD: Final = 5
# A line of JSON per row, in the canonical form of the log.
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


class CountsDiffer(ActionRefused):
    """The rows that were read are not the decisions that were counted."""


@dataclass
class _Body:
    """The pieces of one kind as they are written, for the manifest."""

    kind: ChunkKind
    digest: Any = field(default_factory=hashlib.sha256)
    size: int = 0
    chunks: list[dict[str, Any]] = field(default_factory=list)

    def add(self, filing: Filing, number: int, rows: int, content: bytes) -> None:
        chunk = new_chunk(filing, self.kind, number, rows, content)
        chunk.save(force_insert=True)
        self.digest.update(content)
        self.size += len(content)
        self.chunks.append(
            {"number": number, "rows": rows, "bytes": chunk.size, "sha256": chunk.sha256}
        )

    def summary(self) -> dict[str, Any]:
        return {"sha256": self.digest.hexdigest(), "bytes": self.size, "chunks": self.chunks}


def prepare_filing(
    *,
    code: str,
    period_from: date,
    period_until: date,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    corrects: Filing | None = None,
) -> Filing:
    """
    Prepare a filing on the days from `period_from` to the one before `period_until`.

    Public Account Provisions, art. 19 §2: the handling of violations is reported. The filing is
    on record as being prepared before its rows are read; they come in one transaction with the
    manifest, so that a filing has all of them or none. Must not run inside a transaction.

    :raises NotPermitted: if the actor may not prepare filings.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if the form is unknown or the period is not one that can be reported.
    :raises CountsDiffer: if rows and decisions do not agree; the filing then stays in preparation.
    """
    filing = open_filing(
        code=code,
        period_from=period_from,
        period_until=period_until,
        actor=actor,
        provision=provision,
        reason=reason,
        corrects=corrects,
    )
    return _freeze(filing, actor=actor, provision=provision, reason=reason)


def resume_filing(*, filing: Filing, actor: StaffUser, provision: Provision, reason: str) -> Filing:
    """
    Prepare again a filing whose preparation did not come to its end.

    Public Account Provisions, art. 19 §2. The rows are read anew, as they are now.

    :raises NotPermitted: if the actor may not prepare filings.
    :raises TransitionRefused: if its rows stand already.
    :raises CountsDiffer: if rows and decisions do not agree.
    """
    require_permission(actor, "reports.prepare_filing")
    proposals.take_part(filing.matter, actor, Side.REQUESTER)
    return _freeze(filing, actor=actor, provision=provision, reason=reason)


def correct_filing(
    *, filing: Filing, actor: StaffUser, provision: Provision, reason: str
) -> Filing:
    """
    Prepare the filing that corrects one which the regulator holds.

    Public Account Provisions, art. 19 §2. The corrected one stands until the new one is handed in.

    :raises NotPermitted: if the actor may not prepare filings.
    :raises InvalidInput: if the filing was never handed in, or is being corrected already.
    """
    return prepare_filing(
        code=filing.code,
        period_from=filing.period_from,
        period_until=filing.period_until,
        actor=actor,
        provision=provision,
        reason=reason,
        corrects=filing,
    )


@transaction.atomic(durable=True)
def open_filing(
    *,
    code: str,
    period_from: date,
    period_until: date,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    corrects: Filing | None = None,
) -> Filing:
    """
    Put on record that a filing is being prepared; its rows are still to be read.

    Public Account Provisions, art. 19 §2. `prepare_filing` begins with it; where the preparation
    does not come to its end, `resume_filing` takes it up from here.

    :raises NotPermitted: if the actor may not prepare filings.
    :raises InvalidInput: if the form is unknown or the period is not one that can be reported.
    """
    require_permission(actor, "reports.prepare_filing")
    if code not in FORMS:
        raise InvalidInput(_("There is no form “%(code)s”.") % {"code": code})
    require_period(period_from, period_until)
    if period_from > timezone.localdate():
        raise InvalidInput(_("The period has not begun: there is nothing to report yet."))
    if corrects is not None:
        _require_correctable(corrects)
    matter = proposals.open_matter("filing")
    proposals.take_part(matter, actor, Side.REQUESTER)
    return audit.create(
        Filing(
            code=FilingCode(code),
            period_from=period_from,
            period_until=period_until,
            masking_profile=MaskingProfile.MINIMAL,
            prepared_by=actor.person,
            corrects=corrects,
            matter=matter,
        ),
        actor=actor,
        provision=provision,
        reason=reason,
    )


def require_period(period_from: date, period_until: date) -> None:
    """
    Refuse days that are no period: `period_until` is the first day after it.

    :raises InvalidInput: if it has no day, or lies outside the years that can be reported on.
    """
    if period_until <= period_from:
        raise InvalidInput(_("The period ends before it begins."))
    if period_from < EARLIEST_DAY or period_until - timedelta(days=1) > LATEST_DAY:
        raise InvalidInput(out_of_years())


def out_of_years() -> str:
    """Return what to say of a day on which nothing can be reported."""
    return _("The period must lie between %(first)s and %(last)s.") % {
        "first": EARLIEST_DAY,
        "last": LATEST_DAY,
    }


def _require_correctable(filing: Filing) -> None:
    # The row's lock makes two corrections at once see each other.
    audit.lock(filing)
    if filing.status not in STANDING_STATUSES:
        raise InvalidInput(_("Only what was filed can be corrected."))
    if filing.corrections.exclude(status=FilingStatus.WITHDRAWN).exists():
        raise InvalidInput(_("A correction of this filing is already under way."))


@transaction.atomic(durable=True)
def _freeze(filing: Filing, *, actor: StaffUser, provision: Provision, reason: str) -> Filing:
    _take_preparation(filing)
    form = FORMS[filing.code]
    with open_snapshot() as snapshot:
        manifest = _freeze_rows(filing, form, snapshot, actor)
    content = audit.canonical_json(manifest)
    frozen = FilingManifest.objects.create(
        filing=filing,
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        row_count=manifest["row_count"],
        snapshot_at=datetime.fromisoformat(manifest["prepared_at"]),
        rule_catalogue=manifest["rule_catalogue"],
    )
    # Only now is the filing's row locked: whoever withdrew it meanwhile has gone before us.
    audit.move(
        filing,
        "prepare",
        actor=actor,
        provision=provision,
        reason=reason,
        manifest_sha256=frozen.sha256,
    )
    return filing


def _take_preparation(filing: Filing) -> None:
    # An advisory lock, not the row's: reading may take minutes, and nobody is to wait for it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [PREPARATION_LOCK, filing.pk])
        if not cursor.fetchone()[0]:
            raise ActionRefused(_("This filing is being prepared right now."))
    filing.refresh_from_db()
    if filing.status != FilingStatus.PREPARING:
        raise TransitionRefused(_("The rows of this filing stand already or it was withdrawn."))


def _freeze_rows(
    filing: Filing, form: Form, snapshot: psycopg.Connection[Any], actor: StaffUser
) -> dict[str, Any]:
    parameters = {
        **form.parameters,
        "start": _start_of(filing.period_from),
        "end": _start_of(filing.period_until),
    }
    (taken_at,) = _one(snapshot, "SELECT transaction_timestamp()", {})
    rows = _Body(ChunkKind.ROWS)
    csv = _Body(ChunkKind.CSV)
    titles = [column.title for column in form.columns]
    csv.add(filing, 0, 0, (BYTE_ORDER_MARK + csv_line(titles)).encode())
    codes = [column.code for column in form.columns]
    found: Tallies = Counter()
    count = 0
    read = _batches(snapshot, form.rows_sql, parameters)
    records = _Body(ChunkKind.RECORDS)
    batches = (
        read if form.statistic is None else _counted_into(filing, form.statistic, read, records)
    )
    for number, batch in enumerate(batches, start=1):
        lines: list[str] = []
        safe_lines: list[str] = []
        for values in batch:
            cells = form.render(values)
            count += 1
            lines.append(_encode({"row": count, **dict(zip(codes, cells, strict=True))}) + "\n")
            safe_lines.append(csv_line(cells))
            found.update(form.tallies(cells))
        rows.add(filing, number, len(batch), "".join(lines).encode())
        csv.add(filing, number, len(batch), "".join(safe_lines).encode())
    _reconcile(found, _counted(snapshot, form, parameters))
    label = _one(snapshot, form.rules_sql, parameters)
    body = {ChunkKind.ROWS: rows.summary(), ChunkKind.CSV: csv.summary()}
    traced = {}
    if form.statistic is not None:
        body[ChunkKind.RECORDS] = records.summary()
        traced["records"] = described(form.statistic, sum(each["rows"] for each in records.chunks))
    return {
        "schema": SCHEMA,
        "code": form.code,
        "title": form.title,
        "number": filing.number,
        "corrects": filing.corrects.number if filing.corrects is not None else None,
        "platform": {
            "name": settings.PLATFORM_NAME,
            "uscc": settings.PLATFORM_USCC,
            "province": settings.PLATFORM_PROVINCE,
        },
        "period": {
            "from": filing.period_from.isoformat(),
            "until": filing.period_until.isoformat(),
            "until_is": "exclusive",
            "time_zone": settings.TIME_ZONE,
            "words": _period_words(filing),
        },
        "is_period_over": taken_at >= parameters["end"],
        "prepared_at": timezone.localtime(taken_at).isoformat(),
        "prepared_by_role": _role_of(actor),
        "rule_catalogue": label[0] if label else "",
        "masking_profile": str(filing.masking_profile),
        "filter": form.filter,
        "columns": [{"code": column.code, "title": column.title} for column in form.columns],
        "row_count": count,
        "counts": _nested(found),
        "reconciled": True,
        "body": body,
        **traced,
    }


def _counted_into(
    filing: Filing, statistic: Statistic, read: Iterator[Sequence[Sequence[Any]]], records: _Body
) -> Iterator[Sequence[Sequence[Any]]]:
    """Freeze the records of a statistic, and yield the rows into which they were counted."""
    counting = Counting(statistic)
    for number, batch in enumerate(read, start=1):
        lines = []
        for values in batch:
            record = statistic.read(values)
            counting.add(record)
            lines.append(_encode(record) + "\n")
        records.add(filing, number, len(batch), "".join(lines).encode())
    rows = counting.rows()
    for first in range(0, len(rows), CHUNK_ROWS):
        yield rows[first : first + CHUNK_ROWS]


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _batches(
    snapshot: psycopg.Connection[Any], statement: str, parameters: dict[str, Any]
) -> Iterator[Sequence[Sequence[Any]]]:
    with psycopg.ServerCursor(snapshot, "filing_rows") as cursor:
        cursor.execute(statement, parameters)
        while batch := cursor.fetchmany(CHUNK_ROWS):
            yield batch


def _one(
    snapshot: psycopg.Connection[Any], statement: str, parameters: dict[str, Any]
) -> Sequence[Any]:
    return snapshot.execute(statement, parameters).fetchone() or ()


def _counted(snapshot: psycopg.Connection[Any], form: Form, parameters: dict[str, Any]) -> Tallies:
    return Counter(
        {
            (tally, key): number
            for tally, key, number in snapshot.execute(form.counts_sql, parameters)
            if number
        }
    )


def _reconcile(found: Tallies, counted: Tallies) -> None:
    if found == counted:
        return
    differing = [
        _("%(figure)s: %(found)s in the rows, %(counted)s in the records")
        % {"figure": tally_in_words(*key), "found": found[key], "counted": counted[key]}
        for key in sorted({*found, *counted})
        if found[key] != counted[key]
    ]
    raise CountsDiffer(
        _("Rows and records do not agree (%(figures)s). Nothing was prepared.")
        % {"figures": _("; ").join(differing[:DIFFERENCES_TOLD])}
    )


def _nested(tallies: Tallies) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = defaultdict(dict)
    for (tally, key), number in tallies.items():
        nested[tally][key] = number
    return {**nested}


def _period_words(filing: Filing) -> str:
    # The language of the form, not of the screen.
    first, last = filing.period_from, filing.last_day
    return (
        f"{first.year}年{first.month}月{first.day}日至{last.year}年{last.month}月{last.day}日"
        "（含首尾两日）"
    )


def _role_of(actor: StaffUser) -> str:
    if actor.person.is_system:
        return "system"
    held = actor.role_assignments.filter(
        ended_at__isnull=True, role__permissions__codename="prepare_filing"
    )
    return ",".join(sorted(held.values_list("role__name", flat=True).distinct()))
