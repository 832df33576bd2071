"""What files are taken, told by their own first bytes, and how large they may be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import ActionRefused
from compliance.evidence import names
from compliance.models import EvidenceKind

# As many first bytes as tell the kind; of an MP3 with a long tag before the sound, the tag.
HEAD_BYTES: Final = 4096
MEGABYTE: Final = 1024 * 1024


class FileNotTaken(ActionRefused):
    """The file is of a kind or size that is not taken; nothing of it was kept."""

    message = gettext_lazy("This file is not taken.")


class Sort(StrEnum):
    """Kinds that are limited and opened alike."""

    PICTURE = "picture"
    DOCUMENT = "document"
    TEXT = "text"
    RECORDING = "recording"


@dataclass(frozen=True)
class Taken:
    """A kind that is taken: its sort, its names' endings (the first is ours), its media type."""

    sort: Sort
    endings: tuple[str, ...]
    media_type: str


K = EvidenceKind
TAKEN: Final[Mapping[EvidenceKind, Taken]] = MappingProxyType(
    {
        K.JPEG: Taken(Sort.PICTURE, ("jpg", "jpeg", "jpe", "jfif"), "image/jpeg"),
        K.PNG: Taken(Sort.PICTURE, ("png",), "image/png"),
        K.GIF: Taken(Sort.PICTURE, ("gif",), "image/gif"),
        K.WEBP: Taken(Sort.PICTURE, ("webp",), "image/webp"),
        K.PDF: Taken(Sort.DOCUMENT, ("pdf",), "application/pdf"),
        K.TEXT: Taken(Sort.TEXT, ("txt", "log", "csv"), "text/plain"),
        K.MP4: Taken(Sort.RECORDING, ("mp4", "m4v", "m4a", "mov"), "video/mp4"),
        K.WEBM: Taken(Sort.RECORDING, ("webm",), "video/webm"),
        K.MP3: Taken(Sort.RECORDING, ("mp3",), "audio/mpeg"),
        K.WAV: Taken(Sort.RECORDING, ("wav",), "audio/wav"),
    }
)
# What a browser's file chooser is told.
ACCEPTED: Final = ",".join(f".{ending}" for each in TAKEN.values() for ending in each.endings)

_PACKED: Final = gettext_lazy(
    "Office documents and archives are not taken: save the document as PDF, or attach the files "
    "one by one."
)
_PROGRAM: Final = gettext_lazy("Programs are not taken.")
_MARKUP: Final = gettext_lazy(
    "Web pages, SVG and XML are not taken, because they can act by themselves: attach a picture of "
    "the page, or its text as a text file."
)
_PICTURE: Final = gettext_lazy(
    "Pictures in this format are not taken: save the picture as JPEG or PNG."
)
_UNKNOWN: Final = gettext_lazy(
    "This kind of file is not taken. Taken are pictures (JPEG, PNG, GIF, WebP), PDF, plain text, "
    "and MP4, WebM, MP3 or WAV recordings."
)
# First bytes of what is not taken, so that the sentence says what to do instead.
_REFUSED_STARTS: Final[tuple[tuple[bytes, Promise], ...]] = (
    (b"PK\x03\x04", _PACKED),
    (b"PK\x05\x06", _PACKED),
    (b"\xd0\xcf\x11\xe0", _PACKED),
    (b"{\\rtf", _PACKED),
    (b"Rar!", _PACKED),
    (b"7z\xbc\xaf", _PACKED),
    (b"\x1f\x8b", _PACKED),
    (b"BZh", _PACKED),
    (b"\xfd7zXZ", _PACKED),
    (b"MZ", _PROGRAM),
    (b"\x7fELF", _PROGRAM),
    (b"#!", _PROGRAM),
    (b"BM", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
)
_MARKUP_START: Final = re.compile(rb"<(?:[a-z!?/])", re.IGNORECASE)
_MARKUP_SIGNS: Final = re.compile(
    rb"<(?:!doctype|html|head|body|script|svg|iframe|object|embed|meta|link|\?xml|\?php)\b",
    re.IGNORECASE,
)
_STILL_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def limit_of(kind: EvidenceKind) -> int:
    """Return how many bytes a file of the kind may have."""
    return int(settings.EVIDENCE_MAX_MB[TAKEN[kind].sort]) * MEGABYTE


def request_limit() -> int:
    """Return how many bytes the files of one request may have together."""
    return int(settings.EVIDENCE_REQUEST_MAX_MB) * MEGABYTE


def require_kind(head: bytes, name: str) -> EvidenceKind:
    """
    Return the kind of a file by its first bytes, if its name says the same.

    :raises FileNotTaken: if the kind is not taken, or the ending of the name is another kind's.
    """
    kind = kind_of(head)
    ending = names.ending_of(name)
    if ending not in TAKEN[kind].endings:
        raise FileNotTaken(
            _("The file is called “%(ending)s” but is a %(kind)s. Give it its right name first.")
            % {"ending": names.shown(f".{ending}"), "kind": kind.label}
        )
    return kind


def kind_of(head: bytes) -> EvidenceKind:
    """
    Return the kind of a file by its first bytes alone.

    :raises FileNotTaken: if the kind is not taken.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return K.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return K.PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return K.GIF
    if head.startswith(b"%PDF-"):
        return K.PDF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return K.WEBP
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return K.WAV
    if head[4:8] == b"ftyp":
        if head[8:12] in _STILL_BRANDS:
            raise FileNotTaken(_PICTURE)
        return K.MP4
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]:
        return K.WEBM
    if head.startswith(b"ID3") or (
        head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xf3", b"\xf2")
    ):
        return K.MP3
    for start, sentence in _REFUSED_STARTS:
        if head.startswith(start):
            raise FileNotTaken(sentence)
    if _is_markup(head):
        raise FileNotTaken(_MARKUP)
    if _may_be_text(head):
        return K.TEXT
    raise FileNotTaken(_UNKNOWN)


def _is_markup(head: bytes) -> bool:
    plain = head.replace(b"\x00", b"")
    for mark in _MARKS:
        plain = plain.removeprefix(mark)
    plain = plain.lstrip()
    return bool(_MARKUP_START.match(plain) or _MARKUP_SIGNS.search(plain))


def _may_be_text(head: bytes) -> bool:
    if head.startswith(_MARKS[1:]):
        return True
    # Control characters but tab, line ends and form feed are in no text.
    return not any(byte < 9 or 13 < byte < 32 or byte == 127 for byte in head)
