"""The desk tells the truth: figures against bare SQL, the same few questions whatever waits."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from compliance import absences, deputies, proposals, work
from compliance.desk import stuck, waiting
from compliance.models import OpenProposal, Side, StaffUser
from compliance.proposals import open_matter, take_part
from compliance.recusals import recuse
from tests.compliance.desk_cases import (
    QUEUE,
    SLOT,
    P,
    cards_of,
    fresh,
    give_back,
    hand_over,
    item_of,
    propose,
    sql,
    take,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("queue")]
Make = Callable[..., StaffUser]

AWAITING = """
SELECT count(*) FROM compliance_proposal p
WHERE NOT EXISTS (SELECT 1 FROM compliance_proposaloutcome o WHERE o.proposal_id = p.id)
  AND p.proposer_id <> %(me)s
  AND NOT EXISTS (SELECT 1 FROM compliance_approval a
                  WHERE a.proposal_id = p.id AND a.approver_id = %(me)s)
  AND NOT EXISTS (SELECT 1 FROM compliance_participation t
                  WHERE t.matter_id = p.matter_id AND t.person_id = %(me)s
                    AND t.side <> p.approver_side)
  AND NOT EXISTS (SELECT 1 FROM compliance_recusal r
                  WHERE r.matter_id = p.matter_id AND r.person_id = %(me)s)
  AND EXISTS (SELECT 1 FROM compliance_approvalslot s
              WHERE s.proposal_id = p.id AND s.permission = ANY(%(permissions)s)
                AND NOT EXISTS (SELECT 1 FROM compliance_approval a WHERE a.proposal_id = p.id
                                AND a.slot = s.number AND a.verdict = 'approve'))
