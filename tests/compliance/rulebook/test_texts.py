"""A running text becomes clauses, whatever program it comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.errors import InvalidInput
from compliance.rulebook.comparison import Difference, compare_clauses, mark_differences
from compliance.rulebook.texts import (
    PREAMBLE,
    ClauseText,
    decode_text,
    digest_of,
    editable_text,
    parse_clauses,
    with_provisions,
)


def numbers(text: str) -> list[str]:
    return [each.number for each in parse_clauses(text).clauses]


@pytest.mark.parametrize(
    ("line", "heading", "text"),
    [
        ("第一条 适用范围\n本规则适用于账号。", "适用范围", "本规则适用于账号。"),
        ("第一条　本规则适用于账号。", "", "本规则适用于账号。"),
        ("第一条：本规则适用于账号。", "", "本规则适用于账号。"),
        ("第一条【适用范围】本规则适用于账号。", "适用范围", "本规则适用于账号。"),
        ("第一条 【适用范围】\n本规则适用于账号。", "适用范围", "本规则适用于账号。"),
        ("第一条\n本规则适用于账号。", "", "本规则适用于账号。"),
        ("第 一 条\u00a0适用范围\n本规则适用于账号。", "适用范围", "本规则适用于账号。"),
        ("第一条为了规范服务，制定本规则。", "", "为了规范服务，制定本规则。"),
        ("第一条 本规则适用于账号。\n另有规定的除外。", "", "本规则适用于账号。\n另有规定的除外。"),
        ("\ufeff第一条 本规则\u200b适用于账号。\r\n\r\n", "", "本规则适用于账号。"),
    ],
)
def test_a_clause_begins_with_its_number(line: str, heading: str, text: str) -> None:
    assert parse_clauses(line).clauses == (ClauseText("第一条", text, heading=heading),)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("第十条", "第十条 甲。"),
        ("第二十三条", "第二十三条 甲。"),
        ("第一百零二条", "第一百零二条 甲。"),
        ("第12条", "第12条 甲。"),
        ("第12条", "第１２条 甲。"),
        ("第三条之一", "第三条之一 甲。"),
        ("3.1", "3.1 甲。"),
        ("3.1", "3.1、甲。"),
        ("10.2.3", "10.2.3 甲。"),
    ],
)
def test_numbers_are_known_in_chinese_in_digits_and_with_dots(number: str, written: str) -> None:
    assert parse_clauses(written).clauses == (ClauseText(number, "甲。"),)


def test_a_sentence_that_cites_another_clause_begins_none() -> None:
    text = "第一条 甲。\n第三条规定的情形除外。\n第二条第一款所称乙，指丙。\n第二条 丁。\n3.5万人以上的账号。"

    assert numbers(text) == ["第一条", "第二条"]


def test_chapters_stand_above_the_clauses_that_follow() -> None:
    text = "第一章 总则\n第一条 甲。\n第二章 管理\n第一节 账号\n第二条 乙。\n第二节 内容\n第三条 丙。\n第三章 附则\n第四条 丁。"

    assert [each.chapter for each in parse_clauses(text).clauses] == [
        "第一章 总则",
        "第二章 管理 · 第一节 账号",
        "第二章 管理 · 第二节 内容",
        "第三章 附则",
    ]


def test_what_looks_odd_is_noted_and_nothing_is_lost() -> None:
    parsed = parse_clauses("前面的话。\n第一条 甲。\n第三条 丙。\n第三条 丁。\n第四条")

    assert parsed.clauses[0] == ClauseText(PREAMBLE, "前面的话。")
    assert len(parsed.clauses) == 5
    notes = "\n".join(parsed.notes)
    assert "第三条" in notes
    assert "第四条" in notes
    assert PREAMBLE in notes
    assert len(parsed.notes) == 5


def test_a_text_without_numbers_has_no_clauses() -> None:
    assert parse_clauses("只是一段话。").clauses == ()


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from(["", "第一章 总则", "第二章 管理 · 第一节 账号"])),
        min_size=1,
        max_size=6,
    ),
    st.lists(st.text("甲乙丙丁。，；", min_size=1, max_size=20), min_size=6, max_size=6),
)
def test_a_text_that_was_taken_apart_comes_together_again(
    shapes: list[tuple[bool, str]], texts: list[str]
) -> None:
    clauses = tuple(
        ClauseText(
            f"第{number + 1}条",
            texts[number],
            heading="标题。" if has_heading and number % 2 else "标题" if has_heading else "",
            chapter=chapter,
        )
        for number, (has_heading, chapter) in enumerate(shapes)
    )
    # A text in front of every chapter cannot come after one.
    first = next((n for n, each in enumerate(clauses) if each.chapter), len(clauses))
    ordered = tuple(
        ClauseText(each.number, each.text, each.heading, each.chapter or "第一章 总则")
        if n > first
        else each
        for n, each in enumerate(clauses)
    )

    assert parse_clauses(editable_text(ordered)).clauses == ordered


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_the_encodings_of_the_country(encoding: str) -> None:
    assert decode_text("第一条 甲。".encode(encoding)) == "第一条 甲。"


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00\x00", b"\x81", b"a" * 1_000_001])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        decode_text(content)


def test_the_digest_holds_every_part_of_every_clause() -> None:
    clause = ClauseText("第一条", "甲", heading="乙", chapter="丙", provision="丁")
    others = [
        ClauseText("第二条", "甲", heading="乙", chapter="丙", provision="丁"),
        ClauseText("第一条", "乙", heading="乙", chapter="丙", provision="丁"),
        ClauseText("第一条", "甲", heading="", chapter="丙", provision="丁"),
        ClauseText("第一条", "甲", heading="乙", chapter="", provision="丁"),
        ClauseText("第一条", "甲", heading="乙", chapter="丙", provision=""),
    ]

    assert len({digest_of([each]) for each in [clause, *others]}) == 6
    assert digest_of([clause, others[0]]) != digest_of([others[0], clause])


def test_what_clauses_carry_out_is_given_in_their_order() -> None:
    clauses = (ClauseText("第一条", "甲"), ClauseText("第二条", "乙"))

    assert [each.provision for each in with_provisions(clauses, [" a "])] == ["a", ""]


class TestComparison:
    OLD = (
        ClauseText("第一条", "账号名称应当真实。"),
        ClauseText("第二条", "运营者应当在三日内更新登记信息，逾期的暂停服务。"),
        ClauseText("第三条", "不得买卖账号。"),
        ClauseText("第四条", "本规则自公布之日起施行。"),
    )

    def compare(self, *new: ClauseText) -> list[tuple[Difference, str]]:
        return [(each.difference, each.number) for each in compare_clauses(self.OLD, new)]

    def test_nothing_differs_from_itself(self) -> None:
        assert {each for each, _number in self.compare(*self.OLD)} == {Difference.SAME}

    def test_a_clause_put_in_between_only_moves_the_others(self) -> None:
        new = (
            self.OLD[0],
            ClauseText("第二条", "从事教育内容的，应当提交资质证明材料。"),
            ClauseText("第三条", self.OLD[1].text),
            ClauseText("第四条", self.OLD[2].text),
            ClauseText("第五条", self.OLD[3].text),
        )

        assert self.compare(*new) == [
            (Difference.SAME, "第一条"),
            (Difference.ADDED, "第二条"),
            (Difference.RENUMBERED, "第三条"),
            (Difference.RENUMBERED, "第四条"),
            (Difference.RENUMBERED, "第五条"),
        ]

    def test_a_changed_word_is_marked_and_a_clause_left_out_is_shown(self) -> None:
        changed = ClauseText("第二条", "运营者应当在五日内更新登记信息，逾期的暂停服务。")

        pairs = compare_clauses(self.OLD, (self.OLD[0], changed, self.OLD[3]))

        assert [each.difference for each in pairs] == [
            Difference.SAME,
            Difference.CHANGED,
            Difference.REMOVED,
            Difference.SAME,
        ]
        assert [each.text for each in pairs[1].old_spans if each.differs] == ["三"]
        assert [each.text for each in pairs[1].new_spans if each.differs] == ["五"]

    def test_both_sides_are_whole_however_long_they_are(self) -> None:
        old, new = "甲乙丙。" * 500, "甲乙丙。" * 200 + "丁" * 900 + "甲乙丙。" * 200

        lefts, rights = mark_differences(old, new)

        assert "".join(each.text for each in lefts) == old
        assert "".join(each.text for each in rights) == new
