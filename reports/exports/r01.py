"""
R01 规则备案清单: the rules of the platform and where each stands with the regulator.

Public Account Provisions, art. 7 §3. The words of the form stand here and not in a catalogue of
translations: what is filed does not change with the language of anybody's screen.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from compliance.context import record_language
from compliance.csv_text import BYTE_ORDER_MARK, csv_line
from compliance.rulebook.filings import RuleFilingFigure, rule_filing_figures
from reports.exports.forms import Column

COLUMNS: Final = (
    Column("kind", "文件类型"),
    Column("title", "名称"),
    Column("version", "版本"),
    Column("effective_date", "施行日期"),
    Column("change_summary", "变更摘要"),
    Column("publication_url", "公开网址"),
    Column("publication_date", "公布日期"),
    Column("filed_with", "备案机关"),
    Column("filed_date", "备案日期"),
    Column("receipt_number", "备案回执编号"),
    Column("state", "备案状态"),
    Column("file_sha256", "备案文本SHA-256"),
    Column("contact_post", "联系岗位"),
)


def rows(day: date, *, site: str) -> list[tuple[str, ...]]:
    """Return the cells of R01 on `day`; `site` stands in front of the addresses of the rules."""
    with record_language():
        return [_cells(figure, site) for figure in rule_filing_figures(day)]


def _cells(figure: RuleFilingFigure, site: str) -> tuple[str, ...]:
    return (
        figure.kind,
        figure.title,
        figure.version,
        figure.effective_date.isoformat(),
        figure.change_summary,
        f"{site}{figure.publication_path}" if figure.publication_path else "",
        figure.publication_date.isoformat() if figure.publication_date else "",
        figure.filed_with,
        figure.filed_on.isoformat() if figure.filed_on else "",
        figure.receipt_number,
        figure.state,
        figure.file_sha256,
        figure.contact_post,
    )


def csv_lines(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield R01 as CSV for people: the headings, then a line a version."""
    yield BYTE_ORDER_MARK + csv_line(column.title for column in COLUMNS)
    for row in cells:
        yield csv_line(row)
