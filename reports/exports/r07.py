"""
R07 违法违规账号处置明细: the handling of violations by account, one row a decision taken.

Public Account Provisions, art. 19 §2. The words of the form stand here and not in a catalogue of
translations: what is filed does not change with the language of anybody's screen.
"""

from collections.abc import Sequence
from typing import Any, Final

from accounts.enums import SubjectNature
from enforcement.appeal_words import OPEN_APPEALS, AppealOutcome, AppealStatus
from enforcement.enums import TAKEN_DECISIONS, CaseSource, ContentKind
from reports.enums import FilingCode
from reports.exports.forms import Column, Form, TallyKey

COLUMNS: Final = (
    Column("disposal_number", "处置编号"),
    Column("account_id", "账号ID"),
    Column("account_name", "账号名称"),
    Column("subject_class", "主体类别"),
    Column("violation", "违规代码及第十八条项次"),
    Column("legal_basis", "适用法律法规或规则条款"),
    Column("facts", "违规事实（标准表述）"),
    Column("content_ref", "内容ID或链接"),
    Column("content_type", "内容类型"),
    Column("found_by", "发现方式"),
    Column("measures", "处置措施"),
    Column("measures_from", "措施起始时间"),
    Column("measures_until", "措施终止时间"),
    Column("credit_change", "信用分变动"),
    Column("decided_on", "决定日期"),
    Column("appeal_state", "申诉状态"),
    Column("reported_on", "报告日期"),
    Column("receipt_number", "回执编号"),
)

SUBJECT_CLASSES: Final = {
    SubjectNature.NATURAL_PERSON: "自然人",
    SubjectNature.INDIVIDUAL_BUSINESS: "个体工商户",
    SubjectNature.ENTERPRISE: "企业",
    SubjectNature.PUBLIC_INSTITUTION: "事业单位",
    SubjectNature.GOVERNMENT_ORGAN: "党政机关",
    SubjectNature.MEDIA: "新闻媒体",
    SubjectNature.SOCIAL_ORGANISATION: "社会组织",
    SubjectNature.OTHER_ORG: "其他组织",
}
CONTENT_TYPES: Final = {
    ContentKind.ACCOUNT: "账号信息",
    ContentKind.TEXT: "文字",
    ContentKind.IMAGE: "图片",
    ContentKind.VIDEO: "视频",
    ContentKind.AUDIO: "音频",
    ContentKind.LIVE: "直播",
    ContentKind.COMMENT: "评论",
}
SOURCES: Final = {
    CaseSource.COMPLAINT: "投诉举报",
    CaseSource.PATROL: "巡查",
    CaseSource.AUTHORITY: "主管部门",
    CaseSource.FINDING: "其他",
    CaseSource.OWN: "其他",
}
# V01–V10 follow the ten items of art. 18 in order.
_ITEMS: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
NO_END: Final = "长期"
NO_CREDIT_CHANGE: Final = "0"
NO_APPEAL: Final = "无"
# By where an appeal stands, and once it is decided by its outcome.
APPEAL_STATES: Final[dict[str, str]] = {
    **dict.fromkeys(map(str, OPEN_APPEALS), "办理中"),
    AppealStatus.REFUSED: "不予受理",
    AppealStatus.WITHDRAWN: "撤回",
    AppealOutcome.CONFIRMED: "维持",
    AppealOutcome.REDUCED: "减轻",
    AppealOutcome.REVOKED: "撤销",
    AppealOutcome.REMITTED: "发回",
}
APPEAL_LEVELS: Final = {1: "申诉", 2: "再次申诉"}
SEPARATOR: Final = ";"

# Times are written in the zone of the form. A measure that was lifted ended when it was lifted;
# a warning has no end; a closure that stands has none either, and says so.
ROWS_SQL: Final = """
SELECT d.id, a.platform_uid, a.name, s.nature, v.code, d.statute, cited.clauses, v.title_zh,
       d.content_ref, d.content_kind, c.source, taken.numbers,
       to_char(taken.first_start AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'),
       taken.has_no_end,
       to_char(taken.last_end AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'),
       moved.points,
       to_char(d.in_force_from AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD'),
       appealed.states,
       to_char(r.sent_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD'),
       r.receipt_number
  FROM enforcement_decision d
  JOIN enforcement_case c ON c.id = d.case_id
  JOIN accounts_publicaccount a ON a.id = d.account_id
  JOIN accounts_subject s ON s.id = a.subject_id
  JOIN enforcement_violationtype v ON v.id = d.violation_type_id
  LEFT JOIN enforcement_reportduty r ON r.decision_id = d.id
 CROSS JOIN LATERAL (
       SELECT string_agg(coalesce(t.number, m.measure), ';' ORDER BY t.number, m.id) AS numbers,
              min(m.in_force_from) AS first_start,
              max(least(m.in_force_until, m.ended_at)) AS last_end,
              bool_or(m.measure IN ('close', 'terminate') AND m.ended_at IS NULL) AS has_no_end
         FROM enforcement_measure m
         LEFT JOIN enforcement_measuretype t
           ON t.version_id = v.version_id AND t.measure = m.measure
        WHERE m.decision_id = d.id) taken
 CROSS JOIN LATERAL (
       SELECT string_agg('《' || q.document_title || '》' || q.number, '；' ORDER BY q.id) AS clauses
         FROM enforcement_decisionclause q
        WHERE q.decision_id = d.id) cited
 CROSS JOIN LATERAL (
       SELECT array_agg(e.points ORDER BY e.id) AS points
         FROM enforcement_creditentry e
        WHERE e.decision_id = d.id) moved
 CROSS JOIN LATERAL (
       SELECT array_agg(ARRAY[p.level::text, coalesce(g.outcome, p.status)] ORDER BY p.level)
              AS states
         FROM enforcement_appeal p
         LEFT JOIN enforcement_appealruling g ON g.appeal_id = p.id
        WHERE p.decision_id = d.id) appealed
 WHERE d.in_force_from >= %(start)s AND d.in_force_from < %(end)s AND d.status = ANY(%(taken)s)
 ORDER BY d.in_force_from, d.id
"""

