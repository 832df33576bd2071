"""Files that belong to a record, as the pages about it show them."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from compliance.evidence import access
from compliance.models import EvidenceFile, EvidenceStatus, StaffUser
from compliance.pages.evidence import file_row


def files_context(attached: Sequence[tuple[str, EvidenceFile]], staff: StaffUser) -> dict[str, Any]:
    """
    Return files as a list, and their copies one after the other for the viewer.

    Each comes with the words that say what it shows.
    """
    rows = [(shows, file_row(file, staff)) for shows, file in attached]
    seen = [
        file
        for _shows, file in attached
        if file.status == EvidenceStatus.AVAILABLE and access.may_view(file, staff)
    ]
    copies = [
        {
            "url": reverse("admin:evidence_copy", args=[file.pk, copy.number]),
            "is_text": copy.kind == "text",
            "width": copy.width,
            "height": copy.height,
            "label": f"{file.number} {copy.get_kind_display()} {copy.number}",
        }
        for file in seen
        for copy in file.copies.order_by("number")
    ]
    sensitive = next((file for file in seen if file.is_sensitive), None)
    return {
        "documents": rows,
        "viewer": {
            "copies": copies,
            "is_sensitive": sensitive is not None,
            "sort": sensitive.get_sensitivity_display() if sensitive is not None else "",
            "may_show": all(access.may_show(file, staff) for file in seen),
        },
        "is_document_waiting": any(row.is_waiting for _shows, row in rows),
    }
