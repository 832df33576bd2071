"""
The public form under load: the product as it runs, addresses behind a proxy, colleagues at work.

What is sent goes over the wire to processes of their own. What was acknowledged is noted from the
answers alone, and held against the database afterwards.
"""

import http.client
import itertools
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from compliance.management.commands.serve import HOST, start_web_server, start_worker
from compliance.models import StaffUser
from tests.compliance.evidence_files import picture

ADDRESSES: Final = 200
# Each address sends again after so many seconds: more often than it may.
PACE: Final = 10.0
# As many at once; whoever waits for an answer sends nothing else.
SENDERS: Final = 40
TIMEOUT: Final = 60.0
_NUMBER: Final = re.compile(r"TS\d{8}")
Answer = tuple[int, str]


def settle() -> None:
    """Set what the processes of the product read: one proxy, notices sent at once, sandboxes."""
    os.environ.update(
        HEYAN_PROXIES="1",
        HEYAN_NOTICE_HOLD_SECONDS="0",
        HEYAN_SMS_CHANNEL="sandbox",
        HEYAN_MAIL_CHANNEL="sandbox",
        HEYAN_LOG_LEVEL="CRITICAL",
    )
    # What is laid here is sent by the others, who do not know of a longer hold.
    settings.NOTICE_HOLD_SECONDS = 0


@dataclass
class Running:
    """Web server and worker, each of which can be killed and starts again."""

    port: int
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start one of the two."""
        self.children[name] = (
            start_web_server(self.port) if name == "web server" else start_worker()
        )

    def kill(self, name: str) -> None:
        """Kill one of the two with all its processes, in the middle of whatever it does."""
        child = self.children[name]
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def wait_until_ready(self) -> None:
        """Wait until the form is answered."""
        while True:
            try:
                if send(self.port, "GET", "/healthz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)


@contextmanager
def running() -> Iterator[Running]:
    """Run web server and worker on a free port, and end both."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    both = Running(port)
    try:
        both.start("web server")
        both.start("worker")
        both.wait_until_ready()
        yield both
    finally:
        for name in both.children:
            if both.children[name].poll() is None:
                both.kill(name)


def send(
    port: int,
    method: str,
    path: str,
    body: bytes | str = b"",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Answer:
    """
    Send one request over a connection of its own; return status and text.

    :raises OSError: if the connection was cut or nobody answers.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except http.client.HTTPException as problem:
        raise ConnectionError(str(problem)) from problem
    finally:
        connection.close()


@dataclass
class Sent:
    """What came of everything that was sent, as the senders saw it."""

    statuses: Counter[int] = field(default_factory=Counter)
    cut_off: int = 0
    # Number of the complaint: whether a contact was left.
    acknowledged: dict[str, bool] = field(default_factory=dict)
    of_address: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    # What no answer may look like; a thread has nobody to raise it to.
    problems: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, address: str, answer: Answer, has_contact: bool, seconds: float) -> None:
        """Note an answer."""
        status, text = answer
        with self._lock:
            self.statuses[status] += 1
            self.seconds.append(seconds)
            if status == 200:
                self.of_address[address] += 1
                found = _NUMBER.search(text)
                if found is None:
                    self.problems.append("acknowledged without a number")
                elif found[0] in self.acknowledged:
                    self.problems.append(f"{found[0]}: one number for two complaints")
                else:
                    self.acknowledged[found[0]] = has_contact

    def note_cut(self) -> None:
        """Note that no answer came."""
        with self._lock:
            self.cut_off += 1


@dataclass(frozen=True)
class Form:
    """What the senders fill in: about which accounts, and a picture for every fifth."""

    accounts: tuple[str, ...]
    path: str = "/public/complain/false_information/"

    def body(self, turn: int, contact: str) -> tuple[bytes, str]:
        """Return a body and its type."""
        edge = uuid.uuid4().hex
        fields = {
            "target": self.accounts[turn % len(self.accounts)],
            "words": f"基准测试：第{turn}件，所称通知并不存在。",
            "contact": contact,
        }
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        if turn % 5 == 0:
            head = (
                f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n'
                "Content-Type: image/jpeg\r\n\r\n"
            )
            parts.append(head.encode() + picture() + b"\r\n")
        last = f'--{edge}\r\nContent-Disposition: form-data; name="complete"\r\n\r\n1\r\n--{edge}--\r\n'
        return b"".join([*parts, last.encode()]), f"multipart/form-data; boundary={edge}"


def flood(port: int, form: Form, is_over: Callable[[], bool], sent: Sent) -> list[threading.Thread]:
    """Start the senders: each has some addresses and sends from each again and again."""
    turns = itertools.count(1)
    chance = random.Random(20261123)

    def address(number: int) -> str:
        return f"10.{number // 250}.{number % 250}.7"

    def go(numbers: list[int]) -> None:
        next_at = {each: time.monotonic() + chance.random() * PACE for each in numbers}
        while not is_over():
            number = min(next_at, key=lambda each: next_at[each])
            time.sleep(max(0.0, min(next_at[number] - time.monotonic(), 0.5)))
            if next_at[number] > time.monotonic():
                continue
            next_at[number] = max(next_at[number] + PACE, time.monotonic())
            turn = next(turns)
            contact = f"139{turn:08d}" if turn % 2 else ""
            body, kind = form.body(turn, contact)
            # What a client claims itself stands before what the proxy has seen.
            forwarded = f"192.0.2.{turn % 250}, {address(number)}"
            begin = time.perf_counter()
            try:
                headers = {"Content-Type": kind, "X-Forwarded-For": forwarded}
                answer = send(port, "POST", form.path, body, headers)
            except OSError:
                sent.note_cut()
                time.sleep(0.2)
                continue
            sent.note(address(number), answer, bool(contact), time.perf_counter() - begin)

    threads = [
        threading.Thread(target=go, args=([*range(first, ADDRESSES, SENDERS)],), daemon=True)
        for first in range(SENDERS)
    ]
    for each in threads:
        each.start()
    return threads


class Colleague:
    """A colleague in the console, over the wire, logged in already."""

    def __init__(self, port: int, login: StaffUser) -> None:
        client = Client()
        client.force_login(login)
        token = uuid.uuid4().hex
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self._port = port
        self._headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session};"
            f" {settings.CSRF_COOKIE_NAME}={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def post(self, address: str, **given: object) -> int:
        """
        Send a form; return the status.

        :raises OSError: if the connection was cut.
        """
        return send(self._port, "POST", address, urlencode(given), self._headers)[0]
