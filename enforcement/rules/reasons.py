"""Whether words written as facts or reasoning say anything to the person affected."""

import re
from enum import StrEnum

# Our choice; no article sets it.
FEWEST_LETTERS = 8

_NUMERAL = "[零〇一二三四五六七八九十百两0-9]"
_CODE = re.compile(r"\b[VMSvms]\d{1,2}(?:\.[A-Za-z0-9]{1,2})*(?![A-Za-z0-9])")
_ARTICLE = re.compile(
    rf"第?{_NUMERAL}+条|第?[（(]?{_NUMERAL}+[)）]?[款项]|\bart(?:icle|\.)?\s*\d+|§+\s*\d+|"
    rf"[（(]{_NUMERAL}+[)）]",
    re.IGNORECASE,
)
# Words that stand beside a code or an article without saying what happened.
_FRAME = re.compile(r"违反|违规|违法|规定|属于|涉嫌|代码|条款|violates?|violation|breach|of|code")
_EMPTY_WORDS = frozenset(
    {
        "其他",
        "其它",
        "其他原因",
        "其他情形",
        "其他违规",
        "其他违规行为",
        "其他违法违规行为",
        "无",
        "没有",
        "略",
        "同上",
        "见上",
        "不详",
        "如题",
        "详见附件",
        "违规",
        "违法",
        "违法违规",
        "存在违规",
        "存在违规行为",
        "other",
        "others",
        "otherreason",
        "none",
        "na",
        "null",
        "seeabove",
        "sameasabove",
        "violation",
        "test",
    }
)


class ReasonProblem(StrEnum):
    """Why words do not do as facts or reasoning."""

    EMPTY = "empty"
    BARE_CODE = "bare_code"
    SAYS_NOTHING = "says_nothing"
    TOO_SHORT = "too_short"
    REPEATS_FACTS = "repeats_facts"


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum()).lower()


def reason_problem(text: str) -> ReasonProblem | None:
    """
    Return why `text` does not do as facts or reasoning, or None.

    Our choice, no article: whoever is affected is told what happened and why it breaks a rule;
    nothing, "other" or a code alone tells nobody anything.
    """
    letters = _letters(text)
    if not letters:
        return ReasonProblem.EMPTY
    if letters in _EMPTY_WORDS:
        return ReasonProblem.SAYS_NOTHING
    left = _letters(_FRAME.sub(" ", _ARTICLE.sub(" ", _CODE.sub(" ", text))))
    if not left:
        return ReasonProblem.BARE_CODE
    if left in _EMPTY_WORDS:
        return ReasonProblem.SAYS_NOTHING
    if len(left) < FEWEST_LETTERS:
        return ReasonProblem.TOO_SHORT
    return None


def reasoning_problem(reasoning: str, *, facts: str) -> ReasonProblem | None:
    """
    Return why `reasoning` does not do, or None: it says why the facts break the rule.

    Our choice, no article.
    """
    problem = reason_problem(reasoning)
    if problem is None and _letters(reasoning) == _letters(facts):
        return ReasonProblem.REPEATS_FACTS
    return problem
