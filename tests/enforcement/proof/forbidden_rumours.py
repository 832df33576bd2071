"""What nobody may do about rumours: skip a step, conclude on nothing, look at what one decided."""

from typing import Any

from django.urls import reverse

from compliance.errors import ActionRefused, StaleLease, TransitionRefused
from enforcement.models import (
    Rumour,
    RumourAccount,
    RumourReview,
    RumourStep,
)
from enforcement.services.rumours import concluding, reopening, steps
from enforcement.services.rumours.steps import StepDraft
from tests.enforcement import rumours
from tests.enforcement.proof.attempts import (
    Fake,
    Forbidden,
    Sent,
    Tried,
    changed_to,
    copied,
    held,
    posted,
)
from tests.enforcement.proof.use_cases import fresh, taken
from tests.enforcement.proof.world import World, grounds


def rumour_at(world: World, last: str, *more: Any) -> Rumour:
    """Return a rumour about an account whose steps are answered up to one, held by a moderator."""
    rumour = rumours.opened(world.moderator, world.account(), *more)
    return rumours.bring_to(rumour, last, world.moderator)


def rumour_sent(rumour: Rumour, fence: int, act: str, **more: Any) -> tuple[Sent, ...]:
    present = Rumour.objects.get(pk=rumour.pk)
    page = reverse("admin:work_on_rumour", args=[present.work_item_id])
    return (Sent(page, posted(act, fence=fence, version=present.version, **more)),)


def concluding_on_what_nobody_approved(world: World) -> Tried:
    mine, rumour = world.moderator, rumour_at(world, "elimination")
    account = rumour.accounts.select_related("account").get().account
    decision = world.proposed(case=world.case(account))
    fence = rumours.fence_of(rumour, mine)
    concerned = rumours.concerned(rumour, account)
    return Tried(
        who=mine,
        act=lambda: concluding.conclude_with_decision(
            concerned=rumours.concerned(Rumour.objects.get(pk=rumour.pk), account),
            decision=fresh(decision),
            fence=fence,
            **grounds(mine),
        ),
        sent=rumour_sent(
            rumour, fence, "conclude_with_decision", concerned=f"{concerned.pk}:{decision.pk}"
        ),
        named={"decision": decision.pk},
    )


def refuting_before_the_verdict(world: World) -> Tried:
    mine, rumour = world.moderator, rumour_at(world, "tracing")
    fence = rumours.fence_of(rumour, mine)
    said = {key: str(value) for key, value in rumours.STEPS["refutation"].items()}
    return Tried(
        who=mine,
        act=lambda: steps.answer_step(
            rumour=Rumour.objects.get(pk=rumour.pk),
            draft=StepDraft(step="refutation", **said),  # type: ignore[arg-type]
            fence=fence,
            **grounds(mine),
        ),
        sent=rumour_sent(rumour, fence, "answer", step="refutation", **said),
    )


def closing_while_an_account_is_left(world: World) -> Tried:
    mine, rumour = world.moderator, rumour_at(world, "elimination")
    fence = rumours.fence_of(rumour, mine)
    return Tried(
        who=mine,
        act=lambda: concluding.close_rumour(
            rumour=Rumour.objects.get(pk=rumour.pk), fence=fence, **grounds(mine)
        ),
        sent=rumour_sent(rumour, fence, "close"),
    )


def undoing_for_a_rumour_what_one_decided(world: World) -> Tried:
    rumour, mine = rumour_at(world, "elimination"), world.supervisor
    account = rumour.accounts.select_related("account").get().account
    decision = taken(world, case=world.case(account))
    concluding.conclude_with_decision(
        concerned=rumours.concerned(rumour, account),
        decision=decision,
        fence=rumours.fence_of(rumour, world.moderator),
        **grounds(world.moderator),
    )
    (review,) = reopening.reopen_rumour(
        rumour=Rumour.objects.get(pk=rumour.pk),
        public_note="经复核，原消息属实",
        **grounds(world.colleague("other supervisor", "supervisor")),
    )
    fence = held(review.work_item, mine)
    return Tried(
        who=mine,
        act=lambda: reopening.reverse_for_rumour(
            review=RumourReview.objects.get(pk=review.pk), fence=fence, **grounds(mine)
        ),
        sent=(
            Sent(reverse("admin:claim_item", args=[review.work_item_id]), {}),
            Sent(
                reverse("admin:review_rumour_decision", args=[review.work_item_id]),
                posted("reverse", fence=fence, version=review.version),
            ),
        ),
    )


OF_RUMOURS: dict[str, Forbidden] = {
    "concluding a rumour on what nobody approved": Forbidden(
        concluding.conclude_with_decision,
        concluding_on_what_nobody_approved,
        ActionRefused,
        (
            Fake(
                changed_to(
                    RumourAccount,
                    "fault = 'at_fault', conclusion = 'credit', decision_id = %(decision)s,"
                    " conclusion_reason = '编造', concluded_at = now()",
                ),
                "rumouraccount_decision_does_it",
            ),
        ),
    ),
    "refuting before it is told apart": Forbidden(
        steps.answer_step,
        refuting_before_the_verdict,
        TransitionRefused,
        (
            Fake(
                copied(RumourStep, "step = 'tracing'", step="'refutation'"), "rumourstep_in_order"
            ),
            Fake(
                "INSERT INTO enforcement_refutation (rumour_id, step_id, text, published_in, link,"
                " published_at, status, withdrawn_note, version)"
                " SELECT rumour_id, id, '不实', '专栏', '', now(), 'published', '', 1"
                " FROM enforcement_rumourstep WHERE step = 'tracing'",
                "refutation_of_its_step",
            ),
            Fake(
                changed_to(Rumour, "status = 'refuted', verdict = 'rumour'"),
                "rumour_state_has_its_step",
            ),
        ),
    ),
    "closing a rumour while an account is left": Forbidden(
        concluding.close_rumour,
        closing_while_an_account_is_left,
        ActionRefused,
        (
            Fake(
                changed_to(Rumour, "status = 'closed', closed_at = now()"),
                "rumour_closed_with_every_account",
            ),
        ),
    ),
    "undoing for a rumour what one decided": Forbidden(
        reopening.reverse_for_rumour,
        undoing_for_a_rumour_what_one_decided,
        StaleLease,
        (
            Fake(
                changed_to(
                    RumourReview,
                    "status = 'kept', decided_by_id = %(who)s, decided_at = now(),"
                    " decided_reason = '另有依据'",
                ),
                "rumourreview_by_somebody_else",
            ),
        ),
    ),
}
