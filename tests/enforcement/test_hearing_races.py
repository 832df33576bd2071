"""At one moment: an operator speaks, the time runs out, somebody approves, two confirm."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from compliance.errors import ActionRefused
from compliance.models import Approval, StaffUser
from compliance.notices import dispatch
from enforcement.hearing_words import StatementKind
from enforcement.models import Case, Decision, EmergencyHold, Hearing, HearingStatement, Measure
from enforcement.services.hearings import ending
from enforcement.services.hearings.answering import receive_statement
from enforcement.services.holds import confirming
from reports.demo.clock import clock_at
from tests.enforcement.conftest import P, Staff, approve, propose, suspension
from tests.enforcement.test_emergency_holds import again, place
from tests.enforcement.test_races import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)


def speak(hearing: Hearing, system: StaffUser) -> Any:
    return receive_statement(
        hearing=Hearing.objects.get(pk=hearing.pk),
        kind=StatementKind.FINAL,
        words="当日已经自行删除并致歉",
        actor=system,
        provision=P,
        reason="运营者陈述",
    )


def test_an_operator_who_speaks_while_the_time_runs_out_is_heard_or_not_but_never_both(
    open_case: Callable[..., Case], staff: Staff, system: StaffUser, settings: Any
) -> None:
    settings.NOTICE_HOLD_SECONDS = 0
    dispatch.drain_outbox()
    with clock_at(timezone.now() - timedelta(days=30)):
        decision = propose(open_case(), staff.moderator, measures=suspension(7), is_heard=False)
        dispatch.drain_outbox()
    hearing = decision.hearing
    assert hearing is not None

    results = at_once(
        lambda: speak(hearing, system),
        lambda: ending.end_in_silence(
            hearing=Hearing.objects.get(pk=hearing.pk),
            actor=system,
            provision=P,
            reason="期限届满",
        ),
    )

    hearing.refresh_from_db()
    assert len(refusals(results)) == 1
    assert hearing.status == "lapsed"
    assert not HearingStatement.objects.exists()
    assert Decision.objects.get().heard_as == "lapsed"


def test_two_last_words_at_once_are_one(
    open_case: Callable[..., Case], staff: Staff, system: StaffUser
) -> None:
    hearing = propose(open_case(), staff.moderator, measures=suspension(7), is_heard=False).hearing
    assert hearing is not None

    results = at_once(lambda: speak(hearing, system), lambda: speak(hearing, system))

    assert len(refusals(results)) == 1
    assert HearingStatement.objects.count() == 1


def test_nobody_approves_past_a_statement_that_arrives_at_that_moment(
    open_case: Callable[..., Case], staff: Staff, system: StaffUser
) -> None:
    decision = propose(open_case(), staff.moderator, measures=suspension(7), is_heard=False)
    hearing = decision.hearing
    assert hearing is not None

    results = at_once(
        lambda: speak(hearing, system),
        lambda: approve(Decision.objects.get(pk=decision.pk), staff.supervisor),
    )

    # Before it the hearing is open, after it there is a statement that was not weighed.
    assert len(refusals(results)) == 1
    assert HearingStatement.objects.count() == 1
    assert not Approval.objects.exists()
    assert not Measure.objects.exists()
    assert Decision.objects.get().status == "proposed"


def test_two_who_confirm_a_hold_at_once_confirm_it_once(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    hold = place(open_case(), staff.moderator)
    copies = again(hold), again(hold)

    results = at_once(
        *(
            lambda copy=copy, actor=actor: confirming.confirm_hold(
                hold=copy, actor=actor, provision=P, reason="情况属实，予以确认"
            )
            for copy, actor in zip(copies, (staff.supervisor, staff.officer), strict=True)
        )
    )

    assert len(refusals(results)) == 1
    assert Approval.objects.count() == 1
    assert again(hold).status == "confirmed"


def test_two_moderators_at_once_place_one_hold(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    case, other = open_case(), staff_user("moderator")
    copies = [Case.objects.get(pk=case.pk) for _number in range(2)]

    results = at_once(lambda: place(copies[0], staff.moderator), lambda: place(copies[1], other))

    assert len(refusals(results)) == 1
    assert isinstance(refusals(results)[0], ActionRefused)
    assert EmergencyHold.objects.count() == 1
