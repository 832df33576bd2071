"""
R05 投诉举报受理处置统计: complaints by category and source, counted from the complaints themselves.

Public Account Provisions, art. 20 §2. What happened in the period counts, by the history of each
complaint and the events of its clocks: a limit that passed unmet stays counted whatever is written
afterwards. The words of the form stand here and not in a catalogue of translations.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from enforcement.complaint_words import (
    ComplaintKind,
    ComplaintOutcome,
    ComplaintRefusal,
    ComplaintSource,
)
from enforcement.enums import TAKEN_DECISIONS
from enforcement.rules.complaints import VIOLATION_OF
from reports.enums import FilingCode
from reports.exports.complaint_sql import COUNTS_SQL, ROWS_SQL
from reports.exports.forms import Column, Form, TallyKey
from reports.exports.r07 import RULES_SQL
from reports.exports.statistics import (
    EVERY,
    Figures,
    Key,
    Record,
    Statistic,
    hours_in_words,
    items_in_words,
)

K = ComplaintKind
KINDS: Final = {
    K.FALSE_IDENTITY: "账号信息虚假、冒用",
    K.IMPERSONATION: "假冒仿冒、盗用账号",
    K.NEWS: "无资质发布新闻或专业信息",
    K.FAKE_TRAFFIC: "批量账号、虚假流量、操纵热点",
    K.VIOLENCE: "辱骂、煽动对立、网络暴力",
    K.DOXXING: "泄露他人个人信息",
    K.FALSE_INFORMATION: "谣言、虚假信息、伪原创",
    K.PAID: "有偿发帖删帖、敲诈勒索、营销欺诈",
    K.TRADING: "囤积买卖账号、账号转世",
    K.ILLEGAL: "违法信息",
    K.HARMFUL: "低俗等不良信息",
    K.MINORS: "侵害未成年人",
    K.COPYRIGHT: "侵犯著作权",
    K.FORCED_FOLLOW: "强制关注、诱导分享",
    K.PLATFORM: "对平台的投诉",
    K.OTHER: "其他",
}
# The classes of 12377 to which a kind is nearest; what is illegal may be of several of them.
REPORT_CLASSES: Final = {
    K.FALSE_IDENTITY: "侵权",
    K.IMPERSONATION: "侵权",
    K.NEWS: "其他",
    K.FAKE_TRAFFIC: "其他",
    K.VIOLENCE: "侵权",
    K.DOXXING: "侵权",
    K.FALSE_INFORMATION: "谣言",
    K.PAID: "诈骗",
    K.TRADING: "其他",
    K.ILLEGAL: "其他",
    K.HARMFUL: "低俗",
    K.MINORS: "未成年人",
    K.COPYRIGHT: "侵权",
    K.FORCED_FOLLOW: "其他",
    K.PLATFORM: "其他",
    K.OTHER: "其他",
}
SOURCES: Final = {
    ComplaintSource.PUBLIC: "公开页面",
    ComplaintSource.PHONE: "电话",
    ComplaintSource.LETTER: "信函",
    ComplaintSource.API: "平台系统",
}
REFUSALS: Final = {
    ComplaintRefusal.OUT_OF_SCOPE: "不属于平台处理范围",
    ComplaintRefusal.NOT_FOUND: "找不到所投诉的内容",
    ComplaintRefusal.TOO_VAGUE: "投诉事项不明确",
    ComplaintRefusal.DUPLICATE: "重复投诉",
    ComplaintRefusal.COURT: "法院或者主管部门已在处理",
    ComplaintRefusal.ABUSIVE: "恶意投诉",
}
OUTCOMES: Final = {
    ComplaintOutcome.UPHELD: "成立",
    ComplaintOutcome.PARTLY: "部分成立",
    ComplaintOutcome.NOT_UPHELD: "不成立（查无实据）",
}
LATE: Final = {
    "late_acknowledge": "逾期未登记告知",
    "late_accept": "逾期未决定是否受理",
    "late_decide": "逾期未办结",
    "late_feed_back": "逾期未反馈",
}

_COUNTED: Final = (
    Column("received", "收到"),
    Column("accepted", "受理"),
    Column("refused", "不予受理"),
    *(Column(f"refused_{code}", f"不予受理：{title}") for code, title in REFUSALS.items()),
    Column("withdrawn", "撤回（含逾期未补充材料）"),
    *(Column(str(code), title) for code, title in OUTCOMES.items()),
    Column("abusive", "恶意投诉"),
    Column("decisions", "作出处置决定数"),
)
_COUNTED_AFTER: Final = (
    Column("told", "已告知投诉人"),
    *(Column(code, title) for code, title in LATE.items()),
    Column("late", "逾期件数"),
    Column("late_open", "期末仍逾期未办件数"),
)
_MEDIANS: Final = (
    Column("accept_hours", "受理用时中位数（小时）"),
    Column("decide_hours", "办结用时中位数（小时）"),
    Column("feed_back_hours", "反馈用时中位数（小时）"),
)
COLUMNS: Final = (
    Column("category", "投诉举报类别"),
    Column("violation", "违规代码"),
    Column("report_class", "12377分类"),
    Column("source", "来源"),
    *_COUNTED,
    Column("measures", "处置措施"),
    *_COUNTED_AFTER,
    *_MEDIANS,
)
COUNTS: Final = tuple(column.code for column in (*_COUNTED, *_COUNTED_AFTER))
# What the second statement vouches for.
_VOUCHED: Final = (
    "received",
    "accepted",
    "refused",
    *OUTCOMES,
    "told",
    "decisions",
    "late",
    "late_open",
)
_CODES: Final = [column.code for column in COLUMNS]
_BY_TITLE: Final = {title: code for code, title in KINDS.items()}
_PLACES: Final = {
    title: place for place, title in enumerate([*KINDS.values(), *SOURCES.values(), EVERY])
}


def read(row: Sequence[Any]) -> Record:
    """Return a complaint, or a decision that complaints led to, with what it counts in."""
    prefix, number, kinds, sources, marks, accept, decide, feed_back, items = row
    hours = {"accept_hours": accept, "decide_hours": decide, "feed_back_hours": feed_back}
    record: dict[str, Any] = {
        "number": f"{prefix}{number:08d}",
        "keys": [
            [KINDS[ComplaintKind(kind)], SOURCES[ComplaintSource(source)]]
            for kind, source in zip(kinds, sources, strict=True)
        ],
        "counts": marks,
        "hours": {name: round(float(each), 3) for name, each in hours.items() if each is not None},
    }
    if items:
        record["items"] = items
    return record


def order(key: Key) -> tuple[int, ...]:
    """Return where a row stands: kinds and sources as listed, totals after what they add up."""
    return tuple(_PLACES[each] for each in key)


def render(row: Sequence[Any]) -> tuple[str, ...]:
    """Return the cells of one category and source."""
    key: Key = row[0]
    figures: Figures = row[1]
    category, source = key
    kind = _BY_TITLE.get(category)
    cells = {
        "category": category,
        "violation": VIOLATION_OF[kind] if kind else "",
        "report_class": REPORT_CLASSES[kind] if kind else "",
        "source": source,
        "measures": items_in_words(figures.items),
        **{code: str(figures.counts[code]) for code in COUNTS},
        **{each.code: hours_in_words(figures.median(each.code)) for each in _MEDIANS},
    }
    return tuple(cells[code] for code in _CODES)


def tallies(cells: Sequence[str]) -> Counter[TallyKey]:
    """Return what a rendered row adds to the counts: the totals, and each kind received."""
    row = dict(zip(_CODES, cells, strict=True))
    if row["source"] != EVERY:
        return Counter()
    if row["category"] != EVERY:
        return Counter({("received", row["category"]): int(row["received"])})
    return Counter({(name, "total"): int(row[name]) for name in _VOUCHED})


R05: Final = Form(
    code=str(FilingCode.R05),
    title="投诉举报受理处置统计",
    columns=COLUMNS,
    filter={"record": "complaint", "period_field": "each_event"},
    rows_sql=ROWS_SQL,
    counts_sql=COUNTS_SQL,
    rules_sql=RULES_SQL,
    parameters={
        "taken": [str(status) for status in TAKEN_DECISIONS],
        "kind_codes": [str(code) for code in KINDS],
        "kind_titles": list(KINDS.values()),
    },
    render=render,
    tallies=tallies,
    statistic=Statistic(by=("category", "source"), counts=COUNTS, sums=(), read=read, order=order),
)
