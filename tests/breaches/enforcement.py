"""Checks of the tables about cases and decisions."""

from datetime import UTC, datetime
from typing import Any

THEN, LATER = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC)

ROWS: dict[str, dict[str, Any]] = {
    "enforcement.Decision": {"status": "returned", "severity": 2},
    "enforcement.EmergencyHold": {
        **{"scope": "service", "content_ref": "", "status": "placed"},
        **{"placed_at": THEN, "in_force_until": LATER},
    },
    "enforcement.Hearing": {"status": "waiting"},
    "enforcement.HearingStatement": {"kind": "final"},
    "enforcement.ViolationType": {
        **{"lowest_severity": 1, "default_severity": 2, "highest_severity": 3},
    },
}

BREACHES: dict[str, tuple[dict[str, Any], ...]] = {
    "caseevidence_says_what_it_shows": ({"shows": ""},),
    "decision_heard_before_approval": (
        {"status": "proposed", "approval_item_id": 1, "hearing_id": 1},
        {"status": "proposed", "approval_item_id": 1, "hearing_id": 1, "heard_as": "dropped"},
    ),
    "decision_in_hearing_waits_for_nobody_else": (
        {"status": "hearing"},
        {"status": "hearing", "hearing_id": 1, "heard_as": "answered"},
        {"status": "hearing", "hearing_id": 1, "approval_item_id": 1},
    ),
    "decision_proposed_has_approval_item": ({"status": "proposed"},),
    "emergencyhold_confirmed_by_another": (
        {"status": "confirmed"},
        {"status": "confirmed", "approved_result": "approved"},
        {"status": "confirmed", "approved_result": "returned", "clock_id": 1},
        {"status": "expired", "ended_at": THEN},
    ),
    "emergencyhold_end_has_time": ({"ended_at": THEN}, {"status": "lapsed"}),
    "emergencyhold_has_facts": ({"facts": ""},),
    "emergencyhold_names_its_content": ({"scope": "content"}, {"content_ref": "article-9"}),
    "emergencyhold_term_is_positive": ({"in_force_until": THEN},),
    "emergencyhold_words_known": (
        {"scope": "planet"},
        {"ground": "whim"},
        {"status": "lost", "ended_at": THEN},
    ),
    "hearing_end_has_time": ({"ended_at": THEN}, {"status": "answered"}),
    "hearing_lapsed_only_if_told": ({"status": "lapsed", "ended_at": THEN},),
    "hearing_status_known": ({"status": "lost", "ended_at": THEN},),
    "hearingstatement_kind_known": ({"kind": "song"},),
    "statementweighing_says_something": ({"text": ""},),
    "violationtype_severity_1_to_4": (
        {"lowest_severity": 0},
        {"highest_severity": 5},
        {"default_severity": 4},
        {"lowest_severity": 3},
    ),
}
