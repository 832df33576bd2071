"""What strangers send is refused or made harmless, in little time and memory."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from compliance.evidence import names, processing
from compliance.evidence.incoming import take_in
from compliance.evidence.kinds import FileNotTaken
from compliance.evidence.processing import Drawn, Finding, open_safely
from compliance.models import CopyKind, EvidenceKind, EvidenceRefusal
from tests.compliance.evidence_files import HONEST, HOSTILE, SCRIPT, animation, flipped

MOST_KIB = 300_000
MOST_SECONDS = 5
# In no picture of ours, whatever is in the file that it was drawn from.
MARKS = (SCRIPT, b"<script", b"<html", b"<svg", b"PK\x03\x04", b"canary", b"Exif", b"ICC_PROFILE")


def check(kind: EvidenceKind, body: bytes) -> tuple[Finding, list[Drawn]]:
    """Open a file as the product does; nothing else of the product is needed."""
    drawn: list[Drawn] = []
    finding = open_safely(
        kind,
        lambda: (body[start : start + 65_536] for start in range(0, len(body), 65_536)),
        drawn.append,
    )
    return finding, drawn


def kind_taken(name: str, body: bytes) -> EvidenceKind | None:
    """Return the kind as which a file is taken, or None where it is refused at the door."""
    try:
        incoming = take_in(name, [body[:7000], body[7000:]])
    except FileNotTaken:
        return None
    incoming.discard()
    return incoming.kind


def require_harmless(drawn: list[Drawn]) -> None:
    for each in drawn:
        assert each.width <= 10_000
        assert each.height <= 10_000
        if each.kind != CopyKind.TEXT:
            assert not any(mark in each.body or mark in each.veil for mark in MARKS)


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_comes_to_nothing(case: str) -> None:
    name, make = HOSTILE[case]
    body = make()
    kind = kind_taken(name, body)
    if kind is None:
        return
    began = time.monotonic()

    finding, drawn = check(kind, body)

    assert time.monotonic() - began < MOST_SECONDS + 1.5  # the machine may be busy
    assert finding.peak_kib < MOST_KIB
    if finding.refusal is None:
        require_harmless(drawn)
    else:
        assert finding.refusal in EvidenceRefusal


def test_most_of_the_hostile_files_are_refused_with_the_right_words() -> None:
    expected = {
        "PNG bomb": EvidenceRefusal.TOO_MANY_PIXELS,
        "JPEG bomb": EvidenceRefusal.TOO_MANY_PIXELS,
        "GIF of many frames": EvidenceRefusal.TOO_MANY_FRAMES,
        "GIF of large frames": EvidenceRefusal.TOO_MANY_FRAMES,
        "PDF of very many pages": EvidenceRefusal.TOO_MANY_PAGES,
        "PDF that claims few pages": EvidenceRefusal.TOO_MANY_PAGES,
        "PDF with a password": EvidenceRefusal.ENCRYPTED,
        "PDF with an owner's password": EvidenceRefusal.ENCRYPTED,
        "PDF without anything": EvidenceRefusal.DAMAGED,
        "MP4 of very many boxes": EvidenceRefusal.DAMAGED,
        "MP3 that is a web page": EvidenceRefusal.DAMAGED,
    }
    found = {}
    for case in expected:
        name, make = HOSTILE[case]
        body = make()
        kind = kind_taken(name, body)
        assert kind is not None, case
        found[case] = check(kind, body)[0].refusal

    assert found == expected


@pytest.mark.parametrize(
    "case",
    [case for case, (name, _make) in HOSTILE.items() if name.endswith((".svg", ".html", ".zip"))]
    + [
        "SVG named as a picture",
        "web page named as a picture",
        "web page named as text",
        "web page in wide letters",
        "Word document",
        "Excel workbook",
        "old Word document",
        "archive named as text",
        "program named as a picture",
        "nothing",
        "wrong ending",
        "no ending",
        "double ending of a program",
    ],
)
def test_what_is_not_taken_is_refused_at_the_door_and_leaves_nothing(
    case: str, evidence_store: Path
) -> None:
    name, make = HOSTILE[case]
    before = set(evidence_store.rglob("*.part"))

    with pytest.raises(FileNotTaken) as refused:
        take_in(name, [make()])

    assert len(str(refused.value)) > 5
    assert set(evidence_store.rglob("*.part")) == before


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("photo.jpg", 40),
        ("shot.png", 40),
        ("small.gif", 30),
        ("small.webp", 30),
        ("letter.pdf", 40),
        ("film.mp4", 20),
    ],
)
def test_changed_bytes_never_get_through_as_anything_but_a_picture(name: str, cases: int) -> None:
    admitted = 0
    for body in flipped(HONEST[name](), cases, name):
        kind = kind_taken(name, body)
        if kind is None:
            continue
        began = time.monotonic()
        finding, drawn = check(kind, body)
        assert time.monotonic() - began < MOST_SECONDS + 1.5
        assert finding.peak_kib < MOST_KIB
        if finding.refusal is None:
            admitted += 1
            require_harmless(drawn)

    # Most single bytes change a dot or nothing.
    assert admitted > 0


def test_the_process_that_asks_needs_little_memory_itself(tmp_path: Path) -> None:
    # A process of its own, whose peak is nobody else's.
    program = """
