"""What tests ask of a letter: the words that stand on its pages, and the fonts that it carries."""

import io
from datetime import date
from typing import Any

from pypdf import PdfReader

from compliance.letters.codes import code_of
from compliance.letters.drawing import Paper
from compliance.letters.rendering import file_of
from compliance.models import Letter, NoticeLanguage
from enforcement.models import Decision
from enforcement.services.letters import letters_about

BASE = "https://console.example"


def words_of(drawn: bytes) -> str:
    """Return the words of a PDF without line breaks and without what stands under each page."""
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(drawn)).pages).replace(
        "\n", ""
    )


def without_blanks(words: str) -> str:
    """Return words as they are compared where a line may have been broken at a blank."""
    return "".join(words.split())


def letter_of(
    decision: Decision, language: str = NoticeLanguage.CHINESE, purpose: str = ""
) -> Letter:
    """Return the newest letter about a decision in a language."""
    found = letters_about(decision).filter(notice__language=language)
    if purpose:
        found = found.filter(notice__purpose=purpose)
    letter = found.first()
    assert letter is not None
    return letter


def drawn_of(letter: Letter) -> bytes:
    """Return the PDF of a letter."""
    return file_of(letter)[0]


def pair_of(letter: Letter) -> dict[str, str]:
    """Return what somebody types who has the paper."""
    return {"number": letter.number, "code": code_of(letter)}


def paper(**changes: Any) -> Paper:
    """Return what a letter of made-up words prints."""
    return Paper(
        **{
            "form": 1,
            "language": NoticeLanguage.CHINESE,
            "issuer": "示例平台",
            "number": "WS00000012",
            "code": "7K3M-9QXA-2BCD",
            "date": date(2026, 11, 20),
            "text": "处置决定书\n决定编号：CZ00000012\n\n一、查明的事实\n账号发布了虚假信息。",
            "headings": (0, 3),
            "links": (),
            "address": f"{BASE}/public/verify/",
            "qr": f"{BASE}/public/verify/WS00000012/7K3M-9QXA-2BCD/",
            **changes,
        }
    )
