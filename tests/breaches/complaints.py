"""Checks of the tables about complaints, notices of infringement and appeals."""

from datetime import UTC, datetime
from typing import Any

from tests.breaches.enforcement import LATER, THEN

FIRST_INSTANT, LAST = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 12, tzinfo=UTC)
_TAKEN_UP = {"handler_id": 902, "taken_up_at": THEN}
_PASSED_ON = {
    **{"status": "forwarded", "forwarded_at": THEN, "forward_clock_id": 1, "counter_clock_id": 2},
}
_DISPUTED = {
    **_PASSED_ON,
    **{"status": "countered", "countered_at": THEN, "wait_clock_id": 3},
    **{"counter_name_id": 901, "counter_words_id": 902},
}
_APPEAL_HEARD = {**_TAKEN_UP, "status": "accepted", "decision_clock_id": 902}
_APPEAL_REFUSED = {
    **_TAKEN_UP,
    **{"status": "refused", "refusal": "nothing_contested", "refusal_text": "未提出异议"},
    "ended_at": THEN,
}
_DECIDED_COMPLAINT = {
    **{"status": "decided", "outcome": "upheld", "decided_at": THEN, "decided_by_id": 1},
    **{"feedback_clock_id": 1, "told": "属实"},
}
_REFUSED_COMPLAINT = {
    **{"status": "not_accepted", "refusal": "court", "told": "已诉", "ended_at": THEN},
}
_SUED = {
    **_DISPUTED,
    **{"status": "proof", "suit_kind": "court", "suit_id": 903, "work_item_id": 901},
}
_ABOUT_US = {"kind": "platform", "team": "platform", "account_id": None}
ROWS: dict[str, dict[str, Any]] = {
    "enforcement.Appeal": {
        **{"status": "filed", "level": 1, "hearing_side": "appeal"},
        **{"channel": "letter", "ground": "facts", "refusal": "", "refusal_text": ""},
        "proposer_id": 901,
    },
    "enforcement.AppealMediation": {"parties": "platform", "result": "agreed"},
    "enforcement.AppealRuling": {
        **{"outcome": "confirmed", "ground": "", "undone": [], "hearing_side": "appeal"},
    },
    "enforcement.AppealStatement": {"kind": "filing", "text": ""},
    "enforcement.Complainant": {"contact_kind": "", "contact_id": None},
    "enforcement.Complaint": {
        **{"kind": "false_information", "source": "public", "status": "acknowledged"},
        **{"team": "general", "language": "zh-hans", "refusal": "", "outcome": "", "told": ""},
        **{"is_abusive": False, "is_lapsed": False, "account_id": 901},
    },
    "enforcement.ComplaintBatch": {
        **{"status": "held", "outcome": "upheld", "told": "属实", "is_abusive": False},
        **{"undone_at": None, "told_at": None},
    },
    "enforcement.ComplaintBatchItem": {"stood_as": "acknowledged"},
    "enforcement.ComplaintMessage": {"kind": "answer"},
    "enforcement.ComplaintAppeal": {
        **{"status": "filed", "contested": "not_upheld", "told_before": "不成立"},
        "hearing_side": "appeal",
    },
    "enforcement.ComplaintAppealRuling": {"outcome": "confirmed", "hearing_side": "appeal"},
    "enforcement.MeasureShortening": {"at": THEN, "until": LATER, "until_before": LAST},
    "enforcement.Infringement": {"status": "received", "right": "copyright", "suit_kind": ""},
    "enforcement.InfringementFile": {"party": "operator"},
}
BREACHES: dict[str, tuple[dict[str, Any], ...]] = {
    "complainant_contact_is_of_a_kind": (
        {"contact_kind": "mobile"},
        {"contact_id": 901},
        {"contact_kind": "pigeon", "contact_id": 901},
    ),
    "complaint_abusive_only_if_unfounded": (
        {"is_abusive": True},
        {**_DECIDED_COMPLAINT, "is_abusive": True},
        {**_REFUSED_COMPLAINT, "is_abusive": True},
    ),
    "complaint_about_us_has_its_queue": (
        {"team": "platform"},
        {**_ABOUT_US, "team": "general"},
    ),
    "complaint_answer_has_reasons": (
        {**_DECIDED_COMPLAINT, "told": ""},
        {**_REFUSED_COMPLAINT, "told": ""},
    ),
    "complaint_decided_has_outcome": (
        {"outcome": "upheld"},
        {"feedback_clock_id": 1},
        {**_DECIDED_COMPLAINT, "outcome": ""},
        {**_DECIDED_COMPLAINT, "decided_at": None},
        {**_DECIDED_COMPLAINT, "decided_by_id": None},
        {**_DECIDED_COMPLAINT, "feedback_clock_id": None},
    ),
    "complaint_end_has_time": (
        {"ended_at": THEN},
        {"status": "withdrawn"},
        {**_REFUSED_COMPLAINT, "ended_at": None},
    ),
    "complaint_fed_back_has_time": (
        {"fed_back_at": THEN},
        {**_DECIDED_COMPLAINT, "status": "fed_back"},
    ),
    "complaint_is_about_an_account_or_us": (
        {"account_id": None},
        {**_ABOUT_US, "account_id": 901},
        {**_ABOUT_US, "case_id": 901},
    ),
    "complaint_lapsed_only_if_asked": (
        {"is_lapsed": True},
        {"is_lapsed": True, "material_clock_id": 1},
        {"is_lapsed": True, "status": "withdrawn", "ended_at": THEN},
    ),
    "complaint_not_accepted_says_why": (
        {"refusal": "court"},
        {**_REFUSED_COMPLAINT, "refusal": ""},
    ),
    "complaint_repudiation_only_of_identity": ({"repudiation_id": 901},),
    "complaintbatch_abusive_only_if_unfounded": ({"is_abusive": True},),
    "complaintbatch_has_reasons": ({"told": ""},),
    "complaintbatch_told_has_time": ({"status": "told"}, {"told_at": THEN}),
    "complaintbatch_undone_has_time": ({"status": "undone"}, {"undone_at": THEN}),
    "complaintbatch_words_known": ({"outcome": "perhaps"}, {"status": "lost"}),
    "complaintbatchitem_state_known": ({"stood_as": "decided"},),
    "infringement_disputed_has_statement": (
        {**_DISPUTED, "countered_at": None},
        {**_DISPUTED, "counter_name_id": None},
        {**_DISPUTED, "counter_words_id": None},
        {**_DISPUTED, "wait_clock_id": None},
    ),
    "infringement_end_has_time": (
        {"ended_at": THEN},
        {"status": "dropped"},
        {**_PASSED_ON, "status": "undisputed"},
    ),
    "infringement_lifting_has_item": ({**_DISPUTED, "status": "lifting"},),
    "infringement_passed_on_has_time": (
        {**_PASSED_ON, "forwarded_at": None},
        {**_PASSED_ON, "forward_clock_id": None},
        {**_PASSED_ON, "counter_clock_id": None},
    ),
    "infringement_suit_is_shown": (
        {**_SUED, "suit_id": None},
        {**_SUED, "work_item_id": None},
        {**_SUED, "suit_kind": ""},
    ),
    "infringement_words_known": ({"right": "night"}, {"status": "lost"}, {"suit_kind": "duel"}),
    "infringementfile_party_known": ({"party": "judge"},),
    "complaint_waits_until_a_date": ({"status": "waiting_material"},),
    "complaint_words_known": (
        {"kind": "weather"},
        {"source": "wind"},
        {"status": "lost"},
        {"team": "nobody"},
        {"language": "la"},
        {**_REFUSED_COMPLAINT, "refusal": "mood"},
        {**_DECIDED_COMPLAINT, "outcome": "perhaps"},
    ),
    "complaintappeal_has_its_side": ({"hearing_side": "second_appeal"},),
    "complaintappeal_says_against_what": (
        {"contested": "upheld"},
        {"told_before": ""},
    ),
    "complaintappeal_heard_by_somebody": (
        {"status": "waiting"},
        {"status": "decided", "ended_at": THEN},
    ),
    "complaintappeal_end_has_time": (
        {"ended_at": THEN},
        {"status": "withdrawn"},
    ),
    "complaintappealruling_says_what_and_why": ({"outcome": "heavier"}, {"text": ""}),
    "measureshortening_ends_earlier": ({"until": LAST}, {"until_before": THEN}),
    "measureshortening_not_into_the_past": ({"until": THEN}, {"until": FIRST_INSTANT}),
    "complaintmessage_kind_known": ({"kind": "song"},),
    "appeal_level_has_its_side": (
        {"level": 2},
        {"level": 3, "hearing_side": "second_appeal", "first_id": 902},
        {"hearing_side": "second_appeal"},
        {"first_id": 902},
    ),
    "appeal_not_heard_by_the_proposer": ({**_APPEAL_HEARD, "handler_id": 901},),
    "appeal_status_known": ({"status": "other", "ended_at": THEN, **_TAKEN_UP},),
    "appeal_says_how_and_what": (
        {"channel": "other"},
        {"ground": "other"},
    ),
    "appeal_taken_up_by_somebody": (
        {"handler_id": 902},
        {"taken_up_at": THEN},
        {"decision_clock_id": 902},
        {**_APPEAL_HEARD, "handler_id": None},
        {**_APPEAL_HEARD, "taken_up_at": None},
    ),
    "appeal_accepted_is_due": ({**_APPEAL_HEARD, "decision_clock_id": None},),
    "appeal_refusal_has_reasons": (
        {**_APPEAL_REFUSED, "refusal": ""},
        {**_APPEAL_REFUSED, "refusal_text": ""},
        {"refusal": "nothing_contested"},
        {"refusal_text": "未提出异议"},
    ),
    "appeal_end_has_time": (
        {"ended_at": THEN},
        {**_APPEAL_HEARD, "ended_at": THEN},
        {**_APPEAL_REFUSED, "ended_at": None},
    ),
    "appealquestion_asks_something": ({"text": ""},),
    "appealstatement_kind_known": ({"kind": "other"},),
    "appealstatement_answer_has_question": ({"kind": "answer"}, {"question_id": 901}),
    "appealstatement_other_side_says_who": (
        {"text": "x"},
        {"kind": "other_side", "text": "x"},
        {"kind": "other_side", "person_id": 901},
        {"kind": "other_side", "person_id": 901, "text": "x", "receipt_id": 901},
    ),
    "appealmediation_says_what_came_of_it": (
        {"parties": "other"},
        {"result": "other"},
        {"note": ""},
    ),
    "appealruling_says_what_and_why": ({"text": ""}, {"outcome": "heavier", "ground": "facts"}),
    "appealruling_ground_of_what_did_not_stand": (
        {"ground": "facts"},
        {"undone": [["warn", True]]},
        {"outcome": "revoked"},
        {"outcome": "revoked", "ground": "other"},
    ),
    "appealruling_second_level_after_the_first": (
        {"second_window_id": 901, "hearing_side": "second_appeal"},
        {"second_window_id": 901, "outcome": "revoked", "ground": "facts"},
    ),
}
