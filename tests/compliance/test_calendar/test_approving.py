"""A year's notice is approved, counts, and moves what follows."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from compliance import clocks, proposals
from compliance.clocks.calendar_files import read_days
from compliance.clocks.notices import (
    NoticeDraft,
    approve_notice,
    import_notice,
    preview_notice,
    propose_notice,
)
from compliance.clocks.reconciliation import reconcile_clocks
from compliance.errors import ActionRefused, NotPermitted, SamePerson
from compliance.models import CalendarNotice, CalendarSource, Clock, Proposal, StaffUser
from tests.compliance.test_calendar.conftest import HEADER, ROWS_2027, TITLE, at, grounds, told


def draft(text: str = ROWS_2027, year: int = 2027, title: str = TITLE) -> NoticeDraft:
    return NoticeDraft(year, title, read_days((HEADER + text).encode(), year))


@pytest.fixture
def officer(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("compliance_officer")


@pytest.fixture
def supervisor(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("supervisor")


@pytest.mark.django_db
class TestApproval:
    def test_counts_when_a_second_person_has_approved_it_and_not_before(
        self, across_new_year: Clock, officer: StaffUser, supervisor: StaffUser
    ) -> None:
        proposal = propose_notice(draft=draft(), **grounds(officer))
        across_new_year.refresh_from_db()
        untouched = across_new_year.due_at

        notice, moved = approve_notice(
            proposal=Proposal.objects.get(pk=proposal.pk), **grounds(supervisor, "与通知一致")
        )

        across_new_year.refresh_from_db()
        assert untouched == at("2027-01-05T00:00")
        assert across_new_year.due_at == at("2027-01-06T00:00")
        assert json.loads(proposal.content)["clocks_moved"] == len(moved) == 1
        assert (notice.source, notice.entered_by) == (CalendarSource.NOTICE, supervisor.person)
        assert across_new_year.events.latest("number").reason == "与通知一致"

    def test_the_preview_says_what_the_approval_then_does(self, across_new_year: Clock) -> None:
        (moved,) = preview_notice(draft())

        assert (moved.before.due_at, moved.after.due_at) == (
            at("2027-01-05T00:00"),
            at("2027-01-06T00:00"),
        )
        across_new_year.refresh_from_db()
        assert across_new_year.due_at == moved.before.due_at

    def test_nobody_approves_what_they_proposed_and_nothing_moves(
        self, across_new_year: Clock, staff_user: Callable[..., StaffUser]
    ) -> None:
        both = staff_user("compliance_officer", "supervisor")
        proposal = propose_notice(draft=draft(), **grounds(both))

        with pytest.raises(SamePerson):
            approve_notice(proposal=proposal, **grounds(both))

        assert not CalendarNotice.objects.filter(year=2027).exists()
        assert across_new_year.events.count() == 1

    def test_the_officer_who_did_not_propose_cannot_stand_in_for_the_supervisor(
        self, officer: StaffUser, staff_user: Callable[..., StaffUser]
    ) -> None:
        proposal = propose_notice(draft=draft(), **grounds(officer))

        with pytest.raises(NotPermitted):
            approve_notice(proposal=proposal, **grounds(staff_user("compliance_officer")))

        assert not CalendarNotice.objects.filter(year=2027).exists()

    def test_one_notice_a_year_waits_at_a_time(self, officer: StaffUser) -> None:
        propose_notice(draft=draft(), **grounds(officer))

        with pytest.raises(ActionRefused, match="2027"):
            propose_notice(draft=draft(), **grounds(officer))

        assert Proposal.objects.filter(kind="calendar_notice").count() == 1

    def test_what_was_proposed_before_another_notice_came_is_not_approved(
        self, officer: StaffUser, supervisor: StaffUser, system: StaffUser
    ) -> None:
        proposal = propose_notice(draft=draft(), **grounds(officer))
        import_notice(draft=draft(), source=CalendarSource.FILE, **grounds(system))

        with pytest.raises(ActionRefused, match="2027"):
            approve_notice(proposal=proposal, **grounds(supervisor))

        assert CalendarNotice.objects.get(year=2027).source == CalendarSource.FILE
        assert not proposal.approvals.exists()

    def test_no_person_enters_a_notice_without_the_second_one(self, officer: StaffUser) -> None:
        with pytest.raises(NotPermitted):
            import_notice(draft=draft(), source=CalendarSource.FILE, **grounds(officer))

        assert not CalendarNotice.objects.filter(year=2027).exists()

    def test_a_moderator_proposes_nothing(self, staff_user: Callable[..., StaffUser]) -> None:
        with pytest.raises(NotPermitted):
            propose_notice(draft=draft(), **grounds(staff_user("moderator")))

        assert not Proposal.objects.exists()


@pytest.mark.django_db
class TestMoving:
    def test_a_correction_moves_the_date_back(
        self, across_new_year: Clock, system: StaffUser
    ) -> None:
        import_notice(draft=draft(), source=CalendarSource.FILE, **grounds(system))
        import_notice(
            draft=draft("2027-02-05,no,春节\n"), source=CalendarSource.FILE, **grounds(system)
        )

        across_new_year.refresh_from_db()
        assert across_new_year.due_at == at("2027-01-05T00:00")
        assert across_new_year.events.count() == 3

    def test_what_stands_still_what_is_stopped_and_what_counts_no_working_days(
        self, across_new_year: Clock, system: StaffUser
    ) -> None:
        with told(at("2026-12-30T10:00")):
            stopped = clocks.start_clock(step="application_review", **grounds(system))
            clocks.stop_clock(clock=stopped, **grounds(system))
            window = clocks.start_clock(step="appeal_window", **grounds(system))
            clocks.pause_clock(clock=across_new_year, **grounds(system))

        import_notice(draft=draft(), source=CalendarSource.FILE, **grounds(system))

        across_new_year.refresh_from_db()
        assert across_new_year.state == "paused"
        assert across_new_year.due_at == at("2027-01-06T00:00")
        assert stopped.events.count() == 2
        assert window.events.count() == 1
        assert reconcile_clocks(actor=system).is_clean

    def test_a_few_statements_move_many(
        self, system: StaffUser, django_assert_max_num_queries: Any
    ) -> None:
        with told(at("2026-12-30T10:00")):
            made = clocks.start_clocks(step="application_review", count=400, **grounds(system))

        with django_assert_max_num_queries(40):
            _notice, moved = import_notice(
                draft=draft(), source=CalendarSource.FILE, **grounds(system)
            )

        assert len(moved) == len(made)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db
class TestDatabase:
    def refused(self, statement: str, *values: object) -> str:
        with (
            pytest.raises(DatabaseError) as caught,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, values)
        return caught.value.__cause__.diag.constraint_name or str(caught.value)  # type: ignore[union-attr]

    def test_calendarday_with_its_notice(self) -> None:
        # The notices that migrations have laid are of an earlier transaction.
        notice = CalendarNotice.objects.get(year=2026)

        assert (
            self.refused(
                "INSERT INTO compliance_calendarday (notice_id, year, date, is_working_day, name)"
                " VALUES (%s, 2026, '2026-07-01', false, '')",
                notice.pk,
            )
            == "calendarday_with_its_notice"
        )

    @pytest.mark.parametrize(
        ("year", "day", "worked", "name"),
        [
            (2027, "2028-01-03", False, "calendarday_in_year_of_notice"),
            (2028, "2028-01-03", False, "calendarday_of_notice"),
            (2027, "2027-01-02", False, "calendarday_differs_from_the_week"),
            (2027, "2027-01-04", True, "calendarday_differs_from_the_week"),
        ],
    )
    def test_days_of_a_notice(
        self, system: StaffUser, year: int, day: str, worked: bool, name: str
    ) -> None:
        notice, _moved = import_notice(draft=draft(), source=CalendarSource.FILE, **grounds(system))

        assert (
            self.refused(
                "INSERT INTO compliance_calendarday (notice_id, year, date, is_working_day, name)"
                " VALUES (%s, %s, %s, %s, '')",
                notice.pk,
                year,
                day,
                worked,
            )
            == name
        )

    def test_calendarnotice_entered_only_if_approved(self, system: StaffUser) -> None:
        assert (
            self.refused(
                "INSERT INTO compliance_calendarnotice (year, source, title, entered_by_id, reason)"
                " VALUES (2027, 'notice', 'x', %s, 'x')",
                system.person_id,
            )
            == "calendarnotice_entered_only_if_approved"
        )

    def test_a_returned_proposal_enters_nothing(
        self, officer: StaffUser, supervisor: StaffUser
    ) -> None:
        proposal = propose_notice(draft=draft(), **grounds(officer))
        proposals.return_proposal(proposal=proposal, **grounds(supervisor))

        assert (
            self.refused(
                "INSERT INTO compliance_calendarnotice (year, source, title, entered_by_id, reason,"
                " proposal_id, approved_result) VALUES (2027, 'notice', 'x', %s, 'x', %s,"
                " 'approved')",
                officer.person_id,
                proposal.pk,
            )
            == "calendarnotice_approval_is_real"
        )

    def test_what_was_entered_is_not_changed(self) -> None:
        assert "permission denied" in self.refused("UPDATE compliance_calendarday SET name = ''")