import sys
import django; django.setup()
from django.conf import settings
settings.EVIDENCE_ROOT = sys.argv[1]
from compliance.evidence.incoming import take_in
from compliance.evidence.workshop.limits import peak_kib
piece = bytes(1024 * 1024)
head = b"\\x00\\x00\\x00\\x14ftypisom\\x00\\x00\\x02\\x00isom"
before = peak_kib()
take_in("film.mp4", [head, *(piece for _ in range(190))]).discard()
after = peak_kib()
print(before, after)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "compliance.settings"},
    )
    before, after = map(int, ended.stdout.split())

    assert after < MOST_KIB
    # 190 MB went through it.
    assert after - before < 30_000


class TestTheShutProcess:
    PROGRAM = """
import os, socket, subprocess, sys
from compliance.evidence.workshop import limits
limits.shut_in()
def attempt(act):
    try:
        act()
    except (OSError, MemoryError) as problem:
        return type(problem).__name__
    return "DONE"
print(*[
    attempt(lambda: open("/etc/passwd")),
    attempt(lambda: open("/tmp/heyan-canary", "w")),
    attempt(lambda: socket.create_connection(("127.0.0.1", 9), timeout=1)),
    attempt(lambda: subprocess.Popen([sys.executable, "-c", ""])),
    attempt(lambda: bytearray(400_000_000)),
])
"""

    def test_it_can_have_neither_file_nor_socket_nor_process_nor_much_memory(self) -> None:
        ended = subprocess.run(
            [sys.executable, "-c", self.PROGRAM], capture_output=True, text=True, check=True
        )

        assert "DONE" not in ended.stdout
        assert len(ended.stdout.split()) == 5

    def test_it_is_told_nothing_of_our_surroundings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: dict[str, object] = {}

        def note(arguments: list[str], **more: object) -> subprocess.Popen[bytes]:
            seen.update(more)
            return real(arguments, **more)  # type: ignore[call-overload]

        real = subprocess.Popen
        monkeypatch.setattr(processing.subprocess, "Popen", note)

        check(EvidenceKind.TEXT, b"words")

        assert set(seen["env"]) == {"LANG", "MALLOC_ARENA_MAX"}  # type: ignore[call-overload]

    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            b"\xff\xff\xff\xff",
            b"\x00\x00\x00\x02{}",
            b'\x00\x00\x00\x1a{"copy": "x", "parts": []}',
            b"\x00\x00\x00\x0dnot json at a",
        ],
    )
    def test_an_answer_that_is_out_of_order_admits_nothing(
        self, answer: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        real = subprocess.Popen
        program = tmp_path / "rogue.py"
        program.write_text(f"import sys; sys.stdout.buffer.write({answer!r})")

        def rogue(arguments: list[str], **more: object) -> subprocess.Popen[bytes]:
            return real([sys.executable, str(program)], **more)  # type: ignore[call-overload]

        monkeypatch.setattr(processing.subprocess, "Popen", rogue)

        finding, drawn = check(EvidenceKind.TEXT, b"words")

        assert finding.refusal == EvidenceRefusal.DAMAGED
        assert drawn == []

    def test_one_that_does_not_end_is_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = subprocess.Popen

        def sleeper(arguments: list[str], **more: object) -> subprocess.Popen[bytes]:
            return real([sys.executable, "-c", "import time; time.sleep(60)"], **more)  # type: ignore[call-overload]

        monkeypatch.setattr(processing.subprocess, "Popen", sleeper)
        monkeypatch.setattr(processing, "WALL_SECONDS", 0.3)
        began = time.monotonic()

        finding, _drawn = check(EvidenceKind.TEXT, b"words")

        assert finding.refusal == EvidenceRefusal.TOO_COSTLY
        assert time.monotonic() - began < 5


class TestNames:
    @pytest.mark.parametrize(
        ("name", "cleaned"),
        [
            ("../../etc/passwd.jpg", "passwd.jpg"),
            ("C:\\windows\\system32\\evil.jpg", "evil.jpg"),
            ("/etc/cron.d/x.jpg", "x.jpg"),
            ("微信截图.jpg", "微信截图.jpg"),
        ],
    )
    def test_a_path_is_no_part_of_a_name(self, name: str, cleaned: str) -> None:
        assert names.cleaned(name) == cleaned

    def test_a_name_of_300_characters_keeps_its_ending(self) -> None:
        name = names.cleaned("长" * 300 + ".jpg")

        assert len(name) == names.LONGEST_NAME
        assert name.endswith(".jpg")

    @pytest.mark.parametrize(
        "name", ["a\u202egpj.exe.jpg", "a\x00b.jpg", "a\u200bb.jpg", "a\u2066b.jpg", "a\u00a0b.jpg"]
    )
    def test_tricks_stand_there_by_their_numbers(self, name: str) -> None:
        shown = names.shown(name)

        assert "U+" in shown
        assert all(character.isprintable() for character in shown)

    @pytest.mark.parametrize(
        "name",
        [
            "../../x.html",
            'a"; filename="evil.html',
            "a\r\nSet-Cookie: x=1",
            "\u202egpj",
            "....",
            "",
        ],
    )
    def test_a_file_leaves_under_its_number_and_what_is_harmless_of_its_name(
        self, name: str
    ) -> None:
        given = names.handed_out("ZJ00000001", name, "jpg")

        assert given.startswith("ZJ00000001")
        assert given.endswith(".jpg")
        assert given.count(".") == 1
        assert not set(given) & set('/\\"\r\n;<>:|?*\u202e')


def test_an_animation_is_shown_by_some_of_its_frames() -> None:
    finding, drawn = check(EvidenceKind.GIF, animation(frames=40))

    assert finding.refusal is None
    assert "some_frames" in finding.remarks
    assert len(drawn) == 8
    assert len({each.body for each in drawn}) == 8


def test_limits_are_measured_where_the_kernel_keeps_them() -> None:
    # What the other tests compare is a number that was really taken.
    finding, _drawn = check(EvidenceKind.JPEG, HONEST["photo.jpg"]())

    assert 10_000 < finding.peak_kib < MOST_KIB


HONEST_CASES: list[tuple[str, Callable[[], bytes]]] = list(HONEST.items())


@pytest.mark.parametrize(("name", "make"), HONEST_CASES, ids=list(HONEST))
def test_an_honest_file_is_admitted(name: str, make: Callable[[], bytes]) -> None:
    body = make()
    kind = kind_taken(name, body)
    assert kind is not None

    finding, drawn = check(kind, body)

    assert finding.refusal is None
    require_harmless(drawn)
    assert bool(drawn) == (not name.endswith((".mp4", ".webm", ".mp3", ".wav")))
