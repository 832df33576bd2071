"""Checks of the tables about cases and decisions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from compliance.models.limits import LAID_SINCE
from tests.breaches.accounts import APPROVED, UNAPPROVED

DAY, NEXT_DAY = date(2026, 1, 4), date(2026, 1, 9)
FIRST_DAY = date(2026, 1, 1)
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
_TO_CORRECT = {
    "measure": "order_correction",
    "goes_with": "suspend_service",
    "mismatches": ["name"],
    "correction_ground": "organ",
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
    "enforcement.ConsistencyFigure": {
        **{"decisions": 3, "on_ladder": 1, "lighter": 1, "heavier": 1},
        **{"is_few": False, "stands_out": False},
    },
    "enforcement.ConsistencyReport": {"month": FIRST_DAY},
    "enforcement.ConsistencyRule": APPROVED,
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
    "enforcement.OrderedMeasure": {
        **{"measure": "warn", "functions": [], "ground_ref": ""},
        **{"content_refs": [], "content_acts": [], "label": ""},
        **{"mismatches": [], "correction_ground": ""},
    },
    "enforcement.MeasureLift": {"approvals_of_measure": 1, "told": "已改正"},
    "enforcement.SecondLook": {
        **{"status": "waiting", "orders": [], "reasoning": "", "outcome": "", "steps": 0},
        **{"conclusion": "", "review_note": "", "reviewer_side": "reviewer"},
        "approver_side": "decided",
    },
    "enforcement.SecondLookDraw": {"month": FIRST_DAY},
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

# What a second look says once it was given.
_SEEN = {
    **{"status": "compared", "reviewer_id": 1, "looked_at": THEN, "finds_nothing": True},
    **{"reasoning": "写明了理由", "outcome": "lighter"},
}

# What a complaint says once it was decided, once its complainant was told, once it is refused.
# What a notice of infringement says once the operator knows of it, once they dispute it, once it ends.

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
    "consistencyfigure_adds_up": ({"heavier": 2},),
    "consistencyfigure_stands_out_only_with_enough": (
        {"stands_out": True},
        {"stands_out": True, "gap_permille": 0},
        {"stands_out": True, "gap_permille": 300, "is_few": True},
    ),
    "consistencyreport_is_of_a_month": ({"month": DAY},),
    "consistencyrule_changed_only_if_approved": UNAPPROVED,
    "secondlook_agreement_has_no_steps": ({**_SEEN, "outcome": "agree", "steps": 1},),
    "secondlook_answer_is_whole": (
        {"reviewer_id": 1},
        {"steps": 1},
        {"orders": [{"measure": "warn"}]},
        {**_SEEN, "reasoning": ""},
        {**_SEEN, "outcome": ""},
        {**_SEEN, "reviewer_id": None},
        {**_SEEN, "looked_at": None},
        {**_SEEN, "finds_nothing": None},
    ),
    "secondlook_concluded_by_somebody_else": ({**_SEEN, "reviewed_by_id": 1},),
    "secondlook_conclusion_is_whole": (
        {"conclusion": "stands"},
        {**_SEEN, "status": "reviewed", "review_item_id": 1},
        {
            **{**_SEEN, "status": "reviewed", "review_item_id": 1, "conclusion": "stands"},
            **{"reviewed_by_id": 2, "reviewed_at": THEN, "review_note": ""},
        },
    ),
    "secondlook_dispute_is_work": ({"review_item_id": 1}, {**_SEEN, "status": "in_review"}),
    "secondlook_not_by_the_proposer": ({**_SEEN, "reviewer_id": 901, "proposer_id": 901},),
    "secondlook_reviewer_is_a_reviewer": ({"reviewer_side": "decided"},),
    "secondlook_says_what_it_finds": (
        {**_SEEN, "violation_type_id": 1},
        {**_SEEN, "severity": 2},
        {**_SEEN, "orders": [{"measure": "warn"}]},
        {**_SEEN, "finds_nothing": False, "violation_type_id": 1, "severity": 2},
        {
            **{**_SEEN, "finds_nothing": False, "violation_type_id": 1},
            "orders": [{"measure": "warn"}],
        },
    ),
    "secondlook_status_known": ({**_SEEN, "status": "lost"},),
    "secondlookdraw_has_seed": ({"seed": ""},),
    "secondlookdraw_is_of_a_month": ({"month": DAY},),
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
    "measure_name_bar_ends": (
        {"measure": "bar_name", "approvals_given": 2, "barred_name_id": 1},
        {"measure": "bar_name", "approvals_given": 2, "in_force_until": LATER},
        {"barred_name_id": 1},
    ),
    "measure_name_bar_has_two_approvals": (
        {"measure": "bar_name", "barred_name_id": 1, "in_force_until": LATER},
    ),
    "measurelift_ground_known": ({"ground": "boredom"},),
    "measurelift_proposal_was_approved": (
        {"proposal_id": 1},
        {"proposal_id": 1, "approved_result": "returned", "approvals_given": 1},
        {"approvals_given": 1},
    ),
    "measurelift_tells_why": ({"told": ""},),
    "measurelift_two_lift_what_two_ordered": (
        {"approvals_of_measure": 2},
        {
            **{"approvals_of_measure": 2, "proposal_id": 1},
            **{"approved_result": "approved", "approvals_given": 1},
        },
    ),
    "measure_correction_is_ordered": ({"measure": "order_correction"}, {"correction_id": 1}),
    "orderedmeasure_correction_says_what": (
        {"mismatches": ["name"]},
        {"correction_ground": "organ"},
        {**_TO_CORRECT, "mismatches": []},
        {**_TO_CORRECT, "mismatches": ["hat"]},
        {**_TO_CORRECT, "correction_ground": ""},
    ),
    "orderedmeasure_correction_suspends": (
        {**_TO_CORRECT, "goes_with": None},
        {**_TO_CORRECT, "goes_with": "warn"},
        {"goes_with": "suspend_service"},
        {"measure": "suspend_service", "goes_with": "order_correction", "term_days": 7},
    ),
    "measure_platform_is_commanded": (
        {"measure": "handle_content"},
        {"command_id": 1},
        {"measure": "warn", "release_id": 1},
    ),
    "measure_platform_is_released": (
        {"measure": "label", "command_id": 1, "status": "lifted"},
        {"measure": "label", "command_id": 1, "release_id": 2},
        {"measure": "label", "command_id": 1, "status": "expired", "release_id": 2},
    ),
    "orderedmeasure_contents_fit": (
        {"content_refs": ["a-1"]},
        {"content_acts": ["stop"]},
        {"measure": "handle_content", "content_refs": ["a-1"]},
        {"measure": "handle_content", "content_acts": ["stop"]},
        {"measure": "handle_content", "content_refs": ["a-1"], "content_acts": ["burn"]},
        {"measure": "label", "label": "rumour", "content_acts": ["stop"]},
    ),
    "orderedmeasure_label_fits": (
        {"label": "rumour"},
        {"measure": "label"},
        {"measure": "label", "label": "boring"},
    ),
    "violationtype_severity_1_to_4": (
        {"lowest_severity": 0},
        {"highest_severity": 5},
        {"default_severity": 4},
        {"lowest_severity": 3},
    ),
}
