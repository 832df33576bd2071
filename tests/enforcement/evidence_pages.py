"""What the tests of a case's evidence share: files for it, and where its pages are."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from compliance.models import (
    EvidenceFile,
)
from enforcement.models import Case


def form(*files: tuple[str, bytes], **changes: Any) -> dict[str, Any]:
    return {
        "files": [SimpleUploadedFile(name, body) for name, body in files],
        "shows": "所附为文章截图",
        "sensitivity": "ordinary",
        "reason": "固定证据",
        "complete": "1",
        **changes,
    }


def attach_page(case: Case) -> str:
    return reverse("admin:attach_evidence", args=[case.pk])


def viewer(file: EvidenceFile) -> str:
    return reverse("admin:evidence_file", args=[file.pk])


def copy_url(file: EvidenceFile, number: int = 1) -> str:
    return reverse("admin:evidence_copy", args=[file.pk, number])


def original_page(file: EvidenceFile) -> str:
    return reverse("admin:evidence_original", args=[file.pk])
