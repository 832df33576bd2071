"""Filings that are not prepared, or not handed over: refusals, crashes, damage."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from compliance.errors import InvalidInput, MissingReason, NotPermitted, TransitionRefused
from compliance.models import StaffUser
from enforcement.models import Decision
from reports.enums import FilingStatus
from reports.exports import catalogue, r07
from reports.exports.frozen import FilingDamaged, manifest_of
from reports.exports.outputs import OUTPUTS
from reports.models import Filing, FilingChunk, FilingManifest
from reports.services import filings, preparation
from reports.services.verification import verify_filing
from tests.reports.conftest import (
    FIRST,
    REASON,
    UNTIL,
    P,
    Staff,
    at,
    suspension,
)

pytestmark = pytest.mark.django_db(transaction=True)


def output(filing: Filing, name: str) -> bytes:
    return b"".join(OUTPUTS[name](filing))


def csv_cells(filing: Filing) -> list[list[str]]:
    return list(csv.reader(io.StringIO(output(filing, "csv").decode("utf-8-sig"), newline="")))


class TestRefusals:
    def test_rows_that_differ_from_the_decisions_are_not_frozen(
        self,
        decide: Callable[..., Decision],
        prepare: Callable[..., Filing],
        staff: Staff,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        decide(at(3), measures=suspension(3))
        lossy = replace(r07.R07, rows_sql=r07.ROWS_SQL.replace("d.status", "1 = 0 AND d.status"))
        monkeypatch.setitem(catalogue.FORMS, "R07", lossy)

        with pytest.raises(preparation.CountsDiffer, match="处置决定：数据行中 0 个，记录中 1 个"):
            prepare()

        filing = Filing.objects.get()
        assert filing.status == FilingStatus.PREPARING
        assert not FilingChunk.objects.exists()
        assert not FilingManifest.objects.exists()
        monkeypatch.setitem(catalogue.FORMS, "R07", r07.R07)
        preparation.resume_filing(filing=filing, actor=staff.second, provision=P, reason=REASON)
        assert filing.status == FilingStatus.PREPARED
        assert filing.manifest.row_count == 1

    def test_a_crash_in_the_middle_leaves_no_rows_and_a_filing_that_can_be_withdrawn(
        self,
        decide: Callable[..., Decision],
        prepare: Callable[..., Filing],
        staff: Staff,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(preparation, "CHUNK_ROWS", 1)
        for day in (3, 4):
            decide(at(day))
        seen: list[int] = []

        def crash(cells: object) -> list[tuple[str, str]]:
            seen.append(FilingChunk.objects.count())
            if len(seen) == 2:
                raise MemoryError
            return []

        monkeypatch.setitem(catalogue.FORMS, "R07", replace(r07.R07, tallies=crash))

        with pytest.raises(MemoryError):
            prepare()

        filing = Filing.objects.get()
        assert seen[1] > 1
        assert not FilingChunk.objects.exists()
        filings.withdraw_filing(filing=filing, actor=staff.officer, provision=P, reason=REASON)
        assert filing.status == FilingStatus.WITHDRAWN

    def test_a_filing_withdrawn_while_it_is_read_is_not_frozen(
        self,
        decide: Callable[..., Decision],
        prepare: Callable[..., Filing],
        owner_connection: psycopg.Connection,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        decide(at(3))
        owner_connection.execute("SET lock_timeout = '2s'")

        def withdraw_meanwhile(cells: list[str]) -> list[tuple[str, str]]:
            # Would wait for ever, and fail, if preparation held the row.
            owner_connection.execute("ALTER TABLE reports_filing DISABLE TRIGGER need_history")
            owner_connection.execute(
                "UPDATE reports_filing SET status = 'withdrawn', version = version + 1"
            )
            return r07.tallies(cells)

        monkeypatch.setattr(
            catalogue, "FORMS", {"R07": replace(r07.R07, tallies=withdraw_meanwhile)}
        )
        monkeypatch.setattr(preparation, "FORMS", catalogue.FORMS)

        with pytest.raises(TransitionRefused):
            prepare()

        assert not FilingChunk.objects.exists()

    @pytest.mark.parametrize(
        ("first", "until"),
        [
            (UNTIL, FIRST),
            (FIRST, FIRST),
            (date(2199, 1, 1), date(2199, 2, 1)),
        ],
    )
    def test_a_period_that_cannot_be_reported_leaves_nothing(
        self, prepare: Callable[..., Filing], first: date, until: date
    ) -> None:
        with pytest.raises(InvalidInput):
            prepare(first, until)

        assert not Filing.objects.exists()

    def test_an_unknown_form_a_missing_reason_and_a_missing_permission_leave_nothing(
        self, prepare: Callable[..., Filing], staff: Staff
    ) -> None:
        with pytest.raises(InvalidInput):
            prepare(code="R99")
        with pytest.raises(MissingReason):
            prepare(reason=" ")
        with pytest.raises(NotPermitted):
            prepare(actor=staff.moderator)

        assert not Filing.objects.exists()

    def test_rows_that_stand_are_not_prepared_again(
        self, prepare: Callable[..., Filing], staff: Staff
    ) -> None:
        filing = prepare()

        with pytest.raises(TransitionRefused):
            preparation.resume_filing(
                filing=filing, actor=staff.officer, provision=P, reason=REASON
            )


class TestTheDatabase:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE reports_filingchunk SET rows = 9",
            "DELETE FROM reports_filingchunk",
            "TRUNCATE reports_filingchunk",
            "UPDATE reports_filingmanifest SET row_count = 9",
            "DELETE FROM reports_filingmanifest",
            "DELETE FROM reports_filing",
            "UPDATE reports_filing SET status = 'released'",
            "UPDATE reports_filing SET period_until = '2027-01-01', version = version + 1",
        ],
    )
    def test_refuses_to_change_what_is_frozen(
        self,
        decide: Callable[..., Decision],
        prepare: Callable[..., Filing],
        statement: str,
    ) -> None:
        decide(at(3))
        filing = prepare()

        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

        assert verify_filing(Filing.objects.get(pk=filing.pk)) == []

    @pytest.mark.parametrize(
        "body",
        [
            "set_byte(body, 2, 0)",
            "set_byte(body, 20, get_byte(body, 20) # 1)",
            "set_byte(body, 40, get_byte(body, 40) # 255)",
            "substring(body FROM 1 FOR 60)",
            "''::bytea",
        ],
    )
    def test_a_damaged_chunk_is_found_and_not_handed_over(
        self,
        body: str,
        decide: Callable[..., Decision],
        prepare: Callable[..., Filing],
        owner_connection: psycopg.Connection,
    ) -> None:
        decide(at(3))
        filing = prepare()
        owner_connection.execute(
            "ALTER TABLE reports_filingchunk DISABLE TRIGGER USER;"
            f"UPDATE reports_filingchunk SET body = {body}"
            " WHERE kind = 'csv' AND number = 1"
        )

        with pytest.raises(FilingDamaged):
            output(filing, "csv")
        assert verify_filing(filing) == [str(FilingDamaged.message)]


def test_the_system_may_prepare_but_an_auditor_may_not(
    prepare: Callable[..., Filing], system: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    filing = prepare(actor=system)

    assert manifest_of(filing)["prepared_by_role"] == "system"
    with pytest.raises(NotPermitted):
        prepare(actor=staff_user("auditor"))
