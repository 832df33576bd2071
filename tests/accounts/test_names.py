"""How names are folded, what is unsafe in them, and how hits are explained."""

import unicodedata
from collections.abc import Collection, Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.rules.name_variants import VARIANTS
from accounts.rules.names import (
    Difference,
    NameIndex,
    Span,
    barred_hit,
    fold,
    reserved_hits,
    simplified,
    substrings,
    unsafe_characters,
)

UNSAFE = [
    *range(0x20),
    *range(0x7F, 0xA0),
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E),
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    *(0x3164, 0xFEFF, 0xFFA0, 0xE000, 0xF8FF, 0xF0000, 0xFFFFD, 0x100000, 0x10FFFD),
    *(0xE0001, 0xE0020, 0xE007F),
]
SAFE = [
    *(0x20, 0x7E, 0xA0, 0xAE, 0x034E, 0x0350, 0x061B, 0x115E, 0x1161, 0x17B3, 0x17B6, 0x180D),
    *(0x200A, 0x2010, 0x2027, 0x202F, 0x205F, 0x2070, 0x3000, 0x3163, 0x3165, 0xFE0F),
    *(0xFEFE, 0xFF9F, 0xFFA1, 0xF900, 0x1F600, 0xE0100),
]


@pytest.mark.parametrize("code_point", UNSAFE)
def test_finds_each_unsafe_character_where_it_stands(code_point):
    found = unsafe_characters(f"名{chr(code_point)}字")

    assert [(f.position, f.code_point) for f in found] == [(1, code_point)]


@pytest.mark.parametrize("code_point", SAFE)
def test_leaves_the_neighbours_of_unsafe_characters_alone(code_point):
    assert unsafe_characters(f"名{chr(code_point)}字") == ()


def test_looks_at_the_name_before_trimming():
    assert [found.label for found in unsafe_characters("名字\u200b\n")] == ["U+200B", "U+000A"]


@given(st.text(max_size=40))
@example("a-\u0301")
@example("ᾳ\u0345")
@example("㎏ⅷﬃ")
def test_folding_a_folded_name_changes_nothing(name):
    assert fold(fold(name)) == fold(name)


@given(st.text(max_size=40))
def test_leaves_no_unsafe_character_and_no_separator(name):
    folded = fold(name)

    assert unsafe_characters(folded) == ()
    assert not [c for c in folded if unicodedata.category(c)[0] in "ZPS"]


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=30))
def test_keeps_the_length_of_a_name_in_chinese_characters(name):
    assert len(fold(name)) == len(name)


@pytest.mark.parametrize(
    ("given_name", "folded"),
    [
        ("真 相·调查—局", "真相调查局"),
        ("眞相調查局", "真相调查局"),
        ("全民揭祕社", "全民揭秘社"),
        ("Ａ股內參", "a股内参"),
        ("㈱①", "株1"),
        ("乾隆", "干隆"),
        ("皇后", "皇后"),
        ("頭髮發現", "头发发现"),
        ("著名", "著名"),
        ("図書館", "图书馆"),
        ("靑年", "青年"),
        ("芸豆", "芸豆"),
        ("陶喆", "陶喆"),
        ("\ue000\U000e0041名", "名"),
        ("！！！", ""),
        ("", ""),
    ],
)
def test_folds_names_to_the_form_in_which_they_are_compared(given_name, folded):
    assert fold(given_name) == folded


def test_makes_each_character_simplified_by_itself():
    for text in ("乾隆", "著作", "藉口", "瞭望", "頭髮"):
        assert fold(text) == "".join(simplified(character) for character in text)


def test_makes_every_variant_of_the_table_the_character_it_stands_for():
    assert {variant: simplified(variant) for variant in VARIANTS} == VARIANTS


