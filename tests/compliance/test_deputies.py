"""Deputies give an approval for a while; the bounds hold below every door."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from compliance import deputies, proposals, work
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NotPermitted,
    SamePerson,
)
from compliance.models import ActionLog, Approval, Deputy, Person, Proposal, Side, StaffUser
from compliance.proposals import take_part
from tests.compliance.clocks import clock_due
from tests.compliance.desk_cases import QUEUE, SLOT, P, fresh, propose, sql

pytestmark = pytest.mark.usefixtures("queue")
Make = Callable[..., StaffUser]
# Carried by the supervisor's role alone.
APPROVES = "enforcement.approve_decision"


def name_deputy(deputy: StaffUser, by: StaffUser, **changes: Any) -> Deputy:
    now = timezone.now()
    given: dict[str, Any] = {
        "deputy": changes.pop("person", deputy.person),
        "permission": SLOT,
        "valid_from": now - timedelta(hours=1),
        "valid_until": now + timedelta(days=5),
        "actor": by,
        "provision": P,
        "reason": "主管休假",
        **changes,
    }
    return deputies.name_deputy(**given)


def approve(proposal: Proposal, actor: StaffUser) -> bool:
    return proposals.approve_proposal(
        proposal=proposal, actor=fresh(actor), provision=P, reason="同意，事实清楚"
    )


def store_approval(proposal: Proposal, approver: Person, deputy: Deputy) -> None:
    """Insert an approval as deputy with SQL, past every service."""
    sql(
        "INSERT INTO compliance_approval (proposal_id, matter_id, proposer_id, approver_id,"
        " approver_side, slot, verdict, reason, as_deputy_id)"
        " VALUES (%s, %s, %s, %s, %s, 1, 'approve', 'x', %s)",
        proposal.pk,
        proposal.matter_id,
        proposal.proposer_id,
        approver.pk,
        proposal.approver_side,
        deputy.pk,
    )


@pytest.mark.django_db
class TestStandingIn:
    def test_a_deputy_gives_the_approval_and_the_record_says_as_whose(
        self, staff_user: Make
    ) -> None:
        proposal, stand_in = propose(staff_user("moderator")), staff_user("moderator")
        deputy = name_deputy(stand_in, staff_user("supervisor"))

        assert approve(proposal, stand_in) is True

        assert Approval.objects.get().as_deputy == deputy
        row = ActionLog.objects.for_object(proposal).latest("id")
        assert row.changes["as_deputy"] == deputy.pk

    def test_whoever_holds_the_role_approves_by_it_though_named(self, staff_user: Make) -> None:
        proposal, supervisor = propose(staff_user("moderator")), staff_user("supervisor")
        name_deputy(supervisor, staff_user("supervisor"))

        approve(proposal, supervisor)

        assert Approval.objects.get().as_deputy is None

    def test_a_deputy_for_one_matter_stands_in_there_and_nowhere_else(
        self, staff_user: Make
    ) -> None:
        one, other = propose(staff_user("moderator")), propose(staff_user("moderator"))
        stand_in = staff_user("moderator")
        name_deputy(stand_in, staff_user("supervisor"), matter=one.matter)

        with pytest.raises(NotPermitted):
            approve(other, stand_in)

        assert approve(one, stand_in) is True
        assert not fresh(stand_in).has_perm(SLOT)

    def test_a_deputy_for_all_matters_takes_from_the_approvers_queue(
        self, staff_user: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(work._queues, QUEUE, work.Queue(QUEUE, "x", SLOT, "admin:index"))
        proposal, stand_in = propose(staff_user("moderator")), staff_user("moderator")
        item = work.open_item(queue=QUEUE, clock=clock_due(timezone.now()), proposal=proposal)
        with pytest.raises(NotPermitted):
            work.claim_next(queue=QUEUE, actor=fresh(stand_in))

        name_deputy(stand_in, staff_user("supervisor"))

        assert work.claim_next(queue=QUEUE, actor=fresh(stand_in)).pk == item.pk

    def test_a_deputy_for_one_matter_takes_its_item_by_choosing_it(
        self, staff_user: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(work._queues, QUEUE, work.Queue(QUEUE, "x", SLOT, "admin:index"))
        proposal, stand_in = propose(staff_user("moderator")), staff_user("moderator")
        item = work.open_item(queue=QUEUE, clock=clock_due(timezone.now()), proposal=proposal)
        name_deputy(stand_in, staff_user("supervisor"), matter=proposal.matter)

        assert work.claim_item(work_item=item, actor=fresh(stand_in)).pk == item.pk
        with pytest.raises(NotPermitted):
            work.claim_item(work_item=item, actor=staff_user("moderator"))

    def test_it_ends_by_the_clock_alone(self, staff_user: Make) -> None:
        proposal, stand_in = propose(staff_user("moderator")), staff_user("moderator")
        deputy = name_deputy(stand_in, staff_user("supervisor"))

        with time_machine.travel(deputy.valid_until + timedelta(seconds=1), tick=False):
            assert not fresh(stand_in).has_perm(SLOT)
            with pytest.raises(NotPermitted):
                approve(proposal, stand_in)

        assert not Approval.objects.exists()

    def test_it_ends_early_by_who_names_deputies_and_what_was_approved_stands(
        self, staff_user: Make
    ) -> None:
        stand_in, supervisor = staff_user("moderator"), staff_user("supervisor")
        first, second = propose(staff_user("moderator")), propose(staff_user("moderator"))
        deputy = name_deputy(stand_in, supervisor)
        approve(first, stand_in)
        with pytest.raises(NotPermitted):
            deputies.end_deputy(
                deputy=deputy, actor=staff_user("moderator"), provision=P, reason="x"
            )

        deputies.end_deputy(deputy=deputy, actor=supervisor, provision=P, reason="主管已返岗")

        with pytest.raises(NotPermitted):
            approve(second, stand_in)
        assert first.outcome.result == "approved"
        with pytest.raises(ActionRefused):
            deputies.end_deputy(deputy=deputy, actor=supervisor, provision=P, reason="再次")

    def test_a_deputy_never_approves_their_own_proposal_nor_from_another_side(
        self, staff_user: Make
    ) -> None:
        stand_in, supervisor = staff_user("moderator"), staff_user("supervisor")
        name_deputy(stand_in, supervisor)
        own, elsewhere = propose(stand_in), propose(staff_user("moderator"))
        take_part(elsewhere.matter, stand_in, Side.APPEAL)

        for proposal in (own, elsewhere):
            with pytest.raises(SamePerson):
                approve(proposal, stand_in)

        assert not Approval.objects.exists()

    def test_whom_the_proposer_named_does_not_approve_for_them(self, staff_user: Make) -> None:
        proposer, stand_in = staff_user("supervisor"), staff_user("moderator")
        name_deputy(stand_in, proposer)

        with pytest.raises(NotPermitted):
            approve(propose(proposer), stand_in)

        assert not Approval.objects.exists()


@pytest.mark.django_db
class TestNaming:
    @pytest.mark.parametrize("role", ["moderator", "auditor", "system_administrator"])
    def test_only_those_with_the_right_name_deputies(self, staff_user: Make, role: str) -> None:
        with pytest.raises(NotPermitted):
            name_deputy(staff_user("moderator"), staff_user(role))

        assert not Deputy.objects.exists()

    def test_nobody_names_themself_or_for_what_is_no_approval(self, staff_user: Make) -> None:
        supervisor = staff_user("supervisor")

        with pytest.raises(InvalidInput):
            name_deputy(supervisor, supervisor)
        with pytest.raises(InvalidInput):
            name_deputy(
                staff_user("moderator"), supervisor, permission="compliance.change_staffuser"
            )

        assert not Deputy.objects.exists()

    @pytest.mark.parametrize("role", ["auditor", "system_administrator"])
    def test_no_holder_of_an_excluded_role_stands_in(self, staff_user: Make, role: str) -> None:
        with pytest.raises(InvalidInput):
            name_deputy(staff_user(role), staff_user("supervisor"), permission=APPROVES)

        assert not Deputy.objects.exists()

    def test_it_needs_a_reason_a_login_and_a_time_of_thirty_days_at_most(
        self, staff_user: Make, make_person: Callable[..., Person]
    ) -> None:
        supervisor, moderator, now = (
            staff_user("supervisor"),
            staff_user("moderator"),
            timezone.now(),
        )

        with pytest.raises(MissingReason):
            name_deputy(moderator, supervisor, reason=" ")
        for changes in (
            {"person": make_person()},
            {"valid_until": now - timedelta(minutes=1)},
            {"valid_from": now, "valid_until": now + timedelta(days=31)},
        ):
            with pytest.raises(InvalidInput):
                name_deputy(moderator, supervisor, **changes)

        assert not Deputy.objects.exists()

    def test_nobody_who_took_part_in_the_matter_names_or_is_named_for_it(
        self, staff_user: Make
    ) -> None:
        proposer, supervisor = staff_user("supervisor"), staff_user("supervisor")
        matter = propose(proposer).matter

        with pytest.raises(NotPermitted):
            name_deputy(staff_user("moderator"), proposer, matter=matter)
        with pytest.raises(InvalidInput):
            name_deputy(proposer, supervisor, matter=matter)

        assert not Deputy.objects.exists()


@pytest.mark.django_db
class TestWhatTheDatabaseHolds:
    def test_no_approval_rests_on_a_deputy_who_is_none_for_it(self, staff_user: Make) -> None:
        supervisor, proposer = staff_user("supervisor"), staff_user("supervisor")
        stand_in, other = staff_user("moderator"), staff_user("moderator")
        proposal, elsewhere = propose(proposer), propose(proposer)
        take_part(proposal.matter, stand_in, Side.DECIDED)
        now = timezone.now()
        wrong = [
            name_deputy(stand_in, supervisor, matter=elsewhere.matter),
            name_deputy(stand_in, supervisor, valid_from=now + timedelta(days=1)),
            self.ended(stand_in, supervisor),
            self.over(stand_in, supervisor, now),
            name_deputy(stand_in, proposer),
        ]

        for deputy in wrong:
            with pytest.raises(IntegrityError, match="no deputy"), transaction.atomic():
                store_approval(proposal, stand_in.person, deputy)
        somebody_elses = name_deputy(other, supervisor)
        with pytest.raises(IntegrityError), transaction.atomic():
            store_approval(proposal, stand_in.person, somebody_elses)

        store_approval(proposal, stand_in.person, name_deputy(stand_in, supervisor))

    def ended(self, stand_in: StaffUser, supervisor: StaffUser) -> Deputy:
        deputy = name_deputy(stand_in, supervisor)
        deputies.end_deputy(deputy=deputy, actor=supervisor, provision=P, reason="提前结束")
        return deputy

    def over(self, stand_in: StaffUser, supervisor: StaffUser, now: datetime) -> Deputy:
        with time_machine.travel(now - timedelta(days=9), tick=False):
            return name_deputy(
                stand_in,
                supervisor,
                valid_from=now - timedelta(days=9),
                valid_until=now - timedelta(days=1),
            )

    @pytest.mark.parametrize(
        ("name", "column", "value"),
        [
            ("deputy_for_a_month_at_most", "valid_until", "now() + interval '31 days'"),
            ("deputy_ends_after_it_begins", "valid_until", "now() - interval '1 day'"),
            ("deputy_has_reason", "reason", "''"),
            ("deputy_named_by_somebody_else", "given_by_id", "deputy_id"),
        ],
    )
    def test_a_deputys_bounds_hold_by_every_door(
        self, staff_user: Make, name: str, column: str, value: str
    ) -> None:
        stand_in, supervisor = staff_user("moderator"), staff_user("supervisor")
        columns = {
            "version": "1",
            "deputy_id": str(stand_in.person_id),
            "permission": f"'{SLOT}'",
            "given_by_id": str(supervisor.person_id),
            "reason": "'x'",
            "valid_from": "now()",
            "valid_until": "now() + interval '1 day'",
        }
        columns[column] = str(stand_in.person_id) if value == "deputy_id" else value

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            sql(
                f"INSERT INTO compliance_deputy ({', '.join(columns)})"
                f" VALUES ({', '.join(columns.values())})"
            )

    def test_an_excluded_role_is_refused_by_the_database_too(self, staff_user: Make) -> None:
        auditor, supervisor = staff_user("auditor"), staff_user("supervisor")

        with pytest.raises(IntegrityError, match="cannot stand in"), transaction.atomic():
            sql(
                "INSERT INTO compliance_deputy (version, deputy_id, permission, given_by_id,"
                " reason, valid_from, valid_until)"
                " VALUES (1, %s, %s, %s, 'x', now(), now() + interval '1 day')",
                auditor.person_id,
                APPROVES,
                supervisor.person_id,
            )
