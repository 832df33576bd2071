"""A list is carried out one account at a time, whatever happens to one of them."""

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from accounts.enums import GroundKind
from accounts.models import PublicAccount, Restriction
from accounts.services.restrictions import close_account
from compliance.errors import NotPermitted, SamePerson
from compliance.models import Delivery, Participation, PlatformCommand, StaffUser
from compliance.staff import deactivate_login
from enforcement.models import Case, CreditEntry, Decision, Measure, ReportDuty
from enforcement.services import ladder
from enforcement.services.bulk import carrying
from enforcement.services.bulk.lists import Entry
from enforcement.services.decisions import enforce_decision, withdraw_decision
from enforcement.services.reversals import reverse_decision
from tests.enforcement import bulk as lists
from tests.enforcement.conftest import Staff, propose, violation
from tests.enforcement.test_bulk_decisions.conftest import grounds, matrix, of_one_subject

pytestmark = pytest.mark.django_db


class TestCarryingOut:
    def test_each_account_gets_an_ordinary_decision_of_its_own(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        entries = [Entry(each.platform_uid, f"第{each.pk}号账号") for each in ring]
        bulk = lists.approved([], staff, entries=entries, words=matrix())

        done = lists.carry_out(bulk)

        assert [each.problem for each in done] == ["", "", ""]
        assert bulk.status == "done"
        decisions = list(Decision.objects.order_by("pk"))
        assert [each.status for each in decisions] == ["in_force"] * 3
        assert {each.proposed_by for each in decisions} == {staff.moderator.person}
        assert len({each.proposal_id for each in decisions}) == 3
        assert [each.facts.splitlines()[-1] for each in decisions] == [e.line for e in entries]
        assert Measure.objects.filter(status="in_force").count() == 3
        assert Restriction.objects.in_force(timezone.now()).count() == 3
        assert ReportDuty.objects.count() == 3
        assert CreditEntry.objects.count() == 3
        ordered = PlatformCommand.objects.values_list("ground_ref", flat=True)
        assert {each.number for each in decisions} <= set(ordered)
        for each in decisions:
            assert each.clauses.get().text
            assert each.appealable_until is not None
            assert each.case.status == "decided"

    def test_whoever_approved_the_list_took_part_in_the_matter_of_each_account(
        self, ring: list[PublicAccount], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        bulk = lists.approved(ring, staff)
        lists.carry_out(bulk)
        decision = Decision.objects.latest("pk")

        took_part = Participation.objects.filter(matter=decision.case.matter, side="decided")

        assert set(took_part.values_list("person", flat=True)) == {
            each.person_id for each in (staff.moderator, staff.supervisor, staff.officer)
        }
        handler = staff_user("complaint_handler", person=staff.officer.person)
        with pytest.raises(SamePerson):
            reverse_decision(decision=decision, **grounds(handler))

    def test_an_account_that_cannot_be_decided_fails_alone_and_is_tried_again(
        self,
        ring: list[PublicAccount],
        open_case: Callable[..., Case],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        bulk = lists.approved(ring, staff)
        other = staff_user("moderator")
        pending = propose(open_case(ring[1], actor=other), other)

        done = lists.carry_out(bulk)

        failed = bulk.items.get(status="failed")
        assert (failed.account, bool(failed.problem)) == (ring[1], True)
        assert [bool(each.problem) for each in done] == [False, True, False]
        assert Case.objects.filter(account=ring[1]).count() == 1
        withdraw_decision(decision=pending, **grounds(other))
        assert carrying.try_again(bulk=bulk, **grounds(staff.moderator)) == 1
        assert [each.problem for each in lists.carry_out(bulk)] == [""]
        failed.refresh_from_db()
        assert (failed.status, bulk.status) == ("carried_out", "done")

    def test_the_account_of_the_case_with_the_evidence_is_decided_on_in_it(
        self, ring: list[PublicAccount], open_case: Callable[..., Case], staff: Staff
    ) -> None:
        lead = open_case(ring[0])
        bulk = lists.approved(ring, staff, lead_case=lead)

        lists.carry_out(bulk)

        assert bulk.items.get(account=ring[0]).decision.case == lead
        assert Case.objects.count() == 3
        assert lead.number in Case.objects.exclude(pk=lead.pk)[0].summary

    def test_an_account_closed_since_is_not_decided_on(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.approved(ring, staff)
        close_account(
            account=ring[0], ground_kind=GroundKind.DECISION, ground_ref="CZ1", **grounds(system)
        )

        lists.carry_out(bulk)

        assert bulk.items.get(account=ring[0]).status == "failed"
        assert Decision.objects.count() == 2
        assert not Case.objects.filter(account=ring[0]).exists()

    def test_an_unexpected_error_with_one_account_keeps_no_other_waiting(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        bulk = lists.approved(ring, staff)
        wrong = bulk.items.get(account=ring[0])

        def enforce(*, decision: Decision, **more: Any) -> None:
            if decision.account_id == wrong.account_id:
                raise KeyError("x")
            enforce_decision(decision=decision, **more)

        with mock.patch.object(carrying, "enforce_decision", enforce):
            lists.carry_out(bulk)

        wrong.refresh_from_db()
        assert (wrong.status, "KeyError" in wrong.problem) == ("failed", True)
        assert bulk.status == "done"
        assert Decision.objects.count() == 2

    def test_a_list_is_one_offence_and_takes_the_points_once(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        of_one_subject(ring[0], ring[1], system)
        bulk = lists.approved(ring, staff)

        done = lists.carry_out(bulk)

        assert [each.problem for each in done] == ["", "", ""]
        subject = ring[0].subject_id
        assert CreditEntry.objects.filter(subject=subject).count() == 1
        assert {each.offence_number for each in Decision.objects.all()} == {1}
        ring[1].refresh_from_db()
        counted = ladder.propose_step(
            account=ring[1], violation_type=violation("V08.2"), severity=3
        )
        assert counted.proposed.offence_number == 2

    def test_a_stopped_list_goes_on_where_it_was(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.approved(ring, staff)
        work = carrying.carry_out_bulk(bulk=bulk, actor=system)
        next(work)
        carrying.stop_bulk(bulk=bulk, **grounds(staff.supervisor))

        assert list(work) == []
        assert Decision.objects.count() == 1
        carrying.go_on_with_bulk(bulk=bulk, **grounds(staff.moderator))
        lists.carry_out(bulk)

        assert (bulk.status, Decision.objects.count()) == ("done", 3)

    def test_nobody_else_stops_a_list(
        self, ring: list[PublicAccount], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        bulk = lists.approved(ring, staff)

        with pytest.raises(NotPermitted):
            carrying.stop_bulk(bulk=bulk, **grounds(staff_user("moderator")))

        bulk.refresh_from_db()
        assert bulk.status == "approved"

    def test_a_proposer_who_left_proposes_nothing_more(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.approved(ring, staff)
        deactivate_login(staff=staff.moderator, **grounds(system))

        lists.carry_out(bulk)

        assert set(bulk.items.values_list("status", flat=True)) == {"failed"}
        assert not Decision.objects.exists()

    def test_notices_wait_for_one_instant(self, ring: list[PublicAccount], staff: Staff) -> None:
        bulk = lists.approved(ring, staff)

        lists.carry_out(bulk)

        held = Delivery.objects.filter(notice__purpose="enforcement.decision")
        assert held.count() >= 3
        assert set(held.values_list("not_before", flat=True)) == {bulk.held_until}
