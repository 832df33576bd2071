"""The process that holds the server for as long as somebody is connected to it.

Started detached by the first process that needs the server. A process holds the server by keeping
a connection to the socket ``control`` open; its children that were forked keep it as well. When
the last connection is gone and stays gone for a moment, the server is stopped.
"""

import argparse
import contextlib
import json
import logging
import os
import selectors
import shutil
import signal
import socket
import struct
import sys
import time
from pathlib import Path

from compliance.postgres import binaries
from compliance.postgres.cluster import Cluster
from compliance.postgres.errors import DatabaseUnavailable
from compliance.postgres.folders import (
    choose_parent,
    make_run_folder,
    sweep_leftovers,
    try_lock,
)
from compliance.postgres.protocol import CONTROL, DATA_ELSEWHERE, LOCK, STATE, STOP, encode

log = logging.getLogger("heyan.postgres")

GRACE_SECONDS = 2.0
LOCK_SECONDS = 60.0
# Folders in /tmp that nobody touches for days get cleaned away.
TOUCH_SECONDS = 3600.0
CRASHES_PER_MINUTE = 5


class Supervisor:
    """Runs one server for the processes that are connected to it."""

    def __init__(self, *, home: Path | None, first: socket.socket) -> None:
        """Remember whose server it is: of the folder ``home``, or a throw-away one for tests."""
        self.home = home
        self.first = first
        self.stopping = False
        self.crashes: list[float] = []
        self.selector = selectors.DefaultSelector()
        self.clients: set[socket.socket] = set()
        self.owner = _owner_of(home) if home else None

    def run(self) -> None:
        """Start the server, serve until nobody needs it, stop it and clean up.

        :raises DatabaseUnavailable: if the server cannot be started.
        """
        sweep_leftovers()
        if self.home and not self._wait_for_home(self.home):
            return
        folder, _lock = make_run_folder(choose_parent(throw_away=self.home is None))
        try:
            self._claim(folder, folder / "lock")
            self._run_in(folder)
        finally:
            if self.home:
                (self.home / STATE).unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)

    def _wait_for_home(self, home: Path) -> bool:
        deadline = time.monotonic() + LOCK_SECONDS
        while try_lock(home / LOCK) is None:
            if _is_closed(self.first):
                return False
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(
                    f"Another supervisor holds {home / LOCK} but cannot be reached. Stop the "
                    "processes that use this database, then try again."
                )
            time.sleep(0.01)
        self._claim(home / LOCK)
        return True

    def _run_in(self, folder: Path) -> None:
        cluster = self._make_cluster(folder)
        self.data = cluster.data
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            cluster.start()
            self._listen(listener, folder)
            self._greet(self.first, folder)
            while not self.stopping:
                self._serve(folder, cluster)
                if not self.stopping:
                    self._start_again(cluster)
        finally:
            # First nobody can join any more, then the server goes.
            listener.close()
            for client in self.clients:
                client.close()
            cluster.stop()

    def _start_again(self, cluster: Cluster) -> None:
        log.warning("the server ended by itself and is started again")
        now = time.monotonic()
        self.crashes = [moment for moment in self.crashes if now - moment < 60] + [now]
        while len(self.crashes) <= CRASHES_PER_MINUTE:
            # What is left of the old server needs a moment to see that it is alone.
            time.sleep(0.2)
            try:
                cluster.start()
            except DatabaseUnavailable as problem:
                log.warning("%s", problem)
                self.crashes.append(time.monotonic())
            else:
                return
        raise DatabaseUnavailable("The server keeps ending by itself.")

    def _make_cluster(self, folder: Path) -> Cluster:
        data = (self.home or folder) / "data"
        if self.home:
            elsewhere = self.home / DATA_ELSEWHERE
            if elsewhere.exists():
                data = Path(elsewhere.read_text().strip())
            login = binaries.choose_login(self.home, data)
            # A place of ours may have been cleared away; data in the home stays where it is.
            has_place = data.exists() or (elsewhere.exists() and data.parent.exists())
            if login and not has_place and not binaries.can_use(self.home, login):
                data = self._place_elsewhere(elsewhere)
        else:
            login = binaries.choose_login(folder, data)
        sockets = folder / "pg"
        sockets.mkdir(mode=0o700)
        if login:
            os.chown(sockets, login.uid, login.gid)
        logs = self.home / "log" if self.home else folder
        logs.mkdir(exist_ok=True)
        return Cluster(
            data=data,
            sockets=sockets,
            log=logs / "postgres.log",
            programs=binaries.programs_for(login),
            login=login,
            throw_away=self.home is None,
        )

    def _place_elsewhere(self, pointer: Path) -> Path:
        # A folder above the home is closed to the server's account, and opening folders that
        # are not ours is not for us to do.
        name = f"heyan-data-{os.geteuid()}-{os.urandom(6).hex()}"
        place = binaries.SHARED_TEMPORARY / name
        place.mkdir(mode=0o711)
        place.chmod(0o711)
        pointer.write_text(f"{place / 'data'}\n")
        return place / "data"

    def _listen(self, listener: socket.socket, folder: Path) -> None:
        control = folder / CONTROL
        listener.bind(str(control))
        control.chmod(0o600)
        listener.listen(64)
        self._claim(control)
        self.selector.register(listener, selectors.EVENT_READ)
        wake, notify = socket.socketpair()
        for end in (wake, notify):
            end.setblocking(False)
        signal.set_wakeup_fd(notify.fileno(), warn_on_full_buffer=False)
        # The signal handlers hold the far end for as long as the process lives.
        self._notify = notify
        self.selector.register(wake, selectors.EVENT_READ)
        self.wake, self.listener = wake, listener
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        if self.home:
            fresh = self.home / f"{STATE}.new"
            fresh.write_text(json.dumps({"folder": str(folder)}))
            self._claim(fresh)
            fresh.rename(self.home / STATE)

    def _ask_to_stop(self, number: int, frame: object) -> None:
        self.stopping = True

    def _serve(self, folder: Path, cluster: Cluster) -> None:
        """Return when nobody needs the server any more or when it has ended."""
        alone_since = None if self.clients else time.monotonic()
        grace = GRACE_SECONDS if self.home else 0.0
        while not self.stopping:
            timeout = TOUCH_SECONDS
            if alone_since is not None:
                timeout = alone_since + grace - time.monotonic()
                if timeout <= 0:
                    self.stopping = True
                    break
            ready = self.selector.select(timeout)
            if cluster.process is None or cluster.process.poll() is not None:
                return
            for key, _ in ready:
                self._handle(key.fileobj, folder)
            with contextlib.suppress(OSError):
                for path in (folder, folder / "lock", folder / CONTROL):
                    os.utime(path)
            if self.clients:
                alone_since = None
            elif alone_since is None:
                alone_since = time.monotonic()

    def _handle(self, source: object, folder: Path) -> None:
        if source is self.wake:
            with contextlib.suppress(BlockingIOError):
                self.wake.recv(512)
        elif source is self.listener:
            with contextlib.suppress(OSError):
                self._greet(self.listener.accept()[0], folder)
        elif isinstance(source, socket.socket):
            try:
                words = source.recv(64)
            except OSError:
                words = b""
            if words == STOP:
                self.stopping = True
            elif not words:
                self.selector.unregister(source)
                self.clients.discard(source)
                source.close()

    def _greet(self, client: socket.socket, folder: Path) -> None:
        others = [pid for other in self.clients if (pid := _peer(other))]
        try:
            client.sendall(
                encode(folder=str(folder), data=str(self.data), pid=os.getpid(), others=others)
            )
        except OSError:
            client.close()
            return
        self.clients.add(client)
        self.selector.register(client, selectors.EVENT_READ)

    def _claim(self, *paths: Path) -> None:
        # Started by root for a folder of somebody else: that person must be able to go on.
        if self.owner:
            for path in paths:
                os.chown(path, *self.owner)


def _owner_of(home: Path) -> tuple[int, int] | None:
    status = home.stat()
    if os.geteuid() == 0 and status.st_uid != 0:
        return status.st_uid, status.st_gid
    return None


def _is_closed(channel: socket.socket) -> bool:
    try:
        return channel.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _peer(client: socket.socket) -> int | None:
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    size = struct.calcsize("3i")
    pid: int = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))[
        0
    ]
    return pid


def main(arguments: list[str]) -> int:
    """Run a supervisor; the caller waits only until it has been detached."""
    parser = argparse.ArgumentParser(prog="compliance.postgres.supervisor")
    parser.add_argument("--home", type=Path, help="folder that keeps the data; none: throw-away")
    parser.add_argument("--channel", type=int, required=True, help="descriptor of the first client")
    options = parser.parse_args(arguments)
    if os.fork():
        return 0
    logging.basicConfig(format="%(asctime)s %(process)d %(message)s", level=logging.INFO)
    channel = socket.socket(fileno=options.channel)
    try:
        os.chdir("/")
        Supervisor(home=options.home, first=channel).run()
    except (DatabaseUnavailable, OSError) as problem:
        log.error("%s", problem)
        with contextlib.suppress(OSError):
            channel.sendall(encode(error=str(problem)))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
