"""The folders of an embedded server: its home, and the short-lived one with the sockets."""

import fcntl
import os
import shutil
import stat
import tempfile
from pathlib import Path

from compliance.postgres.cluster import stop_leftover

REPOSITORY = Path(__file__).resolve().parents[2]
PREFIX = "heyan-pg-"


def home_folder() -> Path:
    """Return the folder that keeps the quick start's data: ``HEYAN_HOME`` or ``.heyan`` here."""
    given = os.environ.get("HEYAN_HOME")
    return Path(given).expanduser().absolute() if given else REPOSITORY / ".heyan"


def short_parent() -> Path:
    """Return where socket folders go: a socket's path may have 107 bytes at most."""
    return Path("/tmp") if Path("/tmp").is_dir() else Path(tempfile.gettempdir())  # noqa: S108


def try_lock(path: Path) -> int | None:
    """Lock a file for as long as the returned descriptor is open; None where somebody has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def make_run_folder() -> tuple[Path, int]:
    """Make a folder for sockets and return it with the lock that says it is in use.

    It gets its final name only once it is locked, so that no sweep can take it for a leftover.
    """
    fresh = Path(tempfile.mkdtemp(prefix="heyan-new-", dir=short_parent()))
    try:
        lock = try_lock(fresh / "lock")
        if lock is None:
            raise FileExistsError(fresh / "lock")
        fresh.chmod(0o711)
        folder = fresh.with_name(PREFIX + fresh.name.removeprefix("heyan-new-"))
        fresh.rename(folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return folder, lock


def sweep_leftovers() -> None:
    """Remove what supervisors that were killed outright have left in the temporary folder."""
    for folder in short_parent().glob(PREFIX + "*"):
        try:
            status = folder.lstat()
            if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
                continue
            lock = try_lock(folder / "lock")
        except OSError:  # another sweep was faster
            continue
        if lock is None:
            continue
        try:
            stop_leftover(folder / "data", patience=5)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
