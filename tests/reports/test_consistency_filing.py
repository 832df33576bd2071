"""R12: the frozen figures of a month as they are filed."""

from datetime import date

import pytest
from django.db import connection

from enforcement.consistency_words import FigureKind
from enforcement.models import (
    ConsistencyFigure,
    ConsistencyReport,
    ConsistencyRule,
)
from enforcement.services.consistency.drawing import bounds_of_month
from reports.exports.r12 import COLUMNS, R12, group_of, render, tallies

BANDS = [10_000, 100_000]
ROW = (
    *("2026-10", "tie", "V06.1", 2, 1, "own", 8, 4, 3, 1, 1, 4, 11.5, 250),
    *(False, True, BANDS),
)


def cells(**changes: object) -> dict[str, str]:
    names = (
        *("month", "kind", "code", "severity", "offence", "group", "decisions", "on_ladder"),
        *("lighter", "heavier", "reversed", "most_frequent", "days_spread", "gap", "is_few"),
        *("stands_out", "bands"),
    )
    row = {**dict(zip(names, ROW, strict=True)), **changes}
    rendered = render(tuple(row[name] for name in names))
    return dict(zip((column.code for column in COLUMNS), rendered, strict=True))


def test_a_figure_is_one_row_with_its_shares() -> None:
    found = cells()

    assert found["grouped_by"] == "与平台的关联"
    assert found["group"] == "平台自营"
    assert (found["on_ladder"], found["lighter"], found["heavier"]) == ("50%", "37.5%", "12.5%")
    assert (found["days_spread"], found["difference"], found["stands_out"]) == ("11.5", "25", "是")


def test_of_too_few_no_share_is_said() -> None:
    found = cells(is_few=True, stands_out=False, gap=None)

    assert found["decisions"] == "8"
    assert {found[name] for name in ("on_ladder", "lighter", "heavier", "difference")} == {""}
    assert found["stands_out"] == "样本过少"


@pytest.mark.parametrize(
    ("kind", "group", "words"),
    [
        (FigureKind.REASON, "lighter:put_right", "轻于阶梯：决定前已消除危害"),
        (FigureKind.SUBJECT, "enterprise", "企业"),
        (FigureKind.SUBJECT, "", "不详"),
        (FigureKind.FOLLOWERS, "0", "不足10000"),
        (FigureKind.FOLLOWERS, "1", "10000至99999"),
        (FigureKind.FOLLOWERS, "2", "100000及以上"),
        (FigureKind.TIE, "others", "其他"),
        (FigureKind.MODERATOR, "ABCDEFGH", "ABCDEFGH"),
    ],
)
def test_every_group_has_its_words(kind: FigureKind, group: str, words: str) -> None:
    assert group_of(kind, group, BANDS) == words


def test_each_cell_is_counted_once() -> None:
    of_cell = list(cells(kind="all", group="").values())
    of_all = list(cells(kind="all", code="", group="").values())

    assert tallies(of_cell) == [("cells", "V06.1")]
    assert tallies(of_all) == tallies(list(cells().values())) == []


@pytest.mark.django_db
def test_the_figures_of_the_months_of_the_period_are_read_and_no_others() -> None:
    rule = ConsistencyRule.objects.get()
    for month in (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)):
        report = ConsistencyReport.objects.create(
            month=month, rule=rule, decisions=3, rows_sha256="0" * 64
        )
        ConsistencyFigure.objects.create(
            report=report,
            kind=FigureKind.ALL,
            code="V06.1",
            severity=2,
            offence=1,
            decisions=3,
            on_ladder=3,
            lighter=0,
            heavier=0,
            reversed=0,
            most_frequent=3,
            is_few=True,
            stands_out=False,
        )
    start, end = bounds_of_month(date(2026, 10, 1))
    with connection.cursor() as cursor:
        cursor.execute(R12.rows_sql, {"start": start, "end": end})
        rows = cursor.fetchall()
        cursor.execute(R12.counts_sql, {"start": start, "end": end})
        counts = cursor.fetchall()
        cursor.execute(R12.rules_sql, {"start": start, "end": end})
        rules = cursor.fetchall()

    assert [(row[0], row[-1]) for row in rows] == [("2026-10", [10_000, 100_000, 500_000])]
    assert counts == []
    assert rules == [("1",)]
