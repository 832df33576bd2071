"""A list is approved by two others, given back, taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import PublicAccount
from compliance.errors import ActionRefused, NotPermitted, ProposalClosed, SamePerson
from compliance.models import Approval, StaffUser
from enforcement.models import BulkDecision, Case, Decision
from enforcement.services.bulk import proposing
from tests.enforcement import bulk as lists
from tests.enforcement.conftest import Staff
from tests.enforcement.test_bulk_decisions.conftest import grounds

pytestmark = pytest.mark.django_db


class TestApproval:
    def test_two_others_approve_and_the_list_is_queued_to_be_carried_out(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        bulk = lists.approved(ring, staff)

        assert bulk.status == "approved"
        assert bulk.held_until is not None
        assert bulk.approved_at is not None
        assert bulk.held_until - bulk.approved_at == timedelta(hours=2)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s",
                [proposing.CARRY_OUT_TASK],
            )
            assert cursor.fetchone() == (1,)

    def test_nobody_approves_a_list_of_their_own_or_twice(
        self, ring: list[PublicAccount], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        bulk = lists.propose(ring, staff.moderator)
        own = staff_user("supervisor", person=staff.moderator.person)
        with pytest.raises(SamePerson):
            lists.approve(bulk, own)
        lists.approve(bulk, staff.supervisor)
        second = staff_user("compliance_officer", person=staff.supervisor.person)
        with pytest.raises(SamePerson):
            lists.approve(bulk, second)

        bulk.refresh_from_db()
        assert (bulk.status, Approval.objects.count()) == ("proposed", 1)

    def test_two_supervisors_are_not_the_two_that_it_needs(
        self, ring: list[PublicAccount], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        bulk = lists.propose(ring, staff.moderator)
        lists.approve(bulk, staff.supervisor)

        with pytest.raises(NotPermitted):
            lists.approve(bulk, staff_user("supervisor"))

        bulk.refresh_from_db()
        assert bulk.status == "proposed"

    def test_a_program_approves_no_list(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.propose(ring, staff.moderator)

        with pytest.raises(NotPermitted):
            lists.approve(bulk, system)

        assert not Approval.objects.exists()

    def test_whoever_collected_the_evidence_does_not_approve(
        self,
        ring: list[PublicAccount],
        open_case: Callable[..., Case],
        attach: Callable[..., object],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        lead = open_case(ring[0])
        attach(lead, actor=staff_user("moderator", person=staff.supervisor.person))
        bulk = lists.propose(ring, staff.moderator, lead_case=lead)

        with pytest.raises(SamePerson):
            lists.approve(bulk, staff.supervisor)

        assert not Approval.objects.exists()

    def test_a_returned_list_stays_returned(self, ring: list[PublicAccount], staff: Staff) -> None:
        bulk = lists.propose(ring, staff.moderator)
        proposing.return_bulk(bulk=bulk, **grounds(staff.supervisor, "第三个账号不属于该团伙"))

        with pytest.raises(ProposalClosed):
            lists.approve(bulk, staff.officer)

        bulk.refresh_from_db()
        assert bulk.status == "returned"
        assert not Decision.objects.exists()

    def test_drafts_and_proposals_are_taken_back_by_whoever_made_them(
        self, ring: list[PublicAccount], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        drafted, proposed = lists.draft(ring, staff.moderator), lists.propose(ring, staff.moderator)
        with pytest.raises(ActionRefused):
            proposing.withdraw_bulk(bulk=proposed, **grounds(staff_user("moderator")))

        for each in (drafted, proposed):
            proposing.withdraw_bulk(bulk=each, **grounds(staff.moderator))

        assert {each.status for each in BulkDecision.objects.all()} == {"withdrawn"}
