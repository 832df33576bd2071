"""
The files in which a filing is handed over, rendered from its frozen rows alone.

Each gives the same bytes at every call: nothing of the hour, the person or the state goes in.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import IO, Final

import xlsxwriter
from django.utils.html import escape
from django.utils.translation import gettext as _

from compliance.errors import ActionRefused
from reports.enums import ChunkKind, OutputFormat
from reports.exports.frozen import columns_of, frozen_pieces, frozen_rows, manifest_of
from reports.models import Filing

CONTENT_TYPES: Final = {
    OutputFormat.CSV: "text/csv; charset=utf-8",
    OutputFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    OutputFormat.JSON: "application/json",
    OutputFormat.HTML: "text/html; charset=utf-8",
}
# A sheet takes 1,048,576 rows, its heading among them.
ROWS_A_SHEET: Final = 1_048_575
# The day before the provisions came into force: a workbook has to say when it was made, and the
# same rows must give the same bytes.
WORKBOOK_CREATED: Final = datetime(2021, 2, 21, tzinfo=UTC)
_READ_BYTES: Final = 256 * 1024

Output = Callable[[Filing], Iterator[bytes]]


def csv_output(filing: Filing) -> Iterator[bytes]:
    """Yield the CSV as it was frozen: UTF-8 with byte order mark, every cell quoted."""
    return frozen_pieces(filing, ChunkKind.CSV)


def json_output(filing: Filing) -> Iterator[bytes]:
    """Yield one JSON document: form, period, columns, rows."""
    manifest = manifest_of(filing)
    head = {name: manifest[name] for name in ("code", "title", "period", "columns")}
    # Each frozen line is JSON already; it is passed on as it is.
    yield json.dumps(head, ensure_ascii=False, sort_keys=True)[:-1].encode() + b', "rows": ['
    separator = b"\n"
    for piece in frozen_pieces(filing, ChunkKind.ROWS):
        yield separator + b",\n".join(piece.splitlines())
        separator = b",\n"
    yield b"\n]}\n"


_STYLE: Final = """
body{font:12px/1.5 "Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:16px;color:#111}
h1{font-size:18px;margin:0 0 8px}dl{display:grid;grid-template-columns:max-content 1fr;gap:0 12px}
dt{color:#555}dd{margin:0;word-break:break-all}table{border-collapse:collapse;width:100%}
th,td{border:1px solid #999;padding:2px 4px;text-align:left;vertical-align:top;word-break:break-all}
thead{display:table-header-group}tr{break-inside:avoid}@page{size:A3 landscape;margin:12mm}
"""


def html_output(filing: Filing) -> Iterator[bytes]:
    """Yield a page to print, with the heading that the form asks for."""
    manifest = manifest_of(filing)
    columns = columns_of(manifest)
    platform = manifest["platform"]
    facts = (
        ("平台名称", platform["name"]),
        ("统一社会信用代码", platform["uscc"]),
        ("备案地", platform["province"]),
        ("报送期间", manifest["period"]["words"]),
        ("规则目录版本", manifest["rule_catalogue"]),
        ("行数", str(manifest["row_count"])),
        ("数据SHA-256", manifest["body"][ChunkKind.ROWS]["sha256"]),
    )
    title = escape(f"{manifest['code']} {manifest['title']}")
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts)
    headings = "".join(f"<th>{escape(column.title)}</th>" for column in columns)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    yield (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f"<dl>{listed}</dl><table><thead><tr><th>序号</th>{headings}</tr></thead><tbody>\n"
    ).encode()
    for piece in frozen_pieces(filing, ChunkKind.ROWS):
        lines = []
        for line in piece.splitlines():
            row = json.loads(line)
            cells = "".join(f"<td>{escape(row[column.code])}</td>" for column in columns)
            lines.append(f"<tr><td>{row['row']}</td>{cells}</tr>\n")
        yield "".join(lines).encode()
    yield b"</tbody></table></body></html>\n"


def write_xlsx(filing: Filing, file: IO[bytes]) -> None:
    """
    Write a workbook in which every cell is text: no formula, no link, no rounded number.

    :raises ActionRefused: if a cell does not fit.
    """
    manifest = manifest_of(filing)
    columns = columns_of(manifest)
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": WORKBOOK_CREATED, "title": manifest["title"]})
    as_text = book.add_format({"num_format": "@"})
    heading = book.add_format({"num_format": "@", "bold": True})
    sheet = None
    line = 0
    rows = frozen_rows(filing)
    row = next(rows, None)
    while sheet is None or row is not None:
        if sheet is None or line > ROWS_A_SHEET:
            sheets = len(book.worksheets())
            sheet = book.add_worksheet(f"{manifest['code']}-{sheets + 1}")
            sheet.set_column(0, len(columns) - 1, 18, as_text)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column.title, heading)
            line = 1
        if row is not None:
            for place, column in enumerate(columns):
                if sheet.write_string(line, place, row[column.code], as_text) < 0:
                    raise ActionRefused(
                        _("Row %(row)s, “%(column)s”: the text is too long for a workbook.")
                        % {"row": row["row"], "column": column.title}
                    )
            line += 1
            row = next(rows, None)
    book.close()


def xlsx_output(filing: Filing) -> Iterator[bytes]:
    """Yield the workbook; it is complete on disk before the first byte is passed on."""
    with tempfile.TemporaryFile() as file:
        write_xlsx(filing, file)
        file.seek(0)
        while piece := file.read(_READ_BYTES):
            yield piece


OUTPUTS: Final[dict[str, Output]] = {
    OutputFormat.CSV: csv_output,
    OutputFormat.XLSX: xlsx_output,
    OutputFormat.JSON: json_output,
    OutputFormat.HTML: html_output,
}


def file_name(filing: Filing, extension: str) -> str:
    """Return the name of a file that is handed over: form, first and last day."""
    first = filing.period_from.strftime("%Y%m%d")
    last = filing.last_day.strftime("%Y%m%d")
    return f"{filing.code}_{first}-{last}.{extension}"
