"""Appeals of complainants: filed, asked, answered, added to, withdrawn, decided both ways."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.utils import timezone

from compliance.models import StaffUser
from enforcement.models import Complaint, ComplaintAppeal
from enforcement.services.complaint_appeals import filing, hearing, ruling
from enforcement.services.complaints import joining, review
from tests.enforcement import complaint_appeals as appeals
from tests.enforcement import complaints
from tests.enforcement.complaint_appeals import QUESTION, TOLD, WORDS, fresh, hold
from tests.enforcement.complaints import again, fence_of, grounds
from tests.enforcement.proof.use_cases.laying import Act, UseCase
from tests.enforcement.proof.world import World


def other(world: World) -> StaffUser:
    """Return who hears an appeal."""
    return world.colleague("hears complainants", "complaint_handler")


def refused(world: World) -> Complaint:
    return appeals.refused(world.account(), world.handler)


def filed(world: World) -> ComplaintAppeal:
    return appeals.filed(appeals.not_upheld(world.account(), world.handler))


def asked(world: World) -> ComplaintAppeal:
    return appeals.ask(filed(world), other(world))


def filing_it(lay: Callable[[World], Complaint]) -> Callable[[World], Act]:
    def laid(world: World) -> Act:
        complaint = lay(world)
        return lambda: filing.file_complaint_appeal(
            complaint=again(complaint), words=WORDS, **grounds(world.system)
        )

    return laid


def with_a_case(world: World) -> Complaint:
    """Return a complaint that had joined a case and was not upheld."""
    complaint = complaints.accepted(world.account(), world.handler)
    joining.forward_complaint(
        complaint=complaint,
        summary=complaints.SUMMARY,
        fence=fence_of(complaint, world.handler),
        **grounds(world.handler),
    )
    review.decide_complaint(
        complaint=again(complaint),
        outcome="not_upheld",
        told=complaints.TOLD,
        fence=fence_of(complaint, world.handler),
        **grounds(world.handler),
    )
    review.feed_back_complaint(
        complaint=again(complaint),
        fence=fence_of(complaint, world.handler),
        **grounds(world.handler),
    )
    return complaint


def asking(world: World) -> Act:
    appeal = filed(world)
    fence = hold(appeal, other(world))
    return lambda: hearing.ask_in_complaint_appeal(
        appeal=fresh(appeal), question=QUESTION, fence=fence, **grounds(other(world))
    )


def adding(lay: Callable[[World], ComplaintAppeal]) -> Callable[[World], Act]:
    def laid(world: World) -> Act:
        appeal = lay(world)
        return lambda: hearing.supplement_complaint_appeal(
            appeal=fresh(appeal), words=WORDS, **grounds(world.system)
        )

    return laid


def going_on(world: World) -> Act:
    with time_machine.travel(timezone.now() - timedelta(days=60)):
        appeal = asked(world)
    return lambda: hearing.go_on_with_complaint_appeal(
        appeal=fresh(appeal), **grounds(other(world))
    )


def withdrawing(world: World) -> Act:
    appeal = filed(world)
    return lambda: hearing.withdraw_complaint_appeal(appeal=fresh(appeal), **grounds(world.system))


def deciding(outcome: str) -> Callable[[World], Act]:
    def laid(world: World) -> Act:
        appeal = filed(world)
        fence = hold(appeal, other(world))
        return lambda: ruling.decide_complaint_appeal(
            appeal=fresh(appeal), outcome=outcome, text=TOLD, fence=fence, **grounds(other(world))
        )

    return laid


def deciding_anew(world: World) -> Act:
    complaint = appeals.taken_up(world.account(), world.handler, other(world))
    anew = world.colleague("handles anew", "complaint_handler")
    fence = fence_of(complaint, anew)
    return lambda: review.decide_complaint(
        complaint=again(complaint),
        outcome="upheld",
        told=complaints.TOLD,
        fence=fence,
        **grounds(anew),
    )


USE_CASES: dict[str, UseCase] = {
    "a complainant contests a refusal": UseCase(filing_it(refused)),
    "a complainant contests what was decided with a case": UseCase(filing_it(with_a_case)),
    "a complainant is asked in their appeal": UseCase(asking),
    "a complainant answers in their appeal": UseCase(adding(asked)),
    "a complainant adds to their appeal": UseCase(adding(filed)),
    "an appeal of a complainant goes on without an answer": UseCase(going_on),
    "an appeal of a complainant is withdrawn": UseCase(withdrawing),
    "an appeal of a complainant lets the answer stand": UseCase(deciding("confirmed")),
    "an appeal of a complainant takes the complaint up again": UseCase(deciding("taken_up")),
    "a complaint is decided anew by others": UseCase(deciding_anew),
}
