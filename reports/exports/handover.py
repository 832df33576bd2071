"""The manifest that travels with the files: what was frozen, what was rendered, and its release."""

import json
from typing import Any

from django.utils import timezone

from reports.enums import RELEASED_STATUSES, FilingStatus
from reports.exports.frozen import manifest_of
from reports.models import Filing

# In the language of the receiver, not of a screen.
NOT_RELEASED = "未经复核放行，不得报送。"


def handover_manifest(filing: Filing, files: list[dict[str, Any]]) -> bytes:
    """
    Return the manifest of the files that are handed over.

    The frozen manifest stands in it unchanged; around it stand the files with their digests and
    the state of the filing now: whether a second person released it, under which number.
    """
    is_released = filing.status in RELEASED_STATUSES
    content = {
        "filing": filing.number,
        "status": str(filing.status),
        "is_released": is_released,
        "notice": "" if is_released else NOT_RELEASED,
        "release": _release(filing) if is_released else None,
        "files": files,
        "manifest": manifest_of(filing),
        "manifest_sha256": filing.manifest_sha256,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _release(filing: Filing) -> dict[str, Any]:
    return {
        "approval_number": filing.release_proposal_id,
        "released_at": _instant(filing.released_at),
        "filed_at": _instant(filing.filed_at),
        "receipt_number": filing.receipt_number,
        "is_corrected": filing.status == FilingStatus.CORRECTED,
    }


def _instant(at: Any) -> str | None:
    return timezone.localtime(at).isoformat() if at is not None else None
