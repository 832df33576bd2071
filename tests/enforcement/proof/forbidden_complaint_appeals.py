"""Who may not hear the appeal of a complainant: whoever had a part in the answer, through any door."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.urls import reverse

from compliance.errors import StaleLease
from compliance.models import StaffUser
from enforcement.models import Case, Complaint, ComplaintAppeal
from enforcement.models.complaint_appeals import ComplaintAppealQuestion, ComplaintAppealRuling
from enforcement.services.complaint_appeals import hearing, ruling
from tests.enforcement import complaint_appeals as appeals
from tests.enforcement.complaint_appeals import QUESTION, TOLD, filed, fresh
from tests.enforcement.conftest import approve, suspension
from tests.enforcement.proof.attempts import Fake, Forbidden, Sent, Tried, changed_to, held, posted
from tests.enforcement.proof.forbidden_appeals import other_login
from tests.enforcement.proof.use_cases.complaint_appeals import refused, with_a_case
from tests.enforcement.proof.world import World, grounds

BY_OTHERS: Final = "complaintappeal_heard_by_somebody_else"

Part = Callable[[World], tuple[Complaint, StaffUser]]
Tries = Callable[[ComplaintAppeal, StaffUser, int], object]


# Who had a part.


def refuser(world: World) -> tuple[Complaint, StaffUser]:
    return refused(world), world.handler


def decider(world: World) -> tuple[Complaint, StaffUser]:
    return appeals.not_upheld(world.account(), world.handler), world.handler


def case_of(complaint: Complaint) -> Case:
    complaint.refresh_from_db()
    assert complaint.case is not None
    return complaint.case


def proposer(world: World) -> tuple[Complaint, StaffUser]:
    complaint = with_a_case(world)
    world.proposed(*suspension(7), case=case_of(complaint))
    return complaint, other_login(world, world.moderator)


def approver(world: World) -> tuple[Complaint, StaffUser]:
    complaint = with_a_case(world)
    approve(world.proposed(*suspension(60), case=case_of(complaint)), world.supervisor)
    return complaint, other_login(world, world.supervisor)


# What they try.


def confirming(appeal: ComplaintAppeal, who: StaffUser, fence: int) -> object:
    return ruling.decide_complaint_appeal(
        appeal=fresh(appeal), outcome="confirmed", text=TOLD, fence=fence, **grounds(who)
    )


def taking_up(appeal: ComplaintAppeal, who: StaffUser, fence: int) -> object:
    return ruling.decide_complaint_appeal(
        appeal=fresh(appeal), outcome="taken_up", text=TOLD, fence=fence, **grounds(who)
    )


def asking(appeal: ComplaintAppeal, who: StaffUser, fence: int) -> object:
    return hearing.ask_in_complaint_appeal(
        appeal=fresh(appeal), question=QUESTION, fence=fence, **grounds(who)
    )


def trying(part: Part, tries: Tries, sent: dict[str, Any], world: World) -> Tried:
    """Lay an appeal, and let somebody try who had a part in what it is about."""
    complaint, mine = part(world)
    appeal = filed(complaint)
    item = fresh(appeal).work_item
    fence = held(item, mine)
    return Tried(
        who=mine,
        act=lambda: tries(appeal, mine, fence),
        sent=(
            Sent(reverse("admin:claim_item", args=[item.pk]), {}),
            Sent(
                reverse("admin:hear_complaint_appeal", args=[item.pk]),
                posted(fence=fence, version=appeal.version, **sent),
            ),
        ),
        named={"appeal": appeal.pk},
    )


THIS: Final = "FROM enforcement_complaintappeal a WHERE a.id = %(appeal)s"
TAKEN_OVER = changed_to(ComplaintAppeal, "handler_id = %(who)s", "id = %(appeal)s")


def ruled(outcome: str) -> str:
    return (
        f"INSERT INTO {ComplaintAppealRuling._meta.db_table}"
        " (appeal_id, matter_id, outcome, text, person_id, hearing_side, at)"
        f" SELECT id, matter_id, '{outcome}', '维持', %(who)s, hearing_side, now() {THIS}"
    )


ASKED = (
    f"INSERT INTO {ComplaintAppealQuestion._meta.db_table}"
    " (appeal_id, matter_id, message_id, asked_by_id, hearing_side, asked_at, clock_id)"
    " SELECT a.id, a.matter_id, (SELECT max(m.id) FROM enforcement_complaintmessage m"
    " WHERE m.complaint_id = a.complaint_id), %(who)s, a.hearing_side, now(), a.decision_clock_id"
    f" {THIS}"
)

PARTS: Final[dict[str, Part]] = {
    "what one did not accept": refuser,
    "what one did not uphold": decider,
    "a complaint in whose case one proposed": proposer,
    "a complaint in whose case one approved": approver,
}
WAYS: Final = {
    "letting the answer stand to": (
        ruling.decide_complaint_appeal,
        confirming,
        {"action": "confirm", "text": TOLD},
        (ruled("confirmed"), TAKEN_OVER),
    ),
    "taking up again": (
        ruling.decide_complaint_appeal,
        taking_up,
        {"action": "take_up_again", "text": TOLD},
        (ruled("taken_up"), TAKEN_OVER),
    ),
    "asking the complainant about": (
        hearing.ask_in_complaint_appeal,
        asking,
        {"action": "ask", "text": QUESTION},
        (ASKED,),
    ),
}
OF_COMPLAINT_APPEALS: dict[str, Forbidden] = {
    f"{way} {what}": Forbidden(
        service,
        partial(trying, part, tries, sent),
        # Nobody who had a part is given the lease that everything here asks for.
        StaleLease,
        tuple(Fake(each, BY_OTHERS) for each in fakes),
    )
    for way, (service, tries, sent, fakes) in WAYS.items()
    for what, part in PARTS.items()
}
