"""Drawing a letter: plain words in, the bytes of a PDF out; no database, no settings, no clock."""

import hashlib
import io
import json
import threading
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

import pylopdf_fonts_zh_cn as letter_fonts
import segno
import typst
from fontTools.ttLib import TTFont

FORMS: Final = Path(__file__).parent / "forms"
_FONTS: Final = (letter_fonts.serif_path(), letter_fonts.sans_path())
_STANDARD: Final = "a-2b"
# Whose versions decide what comes out.
_LIBRARIES: Final = ("typst", "pylopdf-fonts-zh-cn", "segno")
# One at a time leaves the process to everybody else.
_DRAWING: Final = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Paper:
    """
    What a letter prints.

    `headings` are the lines of `text` that are headings, counted from 0; each of `links` stands in
    the text for a link of the recipient's own, which no paper holds. `address` is where the letter
    is verified and `qr` the same with number and code, both empty where the platform named none.
    """

    form: int
    language: str
    issuer: str
    number: str
    code: str
    date: date
    text: str
    headings: Collection[int]
    links: Collection[str]
    address: str
    qr: str


def draw_pdf(paper: Paper) -> bytes:
    """Return a letter as PDF/A-2b with its fonts in it; equal papers give equal bytes."""
    drawn = _compile(paper, "pdf", pdf_standards=[_STANDARD])
    assert isinstance(drawn, bytes)
    return drawn


def draw_pictures(paper: Paper, *, ppi: int = 110) -> list[bytes]:
    """Return the pages of a letter as PNG."""
    drawn = _compile(paper, "png", ppi=ppi)
    return drawn if isinstance(drawn, list) else [drawn]


@cache
def renderer_of(form: int) -> str:
    """Return the digest of everything but the words that decides how a letter comes out."""
    libraries = " ".join(f"{name}={version(name)}" for name in _LIBRARIES)
    parts = [libraries.encode(), *(path.read_bytes() for path in _files_of(form))]
    return hashlib.sha256(b"\x00".join(hashlib.sha256(each).digest() for each in parts)).hexdigest()


def _files_of(form: int) -> tuple[Path, Path]:
    folder = FORMS / str(form)
    return folder / "letter.typ", folder / "words.json"


def _compile(paper: Paper, format: Literal["pdf", "png"], **options: Any) -> Any:
    layout, _words = _files_of(paper.form)
    # Words are an input of the document, never a part of its source.
    inputs = {"letter": json.dumps(_data_of(paper), ensure_ascii=False)}
    with _DRAWING:
        compiler = typst.Compiler(layout.read_bytes(), font_paths=_fonts(), sys_inputs=inputs)
        return compiler.compile(format=format, **options)


@cache
def _fonts() -> typst.Fonts:
    # Neither what this machine has nor what the library brings: a letter looks the same anywhere.
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=sorted({str(path.parent) for path in _FONTS}),
    )


@cache
def _drawable() -> frozenset[int]:
    known: set[int] = set()
    for path in _FONTS:
        with TTFont(path, lazy=True) as font:
            known |= font["cmap"].getBestCmap().keys()
    return frozenset(known)


@cache
def _words_of(form: int, language: str) -> Mapping[str, str]:
    _layout, words = _files_of(form)
    found: dict[str, dict[str, str]] = json.loads(words.read_bytes())
    return found[language]


def _data_of(paper: Paper) -> dict[str, Any]:
    words = _words_of(paper.form, paper.language)
    written = _Writing(words["character"])
    day = {"year": paper.date.year, "month": paper.date.month, "day": paper.date.day}
    how = words["scan"].format(address=paper.address) if paper.qr else words["type"]
    title, parts = _parts_of(paper, words["link"])
    return {
        "words": words,
        "issuer": written.out(paper.issuer),
        "title": written.out(title),
        "number": paper.number,
        "code": paper.code,
        "date": day,
        "written_date": words["written_date"].format(**day),
        "parts": [{**part, "text": written.out(part["text"])} for part in parts],
        "how": written.out(how),
        "qr": _qr_of(paper.qr),
        "has_missing": written.has_missing,
    }


def _parts_of(paper: Paper, link: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the title of a letter and its lines in order, each with what it is."""
    title = ""
    parts: list[dict[str, Any]] = []
    # What stands above the first heading names account and date; only what follows is prose.
    is_indented = False
    for place, line in enumerate(paper.text.split("\n")):
        said = line
        for own in paper.links:
            said = said.replace(own, link)
        if place == 0:
            title = said
        elif place in paper.headings:
            is_indented = True
            parts.append({"kind": "heading", "text": said, "is_indented": False})
        elif said.strip():
            parts.append({"kind": "line", "text": said, "is_indented": is_indented})
        else:
            parts.append({"kind": "gap", "text": "", "is_indented": False})
            is_indented = True
    return title, parts


class _Writing:
    """Writes what no font of ours has, and what nobody sees, as its Unicode number."""

    def __init__(self, character: str) -> None:
        self._character = character
        self.has_missing = False

    def out(self, words: str) -> str:
        """Return words of which every character is drawn."""
        return "".join(self._one(each) for each in words.replace("\t", " ").replace("\r", ""))

    def _one(self, character: str) -> str:
        is_seen = not unicodedata.category(character).startswith("C")
        if is_seen and ord(character) in _drawable():
            return character
        self.has_missing = True
        return self._character.format(code=f"{ord(character):04X}")


def _qr_of(address: str) -> str:
    if not address:
        return ""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()
