"""Opens a file in a process of its own that can do nothing else, and takes what it has drawn."""

import json
import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import IO, Any, Final

from django.conf import settings

from compliance.evidence.kinds import limit_of
from compliance.evidence.storage import Pieces
from compliance.evidence.workshop.limits import CPU_SECONDS
from compliance.evidence.workshop.protocol import LENGTH, LONGEST_HEADER
from compliance.models import CopyKind, EvidenceKind, EvidenceRefusal

logger = logging.getLogger("heyan.evidence")

# Our choice; no article sets it. A busy machine gives a process less than a second a second.
WALL_SECONDS: Final = 4 * CPU_SECONDS
MOST_TURNS: Final = 60
LARGEST_COPY: Final = 40 * 1024 * 1024
LARGEST_VEIL: Final = 4096
MOST_COPIES: Final = 200
MOST_REMARKS: Final = 12
LONGEST_SIDE: Final = 65_535


@dataclass(frozen=True)
class Drawn:
    """One copy that came out of the process; its bytes are as little to be trusted as the file."""

    kind: CopyKind
    number: int
    width: int
    height: int
    body: bytes
    veil: bytes


@dataclass
class Finding:
    """What became of a file in the process."""

    refusal: EvidenceRefusal | None = None
    remarks: tuple[str, ...] = ()
    peak_kib: int = 0


class _Unruly(Exception):
    """The process did not keep to the protocol, or was ended."""


def open_safely(
    kind: EvidenceKind,
    read: Callable[[], Pieces],
    keep: Callable[[Drawn], None],
    *,
    program: str = "",
) -> Finding:
    """
    Open a file apart from everything else; hand each copy to `keep` and return what was found.

    `program` is the one that draws where it is not that of the kind.

    `read` returns the file from its beginning; a long document is opened several times, since one
    process has only seconds.
    """
    remarks: dict[str, None] = {}
    page, peak, count = 1, 0, 0
    for _turn in range(MOST_TURNS):
        end: dict[str, Any] = {}
        with _Workshop(kind, read, page, program) as workshop:
            try:
                for drawn, header in workshop.frames():
                    if drawn is None:
                        end = header
                    elif drawn.number != count + 1:
                        raise _Unruly
                    else:
                        count += 1
                        keep(drawn)
            except _Unruly:
                end = {}
        if not end:
            return Finding(workshop.refusal(), tuple(remarks), peak)
        peak = max(peak, int(end["peak_kib"]))
        if end["refused"]:
            return Finding(_known_refusal(end["refused"]), tuple(remarks), peak)
        remarks |= dict.fromkeys(str(each)[:40] for each in end["remarks"][:MOST_REMARKS])
        following = int(end["next_page"])
        if not following:
            return Finding(None, tuple(remarks), peak)
        if following <= page:
            break
        page = following
    return Finding(EvidenceRefusal.TOO_COSTLY, tuple(remarks), peak)


def _known_refusal(code: Any) -> EvidenceRefusal:
    return EvidenceRefusal(code) if code in EvidenceRefusal.values else EvidenceRefusal.DAMAGED


class _Workshop:
    """The process, from its start to its end, however it ends."""

    def __init__(
        self, kind: EvidenceKind, read: Callable[[], Pieces], first_page: int, program: str
    ) -> None:
        self._read = read
        self._was_late = False
        self._problem: Exception | None = None
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [
                sys.executable,
                *("-B", "-m", "compliance.evidence.workshop"),
                *(kind, str(limit_of(kind)), str(first_page)),
                *([program] if program else []),
            ],
            cwd=settings.BASE_DIR,
            # Nothing of our own surroundings: no address of a database, no key's place.
            env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._timer = threading.Timer(WALL_SECONDS, self._be_late)
        self._feeder = threading.Thread(target=self._feed, daemon=True)

    def __enter__(self) -> "_Workshop":
        self._timer.start()
        self._feeder.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._process.kill()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._feeder.join()
        self._process.wait()
        self._timer.cancel()
        if self._problem is not None:
            raise self._problem

    def _be_late(self) -> None:
        self._was_late = True
        self._process.kill()

    def _feed(self) -> None:
        assert self._process.stdin is not None
        try:
            with self._process.stdin as sink, closing(self._read()) as pieces:
                for piece in pieces:
                    sink.write(piece)
        except BrokenPipeError:
            pass  # It has read enough, or has ended; its answer says which.
        except Exception as problem:  # noqa: BLE001 - raised again where it is heard
            self._problem = problem

    def frames(self) -> Iterator[tuple[Drawn | None, dict[str, Any]]]:
        """
        Yield what the process writes; the end comes as a header without a copy.

        :raises _Unruly: if it ends too early or writes what it should not.
        """
        source = self._process.stdout
        assert source is not None
        while True:
            header, parts = _frame(source)
            if header.get("end"):
                # It is given a moment to end by itself: only then is its exit code its own.
                self._process.wait()
                yield None, header
                return
            yield _drawn(header, parts), header

    def refusal(self) -> EvidenceRefusal:
        """Return why a process that gave no proper answer has given none."""
        code = self._process.returncode
        logger.warning("the process that opened a file ended with %s", code)
        # Late, out of time, or given up where there was no memory; all else is a fault within.
        is_costly = self._was_late or -code in _COSTLY_ENDS
        return EvidenceRefusal.TOO_COSTLY if is_costly else EvidenceRefusal.DAMAGED


_COSTLY_ENDS: Final = frozenset({signal.SIGXCPU, signal.SIGABRT, signal.SIGTRAP, signal.SIGILL})


def _exactly(source: IO[bytes], count: int) -> bytes:
    found = source.read(count)
    if len(found) != count:
        raise _Unruly
    return found


def _frame(source: IO[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    (length,) = LENGTH.unpack(_exactly(source, LENGTH.size))
    if length > LONGEST_HEADER:
        raise _Unruly
    try:
        header = json.loads(_exactly(source, length))
        sizes = [int(each) for each in header["parts"]]
        if header.get("end"):
            _require_end(header)
    except (ValueError, KeyError, TypeError) as problem:
        raise _Unruly from problem
    if len(sizes) > 2 or any(not 0 <= size <= LARGEST_COPY for size in sizes):
        raise _Unruly
    return header, [_exactly(source, size) for size in sizes]


def _require_end(header: dict[str, Any]) -> None:
    are_numbers = all(isinstance(header[name], int) for name in ("peak_kib", "next_page"))
    if not (are_numbers and isinstance(header["remarks"], list)):
        raise TypeError(header)


def _drawn(header: dict[str, Any], parts: list[bytes]) -> Drawn:
    try:
        body, veil = parts
        drawn = Drawn(
            kind=CopyKind(header["copy"]),
            number=int(header["number"]),
            width=int(header["width"]),
            height=int(header["height"]),
            body=body,
            veil=veil,
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise _Unruly from problem
    sizes_fit = 0 <= drawn.width <= LONGEST_SIDE and 0 <= drawn.height <= LONGEST_SIDE
    if not (sizes_fit and 1 <= drawn.number <= MOST_COPIES and len(veil) <= LARGEST_VEIL):
        raise _Unruly
    is_picture = drawn.kind != CopyKind.TEXT
    if is_picture and not (body.startswith(b"\xff\xd8\xff") and body.endswith(b"\xff\xd9")):
        raise _Unruly
    return drawn
