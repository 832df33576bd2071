"""Checks of the tables about filings."""

from datetime import UTC, date, datetime
from typing import Any

THEN = datetime(2026, 1, 5, tzinfo=UTC)
RELEASED = {
    **{"manifest_sha256": "0" * 64, "approved_result": "approved", "release_proposal_id": 1},
    **{"released_at": THEN, "requested_by_id": 1},
}

ROWS: dict[str, dict[str, Any]] = {
    "reports.Filing": {
        **{"status": "preparing", "period_from": date(2026, 1, 1)},
        **{"period_until": date(2026, 4, 1), "releaser_side": "releaser"},
        **{"filed_channel": "", "receipt_number": ""},
    },
    "reports.PublishedFigures": {
        **{"kind": "month", "period_from": date(2026, 1, 1), "period_until": date(2026, 2, 1)},
    },
}

BREACHES: dict[str, tuple[dict[str, Any], ...]] = {
    "filing_corrects_another": ({"id": 7, "corrects_id": 7},),
    "filing_filed_has_time_and_channel": (
        {"status": "filed", "filed_at": THEN, **RELEASED},
        {"status": "filed", "filed_channel": "报送系统", **RELEASED},
    ),
    "filing_period_is_positive": ({"period_until": date(2026, 1, 1)},),
    "filing_receipt_has_number": (
        {
            **{"status": "receipted", "filed_at": THEN, "filed_channel": "报送系统"},
            **{"receipted_at": THEN},
            **RELEASED,
        },
    ),
    "filingchunk_kind_known": ({"kind": "napkin"},),
    "publishedfigures_kind_known": ({"kind": "week"},),
    "publishedfigures_period_is_positive": ({"period_until": date(2026, 1, 1)},),
}
