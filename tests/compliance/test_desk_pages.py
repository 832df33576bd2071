"""The pages of the desk: the same few questions whatever waits, full lists, absences, deputies."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance import work
from compliance.desk import stuck, waiting
from compliance.models import StaffUser, WorkItem
from compliance.recusals import recuse
from tests.compliance.clocks import clock_due
from tests.compliance.desk_cases import (
    QUEUE,
    SLOT,
    TAKES,
    CaptureCount,
    P,
    cards_of,
    client_of,
    fresh,
    give_back,
    hand_over,
    item_of,
    propose,
    take,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("queue")]
Make = Callable[..., StaffUser]


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

    def test_of_all_queues_the_one_that_is_due_first_stands_out(
        self, staff_user: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        later = work.Queue("later", "稍后", TAKES, "admin:claim_item")
        monkeypatch.setitem(work._queues, "later", later)
        work.open_item(queue="later", clock=clock_due(timezone.now() + timedelta(hours=3)))
        item_of(hours=1)

        rows = cards_of(staff_user("moderator"))["Next in each queue"].rows

        assert [str(row.label) for row in rows if row.is_first] == ["测试队列"]
        assert "稍后" in [str(row.label) for row in rows if row.post_url]

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
