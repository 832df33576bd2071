"""Checks of the tables about cases and decisions."""

from datetime import timedelta
from typing import Any

from compliance.models.limits import LAID_SINCE

# The one that a migration laid is there already.
_ANNOUNCED = {
    "recidivism_months": 12,
    "proposal_id": 901,
    "approved_result": "approved",
    "announced_at": LAID_SINCE + timedelta(days=900),
    "effective_from": LAID_SINCE + timedelta(days=907),
}

ROWS: dict[str, dict[str, Any]] = {
    "enforcement.CatalogueVersion": _ANNOUNCED,
    "enforcement.LadderMeasure": {"measure": "warn", "functions": []},
    "enforcement.LadderStep": {"from_severity": 2},
    "enforcement.ViolationType": {
        **{"lowest_severity": 1, "default_severity": 2, "highest_severity": 3},
    },
}

BREACHES: dict[str, tuple[dict[str, Any], ...]] = {
    "allowedmeasure_from_first_offence": ({"from_offence": 0},),
    "approvalcondition_heavier_has_two": ({"occasion": "heavier"},),
    "approvalcondition_occasion_known": ({"occasion": "rainy"},),
    "approvalcondition_one_or_two_approvers": (
        {"permissions": []},
        {"permissions": ["a", "b", "c"]},
    ),
    "catalogueversion_announced_seven_days_before": (
        {"effective_from": LAID_SINCE + timedelta(days=906)},
    ),
    "catalogueversion_changed_only_if_approved": (
        {"approved_result": "returned"},
        {"approved_result": None},
        {"announced_at": None},
        {"proposal_id": None},
        {"proposal_id": None, "approved_result": None, "announced_at": None},
    ),
    "catalogueversion_months_can_be": ({"recidivism_months": 0}, {"recidivism_months": 61}),
    "factor_direction_known": ({"direction": "sideways"},),
    "factor_only_upward_needs_approval": ({"needs_approval": True},),
    "laddermeasure_functions_fit": (
        {"functions": ["live"]},
        {"measure": "restrict_functions", "term_days": 7},
    ),
    "laddermeasure_term_fits": (
        {"term_days": 7},
        {"measure": "suspend_updates"},
        {"measure": "suspend_updates", "term_days": 0},
    ),
    "ladderstep_numbers_can_be": (
        {"offence_number": 0},
        {"from_severity": 0},
        {"from_severity": 5},
    ),
    "offencefamily_has_code": ({"code": ""},),
    "caseevidence_says_what_it_shows": ({"shows": ""},),
    "violationtype_severity_1_to_4": (
        {"lowest_severity": 0},
        {"highest_severity": 5},
        {"default_severity": 4},
        {"lowest_severity": 3},
    ),
}
