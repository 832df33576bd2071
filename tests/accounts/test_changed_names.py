"""Names that somebody changed to get past the lists, in every way we know, and everyday names.

Both were made apart from the product's tables of shapes and sounds, and kept out of sight while the
tables and rules were tuned; see docs/decisions/0029.
"""

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from accounts.rules.names import Span, fold
from accounts.rules.screening.keys import AskedName
from accounts.rules.screening.near_names import KnownName, Verdict, near_hit, verdict_of
from accounts.rules.screening.parts import are_akin, character_parts, is_made_of
from accounts.rules.screening.sounds import slurred, spelt_parts
from tests.accounts.near_index import NearIndex
from tests.accounts.test_registration_sample import listed

DATA = Path(__file__).resolve().parents[1] / "data"


@cache
def index():
    return NearIndex(listed("barred-names.csv"), listed("reserved-names.csv"))


def hit(given, known, kind="reserved"):
    return near_hit(AskedName(given), KnownName(known, fold(known), kind))


def why(given, known, kind="reserved"):
    found = hit(given, known, kind)
    return [reason.value for reason in found.why] if found else None


def test_finds_a_listed_name_behind_every_kind_of_change_and_says_the_right_reason():
    with (DATA / "changed-names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    missed, unexplained = Counter(), Counter()

    for row in rows:
        found = [hit for hit in index().hits(row["name"]) if hit.known.name == row["listed"]]
        if not found:
            missed[row["change"]] += 1
        elif not {reason.value for reason in found[0].why} & set(row["why"].split()):
            unexplained[row["change"]] += 1

    assert len(rows) > 200
    assert missed.total() <= 0.02 * len(rows), missed
    assert unexplained.total() <= 0.05 * len(rows), unexplained


def test_leaves_everyday_names_of_every_kind_alone():
    names = (DATA / "ordinary-names.txt").read_text(encoding="utf-8").splitlines()

    alarms = [name for name in names if index().hits(name)]

    assert len(names) > 200
    assert len(alarms) <= 0.02 * len(names), alarms


@pytest.mark.parametrize(
    ("given", "known", "reasons"),
    [
        ("人\ufe0f民\ufe0f日\ufe0f报\ufe0f", "人民日报", ["separator"]),
        ("人\u0336民\u0336日\u0336报\u0336", "人民日报", ["separator"]),
        ("人⺠日报", "人民日报", ["separator", "confusable"]),
        ("🅰pple手机", "Apple手机", ["separator", "confusable"]),
        ("4pp1e手机", "Apple手机", ["confusable", "edit"]),
        ("ᴀᴘᴘʟᴇ手机", "Apple手机", ["confusable"]),
        ("rén mín rì bào", "人民日报", ["separator", "confusable", "pinyin"]),
        ("ren2min2ri4bao4", "人民日报", ["pinyin"]),
        ("renminribao2024", "人民日报", ["pinyin", "contains"]),
        ("北京RenMinRiBao", "人民日报", ["case", "pinyin", "contains"]),
        ("qinghua", "清华", ["pinyin"]),
        ("人民日豹纹", "人民日报", ["pinyin", "contains"]),
        ("人民意报", "人民日报", ["edit"]),
        ("仁明日报", "人民日报", ["pinyin"]),
        ("中国木艮行", "中国银行", ["confusable"]),
        ("中国钅艮行", "中国银行", ["confusable"]),
        ("人民邮票社", "人民日报", None),
        ("人民日极网友", "人民日报", ["confusable", "contains"]),
        ("清华官方", "清华", ["contains"]),
        ("新化网官方账号", "新华网", ["confusable", "pinyin", "edit", "contains"]),
    ],
)
def test_sees_through_other_spellings(given, known, reasons):
    assert why(given, known) == reasons


def test_a_barred_name_is_known_again_when_it_says_that_it_is_back():
    found = hit("真相调查局回来了", "真相调查局", "barred")

    assert [reason.value for reason in found.why] == ["contains"]
    assert verdict_of([found]) == Verdict.REVIEW
    assert hit("真相调查局的朋友", "真相调查局", "barred") is None


def test_a_live_name_is_compared_in_other_spellings_but_not_without_an_affix():
    assert why("千\ufe0f寻读书", "千寻读书", "live") == ["separator"]
    assert why("千寻读书官方", "千寻读书", "live") is None


def test_marks_what_differs_in_the_name_as_it_was_given_however_it_was_spelt():
    assert hit("人\ufe0f民\ufe0f曰\ufe0f报", "人民日报").spans == (Span(4, 5),)
    assert hit("中国钅艮行", "中国银行").spans == (Span(2, 4),)


def test_a_name_in_another_spelling_is_reviewed_and_never_turned_away_unseen():
    found = hit("真\ufe0f相\ufe0f调查局", "真相调查局", "barred")

    assert not found.is_exact
    assert verdict_of([found]) == Verdict.REVIEW


def test_the_table_of_parts_says_what_characters_are_made_of():
    assert is_made_of("银", "钅", "艮")
    assert is_made_of("吴", "口", "天")
    assert are_akin("睛", "晴")
    assert are_akin("纷", "份")
    assert not are_akin("人", "鹰")
    assert all(len(each) == 1 for each in character_parts())


def test_hears_no_difference_where_many_speakers_make_none():
    assert slurred("zhang") == slurred("zan")
    assert slurred("lanjing") == slurred("nanjin")
    assert (2, 11, "xinhuashe") in spelt_parts("我爱xinhuashe", (3,))
    assert list(spelt_parts("我爱新华社", (3,))) == []
