"""The frozen bytes of a filing: pressed when stored, checked when read."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from compliance.errors import ActionRefused
from reports.enums import ChunkKind
from reports.exports.forms import Column
from reports.models import Filing, FilingChunk

# Rows a chunk: some megabytes at most in memory, whatever the number of rows.
CHUNK_ROWS: Final = 5_000
# The level that presses fastest; what it leaves on the table is a few per cent of a small table.
_LEVEL: Final = 1


class FilingDamaged(ActionRefused):
    """What is stored is not what was frozen."""

    message = _("The stored rows of this filing are damaged. It must not be handed over.")


class NotFrozen(ActionRefused):
    """The filing has no rows yet."""

    message = _("This filing has not been prepared to the end: it has no rows yet.")


def new_chunk(
    filing: Filing, kind: ChunkKind, number: int, rows: int, content: bytes
) -> FilingChunk:
    """Return the unsaved chunk that holds `content`."""
    return FilingChunk(
        filing=filing,
        kind=kind,
        number=number,
        rows=rows,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        # The time in the header would make the same content look different.
        body=gzip.compress(content, _LEVEL, mtime=0),
    )


def open_chunk(chunk: FilingChunk) -> bytes:
    """
    Return the bytes that a chunk holds.

    :raises FilingDamaged: if they are not those that were frozen.
    """
    try:
        content = gzip.decompress(chunk.body)
    except (OSError, EOFError, zlib.error) as problem:
        raise FilingDamaged from problem
    if hashlib.sha256(content).hexdigest() != chunk.sha256:
        raise FilingDamaged
    return content


def manifest_of(filing: Filing) -> dict[str, Any]:
    """
    Return the manifest that was frozen with the rows.

    :raises NotFrozen: if there is none yet.
    :raises FilingDamaged: if it is not the one that the filing refers to.
    """
    if filing.manifest_sha256 is None:
        raise NotFrozen
    content = filing.manifest.content
    if hashlib.sha256(content.encode()).hexdigest() != filing.manifest_sha256:
        raise FilingDamaged
    manifest: dict[str, Any] = json.loads(content)
    return manifest


def columns_of(manifest: dict[str, Any]) -> list[Column]:
    """Return the columns as they were when the rows were frozen."""
    return [Column(each["code"], each["title"]) for each in manifest["columns"]]


def frozen_pieces(filing: Filing, kind: ChunkKind) -> Iterator[bytes]:
    """
    Yield the frozen bytes of one kind, piece by piece.

    Every piece is held against the manifest before it is passed on, so that what is sent is never
    more than what was frozen.

    :raises NotFrozen: if there are none yet.
    :raises FilingDamaged: if a piece is missing or is not what was frozen.
    """
    listed = manifest_of(filing)["body"][kind]["chunks"]
    for entry in listed:
        chunk = FilingChunk.objects.filter(
            filing=filing, kind=kind, number=entry["number"], sha256=entry["sha256"]
        ).first()
        if chunk is None:
            raise FilingDamaged
        yield open_chunk(chunk)


def frozen_records(filing: Filing) -> Iterator[dict[str, Any]]:
    """
    Yield the records from which the rows of a statistic were counted.

    :raises NotFrozen: if there are none yet.
    :raises FilingDamaged: if they are not those that were frozen.
    """
    for piece in frozen_pieces(filing, ChunkKind.RECORDS):
        for line in piece.splitlines():
            yield json.loads(line)


def frozen_rows(filing: Filing) -> Iterator[dict[str, Any]]:
    """Yield the rows of a filing as they were frozen."""
    for piece in frozen_pieces(filing, ChunkKind.ROWS):
        for line in piece.splitlines():
            yield json.loads(line)
