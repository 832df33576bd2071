"""Whoever keeps out of a matter does nothing in it, by whichever door."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from compliance import proposals, work
from compliance.errors import (
    ActionRefused,
    MissingReason,
    NothingToClaim,
    NotPermitted,
    Recused,
    StaleLease,
)
from compliance.models import (
    ActionLog,
    Approval,
    Lease,
    Matter,
    Participation,
    Recusal,
    Side,
    StaffUser,
)
from compliance.proposals import open_matter, take_part
from compliance.recusals import recuse
from tests.compliance.desk_cases import QUEUE, P, item_of, propose, sql, take

pytestmark = pytest.mark.usefixtures("queue")
Make = Callable[..., StaffUser]


def keep_out(person: StaffUser, matter: Matter | None = None, **more: object) -> Recusal:
    return recuse(
        person=person.person,
        matter=matter,
        actor=more.pop("actor", person),  # type: ignore[arg-type]
        provision=P,
        reason=more.pop("reason", "运营者是亲属"),  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.django_db
class TestRecuse:
    def test_what_the_person_held_goes_back_and_is_not_offered_again(
        self, staff_user: Make
    ) -> None:
        matter, moderator = open_matter("test"), staff_user("moderator")
        item, other = item_of(matter=matter, side=Side.DECIDED), item_of(hours=9)
        before = take(item, moderator)

        keep_out(moderator, matter)

        with pytest.raises(StaleLease):
            work.require_lease(work_item=item, actor=moderator, fence=before.fence)
        with pytest.raises(Recused):
            work.claim_item(work_item=item, actor=moderator)
        assert work.claim_next(queue=QUEUE, actor=moderator).pk == other.pk
        assert work.claim_next(queue=QUEUE, actor=staff_user("moderator")).pk == item.pk

    def test_they_neither_take_part_nor_propose_nor_approve(self, staff_user: Make) -> None:
        proposal = propose(staff_user("moderator"))
        supervisor = staff_user("supervisor")
        keep_out(supervisor, proposal.matter)

        with pytest.raises(Recused):
            proposals.approve_proposal(
                proposal=proposal, actor=supervisor, provision=P, reason="同意"
            )
        with pytest.raises(Recused):
            proposals.return_proposal(
                proposal=proposal, actor=supervisor, provision=P, reason="退回"
            )
        with pytest.raises(Recused):
            propose(supervisor, matter=proposal.matter)
        with pytest.raises(Recused):
            take_part(proposal.matter, supervisor, Side.APPEAL)

        assert not Approval.objects.exists()
        assert not Participation.objects.filter(person=supervisor.person).exists()

    def test_it_is_logged_with_its_reason_where_the_item_is_read_too(
        self, staff_user: Make
    ) -> None:
        moderator, item = staff_user("moderator"), item_of()

        recusal = keep_out(moderator, work_item=item)

        assert recusal.work_item == item
        rows = ActionLog.objects.order_by("id").filter(reason="运营者是亲属")
        assert [row.action for row in rows] == [
            "compliance.recusal.recuse",
            "compliance.workitem.recuse",
        ]
        with pytest.raises(NothingToClaim):
            work.claim_next(queue=QUEUE, actor=moderator)

    def test_a_supervisor_keeps_a_colleague_out_and_nobody_else_does(
        self, staff_user: Make
    ) -> None:
        matter, moderator = open_matter("test"), staff_user("moderator")

        with pytest.raises(NotPermitted):
            keep_out(moderator, matter, actor=staff_user("moderator"))
        assert not Recusal.objects.exists()

        supervisor = staff_user("supervisor")
        assert keep_out(moderator, matter, actor=supervisor).recorded_by == supervisor.person

    def test_it_needs_a_reason_and_happens_once(self, staff_user: Make) -> None:
        matter, moderator = open_matter("test"), staff_user("moderator")

        with pytest.raises(MissingReason):
            keep_out(moderator, matter, reason=" ")
        assert not Recusal.objects.exists()

        keep_out(moderator, matter)
        with pytest.raises(ActionRefused, match=moderator.person.name):
            keep_out(moderator, matter)
        assert Recusal.objects.count() == 1


@pytest.mark.django_db
class TestWhatTheDatabaseHolds:
    def test_no_statement_lets_a_recused_person_act(self, staff_user: Make) -> None:
        proposal, supervisor = propose(staff_user("moderator")), staff_user("supervisor")
        take_part(proposal.matter, supervisor, Side.DECIDED)
        keep_out(supervisor, proposal.matter)

        for statement, values in (
            (
                "INSERT INTO compliance_approval (proposal_id, matter_id, proposer_id, approver_id,"
                " approver_side, slot, verdict, reason)"
                " VALUES (%s, %s, %s, %s, 'decided', 1, 'approve', 'x')",
                (proposal.pk, proposal.matter_id, proposal.proposer_id, supervisor.person_id),
            ),
            (
                "INSERT INTO compliance_proposal (matter_id, kind, proposer_id, proposer_side,"
                " approver_side, approvals_needed, content, content_sha256, provision, reason)"
                " VALUES (%s, 'test', %s, 'decided', 'decided', 1, '{}', 'x', 'x', 'x')",
                (proposal.matter_id, supervisor.person_id),
            ),
        ):
            with pytest.raises(IntegrityError, match="keeps out"), transaction.atomic():
                sql(statement, *values)
        stranger = staff_user("moderator")
        keep_out(stranger, proposal.matter)
        with pytest.raises(IntegrityError, match="keeps out"), transaction.atomic():
            sql(
                "INSERT INTO compliance_participation (matter_id, person_id, side)"
                " VALUES (%s, %s, 'decided')",
                proposal.matter_id,
                stranger.person_id,
            )

    def test_a_recusal_by_bare_statement_ends_the_lease_all_the_same(
        self, staff_user: Make
    ) -> None:
        matter, moderator = open_matter("test"), staff_user("moderator")
        item = item_of(matter=matter, side=Side.DECIDED)
        before = take(item, moderator)

        sql(
            "INSERT INTO compliance_recusal (person_id, matter_id, reason, recorded_by_id)"
            " VALUES (%s, %s, 'x', %s)",
            moderator.person_id,
            matter.pk,
            moderator.person_id,
        )

        lease = Lease.objects.get(pk=item.pk)
        assert lease.until <= timezone.now()
        assert lease.fence == before.fence + 1

    @pytest.mark.parametrize("name", ["recusal_of_one_thing", "recusal_has_reason"])
    def test_a_recusal_names_one_thing_and_a_reason(self, staff_user: Make, name: str) -> None:
        moderator, matter, item = staff_user("moderator"), open_matter("test"), item_of()
        values = {
            "recusal_of_one_thing": (matter.pk, item.pk, "x"),
            "recusal_has_reason": (matter.pk, None, ""),
        }[name]

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            sql(
                "INSERT INTO compliance_recusal"
                " (person_id, recorded_by_id, matter_id, work_item_id, reason)"
                " VALUES (%s, %s, %s, %s, %s)",
                moderator.person_id,
                moderator.person_id,
                *values,
            )


@pytest.mark.django_db(transaction=True)
def test_a_recusal_and_an_approval_at_once_leave_one_of_the_two(staff_user: Make) -> None:
    for _round in range(8):
        proposal, supervisor = propose(staff_user("moderator")), staff_user("supervisor")
        start = threading.Barrier(2)
        done: list[str] = []

        def approve(
            proposal: object = proposal,
            actor: StaffUser = supervisor,
            start: threading.Barrier = start,
            done: list[str] = done,
        ) -> None:
            start.wait()
            try:
                proposals.approve_proposal(
                    proposal=proposal,  # type: ignore[arg-type]
                    actor=actor,
                    provision=P,
                    reason="同意",
                )
                done.append("approved")
            except (Recused, IntegrityError):
                pass
            finally:
                connection.close()

        def stay_out(
            matter: Matter = proposal.matter,
            actor: StaffUser = supervisor,
            start: threading.Barrier = start,
        ) -> None:
            start.wait()
            try:
                keep_out(actor, matter)
            finally:
                connection.close()

        threads = [threading.Thread(target=approve), threading.Thread(target=stay_out)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        # An approval that came first stands; one that came after the recusal was refused.
        assert Recusal.objects.filter(matter=proposal.matter).count() == 1
        assert Approval.objects.filter(proposal=proposal).exists() == (done == ["approved"])
        with pytest.raises(ActionRefused):
            take_part(proposal.matter, supervisor, Side.DECIDED)
