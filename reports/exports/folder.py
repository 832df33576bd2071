"""Files of a filing in a folder: whole or not at all, and never over something else."""

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from compliance.errors import ActionRefused
from reports.exports.frozen import manifest_of
from reports.exports.handover import handover_manifest
from reports.exports.outputs import OUTPUTS, file_name
from reports.models import Filing

MANIFEST: Final = "manifest.json"
_READ_BYTES: Final = 256 * 1024


@contextmanager
def folder_for(folder: Path, names: Iterable[str]) -> Iterator[None]:
    """
    Make and try a folder before anything is prepared for it; take it away if nothing comes of it.

    :raises ActionRefused: if it cannot be made or written to, or holds a file of one of the names.
    """
    with _os_errors_refused(folder):
        _require_free(folder, names)
        made = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        with _os_errors_refused(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(prefix=".heyan-", dir=folder):
                pass
        yield
    except BaseException:
        for each in made:
            # What somebody else has put there meanwhile stays.
            with suppress(OSError):
                each.rmdir()
        raise


@contextmanager
def _os_errors_refused(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise ActionRefused(_os_sentence(problem, folder)) from problem


def _os_sentence(problem: OSError, folder: Path) -> str:
    match problem.errno:
        case errno.ENOTDIR | errno.EEXIST:
            return _("“%(path)s” is not a folder.") % {"path": folder}
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return _("Nothing may be written into “%(path)s”. Choose another folder.") % {
                "path": folder
            }
        case errno.ENOENT:
            return _("The folder “%(path)s” cannot be made. Choose another folder.") % {
                "path": folder
            }
        case errno.ENOSPC | errno.EDQUOT:
            return _("There is no room left for the files in “%(path)s”.") % {"path": folder}
        case _other:
            return _("The files cannot be written into “%(path)s”: %(problem)s") % {
                "path": folder,
                "problem": problem.strerror,
            }


def _require_free(folder: Path, names: Iterable[str]) -> None:
    if folder.exists() and not folder.is_dir():
        raise ActionRefused(_("“%(path)s” is not a folder.") % {"path": folder})
    taken = [name for name in (MANIFEST, *names) if (folder / name).exists()]
    if taken:
        raise ActionRefused(
            _("“%(path)s” already holds %(names)s. Choose another folder.")
            % {"path": folder, "names": ", ".join(taken)}
        )


def write_files(
    filing: Filing, formats: Sequence[str], folder: Path, *, record: Callable[[], None]
) -> list[dict[str, Any]]:
    """
    Write the files of a filing and their manifest; return name, size and digest of each.

    Everything is written under other names and moved into place at the end, the manifest last: a
    folder with a manifest is complete. `record` puts the copies on record in the step that moves
    them, so that a refusal leaves neither. Files of the same filing may be written again, after
    its release for one: the data are the same bytes, the manifest says how the filing stands now.

    :raises ActionRefused: if the folder holds something else by one of the names, or cannot be
        written to.
    :raises FilingDamaged: if the stored rows are not those that were frozen.
    """
    manifest_of(filing)
    with _os_errors_refused(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return _written(filing, formats, folder, record)


def _written(
    filing: Filing, formats: Sequence[str], folder: Path, record: Callable[[], None]
) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix=".heyan-", dir=folder) as draft:
        for name in formats:
            target = file_name(filing, name)
            path = Path(draft) / target
            digest, size = _write(path, OUTPUTS[name](filing))
            _require_same(folder / target, digest)
            files.append({"name": target, "bytes": size, "sha256": digest})
        manifest = Path(draft) / MANIFEST
        _write(manifest, [handover_manifest(filing, files)])
        _require_same_filing(folder / MANIFEST, filing)
        with transaction.atomic():
            record()
            for entry in (*files, {"name": MANIFEST}):
                os.replace(Path(draft) / entry["name"], folder / entry["name"])
    return files


def _write(path: Path, pieces: Iterable[bytes]) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    with path.open("xb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def _require_same(path: Path, digest: str) -> None:
    if not path.exists():
        return
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            raise ActionRefused(
                _("“%(path)s” is there already and holds something else.") % {"path": path}
            )


def _require_same_filing(path: Path, filing: Filing) -> None:
    if not path.exists():
        return
    try:
        known = json.loads(path.read_bytes())["manifest_sha256"]
    except (ValueError, KeyError, TypeError):
        known = None
    if known != filing.manifest_sha256:
        raise ActionRefused(_("“%(path)s” belongs to another filing.") % {"path": path})
