"""Checks of the tables of the floor."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

THEN, LATER = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC)
DAY, DAY_BEFORE = date(2026, 1, 5), date(2026, 1, 4)
DIGEST = "0" * 64
BAD_DIGESTS = (
    {"sha256": "f" * 63},
    {"stored_as": "F" * 64},
)

ROWS: dict[str, dict[str, Any]] = {
    "compliance.ApiKey": {"created_at": THEN, "expires_at": LATER},
    "compliance.Approval": {"approver_id": 2},
    "compliance.CalendarNotice": {"source": "library"},
    "compliance.ChannelChoice": {"channels": ["page"]},
    "compliance.ClockBreach": {"due_at": THEN, "at": THEN},
    "compliance.Clock": {"state": "running"},
    "compliance.DataKey": {"wrapped": b"key"},
    "compliance.Delivery": {"notice_id": 1, "channel": "webhook", "ended_reason": "", "lease": 0},
    "compliance.EvidenceCopy": {"sha256": DIGEST, "stored_as": DIGEST},
    "compliance.EvidenceFile": {
        **{"sha256": DIGEST, "stored_as": DIGEST},
        **{"status": "quarantined", "refusal": ""},
    },
    "compliance.EvidenceView": {"part": "original"},
    "compliance.HandOver": {"receiver_id": 2},
    "compliance.LetterRendering": {"sha256": DIGEST, "size": 1},
    "compliance.PlatformCommand": {"status": "ordered"},
    "compliance.Proposal": {"approvals_needed": 2},
    "compliance.ResponseInvitation": {"status": "open", "clock_id": 1},
    "compliance.RoleExclusion": {"role": "a", "other": "b"},
    "compliance.RuleChange": {"kind": "version"},
    "compliance.RuleVersion": {"effective_date": DAY},
    "compliance.RuleFiling": {"content": b"", "sha256": hashlib.sha256(b"").hexdigest()},
    "compliance.RuleWithdrawal": {"approved_result": "approved"},
    "compliance.TimeLimit": {
        **{"effective_from": datetime(2021, 2, 21, 16, tzinfo=UTC), "warn_percent": 80},
    },
    "compliance.WorkItem": {"side": ""},
}

BREACHES: dict[str, tuple[dict[str, Any], ...]] = {
    "apiclient_is_named": ({"name": ""}, {"contact_post": ""}),
    "apiclient_limits_in_bounds": (
        {"reads_a_minute": 0},
        {"reads_a_minute": 100_001},
        {"writes_a_minute": 0},
        {"writes_a_minute": 100_001},
    ),
    "apikey_term_is_positive": ({"expires_at": THEN},),
    "approval_has_reason": ({"reason": ""},),
    "calendarnotice_has_title_and_reason": ({"title": ""}, {"reason": ""}),
    "channelchoice_names_one": ({"channels": []},),
    "channelchoice_no_commands": ({"channels": ["page", "command"]},),
    "clock_stopped_has_time": ({"state": "stopped"}, {"stopped_at": THEN}),
    "clockbreach_after_due": ({"due_at": LATER},),
    "datakey_erased_or_present": ({"wrapped": None}, {"erased_at": THEN}),
    "delivery_of_one_thing": (
        {"notice_id": None},
        {"command_id": 1},
        {"channel": "command"},
        {"notice_id": None, "command_id": 1},
    ),
    "deliveryattempt_result_known": ({"result": "lost"},),
    "escalationtakeover_has_reason": ({"reason": ""},),
    "evidencecopy_digests": BAD_DIGESTS,
    "evidencecopy_kind_known": ({"kind": "rumour"},),
    "evidencefile_available_or_refused": (
        {"status": "available", "refusal": "损坏", "checked_at": THEN},
    ),
    "evidencefile_digests": BAD_DIGESTS,
    "evidencefile_erased_by_two_approvals": (
        {"status": "erased", "checked_at": THEN},
        {
            **{"status": "erased", "checked_at": THEN, "erasure_proposal_id": 1},
            **{"erasure_result": "approved", "erasure_approvals": 1},
        },
        {"status": "erased", "checked_at": THEN, "retention_id": 1, "sensitivity": "ordinary"},
        {
            **{"status": "erased", "checked_at": THEN, "retention_id": 1},
            **{"sensitivity": "identity_document", "erasure_result": "approved"},
        },
    ),
    "evidencefile_retention_is_an_erasure": ({"retention_id": 1},),
    "evidencefile_kind_known": ({"kind": "exe"},),
    "evidencefile_not_empty": ({"size": 0},),
    "evidencefile_out_of_quarantine_when_checked": (
        {"checked_at": THEN},
        {"status": "available"},
    ),
    "evidencefile_refused_with_words": ({"status": "refused", "checked_at": THEN},),
    "evidenceview_has_reason": ({"reason": ""},),
    "evidenceview_only_if_approved": (
        {"proposal_id": 1},
        {"approved_result": "approved"},
        {"proposal_id": 1, "approved_result": "returned"},
    ),
    "evidenceview_part": ({"number": 1}, {"part": "copy"}),
    "handover_has_reason": ({"reason": ""},),
    "handover_to_somebody_else": ({"giver_id": 2},),
    "identitysearch_has_reason": ({"reason": ""},),
    "lease_fence_counts": ({"fence": 0},),
    "letter_has_issuer": ({"issuer": ""},),
    "letterrendering_has_a_digest": (
        {"sha256": "0" * 63},
        {"sha256": "F" * 64},
        {"size": 0},
    ),
    "participation_side_known": ({"side": "both"},),
    "person_system_is_no_client": ({"is_system": True, "is_client": True},),
    "platformcommand_answer_has_time": ({"answered_at": THEN}, {"status": "confirmed"}),
    "platformcommand_has_payload": ({"payload": ""},),
    "proposal_at_most_two_approvals": ({"approvals_needed": 3},),
    "proposal_has_reason": ({"reason": ""},),
    "proposaloutcome_result_known": ({"result": "forgotten"},),
    "responseinvitation_end_has_time": ({"ended_at": THEN}, {"status": "answered"}),
    "responseinvitation_has_one_end": ({"clock_id": None}, {"fixed_until": LATER}),
    "responseinvitation_status_known": ({"status": "lost", "ended_at": THEN},),
    "reveal_has_reason": ({"reason": ""},),
    "reveal_only_if_approved": (
        {"proposal_id": 1},
        {"approved_result": "approved"},
        {"proposal_id": 1, "approved_result": "returned"},
    ),
    "roleexclusion_ordered": ({"role": "b"}, {"role": "c"}),
    "rulechange_names_what_it_withdraws": ({"withdraws_id": 1}, {"kind": "withdrawal"}),
    "rulefiling_says_with_whom": ({"filed_with": ""},),
    "rulefilingreceipt_has_number": ({"receipt_number": ""},),
    "ruleversion_accepted_after_its_date": ({"accept_until": DAY_BEFORE},),
    "rulewithdrawal_has_reason": ({"reason": ""},),
    "rulewithdrawal_only_if_approved": ({"approved_result": "returned"},),
    "timelimit_unit_known": ({"unit": "moon"},),
    "timelimit_warned_before_due": ({"warn_percent": 0}, {"warn_percent": 100}),
    "workitem_side_of_a_matter": ({"side": "decided"}, {"proposal_id": 1}),
}
