"""Checks of the tables about cases and decisions."""

from datetime import UTC, date, datetime
from typing import Any

DAY, LATER = date(2026, 1, 4), date(2026, 1, 9)
THEN = datetime(2026, 1, 5, tzinfo=UTC)

ROWS: dict[str, dict[str, Any]] = {
    "enforcement.ViolationType": {
        **{"lowest_severity": 1, "default_severity": 2, "highest_severity": 3},
    },
    "enforcement.Measure": {
        **{"measure": "warn", "approved_result": "approved", "approvals_given": 1},
    },
    "enforcement.OrderedMeasure": {"measure": "warn", "functions": [], "ground_ref": ""},
    "enforcement.WatchEntry": {
        **{"status": "proposed", "ended_reason": "", "basis": "many_complaints"},
        **{"proposed_on": DAY, "review_date": LATER, "expires_on": LATER},
    },
}

BREACHES: dict[str, tuple[dict[str, Any], ...]] = {
    "caseevidence_says_what_it_shows": ({"shows": ""},),
    "watchentry_basis_and_status_known": ({"basis": "rumour"},),
    "watchentry_end_has_time_and_reason": (
        {"ended_at": THEN},
        {"status": "returned", "ended_reason": "依据不足"},
        {"status": "returned", "ended_at": THEN},
    ),
    "watchentry_ends": (
        {"expires_on": DAY, "review_date": DAY},
        {"expires_on": date(2027, 1, 6)},
        {"review_date": date(2026, 1, 10)},
    ),
    "watchentry_has_reason_and_steps": ({"reason": ""}, {"steps": ""}),
    "watchentry_listed_only_if_approved": (
        {"status": "listed", "listed_at": THEN},
        {"status": "listed", "approved_result": "approved"},
        {"status": "listed", "approved_result": "returned", "listed_at": THEN},
        {"listed_at": THEN},
    ),
    "watchlook_place_known": ({"place": "window"},),
    "measure_listing_has_entry": (
        {"measure": "blacklist", "approvals_given": 2},
        {"entry_id": 1},
    ),
    "measure_listing_has_two_approvals": ({"measure": "bar_reregistration", "entry_id": 1},),
    "orderedmeasure_listing_has_review_date": ({"measure": "blacklist"}, {"review_date": DAY}),
    "violationtype_severity_1_to_4": (
        {"lowest_severity": 0},
        {"highest_severity": 5},
        {"default_severity": 4},
        {"lowest_severity": 3},
    ),
}
