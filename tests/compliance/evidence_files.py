"""Files made by script: honest ones of each kind, and such as somebody with bad intent sends."""

import io
import random
import struct
import wave
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pikepdf
from PIL import Image

SCRIPT = b"<script>alert('canary')</script>"
PAGE = b"<html><body>" + SCRIPT + b"</body></html>"
PLACE = "GPS-canary-31.2304N"


def picture(
    form: str = "JPEG", size: tuple[int, int] = (320, 200), mode: str = "RGB", **more: object
) -> bytes:
    """A picture with something to see."""
    width, height = size
    drawn = Image.linear_gradient("L").resize((width, height)).convert(mode)
    body = io.BytesIO()
    drawn.save(body, form, **more)
    return body.getvalue()


def photo_with_position() -> bytes:
    """A JPEG that tells where it was taken and by what, with a profile and a comment."""
    exif = Image.Exif()
    exif[0x010F] = PLACE
    exif[0x8825] = {1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)}
    return picture(exif=exif.tobytes(), icc_profile=b"profile-canary" * 20, comment=PLACE.encode())


def lying_down() -> bytes:
    """A JPEG that is to be turned by a quarter, as phones write it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return picture(size=(320, 200), exif=exif.tobytes())


def animation(form: str = "GIF", frames: int = 12, size: tuple[int, int] = (64, 48)) -> bytes:
    """An animation whose frames all differ."""
    drawn = [Image.new("L", size, 20 + number % 200) for number in range(frames)]
    body = io.BytesIO()
    drawn[0].save(body, form, save_all=True, append_images=drawn[1:], duration=50)
    return body.getvalue()


def document(pages: int = 2, change: Callable[[pikepdf.Pdf], None] | None = None) -> bytes:
    """A PDF with words on each page."""
    with pikepdf.new() as pdf:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        for number in range(1, pages + 1):
            page = pdf.add_blank_page(page_size=(300, 400))
            words = f"BT /F1 24 Tf 40 300 Td (Page {number}) Tj ET".encode()
            page.obj.Contents = pdf.make_stream(words)
            page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        if change:
            change(pdf)
        body = io.BytesIO()
        pdf.save(body)
        return body.getvalue()


def sound() -> bytes:
    """A second of silence as WAV."""
    body = io.BytesIO()
    with wave.open(body, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(bytes(16000))
    return body.getvalue()


def box(name: bytes, body: bytes = b"") -> bytes:
    """One box of an MP4."""
    return struct.pack(">I", 8 + len(body)) + name + body


def film() -> bytes:
    """The outer form of an MP4."""
    return (
        box(b"ftyp", b"isom\x00\x00\x02\x00isomiso2")
        + box(b"moov", box(b"mvhd", bytes(100)))
        + (box(b"mdat", bytes(5000)))
    )


def web_film() -> bytes:
    """The outer form of a WebM."""
    head = b"\x42\x82\x84webm"
    return (
        b"\x1a\x45\xdf\xa3"
        + bytes([0x80 | len(head)])
        + head
        + b"\x18\x53\x80\x67"
        + (b"\x41\x00" + bytes(256))
    )


def song() -> bytes:
    """Some frames of an MP3."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * 6


HONEST: dict[str, Callable[[], bytes]] = {
    "photo.jpg": photo_with_position,
    "shot.png": lambda: picture("PNG", mode="RGBA"),
    "small.gif": lambda: animation(),
    "small.webp": lambda: picture("WEBP"),
    "letter.pdf": lambda: document(),
    "chat.txt": lambda: "你好，这是聊天记录。\n第二行".encode(),
    "old.txt": lambda: "你好，这是旧编码的聊天记录。".encode("gb18030"),
    "film.mp4": film,
    "film.webm": web_film,
    "song.mp3": song,
    "note.wav": sound,
}


def packed(*names: str, body: bytes = b"x") -> bytes:
    """An archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, body)
    return stream.getvalue()


def png_bomb(side: int = 13_000) -> bytes:
    """A few kilobytes that become 169 million dots."""
    body = io.BytesIO()
    Image.new("1", (side, side)).save(body, "PNG", optimize=True)
    return body.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose head claims a size that its body does not have."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + (chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b""))
    )


def jpeg_that_claims(side: int) -> bytes:
    """A JPEG whose head claims a size that its body does not have."""
    body = bytearray(picture(size=(64, 64), mode="L"))
    head = body.index(b"\xff\xc0")
    body[head + 5 : head + 9] = struct.pack(">HH", side, side)
    return bytes(body)


def webp_that_claims(side: int) -> bytes:
    """A WebP whose head claims a size that its body does not have."""
    body = bytearray(picture("WEBP", size=(64, 64)))
    head = body.index(b"\x9d\x01\x2a")
    body[head + 3 : head + 7] = struct.pack("<HH", side, side)
    return bytes(body)


def zeros(megabytes: int) -> bytes:
    """Very many zeros, packed."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()


