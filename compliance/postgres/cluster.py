"""One data directory and the server that runs on it."""

import locale
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.lifetime import end_with_parent
from compliance.postgres.binaries import Login, major_version
from compliance.postgres.errors import DatabaseUnavailable

OWNER_ROLE = "heyan_owner"
APPLICATION_ROLE = "heyan_app"
DATABASE = "heyan"
SUPERUSER = "postgres"
PREPARED = "heyan-prepared"

READY_SECONDS = 60
STOP_SECONDS = 30
# The longest a log grows before the next start begins a new one.
LOG_BYTES = 10_000_000

THROW_AWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    # The data may be in memory, which the log should not fill.
    "max_wal_size": "128MB",
}


@dataclass
class Cluster:
    """A data directory with what is needed to run a server on it."""

    data: Path
    sockets: Path
    log: Path
    programs: Path
    login: Login | None
    throw_away: bool
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, making its data directory and roles first where they are missing.

        :raises DatabaseUnavailable: if it does not come up.
        """
        stop_leftover(self.data, patience=STOP_SECONDS)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        elif not (self.data / PREPARED).exists():
            self._check_version()
        self._launch()
        if not (self.data / PREPARED).exists():
            prepare(self.sockets)
            (self.data / PREPARED).touch()

    def stop(self) -> None:
        """Stop the server: at once where its data is thrown away, cleanly otherwise."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGQUIT if self.throw_away else signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()

    def _initialise(self) -> None:
        # Made under another name: an initdb that was killed halfway must not look finished.
        building = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700, parents=True)
        if self.login:
            os.chown(building, self.login.uid, self.login.gid)
        ctype = find_utf8_locale()
        command = [
            str(self.programs / "initdb"),
            f"--pgdata={building}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--auth-local=trust",
            "--auth-host=reject",
            "--locale=C",
            # Trigrams of Chinese are empty unless the character type is a UTF-8 one.
            f"--lc-ctype={ctype}",
            "--no-instructions",
        ]
        if major_version(self.programs) >= 17:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self.throw_away:
            command.append("--no-sync")
        made = subprocess.run(  # noqa: S603 - fixed words and our own folders
            command,
            env=_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **_as_login(self.login),
        )
        if made.returncode:
            shutil.rmtree(building, ignore_errors=True)
            words = made.stdout.decode(errors="replace").strip()
            raise DatabaseUnavailable(f"The database could not be created:\n{words}")
        building.rename(self.data)

    def _check_version(self) -> None:
        kept = int((self.data / "PG_VERSION").read_text().strip())
        found = major_version(self.programs)
        if kept != found:
            raise DatabaseUnavailable(
                f"The data in {self.data} was made by PostgreSQL {kept}, but the programs found "
                f"are PostgreSQL {found}. Set PG_BIN to programs of version {kept}, or remove the "
                "folder to begin with empty data."
            )

    def _launch(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "lc_messages": "C",
        }
        if self.throw_away:
            settings |= THROW_AWAY_SETTINGS
        command = [str(self.programs / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.unlink()
        with self.log.open("ab") as log:
            begin = log.tell()
            self.process = subprocess.Popen(  # noqa: S603 - fixed words and our own folders
                command,
                env=_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGINT),
                **_as_login(self.login),
            )
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                self._refuse(begin)
            time.sleep(0.004)

    def _is_ready(self) -> bool:
        # The eighth line of the server's own pid file says so, which spares a connection.
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return (
            self.process is not None
            and len(lines) >= 8
            and lines[0] == str(self.process.pid)
            and lines[7].strip() == "ready"
        )

    def _refuse(self, begin: int) -> None:
        with self.log.open("rb") as log:
            log.seek(begin)
            words = log.read()[-2000:].decode(errors="replace").strip()
        if (self.data / "PG_VERSION").exists():
            self._check_version()
        raise DatabaseUnavailable(f"PostgreSQL did not start:\n{words}")


def prepare(sockets: Path) -> None:
    """Create the two roles and the database where they are missing.

    The owner may create the extensions that we use itself: they are trusted ones.
    """
    import psycopg  # only a first start needs it, and later ones have to be quick
    from psycopg import sql

    with psycopg.connect(
        host=str(sockets), user=SUPERUSER, dbname="postgres", autocommit=True
    ) as connection:

        def is_missing(catalogue: str, column: str, name: str) -> bool:
            found = connection.execute(
                sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
                    sql.Identifier(catalogue), sql.Identifier(column)
                ),
                [name],
            )
            return found.fetchone() is None

        if is_missing("pg_roles", "rolname", OWNER_ROLE):
            connection.execute(f"CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB CREATEROLE")
            # Lets the tests drop a database that a thread of theirs still has open.
            connection.execute(f"GRANT pg_signal_backend TO {OWNER_ROLE}")
        if is_missing("pg_roles", "rolname", APPLICATION_ROLE):
            connection.execute(f"CREATE ROLE {APPLICATION_ROLE} LOGIN")
        if is_missing("pg_database", "datname", DATABASE):
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")


def stop_leftover(data: Path, patience: float) -> None:
    """Wait for a server whose supervisor was killed, and clear a pid file that is nobody's.

    :raises DatabaseUnavailable: if it is still there after the given number of seconds.
    """
    pid_file = data / "postmaster.pid"
    deadline = time.monotonic() + patience
    asked = None
    while True:
        try:
            pid = int(pid_file.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        command = _command_line(pid)
        if command is None:
            return
        if str(data) not in command:
            # The number belongs to another program by now, and the server would take it for
            # one of its own and refuse to start.
            pid_file.unlink(missing_ok=True)
            return
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(
                f"A PostgreSQL server without its supervisor (process {pid}) still has {data} "
                f"open. Stop it with: kill -INT {pid}"
            )
        if asked != pid:
            os.kill(pid, signal.SIGINT)
            asked = pid
        time.sleep(0.01)


def _command_line(pid: int) -> str | None:
    if Path("/proc/self/cmdline").exists():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return None
        return words.replace(b"\0", b" ").decode(errors="surrogateescape") or None
    listed = subprocess.run(  # noqa: S603
        ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout.strip() or None


def find_utf8_locale() -> str:
    """Return a character type of this machine that knows UTF-8.

    :raises DatabaseUnavailable: if the machine has none.
    """
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8", "zh_CN.UTF-8", "UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise DatabaseUnavailable(
        "This machine has no UTF-8 locale (looked for C.UTF-8, en_US.UTF-8, zh_CN.UTF-8), and "
        "without one names cannot be searched in Chinese. Install one, or set DATABASE_URL."
    )


def _environment() -> dict[str, str]:
    # Nothing of the person's: PGDATA, PGPORT or LC_ALL=C would change what comes out.
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": find_utf8_locale()}


def _as_login(login: Login | None) -> dict[str, Any]:
    if login is None:
        return {}
    return {"user": login.uid, "group": login.gid, "extra_groups": []}
