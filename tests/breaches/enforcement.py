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

DEDUCTION = {
    **APPROVED,
    "kind": "deduct",
    "points": -5,
    "decision_id": 1,
    "account_id": 1,
}
ROWS: dict[str, dict[str, Any]] = {
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
    "enforcement.EmergencyOrder": {"ground": "fraud"},
    "enforcement.Hearing": {"status": "waiting"},
    "enforcement.HearingOutcome": {"outcome": "upheld"},
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
    "enforcement.Refutation": {"status": "published", "withdrawn_note": "", "withdrawn_at": None},
    "enforcement.Rumour": {"source": "own", "status": "warned", "verdict": "", "round": 1},
    "enforcement.RumourAccount": {
        **{"fault": "", "conclusion": "", "conclusion_reason": ""},
    },
    "enforcement.RumourMaterial": {"step": "finding"},
    "enforcement.RumourReview": {"status": "waiting", "decided_reason": ""},
    "enforcement.RumourStep": {
        **{"step": "finding", "outcome": "done", "round": 1, "verdict": "", "relied_on": ""},
        **{"handled_refs": [], "residual": ""},
    },
    "enforcement.WatchEntry": {
        **{"status": "proposed", "ended_reason": "", "basis": "many_complaints"},
        **{"proposed_on": DAY, "review_date": NEXT_DAY, "expires_on": NEXT_DAY},
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
    "emergencyorder_has_ground_and_reason": ({"ground": "whim"}, {"reason": ""}),
    "hearingoutcome_says_what_and_why": ({"outcome": "heavier"}, {"text": ""}),
    "hearing_end_has_time": ({"ended_at": THEN}, {"status": "answered"}),
    "hearing_lapsed_only_if_told": ({"status": "lapsed", "ended_at": THEN},),
    "hearing_status_known": ({"status": "lost", "ended_at": THEN},),
    "hearingstatement_kind_known": ({"kind": "song"},),
    "refutation_says_what_and_where": ({"text": ""}, {"published_in": ""}),
    "refutation_withdrawn_with_a_note": (
        {"withdrawn_note": "更正"},
        {"status": "withdrawn", "withdrawn_at": THEN},
        {"status": "withdrawn", "withdrawn_note": "更正"},
    ),
    "rumour_end_has_time": ({"closed_at": THEN}, {"status": "closed", "verdict": "rumour"}),
    "rumour_of_authority_has_letter": ({"source": "authority", "source_ref": ""},),
    "rumour_says_what_is_said": ({"claim": ""},),
    "rumour_verdict_once_told_apart": ({"verdict": "rumour"}, {"status": "identified"}),
    "rumour_words_known": ({"source": "wind"}, {"status": "lost"}, {"round": 0}),
    "rumouraccount_fault_has_decision": (
        {"fault": "at_fault"},
        {
            **{"fault": "at_fault", "conclusion": "none", "conclusion_reason": "转载"},
            **{"concluded_at": THEN},
        },
        {
            **{"fault": "at_fault", "conclusion": "credit", "conclusion_reason": "首发"},
            **{"concluded_at": THEN},
        },
        {"fault": "not_at_fault", "conclusion": "none", "concluded_at": THEN},
        {"decision_id": 1},
    ),
    "rumourcontent_is_named": ({"content_ref": ""},),
    "rumourmaterial_says_what_it_shows": ({"shows": ""}, {"step": "dance"}),
    "rumourreview_answer_has_person": (
        {"decided_at": THEN},
        {"status": "kept", "decided_at": THEN, "decided_reason": "维持"},
        {"status": "reversed", "decided_by_id": 1, "decided_at": THEN},
    ),
    "rumourstep_begins_with_the_warning": (
        {"step": "warning", "outcome": "not_applicable"},
        {"step": "warning", "round": 2},
    ),
    "rumourstep_elimination_says_what_was_handled": (
        {"step": "elimination"},
        {"step": "elimination", "handled_refs": ["a"]},
        {"step": "elimination", "residual": "无"},
        {"handled_refs": ["a"], "residual": "无"},
    ),
    "rumourstep_says_why": ({"text": ""},),
    "rumourstep_verdict_names_its_sources": (
        {"step": "verdict"},
        {"step": "verdict", "verdict": "rumour"},
        {"step": "verdict", "outcome": "not_applicable"},
        {"verdict": "rumour", "relied_on": "通报"},
    ),
    "rumourstep_words_known": ({"step": "dance"}, {"outcome": "perhaps"}),
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
