"""
R06 申诉办理统计: appeals by the measures and the violation of the decision, counted from the appeals.

Public Account Provisions, art. 20 §2. Each appeal counts once, under all measures of its decision
together. The words of the form stand here and not in a catalogue of translations.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from enforcement.appeal_words import AppealGround, AppealOutcome, AppealRefusal
from enforcement.models.appeals import APPEAL_PREFIX
from reports.enums import FilingCode
from reports.exports.appeal_sql import COUNTS_SQL, ROWS_SQL
from reports.exports.forms import Column, Form, TallyKey
from reports.exports.r07 import RULES_SQL
from reports.exports.statistics import (
    EVERY,
    Figures,
    Key,
    Record,
    Statistic,
    hours_in_words,
)

OUTCOMES: Final = {
    AppealOutcome.CONFIRMED: "维持",
    AppealOutcome.REDUCED: "部分变更（减轻）",
    AppealOutcome.REVOKED: "撤销",
    AppealOutcome.REMITTED: "发回重新处理",
}
GROUNDS: Final = {
    AppealGround.FACTS: "事实认定有误",
    AppealGround.RULE: "适用规则有误",
    AppealGround.TOO_HEAVY: "措施过重",
    AppealGround.PROCEDURE: "程序不当",
    AppealGround.NEW_EVIDENCE: "有新证据",
}
REFUSALS: Final = {
    AppealRefusal.NOT_THE_OPERATOR: "申诉人不是账号运营者",
    AppealRefusal.NOTHING_CONTESTED: "未对决定提出异议",
    AppealRefusal.NO_LONGER_STANDS: "决定已不再有效",
}

_COUNTED: Final = (
    Column("filed", "收到"),
    Column("second_level", "其中二级申诉"),
    Column("accepted", "受理"),
    Column("refused", "不予受理"),
    *(Column(f"refused_{code}", f"不予受理：{title}") for code, title in REFUSALS.items()),
    *(Column(str(code), title) for code, title in OUTCOMES.items()),
    *(Column(f"changed_{code}", f"变更原因：{title}") for code, title in GROUNDS.items()),
    Column("withdrawn", "撤回"),
    Column("checked", "核查审理人件数"),
    Column("independent", "审理人未参与原决定件数"),
)
_COUNTED_AFTER: Final = (
    Column("late_accept", "逾期未决定是否受理"),
    Column("late_decide", "逾期未办结"),
    Column("late", "逾期件数"),
    Column("late_open", "期末仍逾期未办件数"),
)
_MEDIANS: Final = (
    Column("accept_hours", "受理用时中位数（小时）"),
    Column("decide_hours", "办结用时中位数（小时）"),
)
COLUMNS: Final = (
    Column("measures", "处置措施"),
    Column("violation", "违规代码"),
    *_COUNTED,
    Column("independent_share", "审理人与决定人分离比例"),
    Column("restored_points", "恢复信用分"),
    *_COUNTED_AFTER,
    *_MEDIANS,
)
COUNTS: Final = tuple(column.code for column in (*_COUNTED, *_COUNTED_AFTER))
# What the second statement vouches for.
_VOUCHED: Final = (
    "filed",
    "accepted",
    "refused",
    *OUTCOMES,
    "independent",
    "late",
    "late_open",
)
_CODES: Final = [column.code for column in COLUMNS]
NO_MEASURE: Final = "无"


def read(row: Sequence[Any]) -> Record:
    """Return an appeal with what it counts in."""
    number, measures, violation, marks, points, accept, decide = row
    hours = {"accept_hours": accept, "decide_hours": decide}
    record: dict[str, Any] = {
        "number": f"{APPEAL_PREFIX}{number:08d}",
        "keys": [[measures or NO_MEASURE, violation]],
        "counts": marks,
        "hours": {name: round(float(each), 3) for name, each in hours.items() if each is not None},
    }
    if points:
        record["sums"] = {"restored_points": points}
    return record


def order(key: Key) -> tuple[tuple[bool, str], ...]:
    """Return where a row stands: by measures and violation, totals after what they add up."""
    return tuple((each == EVERY, each) for each in key)


def share(part: int, whole: int) -> str:
    """Return a share as it is filed; nothing of nothing."""
    return f"{100 * part / whole:g}%" if whole else ""


def render(row: Sequence[Any]) -> tuple[str, ...]:
    """Return the cells of one combination of measures and violation."""
    key: Key = row[0]
    figures: Figures = row[1]
    counts = figures.counts
    cells = {
        "measures": key[0],
        "violation": key[1],
        "independent_share": share(counts["independent"], counts["checked"]),
        "restored_points": str(figures.sums["restored_points"]),
        **{code: str(counts[code]) for code in COUNTS},
        **{each.code: hours_in_words(figures.median(each.code)) for each in _MEDIANS},
    }
    return tuple(cells[code] for code in _CODES)


def tallies(cells: Sequence[str]) -> Counter[TallyKey]:
    """Return what a rendered row adds to the counts: the totals, and each violation."""
    row = dict(zip(_CODES, cells, strict=True))
    if row["measures"] != EVERY:
        return Counter()
    if row["violation"] != EVERY:
        return Counter({("filed", row["violation"]): int(row["filed"])})
    return Counter({(name, "total"): int(row[name]) for name in _VOUCHED})


R06: Final = Form(
    code=str(FilingCode.R06),
    title="申诉办理统计",
    columns=COLUMNS,
    filter={"record": "appeal", "period_field": "each_event"},
    rows_sql=ROWS_SQL,
    counts_sql=COUNTS_SQL,
    rules_sql=RULES_SQL,
    parameters={},
    render=render,
    tallies=tallies,
    statistic=Statistic(
        by=("measures", "violation"),
        counts=COUNTS,
        sums=("restored_points",),
        read=read,
        order=order,
    ),
)
