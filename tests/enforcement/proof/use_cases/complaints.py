"""Complaints: taken in, accepted or not, asked, answered, forwarded, decided, told, ended."""

from collections.abc import Callable
from datetime import timedelta

from compliance.clocks import extensions
from compliance.evidence.incoming import take_in
from enforcement.models import Complaint
from enforcement.services.complaints import joining, review, submission, sweeping, tracking
from reports.demo.clock import clock_at
from tests.compliance.evidence_files import picture
from tests.enforcement import complaints
from tests.enforcement.complaints import again, fence_of, grounds
from tests.enforcement.proof.use_cases.laying import Act, UseCase
from tests.enforcement.proof.world import World


def handed_in(world: World) -> Act:
    account = world.account()
    return lambda: complaints.handed_in(account)


def handed_in_with_a_file(world: World) -> Act:
    account, body = world.account(), picture()

    def act() -> object:
        file = take_in("截图.jpg", [body])
        try:
            return complaints.handed_in(account, files=[file])
        finally:
            file.discard()

    return act


def by_letter(world: World) -> Complaint:
    """Return a complaint that came by letter, whose complainant has no number yet."""
    receipt = complaints.handed_in(
        world.account(), source="letter", source_ref="来信1号", actor=world.handler
    )
    return receipt.complaint


def acknowledging(world: World) -> Act:
    complaint = by_letter(world)
    return lambda: submission.acknowledge_complaint(
        complaint=again(complaint), **grounds(world.handler)
    )


def handling(
    lay: Callable[[World], Complaint], do: Callable[..., object], **words: object
) -> Callable[[World], Act]:
    """Return how an act of whoever holds a complaint is laid."""

    def laid(world: World) -> Act:
        complaint = lay(world)
        fence = fence_of(complaint, world.handler)
        return lambda: do(
            complaint=again(complaint), fence=fence, **words, **grounds(world.handler)
        )

    return laid


def received(world: World) -> Complaint:
    """Return a complaint that waits to be accepted."""
    return complaints.handed_in(world.account()).complaint


def accepted(world: World) -> Complaint:
    """Return a complaint that is looked into."""
    return complaints.accepted(world.account(), world.handler)


def decided(world: World) -> Complaint:
    """Return a complaint whose complainant is to be told."""
    return complaints.decided(world.account(), world.handler)


def joining_a_case(world: World) -> Act:
    complaint = accepted(world)
    world.case(complaint.account)
    fence = fence_of(complaint, world.handler)
    return lambda: joining.forward_complaint(
        complaint=again(complaint),
        summary=complaints.SUMMARY,
        fence=fence,
        **grounds(world.handler),
    )


def giving_more_time(world: World) -> Act:
    complaint = accepted(world)
    asked = extensions.ask_extension(clock=complaint.decision_clock, **grounds(world.handler))
    return lambda: extensions.approve_extension(extension=asked, **grounds(world.supervisor))


def resuming(world: World) -> Act:
    complaint = complaints.asked(world.account(), world.handler)
    return lambda: review.resume_complaint(complaint=again(complaint), **grounds(world.handler))


def answering(world: World) -> Act:
    complaint = complaints.asked(world.account(), world.handler)
    return lambda: tracking.supplement_complaint(
        complaint=again(complaint), words="链接在此", **grounds(world.system)
    )


def withdrawing(world: World) -> Act:
    complaint = received(world)
    return lambda: tracking.withdraw_complaint(complaint=again(complaint), **grounds(world.system))


def sweeping_silence(world: World) -> Act:
    complaint = complaints.asked(world.account(), world.handler)
    clock = complaint.material_clock
    assert clock is not None
    later = clock.due_at + timedelta(minutes=1)

    def act() -> object:
        with clock_at(later):
            return sweeping.sweep_complaints(now=later, actor=world.system)

    return act


def closing(world: World) -> Act:
    complaint = complaints.answered(world.account(), world.handler, contact="")
    return lambda: sweeping.close_complaint(complaint=again(complaint), **grounds(world.handler))


USE_CASES: dict[str, UseCase] = {
    "complaint handed in": UseCase(handed_in),
    "complaint handed in with a file": UseCase(handed_in_with_a_file, has_files=True),
    "complaint acknowledged": UseCase(acknowledging),
    "complaint accepted": UseCase(handling(received, review.accept_complaint)),
    "complaint not accepted": UseCase(
        handling(received, review.refuse_complaint, refusal="court", told="已由法院受理")
    ),
    "complainant asked": UseCase(handling(accepted, review.ask_complainant, question="请补充链接")),
    "complaint forwarded": UseCase(
        handling(accepted, joining.forward_complaint, summary=complaints.SUMMARY)
    ),
    "complaint joins a case": UseCase(joining_a_case),
    "complaint given more time": UseCase(giving_more_time),
    "complaint handed to a team": UseCase(
        handling(accepted, review.transfer_complaint, team="rights")
    ),
    "complaint gone on with": UseCase(resuming),
    "complainant answers": UseCase(answering),
    "complaint withdrawn": UseCase(withdrawing),
    "complaint over for want of an answer": UseCase(sweeping_silence, is_sweep=True),
    "complaint decided": UseCase(
        handling(accepted, review.decide_complaint, outcome="upheld", told=complaints.TOLD)
    ),
    "complainant told": UseCase(handling(decided, review.feed_back_complaint)),
    "complaint closed": UseCase(closing),
}
