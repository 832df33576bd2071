"""The desk tells the truth: figures against bare SQL, the same few questions whatever waits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance import absences, deputies, proposals, work
from compliance.desk import stuck, waiting
from compliance.models import OpenProposal, Proposal, Side, StaffUser, WorkItem
from compliance.proposals import open_matter, take_part
from compliance.recusals import recuse
from tests.compliance.desk_cases import QUEUE, SLOT, TAKES, P, fresh, item_of, propose, sql, take
from tests.compliance.test_hand_overs import CaptureCount, hand_over

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


def client_of(login: StaffUser) -> Client:
    client = Client()
    client.force_login(login)
    return client


def cards_of(login: StaffUser) -> dict[str, Any]:
    client = client_of(login)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("admin:index"))
    assert page.status_code == 200
    return {str(card.title): card for card in page.context["cards"]}


def give_back(proposal: Proposal, actor: StaffUser) -> None:
    proposals.return_proposal(proposal=proposal, actor=actor, provision=P, reason="请补充证据")


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


class TestPages:
    def test_the_desk_asks_the_same_whatever_the_number_of_rows_and_queues(
        self, staff_user: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        me, moderator = staff_user("supervisor", "moderator"), staff_user("moderator")
        client, counts = client_of(me), []
        client.get(reverse("admin:index"))
        for round_number, many in enumerate((1, 12)):
            for number in range(many):
                code = f"more-{round_number}-{number}"
                queue = work.Queue(code, code, TAKES, "admin:claim_item")
                monkeypatch.setitem(work._queues, code, queue)
                propose(moderator)
                propose(me)
                give_back(propose(me), staff_user("supervisor"))
                item = item_of(hours=-number - 1)
                hand_over(item, moderator, me, take(item, moderator).fence)
                item_of(hours=0.01)
            with CaptureCount() as counted:
                assert client.get(reverse("admin:index")).status_code == 200
            counts.append(counted.number)

        assert counts[0] == counts[1]

    def test_every_page_costs_one_question_for_the_figures(self, staff_user: Make) -> None:
        with CaptureCount() as counted:
            waiting.counts_of(fresh(staff_user("moderator")), timezone.now())
        moderator = fresh(staff_user("moderator"))
        moderator.get_group_permissions()
        moderator.has_perm("x.y")
        with CaptureCount() as known:
            waiting.counts_of(moderator, timezone.now())

        assert counted.number > known.number == 1

    def test_an_empty_desk_says_what_to_do(self, staff_user: Make) -> None:
        cards = cards_of(staff_user("moderator"))

        assert cards["My work"].value == 0
        assert "Take the next item" in str(cards["My work"].empty)
        assert "Nobody eligible" not in cards
        assert "Handed to me" not in cards

    def test_the_counts_are_answered_for_whoever_asks_and_for_nobody_else(
        self, staff_user: Make
    ) -> None:
        me = staff_user("supervisor")
        propose(staff_user("moderator"))

        answer = client_of(me).get(reverse("admin:work_counts"))

        assert answer.json() == {
            "total": 1,
            "counts": {"awaiting": 1, "returned": 0, "handed": 0, "overdue": 0},
        }
        assert "no-store" in answer["Cache-Control"]
        assert Client().get(reverse("admin:work_counts")).status_code == 302

    def test_the_title_and_the_sidebar_say_how_much_waits(self, staff_user: Make) -> None:
        me = staff_user("supervisor")
        propose(staff_user("moderator"))

        page = client_of(me).get(reverse("admin:absences")).content.decode()

        assert "<title>(1) " in page
        assert 'data-count="awaiting" >1</span>' in page

    def test_a_long_list_is_walked_from_row_to_row(self, staff_user: Make) -> None:
        me = staff_user("moderator")
        items = [item_of(hours=number + 1) for number in range(30)]
        client, url = client_of(me), f"{reverse('admin:work_list')}?show=free&queue={QUEUE}"

        first = client.get(url)
        second = client.get(first.context["following_url"])

        seen = [row.item.pk for row in [*first.context["rows"], *second.context["rows"]]]
        assert seen == [item.pk for item in items]
        assert not second.context["following_url"]
        back = client.get(second.context["previous_url"])
        assert [row.item.pk for row in back.context["rows"]] == seen[:25]
        assert client.get(f"{url}&at=made-up").status_code == 404

    @pytest.mark.parametrize(
        ("show", "expected"),
        [
            ("all", {"free", "mine", "theirs", "late"}),
            ("free", {"free", "late"}),
            ("mine", {"mine"}),
            ("held", {"theirs"}),
            ("overdue", {"late"}),
            ("handed", set()),
        ],
    )
    def test_each_choice_of_the_list_shows_what_it_says(
        self, staff_user: Make, show: str, expected: set[str]
    ) -> None:
        me = staff_user("moderator")
        items = {
            "free": item_of(hours=40),
            "mine": item_of(hours=41),
            "theirs": item_of(hours=42),
            "late": item_of(hours=-1),
        }
        take(items["mine"], me)
        take(items["theirs"], staff_user("moderator"))

        page = client_of(me).get(f"{reverse('admin:work_list')}?show={show}&queue={QUEUE}")

        assert {row.item for row in page.context["rows"]} == {items[name] for name in expected}

    def test_nobody_lists_a_queue_that_is_not_theirs(self, staff_user: Make) -> None:
        url = reverse("admin:work_list")

        assert client_of(staff_user("auditor")).get(url).status_code == 403
        assert client_of(staff_user("moderator")).get(f"{url}?queue=nowhere").status_code == 404
        assert client_of(staff_user("moderator")).get(f"{url}?show=nothing").status_code == 404
        # Whoever assigns work sees every queue.
        assert client_of(staff_user("supervisor")).get(f"{url}?queue={QUEUE}").status_code == 200

    def test_an_unknown_queue_is_not_found(self, staff_user: Make) -> None:
        answer = client_of(staff_user("moderator")).post(
            reverse("admin:claim_next", args=["nowhere"])
        )

        assert answer.status_code == 404

    def test_the_lists_of_proposals_show_what_waits_and_what_came_back(
        self, staff_user: Make
    ) -> None:
        moderator, supervisor = staff_user("moderator"), staff_user("supervisor")
        waits, back = propose(moderator), propose(moderator)
        give_back(back, supervisor)
        url = reverse("admin:proposal_list")

        awaiting = client_of(supervisor).get(f"{url}?show=awaiting")
        returned = client_of(moderator).get(f"{url}?show=returned")

        assert [row.proposal for row in awaiting.context["rows"]] == [waits]
        assert [row.said for row in returned.context["rows"]] == ["请补充证据"]
        assert client_of(moderator).get(f"{url}?show=stuck").status_code == 404


class TestAbsentColleagues:
    def test_the_supervisor_reads_who_is_away_with_work_and_gives_it_to_others(
        self, staff_user: Make
    ) -> None:
        away, helper, supervisor = (
            staff_user("moderator"),
            staff_user("moderator"),
            staff_user("supervisor"),
        )
        item = item_of()
        take(item, away)
        today = timezone.localdate().isoformat()
        client = client_of(supervisor)

        answer = client.post(
            reverse("admin:absences"),
            {
                "action": "enter",
                "person": away.person_id,
                "first_day": today,
                "last_day": today,
                "reason": "病假",
            },
        )
        assert answer.url == reverse("admin:work_of", args=[away.person_id])
        assert cards_of(supervisor)["Absent and holding work"].value == 1
        page = client.get(answer.url)
        assert [choice.value for choice in page.context["receivers"]] == [str(helper.person_id)]
        refused = client.post(answer.url, {"receiver": [away.person_id], "reason": "病假"})
        assert refused.status_code == 409
        done = client.post(answer.url, {"receiver": [helper.person_id], "reason": "病假"})

        assert done.status_code == 302
        assert WorkItem.objects.held_by(helper.person, timezone.now()).get() == item
        assert "Absent and holding work" not in cards_of(supervisor)

    def test_a_colleague_does_not_look_into_anothers_hands(self, staff_user: Make) -> None:
        other = staff_user("moderator")
        url = reverse("admin:work_of", args=[staff_user("moderator").person_id])

        assert client_of(other).get(url).status_code == 403

    def test_a_deputy_is_named_and_ended_from_the_page(self, staff_user: Make) -> None:
        proposer, officer = staff_user("supervisor"), staff_user("supervisor")
        helper = staff_user("moderator")
        recuse_all = propose(proposer)
        recuse(
            person=officer.person,
            matter=recuse_all.matter,
            actor=officer,
            provision=P,
            reason="亲属",
        )
        client, url = client_of(officer), reverse("admin:deputies")
        page = client.get(url)
        assert [each["matter"] for each in page.context["lacking"]] == [recuse_all.matter_id]
        today = timezone.localdate().isoformat()

        named = client.post(
            url,
            {
                "action": "name",
                "person": helper.person_id,
                "permission": SLOT,
                "matter": recuse_all.matter_id,
                "first_day": today,
                "last_day": today,
                "reason": "无人可批准",
            },
        )

        assert named.status_code == 302
        assert stuck.stuck_proposals(timezone.now()) == []
        deputy = helper.person.deputyships.get()
        ended = client.post(url, {"action": "end", "deputy": deputy.pk, "reason": "不再需要"})
        assert ended.status_code == 302
        assert len(stuck.stuck_proposals(timezone.now())) == 1
        assert client_of(helper).get(url).status_code == 403
