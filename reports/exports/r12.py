"""
R12 处置一致性分析: the consistency of decisions, one row a figure of a frozen month.

Opinions on Platform Responsibility, point 2. The rows are those that were frozen with the month; a
share that rests on too few decisions is left empty. The words of the form stand here and not in a
catalogue of translations: what is filed does not change with the language of anybody's screen.
"""

from collections.abc import Sequence
from typing import Any, Final

from accounts.powers_words import AffiliationKind
from enforcement.consistency_words import EVERY_CODE, OTHERS, FigureKind
from enforcement.enums import DeviationKind, DeviationReason
from enforcement.rules.consistency import permille
from reports.enums import FilingCode
from reports.exports.forms import Column, Form, TallyKey
from reports.exports.r07 import SUBJECT_CLASSES

COLUMNS: Final = (
    Column("month", "月份"),
    Column("violation", "违规代码"),
    Column("severity", "严重程度"),
    Column("offence", "第几次违规"),
    Column("grouped_by", "分组方式"),
    Column("group", "分组"),
    Column("decisions", "处置决定数"),
    Column("on_ladder", "符合阶梯占比"),
    Column("lighter", "轻于阶梯占比"),
    Column("heavier", "重于阶梯占比"),
    Column("most_frequent", "最常见措施组合占比"),
    Column("days_spread", "期限四分位距（日）"),
    Column("reversed", "撤销数"),
    Column("difference", "与其余差距（百分点）"),
    Column("stands_out", "是否需关注"),
)
KINDS: Final = {
    FigureKind.ALL: "合计",
    FigureKind.REASON: "偏离理由",
    FigureKind.SUBJECT: "主体类别",
    FigureKind.FOLLOWERS: "关注者数量",
    FigureKind.TIE: "与平台的关联",
    FigureKind.MODERATOR: "审核员（化名）",
}
DIRECTIONS: Final = {DeviationKind.LIGHTER: "轻于阶梯", DeviationKind.HEAVIER: "重于阶梯"}
REASONS: Final = {
    DeviationReason.SMALL_EFFECT: "影响明显较小",
    DeviationReason.PUT_RIGHT: "决定前已消除危害",
    DeviationReason.ENOUGH: "较轻措施足以制止",
    DeviationReason.GRAVE_EFFECT: "影响明显较大",
    DeviationReason.PERSISTENT: "经警示仍继续",
    DeviationReason.MANY_ITEMS: "涉及内容或者人数众多",
    DeviationReason.AUTHORITY: "主管部门来函要求",
    DeviationReason.STEP_UNFIT: "该档措施不适合本案",
}
TIES: Final = {
    AffiliationKind.OWN: "平台自营",
    AffiliationKind.AFFILIATED: "平台关联方",
    OTHERS: "其他",
}
EVERYTHING: Final = "全部"
FEW: Final = "样本过少"
UNKNOWN: Final = "不详"

ROWS_SQL: Final = """
SELECT to_char(r.month, 'YYYY-MM'), f.kind, f.code, f.severity, f.offence, f."group", f.decisions,
       f.on_ladder, f.lighter, f.heavier, f.reversed, f.most_frequent, f.days_spread,
       f.gap_permille, f.is_few, f.stands_out,
       ARRAY(SELECT jsonb_array_elements_text(c.content -> 'bands')::bigint)
  FROM enforcement_consistencyfigure f
  JOIN enforcement_consistencyreport r ON r.id = f.report_id
  JOIN enforcement_consistencyrule c ON c.id = r.rule_id
 WHERE r.month >= (%(start)s AT TIME ZONE 'Asia/Shanghai')::date
   AND r.month < (%(end)s AT TIME ZONE 'Asia/Shanghai')::date
 ORDER BY r.month, f.id
"""

# The figures of all decisions together are counted again from the frozen decisions.
COUNTS_SQL: Final = """
WITH counted AS MATERIALIZED (
       SELECT w.code, w.severity, w.offence, count(*) AS decisions
         FROM enforcement_consistencyrow w
         JOIN enforcement_consistencyreport r ON r.id = w.report_id
        WHERE r.month >= (%(start)s AT TIME ZONE 'Asia/Shanghai')::date
          AND r.month < (%(end)s AT TIME ZONE 'Asia/Shanghai')::date
        GROUP BY r.id, w.code, w.severity, w.offence)
SELECT 'cells', code, count(*) FROM counted GROUP BY code
"""

RULES_SQL: Final = """
SELECT label FROM enforcement_consistencyrule
 WHERE effective_from < %(end)s ORDER BY effective_from DESC LIMIT 1
"""


def group_of(kind: str, group: str, bands: Sequence[int]) -> str:
    """Return a group in the words of the form; a moderator by the pseudonym."""
    if kind == FigureKind.REASON:
        direction, _colon, reason = group.partition(":")
        return f"{DIRECTIONS[DeviationKind(direction)]}：{REASONS[DeviationReason(reason)]}"
    if kind == FigureKind.SUBJECT:
        return SUBJECT_CLASSES.get(group, UNKNOWN)  # type: ignore[call-overload, no-any-return]
    if kind == FigureKind.FOLLOWERS:
        return _band(int(group), bands)
    if kind == FigureKind.TIE:
        return TIES[group]
    return group


def _band(place: int, bands: Sequence[int]) -> str:
    if place == 0:
        return f"不足{bands[0]}"
    if place >= len(bands):
        return f"{bands[-1]}及以上"
    return f"{bands[place - 1]}至{bands[place] - 1}"


def render(row: Sequence[Any]) -> tuple[str, ...]:
    """Return the cells of one figure."""
    (
        month,
        kind,
        code,
        severity,
        offence,
        group,
        decisions,
        on_ladder,
        lighter,
        heavier,
        reversed_since,
        most_frequent,
        days_spread,
        gap,
        is_few,
        stands_out,
        bands,
    ) = row

    def share(part: int) -> str:
        return "" if is_few else f"{permille(part, decisions) / 10:g}%"

    is_everything = code == EVERY_CODE
    return (
        month,
        EVERYTHING if is_everything else code,
        "" if is_everything else str(severity),
        "" if is_everything else str(offence),
        KINDS[FigureKind(kind)],
        group_of(kind, group, bands),
        str(decisions),
        share(on_ladder),
        share(lighter),
        share(heavier),
        share(most_frequent),
        "" if is_few or days_spread is None else f"{days_spread:g}",
        str(reversed_since),
        "" if gap is None else f"{gap / 10:g}",
        FEW if is_few else "是" if stands_out else "否",
    )


_CODE = [column.code for column in COLUMNS].index("violation")
_KIND = [column.code for column in COLUMNS].index("grouped_by")


def tallies(cells: Sequence[str]) -> list[TallyKey]:
    """Return under which keys a rendered row counts: the cells, each once."""
    if cells[_KIND] != KINDS[FigureKind.ALL] or cells[_CODE] == EVERYTHING:
        return []
    return [("cells", cells[_CODE])]


R12: Final = Form(
    code=str(FilingCode.R12),
    title="处置一致性分析",
    columns=COLUMNS,
    filter={"record": "consistency_figure", "period_field": "month"},
    rows_sql=ROWS_SQL,
    counts_sql=COUNTS_SQL,
    rules_sql=RULES_SQL,
    parameters={},
    render=render,
    tallies=tallies,
)
