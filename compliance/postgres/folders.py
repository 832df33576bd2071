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
MEMORY = Path("/dev/shm")  # noqa: S108 - each folder gets an unguessable name there
AMPLE_BYTES = 2 * 1024**3


def home_folder() -> Path:
    """Return the folder that keeps the quick start's data: ``HEYAN_HOME`` or ``.heyan`` here."""
    given = os.environ.get("HEYAN_HOME")
    return Path(given).expanduser().absolute() if given else REPOSITORY / ".heyan"


def socket_parents() -> list[Path]:
    """Return where socket folders may be: a socket's path may have 107 bytes at most."""
    usual = Path("/tmp") if Path("/tmp").is_dir() else Path(tempfile.gettempdir())  # noqa: S108
    return [usual, MEMORY] if MEMORY.is_dir() else [usual]


def choose_parent(*, throw_away: bool) -> Path:
    """Return where a new folder goes; data that is thrown away goes into memory if that is ample.

    Copying a database there takes a tenth of the time, and tests that commit copy one each.
    """
    usual, *memory = socket_parents()
    for parent in memory if throw_away else []:
        if os.access(parent, os.W_OK) and shutil.disk_usage(parent).free > AMPLE_BYTES:
            return parent
    return usual


def try_lock(path: Path) -> int | None:
    """Lock a file for as long as the returned descriptor is open; None where somebody has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def make_run_folder(parent: Path) -> tuple[Path, int]:
    """Make a folder for sockets and return it with the lock that says it is in use.

    It gets its final name only once it is locked, so that no sweep can take it for a leftover.
    """
    fresh = Path(tempfile.mkdtemp(prefix="heyan-new-", dir=parent))
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
    """Remove what supervisors that were killed outright have left in the temporary folders."""
    for folder in (found for parent in socket_parents() for found in parent.glob(PREFIX + "*")):
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
