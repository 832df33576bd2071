"""Notices of infringement: passed on, disputed, proven, lifted; each side sees what is for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import PublicAccount
from compliance import work
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused, InvalidInput, StaleLease
from compliance.evidence.uploads import END_FIELD
from compliance.models import (
    ActionLog,
    ClockState,
    Delivery,
    InvitationStatus,
    Notice,
    StaffUser,
    WorkItem,
)
from compliance.responses.codes import code_of
from enforcement.models import Complaint, Infringement
from enforcement.services.complaints import review, tracking
from enforcement.services.infringements import passing_on, proving
from reports.demo.clock import clock_at
from tests.compliance.evidence_files import picture
from tests.enforcement import complaints, infringements
from tests.enforcement.complaints import again, fence_of, grounds
from tests.enforcement.console import client_of, text_of
from tests.enforcement.infringements import CONTENT, fresh, sweep, told
from tests.enforcement.test_complaint_codes import found_in_database

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]
FORM = "/public/complain/copyright/"
ANSWER = "/public/track/answer/"


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """A complaint handler."""
    return staff_user("complaint_handler")


def posted(account: PublicAccount, **changes: Any) -> dict[str, Any]:
    """Return what the form of a notice sends."""
    return {
        "target": account.platform_uid,
        "content_ref": CONTENT,
        "right": "copyright",
        "holder": infringements.HOLDER,
        "work": infringements.WORK,
        "evidence": infringements.EVIDENCE,
        "agrees": "1",
        "contact": complaints.MOBILE,
        END_FIELD: "1",
        **changes,
    }


class TestForm:
    def test_it_says_before_sending_what_is_passed_on(self, client: Client) -> None:
        shown = text_of(client.get(FORM))

        assert 'name="agrees"' in shown
        assert 'name="holder"' in shown

    def test_it_is_kept_under_the_key_of_the_complainant(
        self, make_account: Account, client: Client
    ) -> None:
        answer = client.post(FORM, posted(make_account()))

        assert answer.status_code == 200
        kept = Infringement.objects.get()
        assert kept.holder.key == kept.complaint.complainant.key
        for planted in (infringements.HOLDER, infringements.EVIDENCE, infringements.WORK):
            assert found_in_database(planted) == []

    @pytest.mark.parametrize(
        "changes",
        [
            {"right": "night"},
            {"holder": " "},
            {"work": ""},
            {"evidence": "..."},
            {"agrees": ""},
            {"contact": ""},
            {"content_ref": ""},
            {"holder": "柳\u200b叶"},
            {"evidence": f"请致电 {complaints.MOBILE[:3]}-{complaints.MOBILE[3:]}"},
            {"work": "字" * 501},
        ],
    )
    def test_what_is_no_notice_leaves_nothing_behind(
        self, make_account: Account, client: Client, changes: dict[str, str]
    ) -> None:
        answer = client.post(FORM, posted(make_account(), **changes))

        assert answer.status_code == 409
        assert not Complaint.objects.exists()
        assert not Infringement.objects.exists()
        assert complaints.MOBILE not in str(list(ActionLog.objects.values()))


class TestPassingOn:
    def test_it_is_due_within_a_working_day_and_then_by_the_date_of_the_decision(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = infringements.accepted(make_account(), handler)
        clock = fresh(complaint).forward_clock
        assert clock is not None
        assert complaint.work_item.due_at == clock.due_at < complaint.decision_clock.due_at

        passing_on.pass_on_notice(
            complaint=complaint, fence=fence_of(complaint, handler), **grounds(handler)
        )

        complaint = again(complaint)
        assert complaint.work_item.due_at == complaint.decision_clock.due_at
        assert fresh(complaint).status == "forwarded"
        assert told(complaint) == ["forwarded"]
        assert WorkItem.objects.open().count() == 1

    def test_the_operator_reads_the_notice_by_the_link_and_nothing_else_of_the_complaint(
        self, make_account: Account, handler: StaffUser, client: Client
    ) -> None:
        complaint = infringements.passed_on(make_account(), handler)

        shown = text_of(
            client.get(
                reverse("public:response", args=[code_of(infringements.invitation_of(complaint))])
            )
        )

        for each in (
            infringements.HOLDER,
            infringements.WORK,
            infringements.EVIDENCE,
            CONTENT,
            complaint.number,
        ):
            assert each in shown
        for each in (complaints.MOBILE, infringements.ALONE):
            assert each not in shown

    def test_no_notice_to_the_operator_names_the_holder(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = infringements.disputed(make_account(), handler)

        for each in Notice.objects.about(fresh(complaint)):
            for planted in (
                infringements.HOLDER,
                infringements.EVIDENCE,
                infringements.DEFENCE,
                complaints.MOBILE,
            ):
                assert planted not in each.text
        for planted in (infringements.DEFENCE, infringements.DEFENDANT, infringements.ALONE):
            assert found_in_database(planted) == []

    def test_the_handler_passes_it_on_by_the_page(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = infringements.accepted(make_account(), handler)
        fence = fence_of(complaint, handler)
        page = reverse("admin:review_rights_complaint", args=[complaint.work_item_id])
        console = client_of(handler)
        shown = console.get(page)
        assert infringements.EVIDENCE in text_of(shown)
        # The one act that comes next.
        offered = shown.context["actions"]
        assert [each.code for each in offered if each.tone == "primary"] == ["pass_on"]

        console.post(
            page,
            {
                "action": "pass_on",
                "fence": fence,
                "version": complaint.version,
                "reason": complaints.REASON,
            },
        )

        assert fresh(complaint).status == "forwarded"

    def test_it_is_passed_on_once_and_only_by_who_holds_it(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = infringements.accepted(make_account(), handler)
        with pytest.raises(StaleLease):
            passing_on.pass_on_notice(complaint=complaint, fence=99, **grounds(handler))
        assert fresh(complaint).status == "received"
        assert told(complaint) == []
        passing_on.pass_on_notice(
            complaint=again(complaint), fence=fence_of(complaint, handler), **grounds(handler)
        )

        with pytest.raises(ActionRefused):
            passing_on.pass_on_notice(
                complaint=again(complaint), fence=fence_of(complaint, handler), **grounds(handler)
            )

        assert told(complaint) == ["forwarded"]

    def test_what_is_no_notice_is_not_passed_on(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = complaints.accepted(make_account(), handler)

        with pytest.raises(ActionRefused):
            passing_on.pass_on_notice(
                complaint=complaint, fence=fence_of(complaint, handler), **grounds(handler)
            )

    def test_it_is_not_upheld_before_the_operator_knows_of_it(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = infringements.accepted(make_account(), handler)

        with pytest.raises(ActionRefused):
            review.decide_complaint(
                complaint=complaint,
                outcome="upheld",
                told=complaints.TOLD,
                fence=fence_of(complaint, handler),
                **grounds(handler),
            )

        assert again(complaint).status == "investigating"

    def test_a_question_stops_the_time_for_passing_on(
        self, make_account: Account, handler: StaffUser, system: StaffUser
    ) -> None:
        complaint = infringements.accepted(make_account(), handler)
        review.ask_complainant(
            complaint=complaint,
            question="请补充权属证明",
            fence=fence_of(complaint, handler),
            **grounds(handler),
        )
        clock = fresh(complaint).forward_clock
        assert clock is not None
        assert clock.state == ClockState.PAUSED

        tracking.supplement_complaint(
            complaint=again(complaint), words="证明已附", **grounds(system)
        )

        clock.refresh_from_db()
        assert clock.state == ClockState.RUNNING
        assert again(complaint).work_item.due_at == clock.due_at


class TestEndings:
    def test_silence_of_seven_days_leaves_it_undisputed(
        self, make_account: Account, handler: StaffUser, system: StaffUser
    ) -> None:
        complaint = infringements.passed_on(make_account(), handler)
        clock = fresh(complaint).counter_clock
        assert clock is not None
        assert sweep(system, clock.due_at - timedelta(minutes=1)).undisputed == 0

        assert sweep(system, clock.due_at + timedelta(minutes=1)).undisputed == 1

        assert fresh(complaint).status == "undisputed"
        assert infringements.invitation_of(complaint).status == InvitationStatus.CLOSED
        assert told(complaint) == ["forwarded", "result"]

    def test_a_statement_after_the_time_is_refused(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = infringements.passed_on(make_account(), handler)
        clock = fresh(complaint).counter_clock
        assert clock is not None

        with clock_at(clock.due_at + timedelta(minutes=1)), pytest.raises(ActionRefused):
            infringements.dispute(complaint)

        assert fresh(complaint).counter_words is None

    def test_the_counter_statement_is_read_by_the_code_at_once(
        self, make_account: Account, handler: StaffUser, client: Client
    ) -> None:
        complaint = infringements.disputed(make_account(), handler)
        found = fresh(complaint)

        shown = text_of(client.post(ANSWER, {"view": tracking.open_view(complaint)}))

        assert infringements.DEFENCE in shown
        assert infringements.DEFENDANT in shown
        assert found.wait_clock is not None
        assert f"{last_day(found.wait_clock.due_at):%Y-%m-%d}" in shown
        assert told(complaint) == ["forwarded", "countered"]

    def test_a_lawsuit_is_shown_on_the_tracking_page_and_the_fifteen_days_stand_still(
        self, make_account: Account, handler: StaffUser, client: Client
    ) -> None:
        complaint = infringements.disputed(make_account(), handler)
        sent = {
            "view": tracking.open_view(complaint),
            "action": "suit",
            "suit_kind": "court",
            "words": "北京互联网法院三月二十日受理",
            END_FIELD: "1",
        }
        assert client.post(ANSWER, sent).status_code == 409
        assert fresh(complaint).status == "countered"

        client.post(ANSWER, {**sent, "files": SimpleUploadedFile("通知书.jpg", picture())})

        found = fresh(complaint)
        assert found.status == "proof"
        assert found.wait_clock is not None
        assert found.wait_clock.state == ClockState.PAUSED
        assert found.files.count() == 1

    def test_what_is_before_a_court_stays(self, make_account: Account, handler: StaffUser) -> None:
        complaint = infringements.disputed(make_account(), handler)
        infringements.show(complaint)
        item = fresh(complaint).work_item
        assert item is not None
        page = reverse("admin:review_infringement", args=[item.pk])
        fence = work.claim_item(work_item=item, actor=handler).fence
        console = client_of(handler)
        assert "北京互联网法院" in text_of(console.get(page))

        console.post(
            page,
            {
                "action": "accept_suit",
                "fence": fence,
                "version": fresh(complaint).version,
                "reason": "权利人已起诉并提交受理通知书",
            },
        )

        found = fresh(complaint)
        assert found.status == "sued"
        assert found.wait_clock is not None
        assert found.wait_clock.state == ClockState.STOPPED
        assert sorted(told(complaint)[-2:]) == ["ended", "result"]

    def test_what_shows_no_lawsuit_lets_the_rest_of_the_time_run(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = infringements.disputed(make_account(), handler)
        infringements.show(complaint)
        item = fresh(complaint).work_item
        assert item is not None
        with pytest.raises(InvalidInput):
            proving.refuse_suit(
                infringement=fresh(complaint),
                told=f"请致电 {complaints.MOBILE}",
                fence=work.claim_item(work_item=item, actor=handler).fence,
                **grounds(handler),
            )
        assert fresh(complaint).status == "proof"

        proving.refuse_suit(
            infringement=fresh(complaint),
            told="所附材料不是受理凭证",
            fence=work.claim_item(work_item=item, actor=handler).fence,
            **grounds(handler),
        )

        found = fresh(complaint)
        assert found.status == "countered"
        assert found.wait_clock is not None
        assert found.wait_clock.state == ClockState.RUNNING
        infringements.show(complaint)
        assert fresh(complaint).status == "proof"

    def test_withdrawn_it_is_no_longer_pursued_and_nothing_is_asked(
        self, make_account: Account, handler: StaffUser, system: StaffUser
    ) -> None:
        complaint = infringements.passed_on(make_account(), handler)

        tracking.withdraw_complaint(complaint=complaint, **grounds(system))

        assert fresh(complaint).status == "dropped"
        assert infringements.invitation_of(complaint).status == InvitationStatus.CLOSED
        assert told(complaint) == ["forwarded", "ended"]


def test_the_complainant_is_told_of_the_counter_statement_by_what_they_left(
    make_account: Account, handler: StaffUser
) -> None:
    complaint = infringements.disputed(make_account(), handler)

    (countered,) = Notice.objects.about(fresh(complaint)).filter(
        purpose="enforcement.infringement_countered"
    )
    assert [each.channel for each in Delivery.objects.filter(notice=countered)] == ["sms"]


def test_the_page_says_why_a_notice_was_sent_to_nobody(
    make_account: Account, handler: StaffUser
) -> None:
    reached = complaints.handed_in(make_account()).complaint
    unreached = complaints.handed_in(make_account(), contact="").complaint
    console = client_of(handler)

    reached_page, page = (
        text_of(console.get(reverse("admin:complaint", args=[each.pk])))
        for each in (reached, unreached)
    )

    assert "没有可以告知所涉人员的联系方式" in page
    assert "没有可以告知所涉人员的联系方式" not in reached_page
    assert "阅读另一种语言" not in page + reached_page
