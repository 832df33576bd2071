"""R05 and R06 as filings: prepared, frozen with their records, the same bytes again, seen on screen."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import PublicAccount
from compliance.models import StaffUser
from enforcement.models import Appeal, Complaint, Decision
from reports.enums import ChunkKind, OutputFormat
from reports.exports import catalogue
from reports.exports.frozen import frozen_records, frozen_rows, manifest_of
from reports.exports.outputs import OUTPUTS
from reports.exports.r05 import KINDS, R05
from reports.exports.statistics import EVERY, counted_again
from reports.models import Filing
from reports.services import filings
from reports.services.preparation import CountsDiffer
from reports.services.verification import verify_filing
from tests.enforcement.console import client_of
from tests.reports.conftest import IDENTITY, REASON, P, Staff, at
from tests.reports.population import CONTACT, WORDS, Appellants, Complainants

pytestmark = pytest.mark.django_db(transaction=True)


def output(filing: Filing, name: str) -> bytes:
    return b"".join(OUTPUTS[name](filing))


@pytest.fixture
def complainants(
    staff: Staff, staff_user: Callable[..., StaffUser], make_account: Callable[..., PublicAccount]
) -> Complainants:
    return Complainants(staff_user("complaint_handler"), staff.officer, make_account())


@pytest.fixture
def laid(complainants: Complainants) -> list[Complaint]:
    """Two complaints about an account, and one about us; the last two are late."""
    return [
        complainants.lay(at(5), (at(5, 15), "accept"), (at(6), "upheld"), (at(6, 15), "tell")),
        complainants.lay(at(5), (at(6), "accept"), kind="harmful"),
        complainants.lay(at(5), (at(6), "accept"), kind="platform"),
    ]


def test_it_is_prepared_reviewed_released_and_handed_in_like_every_other(
    laid: list[Complaint], prepare: Callable[..., Filing], staff: Staff
) -> None:
    filing = prepare(code="R05")

    assert verify_filing(filing) == []
    filings.review_filing(filing=filing, actor=staff.officer, provision=P, reason=REASON)
    filings.request_release(filing=filing, actor=staff.officer, provision=P, reason=REASON)
    filings.release_filing(filing=filing, actor=staff.second, provision=P, reason=REASON)
    total = list(frozen_rows(filing))[-1]
    assert (total["category"], total["source"], total["received"]) == (EVERY, EVERY, "3")
    assert (total["late"], total["late_open"]) == ("2", "2")
    assert manifest_of(filing)["counts"]["late"] == {"total": 2}


def test_the_same_records_give_the_same_bytes_and_every_file_the_same_cells(
    laid: list[Complaint], prepare: Callable[..., Filing]
) -> None:
    one, two = prepare(code="R05"), prepare(code="R05")

    for name in OutputFormat.values:
        assert output(one, name) == output(two, name)
    cells = list(csv.reader(io.StringIO(output(one, "csv").decode("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(output(one, "xlsx"))).active
    assert sheet is not None
    assert [[each or "" for each in row] for row in sheet.iter_rows(values_only=True)] == cells
    rows = json.loads(output(one, "json"))["rows"]
    codes = [column.code for column in R05.columns]
    assert [[row[code] for code in codes] for row in rows] == cells[1:]
    assert cells[0] == [column.title for column in R05.columns]
    assert "收到" in output(one, "html").decode()


def test_no_file_names_a_record_a_complainant_or_a_word_of_theirs(
    laid: list[Complaint], prepare: Callable[..., Filing]
) -> None:
    filing = prepare(code="R05")
    files = [output(filing, name).decode(errors="ignore") for name in ("csv", "json", "html")]
    records = json.dumps(list(frozen_records(filing)), ensure_ascii=False)

    for text in files:
        assert "TS0" not in text
    for text in (*files, records):
        for secret in (WORDS, CONTACT, "紫藤路", *IDENTITY):
            assert secret not in text


def test_figures_are_counted_again_from_the_frozen_records(
    laid: list[Complaint], prepare: Callable[..., Filing]
) -> None:
    filing = prepare(code="R05")
    rows, records = list(frozen_rows(filing)), list(frozen_records(filing))
    said = manifest_of(filing)["records"]

    assert counted_again(rows, records, said) == []
    rows[0]["received"] = "7"
    assert counted_again(rows, records, said) == [(1, "received")]
    assert counted_again(rows[1:], records[1:], said) != []
    assert said["number"] == len(records) == 3


def test_later_events_change_nothing_that_is_frozen(
    complainants: Complainants, laid: list[Complaint], prepare: Callable[..., Filing]
) -> None:
    filing = prepare(code="R05")
    before = output(filing, "json")

    complainants.lay(at(20), kind="paid")
    complainants.act(laid[1], complainants.handler, "not_upheld")

    assert output(filing, "json") == before
    assert verify_filing(filing) == []
    # Counted anew, what was done in November is late in October all the same.
    assert list(frozen_rows(prepare(code="R05")))[-1]["late"] == "3"


def test_rows_that_another_count_does_not_bear_out_are_not_frozen(
    laid: list[Complaint], prepare: Callable[..., Filing], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = replace(R05, counts_sql="SELECT 'received', 'total', 4")
    monkeypatch.setitem(catalogue.FORMS, "R05", wrong)

    with pytest.raises(CountsDiffer):
        prepare(code="R05")

    assert not Filing.objects.get().chunks.exists()


def test_a_month_without_complaints_is_filed_as_one(prepare: Callable[..., Filing]) -> None:
    for code in ("R05", "R06"):
        filing = prepare(date(2026, 3, 1), date(2026, 4, 1), code=code)

        (row,) = frozen_rows(filing)
        assert verify_filing(filing) == []
        assert {row[each] for each in manifest_of(filing)["records"]["counts"]} == {"0"}


def test_appeals_are_filed_with_who_heard_them(
    staff_user: Callable[..., StaffUser],
    decide: Callable[..., Decision],
    prepare: Callable[..., Filing],
) -> None:
    on = Appellants(staff_user("complaint_handler"), staff_user("complaint_handler"), decide)
    appeal = on.lay(at(1), at(5), (at(6), "accept"), (at(9), "revoked:facts"))

    filing = prepare(code="R06")

    assert verify_filing(filing) == []
    (record,) = frozen_records(filing)
    assert record["number"] == Appeal.objects.get(pk=appeal.pk).number
    assert list(frozen_rows(filing))[-1]["independent_share"] == "100%"


def test_the_command_writes_the_files_and_refuses_a_period_that_is_none(
    laid: list[Complaint], tmp_path: Path
) -> None:
    call_command(
        *("prepare_filing", "R05", "--from", "2026-10-01", "--until", "2026-11-01"),
        *("--format", "csv,xlsx,json,html", "--out", str(tmp_path / "r05"), "--json"),
    )
    with pytest.raises(CommandError):
        call_command(
            *("prepare_filing", "R05", "--from", "2026-11-01", "--until", "2026-11-01"),
            *("--out", str(tmp_path / "none")),
        )

    assert sorted(each.name for each in (tmp_path / "r05").iterdir()) == [
        *(f"R05_20261001-20261031.{name}" for name in ("csv", "html", "json", "xlsx")),
        "manifest.json",
    ]
    assert Filing.objects.count() == 1
    assert Filing.objects.get().chunks.filter(kind=ChunkKind.RECORDS).exists()


class TestOnScreen:
    def place(self, filing: Filing, category: str) -> int:
        (row,) = (
            each
            for each in frozen_rows(filing)
            if (each["category"], each["source"]) == (category, EVERY)
        )
        return int(row["row"])

    def page(self, client: Client, filing: Filing, row: int, figure: str) -> str:
        answer = client.get(f"/filings/{filing.pk}/figures/{row}/{figure}/")
        assert answer.status_code == 200
        return answer.content.decode()

    def test_a_figure_leads_to_the_numbers_of_what_it_counts(
        self, laid: list[Complaint], prepare: Callable[..., Filing], staff: Staff
    ) -> None:
        filing = prepare(code="R05")
        client = client_of(staff.officer)
        total = self.place(filing, EVERY)

        figures = client.get(f"/filings/{filing.pk}/figures/").content.decode()

        assert f"/filings/{filing.pk}/figures/{total}/late/" in figures
        late = self.page(client, filing, total, "late")
        assert laid[0].number not in late
        assert all(each.number in late for each in laid[1:])
        assert CONTACT not in late
        assert WORDS not in late
        assert (
            f"/filings/{filing.pk}/figures/"
            in client.get(f"/filings/{filing.pk}/").content.decode()
        )

    def test_complaints_about_us_are_counted_for_everybody_and_named_to_few(
        self, laid: list[Complaint], prepare: Callable[..., Filing], staff: Staff
    ) -> None:
        filing = prepare(code="R05")

        seen = self.page(client_of(staff.supervisor), filing, self.place(filing, EVERY), "received")

        assert laid[1].number in seen
        assert laid[2].number not in seen
        assert KINDS["platform"] not in seen

    def test_what_counts_nothing_is_no_page(
        self, laid: list[Complaint], prepare: Callable[..., Filing], staff: Staff
    ) -> None:
        filing, other = prepare(code="R05"), prepare(code="R07")
        client = client_of(staff.officer)

        for address in (
            f"{filing.pk}/figures/999/late/",
            f"{filing.pk}/figures/1/measures/",
            f"{other.pk}/figures/",
        ):
            assert client.get(f"/filings/{address}").status_code == 404

    def test_whoever_may_not_see_filings_does_not_see_their_figures(
        self, laid: list[Complaint], prepare: Callable[..., Filing], staff: Staff
    ) -> None:
        filing = prepare(code="R05")
        client = client_of(staff.moderator)

        assert client.get(f"/filings/{filing.pk}/figures/").status_code == 403
        assert client.get(f"/filings/{filing.pk}/figures/1/late/").status_code == 403
