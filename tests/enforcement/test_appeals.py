"""Appeals: filed once and in time, heard by others, decided never more heavily, undone exactly."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from compliance import work
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NotPermitted,
    SamePerson,
    StaleLease,
)
from compliance.models import Clock, Notice, Participation, Side, StaffUser
from enforcement.models import (
    Appeal,
    AppealStatement,
    CreditScore,
    Decision,
)
from enforcement.services.appeals import taking_up
from enforcement.services.credit.sources import disputed_among
from enforcement.services.decision_content import MeasureOrder
from reports.demo.clock import clock_at
from tests.enforcement.appeals import (
    TOLD,
    accept,
    filed,
    fresh,
    grounds,
    hold,
)
from tests.enforcement.appeals import (
    decide as rule,
)
from tests.enforcement.conftest import WARNING, Staff, suspension
from tests.enforcement.raw_rows import constraint_of

pytestmark = pytest.mark.django_db
BOTH = (MeasureOrder("warn"), *suspension(7))


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("complaint_handler")


@pytest.fixture
def another(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("complaint_handler")


def refused_by(statement: str, *values: Any) -> str:
    """Return the constraint that refuses a statement of the application role."""
    with (
        pytest.raises(DatabaseError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return constraint_of(caught.value)


def purposes(appeal: Appeal) -> set[str]:
    return set(Notice.objects.about(appeal).values_list("purpose", flat=True))


class TestFiling:
    def test_the_notice_of_a_decision_names_a_link_of_its_own(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide()

        assert all("[respond:" in each.text for each in decision.notices)

    def test_an_appeal_waits_for_a_handler_with_its_words_as_evidence(
        self, decide: Callable[..., Decision]
    ) -> None:
        appeal = filed(decide(measures=suspension(7)))

        assert (appeal.status, appeal.level, appeal.hearing_side) == ("filed", 1, Side.APPEAL)
        assert appeal.acceptance_clock.step == "appeal_acceptance"
        (said,) = appeal.statements.all()
        assert said.text == ""
        assert said.documents.get().is_words
        assert purposes(appeal) == {"enforcement.appeal_received"}

    def test_once_for_each_decision(self, decide: Callable[..., Decision]) -> None:
        decision = decide()
        filed(decision)

        with pytest.raises(ActionRefused, match="提出过申诉"):
            filed(decision)

    @pytest.mark.parametrize(("measures", "days"), [(WARNING, 30), (suspension(7), 180)])
    def test_until_the_last_day_of_its_window(
        self, decide: Callable[..., Decision], measures: Any, days: int
    ) -> None:
        decision = decide(measures=measures)
        until = decision.appealable_until
        assert until is not None
        assert (until - timezone.now()).days in (days, days + 1)

        with clock_at(until + timedelta(minutes=1)), pytest.raises(ActionRefused, match="期限"):
            filed(decision)
        with clock_at(until - timedelta(minutes=1)):
            assert filed(decision).status == "filed"

    def test_a_letter_counts_from_the_day_it_arrived(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        decision = decide()
        until = decision.appealable_until
        assert until is not None

        with clock_at(until + timedelta(days=2)):
            appeal = filed(
                decision, channel="letter", filed_at=until - timedelta(hours=1), **grounds(handler)
            )

        assert appeal.statements.get().person == handler.person
        assert appeal.acceptance_clock.started_at == appeal.filed_at

    @pytest.mark.parametrize("change", [{"words": " "}, {"ground": "x"}, {"channel": "x"}])
    def test_what_says_nothing_is_refused(
        self, decide: Callable[..., Decision], change: dict[str, str]
    ) -> None:
        with pytest.raises(InvalidInput):
            filed(decide(), **change)

        assert not Appeal.objects.exists()
        assert not AppealStatement.objects.exists()

    def test_moderators_file_none(self, decide: Callable[..., Decision], staff: Staff) -> None:
        with pytest.raises(NotPermitted):
            filed(decide(), **grounds(staff.moderator))

    def test_credit_is_disputed_while_it_is_open(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        decision = decide(measures=suspension(7))
        score = CreditScore.objects.get(subject=decision.account.subject)
        before = score.grade

        appeal = filed(decision)

        assert disputed_among([decision.pk]) == {decision.pk}
        rule(accept(appeal, handler), handler, "confirmed")
        assert disputed_among([decision.pk]) == set()
        score.refresh_from_db()
        assert score.grade == before

    def test_the_database_keeps_to_the_window_and_to_what_stands(
        self, decide: Callable[..., Decision]
    ) -> None:
        appeal = filed(decide())
        columns = [f.column for f in Appeal._meta.local_concrete_fields if f.column != "id"]

        def copied(**values: str) -> str:
            picked = ", ".join(values.get(column, f'"{column}"') for column in columns)
            quoted = ", ".join(f'"{column}"' for column in columns)
            return refused_by(
                f"INSERT INTO enforcement_appeal ({quoted}) SELECT {picked}"
                " FROM enforcement_appeal WHERE id = %s",
                appeal.pk,
            )

        assert copied(filed_at="now() + interval '1 year'") == "appeal_in_time"
        assert copied(filed_at="now() - interval '1 year'") == "appeal_in_time"


class TestTakingUp:
    def test_accepted_it_is_due_in_seven_working_days(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        appeal = accept(filed(decide()), handler)

        assert (appeal.status, appeal.handler) == ("accepted", handler.person)
        assert appeal.decision_clock is not None
        assert appeal.decision_clock.step == "appeal_decision"
        assert appeal.work_item.clock_id == appeal.decision_clock_id
        assert "enforcement.appeal_accepted" in purposes(appeal)
        assert Participation.objects.get(matter=appeal.matter, person=handler.person).side == (
            Side.APPEAL
        )

    def test_not_accepted_with_a_reason_that_is_told(
        self, decide: Callable[..., Decision], handler: StaffUser
    ) -> None:
        appeal = filed(decide())
        fence = hold(appeal, handler)

        with pytest.raises(InvalidInput):
            taking_up.refuse_appeal(
                appeal=fresh(appeal), refusal="x", text=TOLD, fence=fence, **grounds(handler)
            )
        taking_up.refuse_appeal(
            appeal=fresh(appeal),
            refusal="nothing_contested",
            text=TOLD,
            fence=fence,
            **grounds(handler),
        )

        appeal = fresh(appeal)
        assert (appeal.status, appeal.refusal) == ("refused", "nothing_contested")
        assert appeal.work_item.closed_at is not None
        told = Notice.objects.about(appeal).filter(purpose="enforcement.appeal_refused")
        assert all(TOLD in each.text for each in told)

    @pytest.mark.parametrize("who", ["moderator", "supervisor"])
    def test_nobody_who_decided_takes_it(
        self,
        decide: Callable[..., Decision],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
        who: str,
    ) -> None:
        appeal = filed(decide(measures=suspension(7)))
        # Another login of the same person, with the role of those who hear appeals.
        same = staff_user(
            "complaint_handler", person=getattr(staff, who).person, username=f"again-{who}"
        )

        with pytest.raises(SamePerson):
            work.claim_item(work_item=appeal.work_item, actor=same)

    def test_whoever_attached_evidence_does_not_hear_it(
        self,
        decide: Callable[..., Decision],
        attach: Callable[..., Any],
        staff_user: Callable[..., StaffUser],
    ) -> None:
        decision = decide()
        collector = staff_user("moderator")
        attach(decision.case, actor=collector)
        appeal = filed(decision)
        same = staff_user("complaint_handler", person=collector.person, username="again")

        with pytest.raises(SamePerson):
            work.claim_item(work_item=appeal.work_item, actor=same)

    def test_without_holding_it_nothing_is_done(
        self, decide: Callable[..., Decision], handler: StaffUser, another: StaffUser
    ) -> None:
        appeal = filed(decide())
        fence = hold(appeal, handler)

        with pytest.raises(StaleLease):
            taking_up.accept_appeal(appeal=fresh(appeal), fence=fence, **grounds(another))
        assert fresh(appeal).status == "filed"

    def test_withdrawn_it_ends_and_nothing_is_decided(
        self, decide: Callable[..., Decision], handler: StaffUser, system: StaffUser
    ) -> None:
        decision = decide(measures=suspension(7))
        appeal = accept(filed(decision), handler)

        taking_up.withdraw_appeal(appeal=appeal, **grounds(system))

        appeal = fresh(appeal)
        assert appeal.status == "withdrawn"
        assert not Clock.objects.filter(appeal_to_decide=appeal, state="running").exists()
        assert Decision.objects.get(pk=decision.pk).status == "in_force"
        with pytest.raises(ActionRefused):
            taking_up.withdraw_appeal(appeal=appeal, **grounds(system))
