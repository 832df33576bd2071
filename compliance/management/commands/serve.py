"""``manage.py serve``: the console and its worker as one, for the quick start."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.lifetime import end_with_parent, end_with_starter
from compliance.postgres import is_server_lost
from compliance.postgres.folders import REPOSITORY

HOST = "127.0.0.1"
WEB_WORKERS = 2
WEB_THREADS = 4
START_SECONDS = 60
STOP_SECONDS = 15
# A worker whose database is gone has nothing left to finish.
STOP_SECONDS_WITHOUT_DATABASE = 3
POLL_SECONDS = 0.2


class Command(BaseCommand):
    """Run the web server and the job worker until one of them or we are told to end."""

    help = "Runs the console on 127.0.0.1 together with its worker. Ctrl-C ends both."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the port."""
        parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (8000)")
        parser.add_argument(
            "--with-starter",
            action="store_true",
            help="end when the process that started this one is gone, as make run wants it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Start both, watch over them, end both.

        :raises CommandError: if the port is taken, or one of them ends by itself.
        """
        port: int = options["port"]
        refuse_taken_port(port)
        self.told_to_end = False
        if options["with_starter"]:
            end_with_starter(signal.SIGTERM)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_end)
        children: dict[str, subprocess.Popen[bytes]] = {}
        try:
            children["web server"] = start_web_server(port)
            children["worker"] = start_worker()
            self._watch(children, port)
        finally:
            end_all(children)

    def _note_end(self, number: int, frame: FrameType | None) -> None:
        self.told_to_end = True

    def _watch(self, children: dict[str, subprocess.Popen[bytes]], port: int) -> None:
        ready = False
        deadline = time.monotonic() + START_SECONDS
        while not self.told_to_end:
            for name, child in children.items():
                if child.poll() is not None:
                    raise CommandError(
                        f"The {name} ended by itself (exit code {child.returncode}), so all was "
                        "ended. The lines above say why."
                    )
            if is_server_lost():
                raise CommandError("The embedded database went away. Start again: make run")
            if not ready and is_healthy(port):
                ready = True
                self.stdout.write(f"Heyan is ready: http://{HOST}:{port}/ (Ctrl-C ends it)")
                self.stdout.flush()
            if not ready and time.monotonic() > deadline:
                raise CommandError(f"/healthz did not answer 200 within {START_SECONDS} seconds.")
            time.sleep(POLL_SECONDS)


def refuse_taken_port(port: int) -> None:
    """Make sure that nobody listens on the port.

    :raises CommandError: if somebody does, or we may not use it.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            raise CommandError(
                f"Port {port} cannot be used ({problem.strerror}). End the program that has it, "
                "or take another one: manage.py serve --port 8001 (make run PORT=8001)"
            ) from problem


def start_web_server(port: int) -> subprocess.Popen[bytes]:
    """Start gunicorn on the port."""
    return start_child(
        *("-m", "gunicorn", "compliance.wsgi:application", "--bind", f"{HOST}:{port}"),
        *("--worker-class", "gthread", "--workers", str(WEB_WORKERS)),
        *("--threads", str(WEB_THREADS), "--graceful-timeout", "10", "--log-level", "warning"),
    )


def start_worker() -> subprocess.Popen[bytes]:
    """Start the process that carries out jobs."""
    return start_child(
        *("manage.py", "procrastinate", "worker", "--shutdown-graceful-timeout", "10")
    )


def start_child(*arguments: str) -> subprocess.Popen[bytes]:
    """Start one of our programs so that it ends with us, however we end."""
    return subprocess.Popen(  # noqa: S603 - our own programs
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        # Ctrl-C reaches us alone, and we end them in an orderly way.
        start_new_session=True,
        preexec_fn=end_with_parent(signal.SIGTERM),
    )


def end_all(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """End the children: asked first, with force after a while."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    patience = STOP_SECONDS_WITHOUT_DATABASE if is_server_lost() else STOP_SECONDS
    deadline = time.monotonic() + patience
    for child in children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            # With it whatever it has started: it leads a session of its own.
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def is_healthy(port: int) -> bool:
    """Tell whether the console answers its health check."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
