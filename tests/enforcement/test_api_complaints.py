"""Complaints by the interface for programs: handed in, followed by the code, added to."""

import json
from collections.abc import Callable

import pytest

from accounts.models import PublicAccount
from compliance.models import KeptAnswer, StaffUser
from enforcement.models import Complaint, Infringement
from enforcement.services.complaints import review, tracking
from tests.compliance.api_fixtures import Caller
from tests.enforcement import complaints, infringements
from tests.enforcement.complaints import again
from tests.enforcement.test_complaint_codes import found_in_database

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]
PATH = "/api/v1/complaints/"


@pytest.fixture
def caller(make_caller: Callable[..., Caller]) -> Caller:
    """A form inside the platform's own application."""
    return make_caller("complaints:write", "complaints:read")


def body(account: PublicAccount, **changes: object) -> dict[str, object]:
    """Return what the form sends."""
    return {
        "kind": "false_information",
        "target": account.platform_uid,
        "words": complaints.WORDS,
        "contact": complaints.MOBILE,
        "reason": "用户在应用内提交投诉",
        **changes,
    }


def test_the_code_opens_it_and_is_kept_nowhere(make_account: Account, caller: Caller) -> None:
    answer = caller.post(PATH, body(make_account()))

    assert answer.status_code == 201
    told = json.loads(answer.content)
    complaint = Complaint.objects.get()
    assert (told["reference"], told["status"]) == (complaint.number, "acknowledged")
    assert complaint.source == "api"
    assert tracking.find_complaint(told["code"]) == complaint
    plain = told["code"].replace("-", "")
    for each in (told["code"], plain, plain[:-1], complaints.MOBILE, complaints.WORDS):
        assert found_in_database(each) == []


def test_the_same_request_again_gives_the_same_code(make_account: Account, caller: Caller) -> None:
    sent = body(make_account())
    first = caller.post(PATH, sent, Idempotency_Key="form-1")

    again_ = caller.post(PATH, sent, Idempotency_Key="form-1")

    assert json.loads(again_.content) == json.loads(first.content)
    assert Complaint.objects.count() == 1
    assert KeptAnswer.objects.count() == 1


def test_followed_and_added_to_by_the_code(
    make_account: Account, caller: Caller, staff_user: Callable[..., StaffUser]
) -> None:
    code = json.loads(caller.post(PATH, body(make_account())).content)["code"]
    complaint = Complaint.objects.get()

    added = caller.post(
        f"{PATH}supplement/", {"code": code, "words": "补充链接", "reason": "用户在应用内补充"}
    )
    state = caller.post(f"{PATH}track/", {"code": code.lower()})

    assert added.status_code == 200
    assert json.loads(state.content)["reference"] == complaint.number
    assert complaint.messages.count() == 2
    for each in (complaints.WORDS, complaints.MOBILE):
        assert each not in state.content.decode()


def test_what_is_decided_is_told_with_the_outcome(
    make_account: Account, caller: Caller, staff_user: Callable[..., StaffUser]
) -> None:
    handler = staff_user("complaint_handler")
    receipt = complaints.handed_in(make_account())
    complaint = receipt.complaint
    fence = complaints.fence_of(complaint, handler)
    review.accept_complaint(complaint=again(complaint), fence=fence, **complaints.grounds(handler))
    review.decide_complaint(
        complaint=again(complaint),
        outcome="upheld",
        told=complaints.TOLD,
        fence=complaints.fence_of(complaint, handler),
        **complaints.grounds(handler),
    )
    before = json.loads(caller.post(f"{PATH}track/", {"code": receipt.code}).content)
    assert (before["status"], before["outcome"], before["told"]) == ("investigating", "", "")

    review.feed_back_complaint(
        complaint=again(complaint),
        fence=complaints.fence_of(complaint, handler),
        **complaints.grounds(handler),
    )

    after = json.loads(caller.post(f"{PATH}track/", {"code": receipt.code}).content)
    assert (after["status"], after["outcome"]) == ("fed_back", "upheld")


@pytest.mark.parametrize("code", ["", "nonsense", "0000-0000-0000-0000-0000-0000-000"])
def test_a_code_that_opens_nothing_opens_nothing(caller: Caller, code: str) -> None:
    for path, sent in (
        ("track/", {"code": code}),
        ("supplement/", {"code": code, "words": "补充", "reason": "补充"}),
    ):
        assert caller.post(f"{PATH}{path}", sent).status_code in (400, 409, 422)


def test_whoever_leaves_no_contact_is_known_again_by_the_platform_s_name_for_them(
    make_account: Account, caller: Caller
) -> None:
    sent = body(make_account(), contact="", complainant_ref="user-17")

    first = caller.post(PATH, sent)
    twice = caller.post(PATH, sent)
    other = caller.post(PATH, {**sent, "complainant_ref": "user-18"})

    assert [first.status_code, twice.status_code, other.status_code] == [201, 409, 201]
    assert found_in_database("user-17") == []


def test_a_notice_of_infringement(make_account: Account, caller: Caller) -> None:
    sent = body(
        make_account(),
        kind="copyright",
        words="",
        content_ref=infringements.CONTENT,
        right="copyright",
        holder=infringements.HOLDER,
        work=infringements.WORK,
        evidence=infringements.EVIDENCE,
    )
    assert caller.post(PATH, sent).status_code in (409, 422)
    assert not Complaint.objects.exists()

    assert caller.post(PATH, {**sent, "agrees": True}).status_code == 201

    assert Infringement.objects.get().status == "received"


@pytest.mark.parametrize(
    "changes",
    [{"kind": "weather"}, {"target": "nobody-there"}, {"words": ""}, {"contact": "12"}],
)
def test_what_is_refused_leaves_nothing_behind(
    make_account: Account, caller: Caller, changes: dict[str, object]
) -> None:
    answer = caller.post(PATH, body(make_account(), **changes))

    assert answer.status_code in (400, 409, 422)
    assert not Complaint.objects.exists()


def test_a_key_without_the_scope_does_nothing(
    make_account: Account, make_caller: Callable[..., Caller]
) -> None:
    assert make_caller("complaints:read").post(PATH, body(make_account())).status_code == 403
    assert make_caller("complaints:write").post(f"{PATH}track/", {"code": "x"}).status_code == 403
