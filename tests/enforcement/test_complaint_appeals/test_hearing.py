"""What is asked and answered while an appeal of a complainant is heard."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.errors import (
    ActionRefused,
    InvalidInput,
)
from compliance.models import ClockState, Notice, StaffUser
from enforcement.services.complaint_appeals import hearing
from enforcement.services.complaints.sealing import words_of
from reports.demo.clock import clock_at
from tests.enforcement import complaints
from tests.enforcement.complaint_appeals import (
    QUESTION,
    ask,
    decide,
    filed,
    fresh,
    not_upheld,
)
from tests.enforcement.complaints import again, grounds
from tests.enforcement.test_complaint_appeals.conftest import told

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]


class TestHearing:
    def test_a_question_stops_the_clock_until_it_is_answered(
        self, make_account: Account, handler: StaffUser, another: StaffUser, system: StaffUser
    ) -> None:
        appeal = ask(filed(not_upheld(make_account(), handler)), another)

        assert appeal.status == "waiting"
        assert appeal.handler == another.person
        assert appeal.decision_clock.state == ClockState.PAUSED
        assert appeal.work_item.closed_at is not None
        assert told(appeal) == ["received", "question"]
        assert QUESTION in Notice.objects.about(appeal).get(purpose__endswith="question").text
        with pytest.raises(ActionRefused):
            hearing.go_on_with_complaint_appeal(appeal=appeal, **grounds(another))

        hearing.supplement_complaint_appeal(
            appeal=appeal, words="三月二日晚八点", **grounds(system)
        )

        appeal = fresh(appeal)
        assert appeal.status == "filed"
        assert appeal.decision_clock.state == ClockState.RUNNING
        assert appeal.work_item.closed_at is None
        assert [each.kind for each, _words in words_of(appeal.complaint)][-3:] == [
            "appeal",
            "question",
            "answer",
        ]

    def test_silence_costs_only_the_answer(
        self, make_account: Account, handler: StaffUser, another: StaffUser
    ) -> None:
        appeal = ask(filed(not_upheld(make_account(), handler)), another)

        with clock_at(timezone.now() + timedelta(days=40)):
            hearing.go_on_with_complaint_appeal(appeal=appeal, **grounds(another))

        assert fresh(appeal).status == "filed"

    def test_what_holds_the_contact_is_neither_asked_nor_told(
        self, make_account: Account, handler: StaffUser, another: StaffUser
    ) -> None:
        appeal = filed(not_upheld(make_account(), handler))

        with pytest.raises(InvalidInput):
            decide(appeal, another, "confirmed", text=f"已致电{complaints.MOBILE}核实情况")
        with pytest.raises(InvalidInput):
            decide(appeal, another, "confirmed", text="无")

        assert fresh(appeal).status == "filed"

    def test_withdrawn_the_answer_stands_and_no_second_appeal_is_filed(
        self, make_account: Account, handler: StaffUser, system: StaffUser
    ) -> None:
        complaint = not_upheld(make_account(), handler)
        appeal = filed(complaint)

        hearing.withdraw_complaint_appeal(appeal=appeal, **grounds(system))

        assert fresh(appeal).status == "withdrawn"
        assert fresh(appeal).decision_clock.state == ClockState.STOPPED
        assert again(complaint).status == "fed_back"
        with pytest.raises(ActionRefused):
            filed(complaint)
        with pytest.raises(ActionRefused):
            hearing.withdraw_complaint_appeal(appeal=appeal, **grounds(system))
