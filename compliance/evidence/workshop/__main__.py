"""``python -m compliance.evidence.workshop KIND LIMIT PAGE [avatars]``: open one file, once, shut in."""

import importlib
import signal
import sys
from typing import Final

from compliance.evidence.workshop import limits, protocol
from compliance.evidence.workshop.protocol import Refused
from compliance.lifetime import end_with_starter

PICTURES: Final = ("jpeg", "png", "gif", "webp")


def main(kind: str, most_bytes: int, first_page: int, chosen: str = "") -> None:
    """Read the file from standard input and write what was drawn of it, by the program chosen."""
    end_with_starter(signal.SIGKILL)
    name = chosen or {"pdf": "documents", "text": "texts"}.get(
        kind, "pictures" if kind in PICTURES else "recordings"
    )
    # Each needs its own libraries, and all it needs is loaded before the door is shut.
    program = importlib.import_module(f"compliance.evidence.workshop.{name}")
    program.rehearse()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    limits.shut_in()
    remarks: list[str] = []
    next_page, refused = 0, ""
    try:
        if name == "recordings":
            remarks = program.check(kind, source)
        else:
            data = source.read(most_bytes + 1)
            if len(data) > most_bytes:
                raise Refused("too_costly")
            if name == "documents":
                remarks, next_page = program.draw(data, sink, first_page)
            elif name in ("pictures", "avatars"):
                remarks = program.draw(kind, data, sink)
            else:
                remarks = program.draw(data, sink)
    except Refused as refusal:
        refused = str(refusal)
    except MemoryError:
        refused = "too_costly"
    except Exception:  # noqa: BLE001 - libraries fail in many ways on what strangers send
        refused = "damaged"
    protocol.put(
        sink,
        {
            "end": True,
            "refused": refused,
            "remarks": remarks,
            "next_page": next_page,
            "peak_kib": limits.peak_kib(),
        },
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