def gif_of_many(frames: int, size: tuple[int, int]) -> bytes:
    """A GIF of next to nothing with very many large frames."""
    width, height = size
    head = (
        b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    )
    # Each frame declares the whole size and holds one code: the rest is made up by the reader.
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\x00"
    return head + frame * frames + b"\x3b"


def _with_action(pdf: pikepdf.Pdf) -> None:
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('canary')"))
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("canary.exe"))
    pdf.Root.OpenAction = pdf.make_indirect(script)
    pdf.Root.AA = pikepdf.Dictionary(WC=launch)
    pdf.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(
            Names=pikepdf.Array([pikepdf.String("canary"), pdf.make_indirect(script)])
        )
    )
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=pikepdf.Array([0, 0, 300, 400]),
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("http://canary.example/")),
    )
    pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(link)])
    pdf.pages[0].obj.AA = pikepdf.Dictionary(O=pdf.make_indirect(launch))


def _with_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["canary.exe"] = b"MZ" + SCRIPT


def _with_form_program(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array([]), XFA=pdf.make_stream(b"<xdp:xdp>" + SCRIPT + b"</xdp:xdp>")
    )


def _with_bomb(pdf: pikepdf.Pdf) -> None:
    stream = pikepdf.Stream(pdf, zlib.compress(zeros(400), 9))
    stream.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    pdf.pages[0].obj.Contents = pdf.make_indirect(stream)


def _with_huge_picture(pdf: pikepdf.Pdf) -> None:
    dots = pikepdf.Stream(pdf, zeros(113))
    dots.Filter = pikepdf.Name.FlateDecode
    dots.Type, dots.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    dots.Width, dots.Height = 30_000, 30_000
    dots.ColorSpace, dots.BitsPerComponent = pikepdf.Name.DeviceGray, 1
    page = pdf.pages[0].obj
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=pdf.make_indirect(dots)))
    page.Contents = pdf.make_stream(b"q 300 0 0 400 0 0 cm /P Do Q")


def _endless(pdf: pikepdf.Pdf) -> None:
    """A form that draws itself ten times, and so on."""
    last = None
    for _level in range(12):
        words = b"/N Do " * 10 if last is not None else b"0 0 10 10 re f"
        form = pikepdf.Stream(pdf, words)
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.BBox = pikepdf.Array([0, 0, 300, 400])
        if last is not None:
            form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(N=last))
        last = pdf.make_indirect(form)
    page = pdf.pages[0].obj
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(N=last))
    page.Contents = pdf.make_stream(b"/N Do")


def _locked(password: str) -> bytes:
    with pikepdf.open(io.BytesIO(document())) as pdf:
        body = io.BytesIO()
        pdf.save(body, encryption=pikepdf.Encryption(owner="canary", user=password))
        return body.getvalue()


def pages_of_one(pages: int) -> bytes:
    """A PDF that names one page very many times."""
    kids = " ".join(["3 0 R"] * pages)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n".encode() + each + b"\nendobj\n"
    table = b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return (
        body
        + b"xref\n0 4\n0000000000 65535 f \n"
        + table
        + f"trailer << /Size 4 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n".encode()
    )