COUNTS_SQL: Final = """
WITH counted AS MATERIALIZED (
       SELECT id, violation_type_id FROM enforcement_decision
        WHERE status = ANY(%(taken)s) AND in_force_from >= %(start)s AND in_force_from < %(end)s)
SELECT 'decisions', 'total', count(*) FROM counted
UNION ALL
SELECT 'violations', v.code, count(*)
  FROM enforcement_violationtype v JOIN counted d ON d.violation_type_id = v.id
 GROUP BY v.code
UNION ALL
SELECT 'measures', coalesce(t.number, m.measure), count(*)
  FROM enforcement_measure m
  JOIN counted d ON d.id = m.decision_id
  JOIN enforcement_violationtype v ON v.id = d.violation_type_id
  LEFT JOIN enforcement_measuretype t ON t.version_id = v.version_id AND t.measure = m.measure
 GROUP BY 2
UNION ALL
SELECT 'credit', 'total', count(*)
  FROM enforcement_creditentry e JOIN counted d ON d.id = e.decision_id
HAVING count(*) > 0
UNION ALL
SELECT 'appeals', 'total', count(*)
  FROM enforcement_appeal p JOIN counted d ON d.id = p.decision_id
HAVING count(*) > 0
"""

RULES_SQL: Final = """
SELECT label FROM enforcement_catalogueversion
 WHERE effective_from < %(end)s ORDER BY effective_from DESC LIMIT 1
"""


def article_item(code: str) -> str:
    """
    Return the item of art. 18 to which a violation code belongs.

    Public Account Provisions, art. 18: ten items, V01 to V10 in their order.
    """
    return f"第十八条第（{_ITEMS[int(code[1:3]) - 1]}）项"


def credit_in_words(points: Sequence[int] | None) -> str:
    """Return how a decision moved the credit of its subject, in points, each change by itself."""
    if not points:
        return NO_CREDIT_CHANGE
    return SEPARATOR.join(f"{'减' if each < 0 else '恢复'}{abs(each)}分" for each in points)


def appeals_in_words(states: Sequence[Sequence[str]] | None) -> str:
    """Return how each appeal against a decision stands, the first level first."""
    if not states:
        return NO_APPEAL
    return SEPARATOR.join(
        f"{APPEAL_LEVELS[int(level)]}：{APPEAL_STATES[state]}" for level, state in states
    )


def render(row: Sequence[Any]) -> tuple[str, ...]:
    """Return the cells of one decision."""
    (
        key,
        uid,
        name,
        nature,
        code,
        statute,
        clauses,
        title,
        content_ref,
        content_kind,
        source,
        measures,
        measures_from,
        has_no_end,
        measures_until,
        credit_points,
        decided_on,
        appeals,
        reported_on,
        receipt_number,
    ) = row
    return (
        f"CZ{key:08d}",
        uid,
        name,
        SUBJECT_CLASSES[nature] if nature else "",
        f"{code} {article_item(code)}",
        "；".join(part for part in (statute, clauses) if part),
        title,
        content_ref,
        CONTENT_TYPES[content_kind],
        SOURCES[source],
        measures or "",
        measures_from or "",
        NO_END if has_no_end else measures_until or "",
        credit_in_words(credit_points),
        decided_on,
        appeals_in_words(appeals),
        reported_on or "",
        receipt_number or "",
    )


_PLACES = {column.code: place for place, column in enumerate(COLUMNS)}


def tallies(cells: Sequence[str]) -> list[TallyKey]:
    """Return under which keys a rendered row counts."""
    cell = {code: cells[place] for code, place in _PLACES.items()}
    keys = [("decisions", "total"), ("violations", cell["violation"].partition(" ")[0])]
    if cell["measures"]:
        keys += [("measures", number) for number in cell["measures"].split(SEPARATOR)]
    if cell["credit_change"] != NO_CREDIT_CHANGE:
        keys += [("credit", "total")] * len(cell["credit_change"].split(SEPARATOR))
    if cell["appeal_state"] != NO_APPEAL:
        keys += [("appeals", "total")] * len(cell["appeal_state"].split(SEPARATOR))
    return keys


R07: Final = Form(
    code=str(FilingCode.R07),
    title="违法违规账号处置明细",
    columns=COLUMNS,
    filter={
        "record": "decision",
        "period_field": "in_force_from",
        "status": [str(status) for status in TAKEN_DECISIONS],
    },
    rows_sql=ROWS_SQL,
    counts_sql=COUNTS_SQL,
    rules_sql=RULES_SQL,
    parameters={"taken": [str(status) for status in TAKEN_DECISIONS]},
    render=render,
    tallies=tallies,
)
