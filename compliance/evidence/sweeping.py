"""Compares the store with the tables: files that no row names, rows whose file is not there."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from compliance.evidence import storage
from compliance.models import EvidenceCopy, EvidenceFile, EvidenceStatus

# Our choice; an upload and its transaction are over by then.
GRACE_SECONDS = 60 * 60
_BATCH = 1000


@dataclass
class StoreReport:
    """What does not fit together, by names in the store and numbers of files."""

    files: int = 0
    strays: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    removed: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether everything that rows refer to is there and intact."""
        return not (self.missing or self.damaged)


def compare_store(*, deep: bool, grace_seconds: float = GRACE_SECONDS) -> StoreReport:
    """Return what does not fit together; `deep` reads every stored file to its end."""
    report = StoreReport()
    for number, stored_as in _named_files():
        report.files += 1
        if not storage.is_present(stored_as):
            report.missing.append(number)
        elif deep and not storage.is_intact(stored_as):
            report.damaged.append(number)
    report.strays = sorted(_strays(grace_seconds))
    return report


def remove_strays(*, grace_seconds: float = GRACE_SECONDS) -> int:
    """Remove what no row names and no upload can still be writing; return how many files."""
    count = 0
    for name in _strays(grace_seconds):
        (storage.root() / name).unlink(missing_ok=True)
        count += 1
    return count


def _named_files() -> Iterator[tuple[str, str]]:
    files = EvidenceFile.objects.exclude(status=EvidenceStatus.ERASED)
    for file in files.only("stored_as").iterator(_BATCH):
        yield file.number, file.stored_as
    copies = EvidenceCopy.objects.exclude(file__status=EvidenceStatus.ERASED)
    for copy in copies.select_related("file").iterator(_BATCH):
        yield str(copy), copy.stored_as


def _strays(grace_seconds: float) -> Iterator[str]:
    waiting: list[str] = []
    for path in storage.stored_files(older_than=grace_seconds):
        waiting.append(str(path.relative_to(storage.root())))
        if len(waiting) >= _BATCH:
            yield from _unnamed(waiting)
            waiting = []
    yield from _unnamed(waiting)


def _unnamed(paths: list[str]) -> Iterator[str]:
    names = {path.rpartition("/")[2]: path for path in paths}
    files = EvidenceFile.objects.exclude(status=EvidenceStatus.ERASED)
    copies = EvidenceCopy.objects.exclude(file__status=EvidenceStatus.ERASED)
    known = set(files.filter(stored_as__in=names).values_list("stored_as", flat=True))
    known |= set(copies.filter(stored_as__in=names).values_list("stored_as", flat=True))
    yield from (path for name, path in names.items() if name not in known)
