"""Appeals of complainants: once, in time, from the tracking page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.errors import (
    ActionRefused,
    InvalidInput,
)
from compliance.models import ActionLog, Notice, PlatformCommand, StaffUser
from enforcement.models import (
    Complaint,
    ComplaintAppeal,
    ComplaintMessage,
)
from enforcement.services.complaints.sealing import words_of
from reports.demo.clock import clock_at
from tests.enforcement import complaints
from tests.enforcement.complaint_appeals import (
    WORDS,
    decide,
    filed,
    not_upheld,
    refused,
)
from tests.enforcement.test_complaint_appeals.conftest import refused_by, told

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]


class TestFiling:
    def test_a_refusal_and_an_outcome_that_leaves_something_are_contested(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        first = filed(refused(make_account(), handler))
        second = filed(not_upheld(make_account(), handler, contact=complaints.EMAIL))
        third = filed(complaints.answered(make_account(), handler, outcome="partly", contact=""))

        assert [each.contested for each in (first, second, third)] == [
            "not_accepted",
            "not_upheld",
            "partly",
        ]
        assert first.told_before == "没有说明投诉的内容"
        assert first.work_item.queue == "complaint_appeals"
        assert first.work_item.due_at == first.decision_clock.due_at
        assert told(first) == told(second) == ["received"]
        # Whoever left nothing reads it on the tracking page.
        assert not Notice.objects.about(third).filter(deliveries__isnull=False).exists()

    def test_its_words_lie_under_the_key_of_the_complainant_and_nowhere_else(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        complaint = not_upheld(make_account(), handler)

        filed(complaint)

        message = ComplaintMessage.objects.get(complaint=complaint, kind="appeal")
        assert message.words.key_id == complaint.complainant.key_id
        assert [words for each, words in words_of(complaint) if each.kind == "appeal"] == [WORDS]
        assert not ActionLog.objects.filter(payload__contains="监控").exists()
        assert not Notice.objects.filter(text__contains="监控").exists()

    def test_the_operator_learns_nothing(
        self, make_account: Account, handler: StaffUser, another: StaffUser
    ) -> None:
        complaint = not_upheld(make_account(), handler)
        before = PlatformCommand.objects.count()

        decide(filed(complaint), another, "taken_up")

        assert PlatformCommand.objects.count() == before
        assert not Notice.objects.filter(audience="operator").exists()

    def test_once_in_time_and_only_what_was_told(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        upheld = complaints.answered(make_account(), handler, contact="")
        open_one = complaints.accepted(make_account(), handler, contact=complaints.EMAIL)
        undecided = complaints.decided(
            make_account(), handler, outcome="not_upheld", contact="13912345699"
        )
        late, once = refused(make_account(), handler), refused(make_account(), handler, contact="")
        for complaint in (upheld, open_one, undecided):
            with pytest.raises(ActionRefused):
                filed(complaint)
        with clock_at(timezone.now() + timedelta(days=182)), pytest.raises(ActionRefused):
            filed(late)
        filed(once)
        with pytest.raises(ActionRefused):
            filed(once)
        with pytest.raises(InvalidInput):
            filed(late, words="……")

        assert ComplaintAppeal.objects.count() == 1
        assert ComplaintMessage.objects.filter(kind="appeal").count() == 1

    def test_the_database_wants_the_answer_that_was_told_and_the_time(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        appeal = filed(refused(make_account(), handler))
        insert = (
            "INSERT INTO enforcement_complaintappeal (complaint_id, matter_id, contested, told_before,"
            " filed_at, status, decision_clock_id, work_item_id, hearing_side, version)"
            " SELECT k.id, k.matter_id, {contested}, {told}, {at}, 'filed', {clock}, {item}, 'appeal', 1"
            " FROM enforcement_complaint k WHERE k.id = %s"
        )

        def tried(complaint: Complaint, **changes: str) -> str:
            values = {
                "contested": "'not_upheld'",
                "told": "k.told",
                "at": "clock_timestamp()",
                "clock": str(complaint.decision_clock_id),
                "item": str(complaint.work_item_id),
                **changes,
            }
            return refused_by(insert.format(**values), complaint.pk)

        told_so = not_upheld(make_account(), handler, contact="")
        assert tried(told_so, contested="'partly'") == "complaintappeal_of_the_answer_told"
        assert tried(told_so, told="'改写'") == "complaintappeal_of_the_answer_told"
        assert tried(told_so, at="now() + interval '200 days'") == "complaintappeal_in_time"
        upheld = complaints.answered(make_account(), handler, contact=complaints.EMAIL)
        assert tried(upheld) == "complaintappeal_of_the_answer_told"
        assert tried(appeal.complaint, contested="'not_accepted'") == (
            "complaintappeal_once_per_complaint"
        )
