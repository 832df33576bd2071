"""Who is away is known, and is given nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from compliance import absences
from compliance.eligibility import absent_people
from compliance.errors import ActionRefused, InvalidInput, MissingReason, NotPermitted
from compliance.models import Absence, ActionLog, StaffUser
from tests.compliance.desk_cases import P, sql

Make = Callable[..., StaffUser]
pytestmark = pytest.mark.django_db


def enter(person: StaffUser, by: StaffUser | None = None, **changes: Any) -> Absence:
    now = timezone.now()
    given: dict[str, Any] = {
        "person": person.person,
        "absent_from": now - timedelta(hours=1),
        "absent_until": now + timedelta(days=3),
        "actor": by or person,
        "provision": P,
        "reason": "年假",
        **changes,
    }
    return absences.enter_absence(**given)


def test_somebody_is_away_from_one_instant_to_another(staff_user: Make) -> None:
    person = staff_user("moderator")

    absence = enter(person)

    assert absent_people(timezone.now()) == {person.person_id: absence.absent_until}
    with time_machine.travel(absence.absent_until + timedelta(seconds=1), tick=False):
        assert absent_people(timezone.now()) == {}
    assert ActionLog.objects.for_object(absence).get().action == "compliance.absence.create"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_absence_is_titled_by_the_name_and_the_local_time(
    staff_user: Make, language: str
) -> None:
    person = staff_user("moderator")
    absence = enter(person, absent_from=datetime(2026, 5, 6, 20, 30, tzinfo=UTC))

    with translation.override(language), timezone.override("Asia/Shanghai"):
        title = str(absence)

    assert title.startswith(f"{person.person.name}: ")
    assert "04:30" in title
    assert "+00:00" not in title


def test_of_two_absences_the_later_end_counts(staff_user: Make) -> None:
    person = staff_user("moderator")
    enter(person)
    longer = enter(person, absent_until=timezone.now() + timedelta(days=9))

    assert absent_people(timezone.now())[person.person_id] == longer.absent_until


def test_whoever_is_back_early_is_there_again(staff_user: Make) -> None:
    person = staff_user("moderator")
    absence = enter(person)

    absences.end_absence(absence=absence, actor=person, provision=P, reason="提前返岗")

    assert absent_people(timezone.now()) == {}
    with pytest.raises(ActionRefused):
        absences.end_absence(absence=absence, actor=person, provision=P, reason="再次")


def test_a_supervisor_enters_and_ends_for_others_and_nobody_else_does(staff_user: Make) -> None:
    person, other, supervisor = (
        staff_user("moderator"),
        staff_user("moderator"),
        staff_user("supervisor"),
    )

    with pytest.raises(NotPermitted):
        enter(person, by=other)
    assert not Absence.objects.exists()
    absence = enter(person, by=supervisor)
    with pytest.raises(NotPermitted):
        absences.end_absence(absence=absence, actor=other, provision=P, reason="x")

    assert absence.entered_by == supervisor.person
    assert absent_people(timezone.now())


def test_a_wrong_period_or_no_reason_enters_nothing(staff_user: Make) -> None:
    person, now = staff_user("moderator"), timezone.now()

    with pytest.raises(MissingReason):
        enter(person, reason="")
    for changes in (
        {"absent_until": now - timedelta(days=1)},
        {"absent_from": now - timedelta(days=3), "absent_until": now - timedelta(days=1)},
    ):
        with pytest.raises(InvalidInput):
            enter(person, **changes)

    assert not Absence.objects.exists()


def test_the_database_refuses_an_end_before_the_beginning(staff_user: Make) -> None:
    number = staff_user("moderator").person_id

    with (
        pytest.raises(IntegrityError, match="absence_ends_after_it_begins"),
        transaction.atomic(),
    ):
        sql(
            "INSERT INTO compliance_absence"
            " (version, person_id, entered_by_id, absent_from, absent_until)"
            " VALUES (1, %s, %s, now(), now() - interval '1 day')",
            number,
            number,
        )
