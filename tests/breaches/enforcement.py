"""Checks of the tables about cases and decisions."""

from datetime import date
from typing import Any

from tests.breaches.accounts import APPROVED, UNAPPROVED

DEDUCTION = {
    **APPROVED,
    "kind": "deduct",
    "points": -5,
    "decision_id": 1,
    "account_id": 1,
}
ROWS: dict[str, dict[str, Any]] = {
    "enforcement.ViolationType": {
        **{"lowest_severity": 1, "default_severity": 2, "highest_severity": 3},
        "deductions": [],
    },
    "enforcement.CreditEntry": DEDUCTION,
    "enforcement.CreditRule": APPROVED,
    "enforcement.CreditScore": {"grade": "a", "services_grade": "a"},
}

BREACHES: dict[str, tuple[dict[str, Any], ...]] = {
    "caseevidence_says_what_it_shows": ({"shows": ""},),
    "creditentry_only_of_approved_proposal": ({"approved_result": "returned"},),
    "creditentry_rests_on_its_ground": (
        {"decision_id": None},
        {"account_id": None},
        {"reverses_id": 1},
        {"repair_id": 1},
        {"kind": "reverse", "points": 5},
        {"kind": "repair", "points": 5},
        {"kind": "repair", "points": 5, "decision_id": None},
    ),
    "creditentry_sign_fits": (
        {"points": 5},
        {"points": 0},
        {"kind": "reverse", "reverses_id": 1},
    ),
    "creditrepair_has_statement": ({"statement": ""},),
    "creditrule_changed_only_if_approved": UNAPPROVED,
    "creditscore_dispute_never_lowers": ({"services_grade": "b"},),
    "creditscore_frozen_at_the_end": (
        {"frozen_on": date(2026, 1, 5)},
        {"grade": "z", "services_grade": "z"},
    ),
    "creditscore_grade_known": ({"grade": "q"}, {"services_grade": "0"}),
    "violationtype_points_by_severity": ({"deductions": [5, 10]},),
    "violationtype_severity_1_to_4": (
        {"lowest_severity": 0},
        {"highest_severity": 5},
        {"default_severity": 4},
        {"lowest_severity": 3},
    ),
}
