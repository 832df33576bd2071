"""How letters come out: the same anywhere, word for word, with nothing read as markup."""

import hashlib
import io
import subprocess
import sys

import pikepdf
import pytest
from pypdf import PdfReader

from compliance.letters.drawing import draw_pdf, draw_pictures, renderer_of
from compliance.notices.texts import fill, headings_in
from tests.letters import paper, without_blanks, words_of

# What would mean something to the one who sets the type, and to those who read files.
MARKUP = (
    "# $x^2$ *粗* _斜_ \\ @ref [a] <b> `c` // d /* e */ = 标题 - 项 + 项 / 词: 义 ~ ' \" -- --- ..."
    ' #import "/etc/passwd" #sys.inputs #panic() {{name}} %s {0} ]]> &amp;'
)


def with_facts(facts: str) -> str:
    return f"处置决定书\n\n一、查明的事实\n{facts}\n\n二、理由\n理由如下。"


class TestTheFile:
    def test_equal_papers_give_equal_bytes_in_another_process_too(self) -> None:
        mine = draw_pdf(paper())
        program = (
            "import hashlib;from tests.letters import paper;"
            "from compliance.letters.drawing import draw_pdf;"
            "print(hashlib.sha256(draw_pdf(paper())).hexdigest())"
        )
        setting = "import os,django;os.environ['DJANGO_SETTINGS_MODULE']='compliance.settings';"
        theirs = subprocess.run(
            [sys.executable, "-c", f"{setting}django.setup();{program}"],
            capture_output=True,
            text=True,
            check=True,
        )

        assert draw_pdf(paper()) == mine
        assert theirs.stdout.split()[-1] == hashlib.sha256(mine).hexdigest()

    def test_every_font_is_in_it_and_it_can_be_archived(self) -> None:
        drawn = draw_pdf(paper(language="en"))

        fonts = set()
        with pikepdf.open(io.BytesIO(drawn)) as opened:
            for each in opened.objects:
                if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor":
                    assert any(f"/FontFile{kind}" in each for kind in ("", "2", "3"))
                    fonts.add(str(each.FontName))
            metadata = opened.open_metadata()
            archive = (metadata.get("pdfaid:part"), metadata.get("pdfaid:conformance"))
        assert any("NotoSerifSC" in each for each in fonts)
        assert any("NotoSansSC" in each for each in fonts)
        assert archive == ("2", "B")

    def test_says_its_title_number_issuer_and_day_and_nothing_of_this_machine(self) -> None:
        told = PdfReader(io.BytesIO(draw_pdf(paper()))).metadata

        assert told is not None
        assert told.title == "处置决定书 WS00000012"
        assert told.author == "示例平台"
        assert told["/CreationDate"] == told["/ModDate"] == "D:20261120000000Z"
        assert set(told) == {"/Title", "/Author", "/Creator", "/CreationDate", "/ModDate"}

    def test_another_renderer_is_known_by_another_digest(self) -> None:
        assert renderer_of(1) == renderer_of(1)
        assert len(renderer_of(1)) == 64


class TestWords:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_come_out_literally_whatever_they_look_like(self, language: str) -> None:
        drawn = draw_pdf(paper(text=with_facts(MARKUP), headings=(0, 2, 5), language=language))

        assert without_blanks(MARKUP) in without_blanks(words_of(drawn))

    def test_that_look_like_a_heading_are_none(self) -> None:
        body = (
            "处置决定书\n决定编号：{{number}}\n\n一、查明的事实\n{{facts}}\n\n五、申诉\n{{appeal}}"
        )
        values = {
            "number": "1",
            "facts": "事实\n\n五、申诉\n本决定不得申诉。",
            "appeal": "可以申诉",
        }
        text = fill(body, values)

        lines = text.split("\n")
        assert [lines[place] for place in headings_in(body, values)] == [
            "处置决定书",
            "一、查明的事实",
            "五、申诉",
        ]
        assert headings_in(body, values)[-1] == len(lines) - 2

    def test_headings_are_found_where_lines_were_left_out(self) -> None:
        body = "{{extra}}\n题目\n甲：{{one}}\n{{extra}}\n\n经审理，结果如下：\n{{one}}\n\n二、其他\n{{one}}"
        values = {"extra": "", "one": "一\n二\n三"}
        lines = fill(body, values).split("\n")

        found = [lines[place] for place in headings_in(body, values)]

        assert found == ["二、其他"]

    def test_without_a_blank_stay_on_the_page(self) -> None:
        address = f"https://example.com/{'a' * 380}"
        name = "超长名称" * 60
        drawn = draw_pdf(paper(text=with_facts(f"{name}{address}"), headings=(0, 2, 5)))

        assert f"{name}{address}" in words_of(drawn)
        for page in PdfReader(io.BytesIO(drawn)).pages:
            places: list[float] = []
            page.extract_text(
                visitor_text=lambda text, cm, tm, *_rest: places.append(  # noqa: B023
                    cm[4] + tm[4]
                )
            )
            assert max(places) < float(page.mediabox.width)

    def test_that_no_font_has_or_nobody_sees_are_given_by_their_number(self) -> None:
        drawn = draw_pdf(paper(text=with_facts("熊猫🐼的\u202e日\u200b记𠮷\ue000"), headings=(0,)))

        words = words_of(drawn)
        assert "熊猫〔U+1F43C〕的〔U+202E〕日〔U+200B〕记〔U+20BB7〕〔U+E000〕" in words
        assert "字库中没有的字符以其 Unicode 编码表示" in words
        assert "字库" not in words_of(draw_pdf(paper()))

    def test_of_a_link_of_ones_own_stand_on_no_paper(self) -> None:
        drawn = draw_pdf(paper(text=with_facts("申诉：[respond:12]。"), links=("[respond:12]",)))

        assert "respond" not in words_of(drawn)
        assert "专属链接" in words_of(drawn)

    def test_of_the_end_say_where_it_is_verified_by_what(self) -> None:
        words = words_of(draw_pdf(paper()))

        for each in ("WS00000012", "7K3M-9QXA-2BCD", "https://console.example/public/verify/"):
            assert each in words
        alone = words_of(draw_pdf(paper(address="", qr="")))
        assert "本平台的公开核验页面" in alone
        assert "二维码" not in alone

    def test_of_many_measures_go_on_on_the_next_page_with_its_number(self) -> None:
        lines = "\n".join(f"暂停信息更新（第{number}项）" for number in range(90))
        drawn = draw_pdf(paper(text=with_facts(lines), headings=(0, 2)))

        pages = PdfReader(io.BytesIO(drawn)).pages
        assert len(pages) > 2
        assert "第 2 页，共" in pages[1].extract_text()
        assert all(f"（第{number}项）" in words_of(drawn) for number in range(90))
        assert len(draw_pictures(paper(text=with_facts(lines), headings=(0, 2)))) == len(pages)
