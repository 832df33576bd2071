"""Complaints: taken in, accepted or not, asked, answered, forwarded, decided, told, ended."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import cast

from django.test import Client

from accounts.models import Repudiation
from compliance import work
from compliance.clocks import extensions
from compliance.evidence.incoming import take_in
from compliance.models import Clock
from enforcement.models import Complaint, ComplaintBatch
from enforcement.services.complaints import (
    identities,
    joining,
    review,
    submission,
    sweeping,
    together,
    tracking,
    transferring,
)
from enforcement.services.infringements import lifting, passing_on, proving
from enforcement.services.lifting.ending import LiftDraft, end_before_time
from reports.demo.clock import clock_at
from tests.accounts.test_repudiations.conftest import claim, identity_of
from tests.compliance.evidence_files import picture
from tests.enforcement import complaints, infringements
from tests.enforcement.complaints import again, draft_of, fence_of, grounds
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


def answering_together(world: World) -> Act:
    account = world.account()
    found = [
        again(complaints.handed_in(account, contact=f"w{each}@example.org").complaint)
        for each in (1, 2)
    ]
    draft = draft_of(found)
    digest = together.preview_batch(draft=draft, actor=world.handler).digest
    return lambda: together.answer_together(draft=draft, digest=digest, **grounds(world.handler))


def undoing_together(world: World) -> Act:
    batch = cast("ComplaintBatch", answering_together(world)())
    return lambda: together.undo_batch(batch=batch, **grounds(world.handler))


def telling_together(world: World) -> Act:
    batch = cast("ComplaintBatch", answering_together(world)())

    def act() -> object:
        with clock_at(batch.held_until):
            return together.tell_batches(now=batch.held_until, actor=world.system)

    return act


def notice_accepted(world: World) -> Complaint:
    """Return a notice of infringement that is to be passed on."""
    return infringements.accepted(world.account(), world.handler)


def disputing(world: World) -> Act:
    complaint = infringements.passed_on(world.account(), world.handler)
    return lambda: infringements.dispute(complaint)


def showing_a_suit(world: World) -> Act:
    complaint = infringements.disputed(world.account(), world.handler)
    return lambda: infringements.show(complaint)


def looking_at_a_suit(do: Callable[..., object]) -> Callable[[World], Act]:
    """Return how an act on the proof of a lawsuit is laid."""

    def laid(world: World) -> Act:
        complaint = infringements.disputed(world.account(), world.handler)
        infringements.show(complaint)
        item = infringements.fresh(complaint).work_item
        assert item is not None
        fence = work.claim_item(work_item=item, actor=world.handler).fence
        return lambda: do(
            infringement=infringements.fresh(complaint),
            told="已核对所附材料",
            fence=fence,
            **grounds(world.handler),
        )

    return laid


def sweeping_undisputed(world: World) -> Act:
    complaint = infringements.passed_on(world.account(), world.handler)
    return _sweeping(infringements.fresh(complaint).counter_clock, world)


def sweeping_unproven(world: World) -> Act:
    complaint = infringements.disputed(world.account(), world.handler)
    return _sweeping(infringements.fresh(complaint).wait_clock, world)


def lifting_seen_to(world: World) -> Act:
    complaint = infringements.passed_on(world.account(), world.handler)
    decision = infringements.stopped(
        complaint, world, world.handler, (infringements.CONTENT, "article-18")
    )
    infringements.dispute(complaint)
    clock = infringements.fresh(complaint).wait_clock
    assert clock is not None
    later = clock.due_at + timedelta(minutes=1)
    item = infringements.falling_due(complaint, world.system, later).work_item
    assert item is not None
    with clock_at(later):
        fence = work.claim_item(work_item=item, actor=world.handler).fence
        measure = decision.measures.get()
        end_before_time(measure, LiftDraft("no_suit", "期满"), grounds(world.system))  # type: ignore[arg-type]

    def act() -> object:
        with clock_at(later):
            return lifting.note_lifted(
                infringement=infringements.fresh(complaint),
                told="已终止",
                fence=fence,
                **grounds(world.handler),
            )

    return act


def joining_a_claim(world: World) -> Act:
    account = world.account()
    complaint = complaints.accepted(account, world.handler, kind="false_identity")
    assert claim(Client(), **identity_of(account)).status_code == HTTPStatus.FOUND
    number = Repudiation.objects.latest("pk").reference
    fence = fence_of(complaint, world.handler)
    return lambda: identities.link_repudiation(
        complaint=again(complaint), claim=number, fence=fence, **grounds(world.handler)
    )


def _sweeping(clock: Clock | None, world: World) -> Act:
    assert clock is not None
    later = clock.due_at + timedelta(minutes=1)

    def act() -> object:
        with clock_at(later):
            return lifting.sweep_infringements(now=later, actor=world.system)

    return act


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
        handling(accepted, transferring.transfer_complaint, team="rights")
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
    "complaints answered together": UseCase(answering_together),
    "complaints answered together undone": UseCase(undoing_together),
    "complainants told together": UseCase(telling_together, is_sweep=True),
    "notice of infringement handed in": UseCase(
        lambda world: partial(
            complaints.handed_in,
            world.account(),
            kind="copyright",
            content_ref=infringements.CONTENT,
            infringement=infringements.ASSERTED,
            words=infringements.ALONE,
        )
    ),
    "notice of infringement passed on": UseCase(
        handling(notice_accepted, passing_on.pass_on_notice)
    ),
    "notice of infringement disputed": UseCase(disputing),
    "lawsuit shown": UseCase(showing_a_suit, has_files=True),
    "lawsuit accepted": UseCase(looking_at_a_suit(proving.accept_suit)),
    "lawsuit not accepted": UseCase(looking_at_a_suit(proving.refuse_suit)),
    "notice of infringement undisputed": UseCase(sweeping_undisputed, is_sweep=True),
    "notice of infringement lifted by others": UseCase(lifting_seen_to),
    "complaint joined to a claim": UseCase(joining_a_claim),
    "notice of infringement without a lawsuit": UseCase(sweeping_unproven, is_sweep=True),
}
