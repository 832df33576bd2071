"""What the supervisor and the processes that hold its server say to each other."""

import json
import socket
from typing import Any

CONTROL = "control"
STATE = "server.json"
LOCK = "supervisor.lock"
START_LOCK = "start.lock"
DATA_ELSEWHERE = "data.location"
STOP = b"stop\n"


def encode(**facts: object) -> bytes:
    """Return one greeting of the supervisor as a line."""
    return json.dumps(facts).encode() + b"\n"


def read_greeting(channel: socket.socket, timeout: float) -> dict[str, Any] | None:
    """Return what the supervisor says first, None where it is gone or says nothing in time."""
    channel.settimeout(timeout)
    line = b""
    try:
        while not line.endswith(b"\n"):
            part = channel.recv(65536)
            if not part:
                return None
            line += part
    except OSError:
        return None
    channel.settimeout(None)
    facts: dict[str, Any] = json.loads(line)
    return facts