# Name and bytes of what must come to nothing: never taken, refused by the check, or harmless.
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "GIF that is a script and an archive": (
        "a.gif",
        lambda: animation(frames=1) + SCRIPT + packed("canary.html", body=PAGE),
    ),
    "GIF with a script as comment": (
        "a.gif",
        lambda: b"GIF89a/*" + SCRIPT + b"*/=1;" + bytes(20),
    ),
    "JPEG that is a web page": ("a.jpg", lambda: picture() + PAGE),
    "JPEG with a web page as comment": ("a.jpg", lambda: picture(comment=PAGE)),
    "PNG with a web page behind": ("a.png", lambda: picture("PNG") + PAGE),
    "PDF that is a web page": ("a.pdf", lambda: document() + PAGE),
    "PDF that is an archive": ("a.pdf", lambda: document() + packed("a.html", body=PAGE)),
    "SVG": ("a.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"),
    "SVG named as a picture": ("a.png", lambda: b"<?xml version='1.0'?><svg>" + SCRIPT + b"</svg>"),
    "web page": ("a.html", lambda: PAGE),
    "web page named as a picture": ("a.jpg", lambda: PAGE),
    "web page named as text": ("a.txt", lambda: b"\xef\xbb\xbf \n" + PAGE),
    "web page in wide letters": ("a.txt", lambda: PAGE.decode().encode("utf-16")),
    "script behind a text": ("a.txt", lambda: b"words " * 2000 + SCRIPT),
    "script with a shebang": ("a.txt", lambda: b"#!/bin/sh\nrm -rf /\n"),
    "program named as a picture": ("a.jpg", lambda: b"MZ" + bytes(500)),
    "archive": ("a.zip", lambda: packed("a.txt")),
    "archive named as text": ("a.txt", lambda: packed("a.txt")),
    "Word document": ("a.docx", lambda: packed("[Content_Types].xml", "word/document.xml")),
    "Excel workbook": ("a.xlsx", lambda: packed("[Content_Types].xml", "xl/workbook.xml")),
    "old Word document": ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)),
    "archive of many": ("a.zip", lambda: packed(*(f"{n}" for n in range(5000)))),
    "nothing": ("a.jpg", lambda: b""),
    "nothing, as text": ("a.txt", lambda: b""),
    "PNG bomb": ("a.png", png_bomb),
    "PNG that claims too much": ("a.png", lambda: png_that_claims(2**31 - 1, 2**31 - 1)),
    "PNG that claims a little too much": ("a.png", lambda: png_that_claims(4999, 5000)),
    "JPEG that claims a little too much": ("a.jpg", lambda: jpeg_that_claims(9_000)),
    "JPEG bomb": ("a.jpg", lambda: jpeg_that_claims(20_000)),
    "JPEG bomb in layers": (
        "a.jpg",
        lambda: picture(size=(6_000, 6_000), mode="L", quality=1, progressive=True),
    ),
    "WebP bomb": ("a.webp", lambda: webp_that_claims(16_000)),
    "GIF bomb": ("a.gif", lambda: gif_of_many(2000, (65_000, 65_000))),
    "GIF of many frames": ("a.gif", lambda: gif_of_many(100_000, (10, 10))),
    "GIF of large frames": ("a.gif", lambda: gif_of_many(400, (2000, 2000))),
    "WebP of many frames": ("a.webp", lambda: animation("WEBP", frames=600)),
    "PNG of many frames": ("a.png", lambda: animation("PNG", frames=600)),
    "PDF with scripts and programs": ("a.pdf", lambda: document(change=_with_action)),
    "PDF with a file in it": ("a.pdf", lambda: document(change=_with_file)),
    "PDF with a form program": ("a.pdf", lambda: document(change=_with_form_program)),
    "PDF with a bomb": ("a.pdf", lambda: document(change=_with_bomb)),
    "PDF with a huge picture": ("a.pdf", lambda: document(change=_with_huge_picture)),
    "PDF that draws without end": ("a.pdf", lambda: document(change=_endless)),
    "PDF of very many pages": ("a.pdf", lambda: pages_of_one(100_000)),
    "PDF that claims few pages": (
        "a.pdf",
        lambda: pages_of_one(5000).replace(b"/Count 5000", b"/Count 2   "),
    ),
    "PDF with a password": ("a.pdf", lambda: _locked("canary")),
    "PDF with an owner's password": ("a.pdf", lambda: _locked("")),
    "PDF without anything": ("a.pdf", lambda: b"%PDF-1.7\n%%EOF\n"),
    "MP4 whose box has no end": (
        "a.mp4",
        lambda: box(b"ftyp", b"isom") + struct.pack(">I", 2**31) + b"moov",
    ),
    "MP4 of very many boxes": ("a.mp4", lambda: box(b"ftyp", b"isom") + box(b"free") * 100_000),
    "MP3 that is a web page": ("a.mp3", lambda: b"ID3\x03\x00\x00\x00\x00\x00\x00" + PAGE),
    "WAV that is a web page": ("a.wav", lambda: b"RIFF" + bytes(4) + b"WAVE" + PAGE),
    "wrong ending": ("a.png", lambda: picture("JPEG")),
    "no ending": ("a", lambda: picture("JPEG")),
    "double ending of a program": ("photo.jpg.exe", lambda: picture("JPEG")),
    "double ending of a page": ("photo.jpg.html", lambda: picture("JPEG")),
    "double ending of a picture": ("shell.php.jpg", lambda: picture("JPEG")),
    **{
        f"cut off {name}": (name, lambda make=make: make()[: len(make()) // 2])
        for name, make in HONEST.items()
        if not name.endswith((".txt", ".mp3"))
    },
}


def flipped(body: bytes, cases: int, seed: str) -> Iterator[bytes]:
    """The same file with some bytes changed at random, differently each time."""
    chance = random.Random(seed)
    for _number in range(cases):
        changed = bytearray(body)
        for _flip in range(chance.choice([1, 3, 20])):
            changed[chance.randrange(8, len(changed))] = chance.randrange(256)
        yield bytes(changed)
