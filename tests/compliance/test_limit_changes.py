"""Time limits: proposed by one, approved by two, announced seven days before they bind."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from compliance import clocks, proposals
from compliance.clocks.extensions import (
    approve_extension,
    ask_extension,
    due_if_extended,
    open_extension,
    return_extension,
)
from compliance.clocks.limit_changes import (
    LimitDraft,
    approve_limit,
    past_limits,
    propose_limit,
    published_limits,
)
from compliance.clocks.limits import limit_for
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NotPermitted,
    SamePerson,
    TransitionRefused,
)
from compliance.models import (
    ActionLog,
    Clock,
    ClockExtension,
    LimitUnit,
    Proposal,
    StaffUser,
    TimeLimit,
)
from compliance.models.limits import EXTENSIONS, STEP_LABELS, WINDOWS
from compliance.provisions import Provision

pytestmark = pytest.mark.django_db
STEP = "application_review"


def grounds(actor: StaffUser, reason: str = "近三个月审核量上升") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.OPINIONS_2, "reason": reason}


def told(moment: datetime) -> Any:
    return mock.patch.object(timezone, "now", return_value=moment)


def draft(**changes: Any) -> LimitDraft:
    values: dict[str, Any] = {
        "code": STEP,
        "amount": 5,
        "unit": LimitUnit.WORKING_DAY,
        "not_before": timezone.localdate(),
        **changes,
    }
    return LimitDraft(**values)


@pytest.fixture
def officers(staff_user: Callable[..., StaffUser]) -> tuple[StaffUser, StaffUser]:
    return staff_user("compliance_officer"), staff_user("compliance_officer")


@pytest.fixture
def supervisor(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("supervisor")


@pytest.fixture
def announced(officers: tuple[StaffUser, StaffUser], supervisor: StaffUser) -> TimeLimit:
    proposal = propose_limit(draft=draft(), **grounds(officers[0]))
    assert approve_limit(proposal=proposal, **grounds(supervisor)) is None
    limit = approve_limit(proposal=proposal, **grounds(officers[1]))
    assert limit is not None
    return limit


class TestChange:
    def test_is_announced_with_the_second_approval_and_binds_after_seven_days(
        self, announced: TimeLimit
    ) -> None:
        now = timezone.now()
        (shown,) = [each for each in published_limits(now) if each.in_force.code == STEP]

        assert shown.announced == announced
        assert shown.in_force.amount == 3
        assert announced.announced_at is not None
        assert announced.effective_from >= announced.announced_at + timedelta(days=7)
        assert timezone.localtime(announced.effective_from).strftime("%H:%M") == "00:00"
        assert limit_for(STEP, now).amount == 3
        assert limit_for(STEP, announced.effective_from).amount == 5
        assert ActionLog.objects.filter(action="compliance.timelimit.announce").exists()

    def test_is_past_once_another_binds(self, announced: TimeLimit) -> None:
        then = announced.effective_from + timedelta(days=1)

        (shown,) = [each for each in published_limits(then) if each.in_force.code == STEP]

        assert (shown.in_force, shown.announced) == (announced, None)
        assert [each.amount for each in past_limits(then)] == [3]

    def test_what_runs_keeps_the_limit_that_it_started_with(
        self, announced: TimeLimit, system: StaffUser
    ) -> None:
        with told(announced.effective_from - timedelta(days=1)):
            before = clocks.start_clock(step=STEP, **grounds(system))
        with told(announced.effective_from):
            after = clocks.start_clock(step=STEP, **grounds(system))
            clocks.pause_clock(clock=before, **grounds(system))
        with told(announced.effective_from + timedelta(days=1)):
            clocks.resume_clock(clock=before, **grounds(system))

        assert before.limit is not None
        assert (before.limit.amount, after.limit) == (3, announced)

    def test_one_approval_announces_nothing(
        self, officers: tuple[StaffUser, StaffUser], supervisor: StaffUser
    ) -> None:
        proposal = propose_limit(draft=draft(), **grounds(officers[0]))

        assert approve_limit(proposal=proposal, **grounds(supervisor)) is None

        assert TimeLimit.objects.filter(code=STEP).count() == 1

    @pytest.mark.parametrize("who", ["proposer", "supervisor again", "moderator"])
    def test_the_second_approval_is_another_officers(
        self,
        officers: tuple[StaffUser, StaffUser],
        supervisor: StaffUser,
        staff_user: Callable[..., StaffUser],
        who: str,
    ) -> None:
        proposal = propose_limit(draft=draft(), **grounds(officers[0]))
        approve_limit(proposal=proposal, **grounds(supervisor))
        actor = {"proposer": officers[0], "supervisor again": supervisor}.get(who)

        with pytest.raises((SamePerson, NotPermitted)):
            approve_limit(proposal=proposal, **grounds(actor or staff_user("moderator")))

        assert TimeLimit.objects.filter(code=STEP).count() == 1

    @pytest.mark.parametrize(
        "changes",
        [
            {"code": "no_such_step"},
            {"amount": -1},
            {"amount": 99_999},
            {"amount": 0, "unit": LimitUnit.HOUR},
            {"unit": "moon"},
            {"warn_percent": 100},
            {"provision": "statute of nowhere"},
            {"amount": 3},
            {"not_before": timezone.localdate() - timedelta(days=1)},
            {"not_before": timezone.localdate() + timedelta(days=600)},
        ],
    )
    def test_refuses_what_cannot_be_a_limit(
        self, officers: tuple[StaffUser, StaffUser], changes: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidInput):
            propose_limit(draft=draft(**changes), **grounds(officers[0]))

        assert not Proposal.objects.exists()

    def test_one_change_of_a_step_at_a_time(
        self, announced: TimeLimit, officers: tuple[StaffUser, StaffUser]
    ) -> None:
        with pytest.raises(ActionRefused):
            propose_limit(draft=draft(amount=9), **grounds(officers[0]))
        propose_limit(draft=draft(code="case_decision", amount=9), **grounds(officers[0]))
        with pytest.raises(ActionRefused):
            propose_limit(draft=draft(code="case_decision", amount=8), **grounds(officers[1]))

        assert Proposal.objects.filter(kind="time_limit").count() == 2

    def test_every_step_has_a_limit_and_words(self) -> None:
        codes = {each.in_force.code for each in published_limits(timezone.now())}

        assert codes == set(STEP_LABELS)
        assert set(EXTENSIONS) | set(EXTENSIONS.values()) | WINDOWS <= codes
        for step, longer in EXTENSIONS.items():
            present, other = (limit_for(code, timezone.now()) for code in (step, longer))
            assert (other.unit, other.amount > present.amount) == (present.unit, True)


class TestDatabase:
    def refused(self, **changes: Any) -> str:
        values = {
            "code": STEP,
            "amount": 5,
            "unit": "working_day",
            "provision": "platform-default",
            "warn_percent": 70,
            "effective_from": timezone.now() + timedelta(days=30),
            **changes,
        }
        columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
        with (
            pytest.raises(DatabaseError) as caught,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"INSERT INTO compliance_timelimit ({columns}) VALUES ({marks})",
                list(values.values()),
            )
        return caught.value.__cause__.diag.constraint_name  # type: ignore[union-attr,no-any-return]

    def approved(self, officers: tuple[StaffUser, StaffUser], supervisor: StaffUser) -> int:
        proposal = propose_limit(draft=draft(), **grounds(officers[0]))
        for actor in (supervisor, officers[1]):
            proposals.approve_proposal(proposal=proposal, **grounds(actor))
        return proposal.pk

    def test_timelimit_changed_only_if_approved(self) -> None:
        assert self.refused() == "timelimit_changed_only_if_approved"

    def test_timelimit_approval_is_real(
        self, officers: tuple[StaffUser, StaffUser], supervisor: StaffUser
    ) -> None:
        proposal = propose_limit(draft=draft(), **grounds(officers[0]))
        proposals.return_proposal(proposal=proposal, **grounds(supervisor))

        assert (
            self.refused(
                proposal_id=proposal.pk, approved_result="approved", announced_at=self.now()
            )
            == "timelimit_approval_is_real"
        )

    def test_timelimit_announced_seven_days_before(
        self, officers: tuple[StaffUser, StaffUser], supervisor: StaffUser
    ) -> None:
        assert (
            self.refused(
                proposal_id=self.approved(officers, supervisor),
                approved_result="approved",
                announced_at=self.now(),
                effective_from=self.now() + timedelta(days=7, seconds=-1),
            )
            == "timelimit_announced_seven_days_before"
        )

    def test_timelimit_announced_now(
        self, officers: tuple[StaffUser, StaffUser], supervisor: StaffUser
    ) -> None:
        assert (
            self.refused(
                proposal_id=self.approved(officers, supervisor),
                approved_result="approved",
                announced_at=self.now() - timedelta(days=7),
                effective_from=self.now() + timedelta(hours=1),
            )
            == "timelimit_announced_now"
        )

    def now(self) -> datetime:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            return cursor.fetchone()[0]  # type: ignore[no-any-return]


class TestExtension:
    @pytest.fixture
    def clock(self, system: StaffUser) -> Clock:
        return clocks.start_clock(step="case_decision", **grounds(system))

    @pytest.fixture
    def asked(self, clock: Clock, moderator: StaffUser) -> ClockExtension:
        return ask_extension(clock=clock, **grounds(moderator, "案情复杂，需异地核实"))

    @pytest.fixture
    def moderator(self, staff_user: Callable[..., StaffUser]) -> StaffUser:
        return staff_user("moderator")

    def test_moves_the_date_when_a_second_person_approves_and_not_before(
        self, clock: Clock, asked: ClockExtension, supervisor: StaffUser
    ) -> None:
        before = clock.due_at
        expected = due_if_extended(clock, asked.limit)
        clock.refresh_from_db()
        untouched = clock.due_at

        event = approve_extension(extension=asked, **grounds(supervisor, "同意延长"))

        clock.refresh_from_db()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert untouched == before < expected == clock.due_at
        assert clock.extension == asked.limit
        assert asked.limit.amount == 15
        assert (event.kind, event.proposal, event.reason) == ("extend", asked.proposal, "同意延长")
        assert open_extension(clock) is None

    def test_once_and_no_second_time(
        self, clock: Clock, asked: ClockExtension, supervisor: StaffUser, moderator: StaffUser
    ) -> None:
        with pytest.raises(ActionRefused):
            ask_extension(clock=clock, **grounds(moderator))
        approve_extension(extension=asked, **grounds(supervisor))
        with pytest.raises(ActionRefused):
            ask_extension(clock=clock, **grounds(moderator))

        assert ClockExtension.objects.count() == 1

    def test_nobody_approves_what_they_asked_for(
        self, clock: Clock, staff_user: Callable[..., StaffUser]
    ) -> None:
        both = staff_user("moderator", "supervisor")
        asked = ask_extension(clock=clock, **grounds(both))

        with pytest.raises(SamePerson):
            approve_extension(extension=asked, **grounds(both))

        clock.refresh_from_db()
        assert (clock.extension, clock.events.count()) == (None, 1)

    def test_a_returned_request_leaves_the_date_and_may_be_made_anew(
        self, clock: Clock, asked: ClockExtension, supervisor: StaffUser, moderator: StaffUser
    ) -> None:
        return_extension(extension=asked, **grounds(supervisor))

        again = ask_extension(clock=clock, **grounds(moderator, "补充说明"))

        clock.refresh_from_db()
        assert clock.extension is None
        assert open_extension(clock) == again

    def test_what_was_decided_in_the_meantime_gets_no_more_time(
        self, clock: Clock, asked: ClockExtension, supervisor: StaffUser, system: StaffUser
    ) -> None:
        clocks.stop_clock(clock=clock, **grounds(system))

        with pytest.raises(TransitionRefused):
            approve_extension(extension=asked, **grounds(supervisor))

        assert open_extension(clock) == asked
        assert clock.events.count() == 2

    def test_what_is_overdue_or_has_no_longer_limit_is_not_extended(
        self, clock: Clock, moderator: StaffUser, system: StaffUser
    ) -> None:
        review = clocks.start_clock(step=STEP, **grounds(system))

        with told(clock.due_at + timedelta(minutes=1)), pytest.raises(ActionRefused):
            ask_extension(clock=clock, **grounds(moderator))
        with pytest.raises(ActionRefused):
            ask_extension(clock=review, **grounds(moderator))

        assert not ClockExtension.objects.exists()

    def test_an_auditor_asks_for_nothing(
        self, clock: Clock, staff_user: Callable[..., StaffUser]
    ) -> None:
        with pytest.raises(NotPermitted):
            ask_extension(clock=clock, **grounds(staff_user("auditor")))

        assert not ClockExtension.objects.exists()
