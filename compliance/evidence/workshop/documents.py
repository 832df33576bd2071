"""Takes from a PDF what acts by itself, then draws its pages."""

import io
import time
from contextlib import suppress
from typing import Any, BinaryIO, Final

import pikepdf
import pypdfium2
from PIL import Image

from compliance.evidence.workshop import pictures
from compliance.evidence.workshop.protocol import Refused

# Our choice; no article sets it.
MOST_PAGES: Final = 200
MOST_OBJECTS: Final = 100_000
# Dots of the longer side of a page; legible, and a fair size to send.
PAGE_SIDE: Final = 1754
# One process draws for so long; the next one goes on from there.
DRAWING_SECONDS: Final = 2.5
DEEPEST: Final = 60
_POINTS_AN_INCH: Final = 72
_FINEST_SCALE: Final = 3.0

# Entries that run, launch, send or carry something, with the remark that says so.
_ACTING: Final = {
    "/JS": "script_removed",
    "/JavaScript": "script_removed",
    "/OpenAction": "action_removed",
    "/AA": "action_removed",
    "/Launch": "action_removed",
    "/XFA": "form_program_removed",
    "/EmbeddedFiles": "embedded_files_removed",
    "/AF": "embedded_files_removed",
    "/EF": "embedded_files_removed",
    "/RichMedia": "embedded_files_removed",
    "/RichMediaContent": "embedded_files_removed",
    "/3DD": "embedded_files_removed",
    "/URI": "links_removed",
    "/GoToR": "links_removed",
    "/GoToE": "links_removed",
    "/Metadata": "",
    "/PieceInfo": "",
    "/Collection": "embedded_files_removed",
}
_ACTING_KINDS: Final = {
    "/JavaScript": "script_removed",
    "/Launch": "action_removed",
    "/SubmitForm": "action_removed",
    "/ImportData": "action_removed",
    "/ResetForm": "action_removed",
    "/GoToR": "links_removed",
    "/GoToE": "links_removed",
    "/URI": "links_removed",
    "/Rendition": "action_removed",
    "/Movie": "action_removed",
    "/Sound": "action_removed",
    "/RichMediaExecute": "action_removed",
}


def rehearse() -> None:
    """Do once what is to be done, so that all libraries are loaded before the door is shut."""
    pictures.rehearse()
    body = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(10, 10))
        pdf.save(body)
        # One with a lock too: what looks into locks asks the system for chance once.
        locked = io.BytesIO()
        pdf.save(locked, encryption=pikepdf.Encryption(owner="", user=""))
    draw(body.getvalue(), io.BytesIO(), 1)
    with suppress(Refused):
        draw(locked.getvalue(), io.BytesIO(), 1)


def draw(data: bytes, sink: BinaryIO, first_page: int) -> tuple[list[str], int]:
    """
    Draw pages from `first_page` on; return the remarks and the page to go on with, or 0.

    :raises Refused: if it is damaged, protected, too long or too costly.
    """
    pages, harmless, remarks = _stripped(data)
    document = pypdfium2.PdfDocument(harmless)
    if len(document) != pages:
        raise Refused("damaged")
    until = time.monotonic() + DRAWING_SECONDS
    for number in range(first_page, pages + 1):
        # At least one page a turn, or it would never end.
        if number > first_page and time.monotonic() > until:
            return remarks, number
        pictures.put_picture("page", number, _drawn(document, number), sink)
    return remarks, 0


def _drawn(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    page = document[number - 1]
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise Refused("damaged")
    scale = min(PAGE_SIDE / max(width, height), _FINEST_SCALE * 200 / _POINTS_AN_INCH)
    bitmap = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True)
    picture: Image.Image = bitmap.to_pil()
    flat = picture if picture.mode == "RGB" else picture.convert("RGB")
    # Drawn into memory of the library, which goes with the page.
    flat = flat.copy()
    bitmap.close()
    page.close()
    return flat


def _stripped(data: bytes) -> tuple[int, bytes, list[str]]:
    """Return how many pages there are, the document without what acts, and what was taken out."""
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Refused("encrypted")
            pages = _count_pages(pdf)
            remarks = _strip(pdf)
            harmless = io.BytesIO()
            pdf.save(harmless)
            return pages, harmless.getvalue(), ["drawn_anew", *sorted(remarks)]
    except pikepdf.PasswordError as problem:
        raise Refused("encrypted") from problem
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError) as problem:
        raise Refused("damaged") from problem


def _count_pages(pdf: pikepdf.Pdf) -> int:
    declared = pdf.Root.Pages.get("/Count", 0)
    if isinstance(declared, int) and declared > MOST_PAGES:
        raise Refused("too_many_pages")
    if len(pdf.objects) > MOST_OBJECTS:
        raise Refused("too_costly")
    # What is declared is only a word: the pages themselves are counted.
    pages = len(pdf.pages)
    if pages > MOST_PAGES:
        raise Refused("too_many_pages")
    if not pages:
        raise Refused("damaged")
    return pages


def _strip(pdf: pikepdf.Pdf) -> set[str]:
    remarks: set[str] = set()
    for item in pdf.objects:
        _strip_item(item, remarks, DEEPEST)
    _strip_item(pdf.trailer, remarks, DEEPEST)
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    return remarks


def _strip_item(item: Any, remarks: set[str], depth: int) -> None:
    if depth == 0:
        raise Refused("damaged")
    if isinstance(item, pikepdf.Array):
        for part in item:
            if not getattr(part, "is_indirect", False):
                _strip_item(part, remarks, depth - 1)
        return
    if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        return
    # An action of a kind that acts loses its kind, and with it all that it does.
    kind = str(item.get("/S", ""))
    if kind in _ACTING_KINDS:
        remarks.add(_ACTING_KINDS[kind])
        del item["/S"]
    for name in list(item.keys()):
        if name in _ACTING:
            remarks.add(_ACTING[name])
            del item[name]
            continue
        part = item[name]
        if not getattr(part, "is_indirect", False):
            _strip_item(part, remarks, depth - 1)
    remarks.discard("")