"""


class TestCounts:
    def test_awaiting_is_what_the_person_can_approve_and_nothing_else(
        self, staff_user: Make
    ) -> None:
        me, other = staff_user("supervisor"), staff_user("supervisor")
        moderator = staff_user("moderator")
        mine_to_give = [propose(moderator) for _number in range(3)]
        propose(me)  # my own
        approved = propose(moderator)
        proposals.approve_proposal(proposal=approved, actor=other, provision=P, reason="同意")
        half = propose(moderator, SLOT, SLOT)
        proposals.approve_proposal(proposal=half, actor=me, provision=P, reason="同意")
        elsewhere = propose(moderator)
        take_part(elsewhere.matter, me, Side.APPEAL)
        out = propose(moderator)
        recuse(person=me.person, matter=out.matter, actor=me, provision=P, reason="亲属")
        propose(moderator, "compliance.change_staffuser")  # not mine by role

        now = timezone.now()
        found = waiting.awaiting_approval(me, now)

        assert set(found) == set(mine_to_give)
        permissions = list(me.get_group_permissions())
        bare = sql_named(AWAITING, me=me.person_id, permissions=permissions)
        assert waiting.counts_of(me, now).awaiting == bare == 3
        bare = sql_named(AWAITING, me=other.person_id, permissions=permissions)
        assert waiting.counts_of(other, now).awaiting == bare

    def test_a_deputy_sees_what_they_can_approve(self, staff_user: Make) -> None:
        one, other = propose(staff_user("moderator")), propose(staff_user("moderator"))
        stand_in = staff_user("moderator")
        for matter in (one.matter, None):
            now = timezone.now()
            deputies.name_deputy(
                deputy=stand_in.person,
                permission=SLOT,
                matter=matter,
                valid_from=now - timedelta(hours=1),
                valid_until=now + timedelta(days=1),
                actor=staff_user("supervisor"),
                provision=P,
                reason="主管休假",
            )
            found = set(waiting.awaiting_approval(fresh(stand_in), timezone.now()))
            assert found == ({one} if matter else {one, other})

    def test_the_marks_of_open_proposals_are_those_without_an_outcome(
        self, staff_user: Make
    ) -> None:
        moderator, supervisor = staff_user("moderator"), staff_user("supervisor")
        waiting_one = propose(moderator)
        give_back(propose(moderator), supervisor)
        proposals.withdraw_proposal(
            proposal=propose(moderator), actor=moderator, provision=P, reason="写错了"
        )

        assert [mark.proposal_id for mark in OpenProposal.objects.all()] == [waiting_one.pk]

    def test_returned_waits_until_something_new_was_proposed(self, staff_user: Make) -> None:
        moderator, supervisor = staff_user("moderator"), staff_user("supervisor")
        first, second = propose(moderator), propose(moderator)
        give_back(first, supervisor)
        give_back(second, supervisor)
        propose(moderator, matter=second.matter)

        assert waiting.counts_of(moderator, timezone.now()).returned == 1
        assert waiting.counts_of(supervisor, timezone.now()).returned == 0
        card = cards_of(moderator)["Returned to me"]
        assert card.value == 1
        assert "请补充证据" in str(card.rows[0].hint)

    def test_handed_is_what_was_not_opened_yet(self, staff_user: Make) -> None:
        giver, me = staff_user("moderator"), staff_user("moderator")
        first, second = item_of(), item_of()
        given = [hand_over(item, giver, me, take(item, giver).fence) for item in (first, second)]
        assert waiting.counts_of(me, timezone.now()).handed == 2
        assert waiting.counts_of(giver, timezone.now()).handed == 0

        work.accept_item(work_item=first, actor=me, fence=given[0].fence)

        assert waiting.counts_of(me, timezone.now()).handed == 1
        card = cards_of(me)["Handed to me"]
        assert (card.value, len(card.rows)) == (1, 1)
        assert giver.person.name in str(card.rows[0].hint)

    def test_due_and_overdue_agree_with_bare_sql(self, staff_user: Make) -> None:
        me = staff_user("moderator")
        for hours in (-50, -2, -1, 0.01, 30, 90):
            item_of(hours=hours)
        work.close_item(item_of(hours=-9))
        now = timezone.now()
        end = waiting.end_of_day(now)

        queues = [queue.code for queue in waiting.own_queues(me)]
        bare = {
            name: sql(
                "SELECT count(*) FROM compliance_workitem WHERE closed_at IS NULL"
                f" AND queue = ANY(%s) AND {condition}",
                queues,
                *values,
            )[0][0]
            for name, condition, values in (
                ("overdue", "due_at < %s", [now]),
                ("today", "due_at >= %s AND due_at <= %s", [now, end]),
            )
        }

        assert waiting.counts_of(me, now).overdue == bare["overdue"] == 3
        assert waiting.items_due_today(me, now).count() == bare["today"] >= 1

    def test_a_limit_that_ends_at_midnight_is_due_on_the_day_before_it(self) -> None:
        noon = timezone.make_aware(datetime(2026, 11, 20, 12))  # noqa: DTZ001  # made aware here

        assert waiting.end_of_day(noon) == timezone.make_aware(datetime(2026, 11, 21))  # noqa: DTZ001

    def test_the_state_of_a_queue_is_what_claiming_finds_there(self, staff_user: Make) -> None:
        me, colleague = staff_user("moderator"), staff_user("moderator")
        matter = open_matter("test")
        recuse(person=me.person, matter=matter, actor=me, provision=P, reason="亲属")
        item_of(matter=matter, side=Side.DECIDED, hours=-9)
        take(item_of(hours=-3), colleague)
        skipped = item_of(hours=-2)
        work.skip_item(
            work_item=skipped,
            actor=me,
            fence=take(skipped, me).fence,
            provision=P,
            reason="等待材料",
        )
        free = [item_of(hours=2), item_of(hours=1)]

        state = next(
            each for each in waiting.queue_states(me, timezone.now()) if each.queue.code == QUEUE
        )

        assert (state.open, state.held, state.overdue, state.mine_to_take) == (5, 1, 3, 2)
        assert state.next_due == free[1].due_at
        assert work.claim_next(queue=QUEUE, actor=me).pk == free[1].pk


def sql_named(statement: str, **values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        number: int = cursor.fetchone()[0]
    return number


class TestNobodyEligible:
    def test_a_proposal_whose_only_approver_proposed_it_is_stuck(self, staff_user: Make) -> None:
        supervisor = staff_user("supervisor")
        proposal = propose(supervisor)

        found = stuck.stuck_proposals(timezone.now())

        assert [(each.proposal, each.permission, each.back_at) for each in found] == [
            (proposal, SLOT, None)
        ]
        staff_user("supervisor")
        assert stuck.stuck_proposals(timezone.now()) == []

    def test_recusal_side_and_verdict_count_and_a_deputy_helps(self, staff_user: Make) -> None:
        moderator, supervisor = staff_user("moderator"), staff_user("supervisor")
        officer = staff_user("compliance_officer")
        proposal = propose(moderator)
        recuse(
            person=supervisor.person,
            matter=proposal.matter,
            actor=supervisor,
            provision=P,
            reason="亲属",
        )
        assert stuck.stuck_proposals(timezone.now()) == []
        take_part(proposal.matter, officer, Side.APPEAL)
        assert len(stuck.stuck_proposals(timezone.now())) == 1

        helper = staff_user("moderator")
        now = timezone.now()
        deputies.name_deputy(
            deputy=helper.person,
            permission=SLOT,
            valid_from=now - timedelta(hours=1),
            valid_until=now + timedelta(days=1),
            actor=supervisor,
            provision=P,
            reason="无人可批准",
        )

        assert stuck.stuck_proposals(timezone.now()) == []
        assert proposals.approve_proposal(
            proposal=proposal, actor=fresh(helper), provision=P, reason="同意"
        )

    def test_two_approvals_need_two_people(self, staff_user: Make) -> None:
        staff_user("supervisor")
        proposal = propose(staff_user("moderator"), SLOT, SLOT)

        assert [each.proposal for each in stuck.stuck_proposals(timezone.now())] == [proposal]
        staff_user("compliance_officer")
        assert stuck.stuck_proposals(timezone.now()) == []

    def test_where_the_only_one_is_absent_it_says_until_when(self, staff_user: Make) -> None:
        supervisor = staff_user("supervisor")
        propose(staff_user("moderator"))
        until = timezone.now() + timedelta(days=4)
        absences.enter_absence(
            person=supervisor.person,
            absent_from=timezone.now() - timedelta(hours=1),
            absent_until=until,
            actor=supervisor,
            provision=P,
            reason="年假",
        )

        assert [each.back_at for each in stuck.stuck_proposals(timezone.now())] == [until]

    def test_an_item_is_stuck_when_everybody_who_may_take_it_is_kept_from_it(
        self, staff_user: Make
    ) -> None:
        one, other = staff_user("moderator"), staff_user("moderator")
        matter = open_matter("test")
        item = item_of(matter=matter, side=Side.DECIDED)
        item_of()
        recuse(person=one.person, matter=matter, actor=one, provision=P, reason="亲属")
        assert stuck.stuck_items(timezone.now(), limit=5).number == 0

        take_part(matter, other, Side.APPEAL)

        found = stuck.stuck_items(timezone.now(), limit=5)
        assert (found.items, found.number) == ([item], 1)

    def test_the_supervisors_desk_says_so_and_offers_a_deputy(self, staff_user: Make) -> None:
        supervisor = staff_user("supervisor")
        propose(supervisor)

        card = cards_of(supervisor)["Nobody eligible"]

        assert card.value == 1
        assert card.link_url == reverse("admin:deputies")
        assert "Nobody eligible" not in cards_of(staff_user("moderator"))
