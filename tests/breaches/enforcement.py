"""Checks of the tables about cases and decisions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from compliance.models.limits import LAID_SINCE
from tests.breaches.accounts import APPROVED, UNAPPROVED

DAY, NEXT_DAY = date(2026, 1, 4), date(2026, 1, 9)
THEN, LATER = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC)
# The one that a migration laid is there already.
_ANNOUNCED = {
    "recidivism_months": 12,
    "proposal_id": 901,
    "approved_result": "approved",
    "announced_at": LAID_SINCE + timedelta(days=900),
    "effective_from": LAID_SINCE + timedelta(days=907),
}

_TAKEN_BULK = {
    **{"status": "approved", "proposal_id": 901, "approvals_needed": 2},
    **{"approved_result": "approved", "approved_at": THEN, "held_until": LATER},
}
_UNDONE = {"status": "undone", "undone_by_id": 901, "undone_at": THEN, "undone_reason": "x"}
DEDUCTION = {
    **APPROVED,
    "kind": "deduct",
    "points": -5,
    "decision_id": 1,
    "account_id": 1,
}
ROWS: dict[str, dict[str, Any]] = {
    "enforcement.BulkDecision": {"status": "draft", "severity": 2, "undone_reason": ""},
    "enforcement.BulkItem": {
        **{"status": "waiting", "left_out": "", "problem": "", "offence_number": 1},
        **{"place": 1, "of_count": 2},
    },
    "enforcement.CatalogueVersion": _ANNOUNCED,
    "enforcement.LadderMeasure": {"measure": "warn", "functions": []},
    "enforcement.LadderStep": {"from_severity": 2},
    "enforcement.Decision": {
        **{"status": "returned", "severity": 2, "deviation": "", "deviation_steps": 0},
        **{"deviation_reason": "", "deviation_note": ""},
    },
    "enforcement.EmergencyHold": {
        **{"scope": "service", "content_ref": "", "status": "placed"},
        **{"placed_at": THEN, "in_force_until": LATER},
    },
    "enforcement.Hearing": {"status": "waiting"},
    "enforcement.HearingStatement": {"kind": "final"},
    "enforcement.ViolationType": {
        **{"lowest_severity": 1, "default_severity": 2, "highest_severity": 3},
        "deductions": [],
    },
    "enforcement.CreditEntry": DEDUCTION,
    "enforcement.CreditRule": APPROVED,
    "enforcement.CreditScore": {"grade": "a", "services_grade": "a"},
    "enforcement.Measure": {
        **{"measure": "warn", "approved_result": "approved", "approvals_given": 1},
    },
    "enforcement.OrderedMeasure": {"measure": "warn", "functions": [], "ground_ref": ""},
    "enforcement.WatchEntry": {
        **{"status": "proposed", "ended_reason": "", "basis": "many_complaints"},
        **{"proposed_on": DAY, "review_date": NEXT_DAY, "expires_on": NEXT_DAY},
    },
}

BREACHES: dict[str, tuple[dict[str, Any], ...]] = {
    "allowedmeasure_from_first_offence": ({"from_offence": 0},),
    "bulkdecision_two_to_ten_thousand": ({"count": 1}, {"count": 10_001}),
    "bulkdecision_severity_1_to_4": ({"severity": 0}, {"severity": 5}),
    "bulkdecision_status_known": ({"status": "other", "proposal_id": 901, "approvals_needed": 2},),
    "bulkdecision_has_two_approvals": (
        {"status": "proposed"},
        {"status": "proposed", "proposal_id": 901, "approvals_needed": 1},
        {"approvals_needed": 2},
    ),
    "bulkdecision_carried_out_only_if_approved": (
        {**_TAKEN_BULK, "approved_result": None},
        {**_TAKEN_BULK, "approved_result": "returned"},
        {**_TAKEN_BULK, "held_until": None},
        {"approved_result": "approved"},
    ),
    "bulkdecision_undone_before_anybody_is_told": (
        {**_TAKEN_BULK, "status": "undone"},
        {**_TAKEN_BULK, **_UNDONE, "undone_at": LATER},
        {**_TAKEN_BULK, **_UNDONE, "undone_reason": ""},
        {**_TAKEN_BULK, "undone_by_id": 901},
    ),
    "bulkitem_within_list": ({"place": 0}, {"place": 3}),
    "bulkitem_status_known": ({"status": "other"},),
    "bulkitem_left_out_for_a_reason": (
        {"status": "left_out", "problem": "x"},
        {"left_out": "closed"},
        {"offence_number": None},
    ),
    "bulkitem_problem_is_said": (
        {"status": "failed"},
        {"status": "left_out", "left_out": "closed"},
        {"problem": "x"},
    ),
    "bulkitem_carried_out_only_if_approved": (
        {"status": "carried_out"},
        {"status": "carried_out", "decision_id": 901},
        {"status": "carried_out", "decision_id": 901, "approved_result": "returned"},
        {"decision_id": 901},
    ),
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
