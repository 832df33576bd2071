"""Who holds an item, and what may be done about it, on the page of the item."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Application
from compliance import work
from compliance.models import ActionLog, HandOver, Lease, Recusal, StaffUser, WorkItem
from compliance.provisions import Provision

pytestmark = pytest.mark.django_db
Make = Callable[..., StaffUser]


@pytest.fixture
def application(make_application: Callable[..., Application]) -> Application:
    """An application that waits for a reviewer."""
    return make_application(category="education")


def client_of(login: StaffUser) -> Client:
    client = Client()
    client.force_login(login)
    return client


def page_of(application: Application) -> str:
    return reverse("admin:review_application", args=[application.work_item_id])


def take(application: Application, actor: StaffUser) -> Lease:
    assert application.work_item is not None
    return work.claim_item(work_item=application.work_item, actor=actor)


def codes(response: Any) -> set[str]:
    return {action.code for action in response.context["holding_actions"]}


def test_the_page_offers_what_each_person_may_do_about_who_holds_it(
    staff_user: Make, application: Application
) -> None:
    holder, other = staff_user("moderator"), staff_user("moderator")
    take(application, holder)

    offered = {
        "holder": codes(client_of(holder).get(page_of(application))),
        "other": codes(client_of(other).get(page_of(application))),
        "supervisor": codes(client_of(staff_user("supervisor")).get(page_of(application))),
        "leader": codes(client_of(staff_user("supervisor", "moderator")).get(page_of(application))),
    }

    assert offered == {
        "holder": {"release", "skip", "hand_over", "recuse"},
        "other": {"recuse"},
        "supervisor": {"hand_over", "recuse"},
        "leader": {"hand_over", "take_over", "recuse"},
    }


def test_handing_over_leads_to_the_desk_and_the_old_page_learns_it(
    staff_user: Make, application: Application
) -> None:
    giver, receiver = staff_user("moderator"), staff_user("moderator")
    lease = take(application, giver)
    client = client_of(giver)

    done = client.post(
        page_of(application),
        {
            "action": "hand_over",
            "fence": lease.fence,
            "person": receiver.person_id,
            "reason": "要去开庭",
        },
    )
    beat = client.post(
        reverse("admin:heart_beat", args=[application.work_item_id]), {"fence": lease.fence}
    )

    assert done.url == reverse("admin:index")
    assert beat.status_code == 409
    assert receiver.person.name in beat.json()["message"]
    assert "要去开庭" in beat.json()["message"]


def test_the_first_beat_of_the_receivers_page_accepts_it(
    staff_user: Make, application: Application
) -> None:
    giver, receiver = staff_user("moderator"), staff_user("moderator")
    assert application.work_item is not None
    given = work.hand_over_item(
        work_item=application.work_item,
        receiver=receiver.person,
        fence=take(application, giver).fence,
        actor=giver,
        provision=Provision.PUBLIC_ACCOUNT_6_1,
        reason="要去开庭",
    )
    beat_url = reverse("admin:heart_beat", args=[application.work_item_id])
    client = client_of(receiver)
    page = client.get(page_of(application))
    assert f'data-fence="{given.fence}"' in page.content.decode()
    # Looking alone changes nothing: a GET writes nothing.
    assert HandOver.objects.get().accepted_at is None

    answer = client.post(beat_url, {"fence": given.fence, "opened": "1"})

    assert answer.status_code == 200
    assert HandOver.objects.get().accepted_at is not None


@pytest.mark.parametrize(
    ("act", "more"),
    [
        ("release", {"reason": ""}),
        ("hand_over", {"reason": "要去开庭"}),
        ("hand_over", {"reason": "要去开庭", "person": "999999"}),
        ("take_over", {"reason": "今日必须办结"}),
        ("recuse", {"reason": " "}),
    ],
)
def test_a_refused_act_is_told_logged_and_keeps_what_was_typed(
    staff_user: Make, application: Application, act: str, more: dict[str, str]
) -> None:
    holder = staff_user("moderator")
    lease = take(application, holder)

    answer = client_of(holder).post(
        page_of(application), {"action": act, "fence": lease.fence, **more}
    )

    assert answer.status_code == 409
    assert answer.context["posted"]["reason"] == more["reason"]
    now = Lease.objects.get(pk=lease.pk)
    assert (now.holder_id, now.fence) == (lease.holder_id, lease.fence)
    assert not HandOver.objects.exists()
    assert not Recusal.objects.exists()
    refused = ActionLog.objects.refused().get()
    assert refused.action == f"compliance.workitem.{act}"


def test_a_supervisor_moves_what_a_moderator_holds(
    staff_user: Make, application: Application
) -> None:
    holder, receiver = staff_user("moderator"), staff_user("moderator")
    take(application, holder)

    done = client_of(staff_user("supervisor")).post(
        page_of(application),
        {"action": "hand_over", "person": receiver.person_id, "reason": "突发病假"},
    )

    assert done.status_code == 302
    held = WorkItem.objects.held_by(receiver.person, timezone.now())
    assert held.get() == application.work_item
    page = client_of(holder).get(page_of(application)).content.decode()
    assert receiver.person.name in page
    assert "突发病假" in page


def test_whoever_takes_over_goes_on_with_it_at_once(
    staff_user: Make, application: Application
) -> None:
    take(application, staff_user("moderator"))
    leader = staff_user("supervisor", "moderator")

    done = client_of(leader).post(
        page_of(application), {"action": "take_over", "reason": "今日必须办结"}
    )

    assert done.url == page_of(application)
    assert WorkItem.objects.held_by(leader.person, timezone.now()).exists()


def test_whoever_keeps_out_reads_so_and_cannot_take_it_again(
    staff_user: Make, application: Application
) -> None:
    moderator = staff_user("moderator")
    lease = take(application, moderator)
    client = client_of(moderator)

    client.post(
        page_of(application),
        {
            "action": "recuse",
            "fence": lease.fence,
            "person": moderator.person_id,
            "reason": "申请人是亲属",
        },
    )
    page = client.get(page_of(application))
    taken = client.post(reverse("admin:claim_item", args=[application.work_item_id]))

    assert not page.context["may_take"]
    assert page.context["why_not_take"] in page.content.decode()
    assert taken.status_code == 409
    assert not WorkItem.objects.held_by(moderator.person, timezone.now()).exists()
