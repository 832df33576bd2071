"""Verifying a filing: are the stored bytes those that were frozen, and do they render the same?"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from compliance.csv_text import BYTE_ORDER_MARK, csv_line
from compliance.errors import ActionRefused
from reports.enums import ChunkKind
from reports.exports.frozen import (
    columns_of,
    frozen_pieces,
    frozen_records,
    frozen_rows,
    manifest_of,
)
from reports.exports.outputs import OUTPUTS
from reports.exports.statistics import counted_again
from reports.models import Filing


def verify_filing(filing: Filing) -> list[str]:
    """
    Hash every piece of a filing again, render it again, and return what does not agree.

    Public Account Provisions, art. 19 §2: the records of what was reported are kept. An empty
    list means that manifest, rows and CSV are those that were frozen, that the rows give the same
    CSV again, and that each output gives the same bytes twice.
    """
    try:
        manifest = manifest_of(filing)
        problems = [
            *_of_kind(filing, manifest, ChunkKind.ROWS),
            *_of_kind(filing, manifest, ChunkKind.CSV),
        ]
        if "records" in manifest:
            problems += _of_kind(filing, manifest, ChunkKind.RECORDS)
        if not problems:
            problems += _rendered_again(filing, manifest)
        if not problems and "records" in manifest:
            problems += _counted_again(filing, manifest)
        if not problems:
            problems += [
                _("“%(format)s” does not give the same bytes twice.") % {"format": name}
                for name in OUTPUTS
                if output_sha256(filing, name) != output_sha256(filing, name)
            ]
    except ActionRefused as refusal:
        return [str(refusal)]
    return problems


def output_sha256(filing: Filing, name: str) -> str:
    """
    Return the digest of a file that is handed over.

    :raises FilingDamaged: if the stored rows are not those that were frozen.
    """
    return _sha256(OUTPUTS[name](filing))


def _sha256(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _of_kind(filing: Filing, manifest: dict[str, Any], kind: ChunkKind) -> list[str]:
    body = manifest["body"][kind]
    digest = hashlib.sha256()
    size = 0
    for piece in frozen_pieces(filing, kind):
        digest.update(piece)
        size += len(piece)
    rows = sum(chunk["rows"] for chunk in body["chunks"])
    problems = []
    if (digest.hexdigest(), size) != (body["sha256"], body["bytes"]):
        problems.append(_("The pieces of “%(kind)s” do not make up the whole.") % {"kind": kind})
    is_records = kind == ChunkKind.RECORDS
    if rows != (manifest["records"]["number"] if is_records else manifest["row_count"]):
        problems.append(_("The pieces of “%(kind)s” have other rows.") % {"kind": kind})
    if filing.chunks.filter(kind=kind).count() != len(body["chunks"]):
        problems.append(_("“%(kind)s” has pieces that the manifest lacks.") % {"kind": kind})
    return problems


def _counted_again(filing: Filing, manifest: dict[str, Any]) -> list[str]:
    differing = counted_again(
        list(frozen_rows(filing)), frozen_records(filing), manifest["records"]
    )
    return [
        _("Row %(row)s, “%(column)s”: the records do not make up the figure.")
        % {"row": row, "column": column}
        for row, column in differing
    ]


def _rendered_again(filing: Filing, manifest: dict[str, Any]) -> list[str]:
    if _sha256(_csv_again(filing, manifest)) == manifest["body"][ChunkKind.CSV]["sha256"]:
        return []
    return [_("The rows do not give the CSV that was frozen.")]


def _csv_again(filing: Filing, manifest: dict[str, Any]) -> Iterator[bytes]:
    columns = columns_of(manifest)
    yield (BYTE_ORDER_MARK + csv_line(column.title for column in columns)).encode()
    for piece in frozen_pieces(filing, ChunkKind.ROWS):
        rows = map(json.loads, piece.splitlines())
        yield "".join(csv_line(row[column.code] for column in columns) for row in rows).encode()
