"""Preparing a filing: one state of the records, frozen, counted twice, the same bytes again."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import psycopg
import pytest
from django.utils import timezone

from enforcement.enums import CaseSource
from enforcement.models import Decision
from enforcement.services.lifting import proposing as lifting
from enforcement.services.lifting.ending import LiftDraft
from reports.enums import ChunkKind, OutputFormat
from reports.exports import r07
from reports.exports.frozen import FilingDamaged, frozen_rows, manifest_of
from reports.exports.outputs import OUTPUTS
from reports.models import Filing
from reports.services import preparation
from reports.services.verification import verify_filing
from tests.reports.conftest import (
    CLOSURE,
    IDENTITY,
    REASON,
    WARNING,
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


def test_one_row_stands_for_each_decision_in_the_columns_of_the_form(
    decide: Callable[..., Decision], prepare: Callable[..., Filing]
) -> None:
    decision = decide(
        at(3, 9, 5), measures=[*WARNING, *suspension(7)], source=CaseSource.COMPLAINT, uid="u-1"
    )

    filing = prepare()

    assert csv_cells(filing) == [
        [column.title for column in r07.COLUMNS],
        [
            decision.number,
            "u-1",
            decision.account.name,
            "自然人",
            "V06.1 第十八条第（六）项",
            "《互联网用户公众账号信息服务管理规定》第十八条第（六）项",
            decision.violation_type.title_zh,
            "article-20261003-17",
            "文字",
            "投诉举报",
            "M1;M3",
            "2026-10-03 09:05:00",
            "2026-10-10 09:05:00",
            "减20分",
            "2026-10-03",
            "无",
            "",
            "",
        ],
    ]


def test_a_closure_has_no_end_and_a_lifted_measure_ended_when_it_was_lifted(
    decide: Callable[..., Decision], prepare: Callable[..., Filing], staff: Staff
) -> None:
    decide(at(2), measures=CLOSURE)
    lifted = decide(timezone.now() - timedelta(days=2), measures=suspension(7))
    grounds = {"provision": P, "reason": REASON}
    proposal = lifting.propose_lift(
        measure=lifted.measures.get(),
        draft=LiftDraft("put_right", "已改正"),
        actor=staff.moderator,
        **grounds,
    )
    for approver in (staff.supervisor, staff.officer):
        lifting.approve_lift(proposal=proposal, actor=approver, **grounds)

    rows = list(frozen_rows(prepare(until=timezone.localdate() + timedelta(days=1))))

    assert [row["measures_until"][:10] for row in rows] == [
        "长期",
        timezone.localdate().isoformat(),
    ]


def test_the_period_begins_at_midnight_in_shanghai_and_ends_before_the_next(
    decide: Callable[..., Decision], prepare: Callable[..., Filing]
) -> None:
    decide(at(30, 23, 59, month=9), uid="before")
    decide(at(1, 0, 0), uid="first")
    decide(at(31, 23, 59), uid="last")
    decide(at(1, 0, 0, month=11), uid="after")

    filing = prepare()

    assert [row["account_id"] for row in frozen_rows(filing)] == ["first", "last"]


def test_what_was_only_proposed_is_not_reported(
    decide: Callable[..., Decision],
    prepare: Callable[..., Filing],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("enforcement.services.decisions.approve_decision", lambda **_: True)
    proposed = decide(at(3))

    filing = prepare()

    assert proposed.in_force_from is None
    assert list(frozen_rows(filing)) == []


def test_an_empty_period_gives_a_filing_with_headings_and_no_row(
    prepare: Callable[..., Filing],
) -> None:
    filing = prepare()

    sheet = openpyxl.load_workbook(io.BytesIO(output(filing, "xlsx"))).active
    assert filing.manifest.row_count == 0
    assert len(csv_cells(filing)) == 1
    assert json.loads(output(filing, "json"))["rows"] == []
    assert [cell.value for cell in sheet[1]] == [column.title for column in r07.COLUMNS]
    assert verify_filing(filing) == []


def test_the_same_records_prepared_twice_give_the_same_bytes(
    decide: Callable[..., Decision],
    prepare: Callable[..., Filing],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(preparation, "CHUNK_ROWS", 2)
    for day in (3, 4, 5):
        decide(at(day))

    one, other = prepare(), prepare()

    assert one.chunks.filter(kind=ChunkKind.ROWS).count() == 2
    for name in OutputFormat.values:
        assert output(one, name) == output(one, name) == output(other, name)
    first, second = manifest_of(one), manifest_of(other)
    differing = {name for name in first if first[name] != second[name]}
    assert differing == {"number", "prepared_at"}


def test_a_change_after_preparation_does_not_reach_the_filing(
    decide: Callable[..., Decision], prepare: Callable[..., Filing]
) -> None:
    decide(at(3))
    filing = prepare()
    before = output(filing, "csv")

    decide(at(4))

    assert output(filing, "csv") == before
    assert manifest_of(prepare())["row_count"] == 2


def test_no_identity_and_no_free_text_is_in_any_output(
    decide: Callable[..., Decision], prepare: Callable[..., Filing], staff: Staff
) -> None:
    decide(at(3), measures=CLOSURE, source=CaseSource.COMPLAINT)
    names = [staff.moderator.person.name, staff.officer.person.name]

    filing = prepare()

    workbook = openpyxl.load_workbook(io.BytesIO(output(filing, "xlsx")))
    texts = [output(filing, name).decode() for name in ("csv", "json", "html")]
    texts.append(filing.manifest.content)
    texts.append(
        "\n".join(str(cell.value) for sheet in workbook for line in sheet for cell in line)
    )
    assert [word for word in (*IDENTITY, *names) for text in texts if word in text] == []


def test_long_numbers_stay_text(
    decide: Callable[..., Decision], prepare: Callable[..., Filing]
) -> None:
    uid = "440308199901101512"
    decide(at(3), uid=uid, content_ref="00012345678901234567")

    filing = prepare()

    line = openpyxl.load_workbook(io.BytesIO(output(filing, "xlsx"))).active[2]
    assert [(line[1].value, line[1].data_type, line[1].number_format)] == [(uid, "s", "@")]
    assert line[7].value == "00012345678901234567"
    assert csv_cells(filing)[1][1] == uid
    assert json.loads(output(filing, "json"))["rows"][0]["account_id"] == uid


class TestTheManifest:
    def test_says_what_was_reported_on_and_counts_it(
        self, decide: Callable[..., Decision], prepare: Callable[..., Filing]
    ) -> None:
        decide(at(3), code="V06.1", measures=[*WARNING, *suspension(3)])
        decide(at(4), code="V06.1")
        decide(at(5), code="V02.1", measures=CLOSURE)

        manifest = manifest_of(prepare())

        assert manifest["counts"] == {
            "credit": {"total": 3},
            "decisions": {"total": 3},
            "measures": {"M1": 2, "M3": 1, "M5": 1},
            "violations": {"V02.1": 1, "V06.1": 2},
        }
        assert manifest["period"]["words"] == "2026年10月1日至2026年10月31日（含首尾两日）"
        assert manifest["prepared_by_role"] == "compliance_officer"
        assert manifest["row_count"] == 3
        assert manifest["is_period_over"] is True

    def test_says_that_the_period_was_not_over(self, prepare: Callable[..., Filing]) -> None:
        today = timezone.localdate()

        filing = prepare(today, today + timedelta(days=1))

        assert manifest_of(filing)["is_period_over"] is False

    def test_is_refused_where_it_was_exchanged(
        self,
        decide: Callable[..., Decision],
        prepare: Callable[..., Filing],
        owner_connection: psycopg.Connection,
    ) -> None:
        decide(at(3))
        filing = prepare()
        owner_connection.execute(
            "ALTER TABLE reports_filingmanifest DISABLE TRIGGER USER;"
            "UPDATE reports_filingmanifest SET content = replace(content, 'V06', 'V05')"
        )

        assert verify_filing(Filing.objects.get()) == [str(FilingDamaged.message)]
        assert filing.manifest_sha256 is not None