BARRED = NameIndex.built_from(["A股内参情报站", "真相调查局", "！！"])
RESERVED = NameIndex.built_from(["人民日报", "中国银行", "教育部", "BBC News", "……"])


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("A股内参情报站", (Difference.SAME,)),
        ("Ａ股内参情报站", (Difference.WIDTH,)),
        ("a股内参情报站", (Difference.CASE,)),
        ("A股內參情報站", (Difference.TRADITIONAL,)),
        ("A股·内参 情报站", (Difference.SEPARATOR,)),
        ("A股内参\u200b情报站", (Difference.SEPARATOR,)),
        ("A股内参\u3000情报站", (Difference.SEPARATOR,)),
        ("ａ股內参-情报站", tuple(d for d in Difference if d != Difference.SAME)),
    ],
)
def test_says_in_what_a_name_differs_from_the_barred_one(name, why):
    hit = barred_hit(name, BARRED)

    assert hit is not None
    assert (hit.listed, set(hit.why)) == ("A股内参情报站", set(why))


@pytest.mark.parametrize("name", ["真相调查局二", "真相调查", "", "！！", "！"])
def test_bars_only_the_whole_name(name):
    assert barred_hit(name, BARRED) is None


@pytest.mark.parametrize(
    ("name", "listed", "marked"),
    [
        ("人民日报读者", "人民日报", ["人民日报"]),
        ("我爱 人·民 日報 吗", "人民日报", ["人·民 日報"]),
        ("《ＢＢＣ　ｎｅｗｓ》", "BBC News", ["ＢＢＣ　ｎｅｗｓ"]),
        ("教育部和教 育部", "教育部", ["教育部", "教 育部"]),
        ("㎏教育部", "教育部", ["教育部"]),
    ],
)
def test_marks_where_a_reserved_name_stands(name, listed, marked):
    (hit,) = reserved_hits(name, RESERVED)

    assert hit.listed == listed
    assert [name[span.start : span.end] for span in hit.spans] == marked


def test_finds_every_reserved_name_in_the_order_it_stands_in():
    hits = reserved_hits("教育部转中国银行", RESERVED)

    assert [hit.listed for hit in hits] == ["教育部", "中国银行"]
    assert hits[1].spans == (Span(4, 8),)


@pytest.mark.parametrize("name", ["人民的日报", "中银国行", "教育", "", "……"])
def test_finds_nothing_in_names_that_hold_no_reserved_one(name):
    assert reserved_hits(name, RESERVED) == ()


@given(st.text(max_size=20), st.text(max_size=20))
def test_marks_within_the_name_whatever_stands_around(before, after):
    name = f"{before}人民日报{after}"

    hits = reserved_hits(name, RESERVED)

    # A combining mark after the name can change its last character, and rightly hides it.
    if not after or unicodedata.category(after[0])[0] not in "MC":
        assert "人民日报" in [hit.listed for hit in hits]
    assert all(0 <= s.start < s.end <= len(name) for hit in hits for s in hit.spans)


def test_names_both_spellings_of_a_listed_name_once_each():
    index = NameIndex.built_from(["新华社", "新華社", "新华社"])

    assert [hit.listed for hit in reserved_hits("新华社", index)] == ["新华社", "新華社"]


def test_looks_only_for_parts_as_long_as_some_listed_name():
    assert substrings("甲乙丙", {2, 5, 0}) == {"甲乙", "乙丙"}


class CountingIndex:
    """An index that remembers for how many parts of a name it was asked."""

    def __init__(self, names: int) -> None:
        self.index = NameIndex.built_from(f"测试名{n}" for n in range(names))
        self.lengths = self.index.lengths
        self.asked = 0

    def find(self, keys: Collection[str]) -> Mapping[str, Collection[str]]:
        self.asked += len(keys)
        return self.index.find(keys)


def test_asks_for_the_parts_of_the_name_however_many_names_are_listed():
    name = "河畔读书频道与测试名单"
    many = CountingIndex(50_000)

    reserved_hits(name, many)

    parts = len(name) * (len(name) + 1) // 2
    assert 0 < many.asked <= parts
