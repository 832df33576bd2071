"""How forbidden acts on decisions, measures, cases and lists are laid, for the service and for the pages."""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse

from compliance.models import Proposal, StaffUser
from enforcement.models import (
    Case,
    Measure,
)
from enforcement.services import cases, decisions, measures, reversals
from enforcement.services.blacklist import reviewing
from enforcement.services.catalogue import changes
from enforcement.services.catalogue.drafts import newest_version
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.lifting import proposing
from enforcement.services.lifting.ending import LiftDraft
from enforcement.services.watchlist import watching
from tests.enforcement import console
from tests.enforcement.conftest import CLOSURE, approve, suspension
from tests.enforcement.proof.attempts import (
    REASON,
    Sent,
    Tried,
    held,
    posted,
    proposal_sent,
    verdict_sent,
)
from tests.enforcement.proof.use_cases import (
    catalogue_proposed,
    fresh,
    removal_proposed,
    taken,
    watch_draft,
    watch_proposed,
)
from tests.enforcement.proof.world import World, grounds
from tests.enforcement.raw_rows import another_item, another_proposal

Who = Callable[[World], StaffUser]
Lay = Callable[[World], Tried]


def moderator(world: World) -> StaffUser:
    return world.moderator


def supervisor(world: World) -> StaffUser:
    return world.supervisor


def officer(world: World) -> StaffUser:
    return world.officer


def another_moderator(world: World) -> StaffUser:
    return world.colleague("second", "moderator")


def administrator(world: World) -> StaffUser:
    return world.colleague("administrator", "system_administrator")


def auditor(world: World) -> StaffUser:
    return world.colleague("auditor", "auditor")


# Approvals.


def approving(who: Who, *, is_heard: bool = True, is_second: bool = False) -> Lay:
    def lay(world: World) -> Tried:
        decision = world.proposed(*CLOSURE, is_heard=is_heard)
        if is_second:
            approve(decision, world.supervisor)
        mine = who(world)
        return Tried(
            who=mine,
            act=lambda: approve(fresh(decision), mine),
            sent=verdict_sent(decision, mine),
        )

    return lay


def approving_as_a_program(world: World) -> Tried:
    decision = world.proposed(*CLOSURE)
    return Tried(who=world.system, act=lambda: approve(fresh(decision), world.system))


def returning(world: World) -> Tried:
    decision, mine = world.proposed(*CLOSURE), world.moderator
    return Tried(
        who=mine,
        act=lambda: decisions.return_decision(decision=fresh(decision), **grounds(mine)),
        sent=verdict_sent(decision, mine, "return"),
    )


def withdrawing(world: World) -> Tried:
    decision, mine = world.proposed(*CLOSURE), world.supervisor
    return Tried(
        who=mine,
        act=lambda: decisions.withdraw_decision(decision=fresh(decision), **grounds(mine)),
        sent=(Sent(console.decision_page(decision), posted("withdraw")),),
    )


# Proposals.


def proposing_it(typed: dict[str, Any], **given: Any) -> Lay:
    """Try to propose something on a case of one's own; an earlier decision is there to be copied."""

    def lay(world: World) -> Tried:
        world.proposed(*suspension(7))
        case, mine = world.case(), world.moderator
        fence = world.claim(case.work_item, mine)
        return Tried(
            who=mine,
            act=lambda: world.proposed(case=case, fence=fence, **given),
            sent=(proposal_sent(case, fence, **typed),),
        )

    return lay


def ordering(*orders: MeasureOrder, **typed: Any) -> Lay:
    codes = [str(each.measure) for each in orders]
    return proposing_it(
        {"measures": codes, "term_suspend_updates": "", **typed}, measures=tuple(orders)
    )


def proposing_a_second(world: World) -> Tried:
    waiting, mine = world.proposed(*CLOSURE), world.moderator
    case = waiting.case
    present = Case.objects.select_related("work_item").get(pk=case.pk)
    return Tried(
        who=mine,
        act=lambda: world.proposed(case=Case.objects.get(pk=case.pk), fence=1, actor=mine),
        sent=(proposal_sent(present, held(present.work_item, mine)),),
        # A decision has a proposal and an item of its own.
        named={"proposal": another_proposal(waiting), "item": another_item()},
    )


def proposing_as_supervisor(world: World) -> Tried:
    world.proposed(*suspension(7))
    case, mine = world.case(), world.supervisor
    return Tried(
        who=mine,
        act=lambda: world.proposed(case=case, fence=1, actor=mine),
        sent=(proposal_sent(case, 1),),
    )


# Cases.


def opening_a_case(world: World) -> Tried:
    mine, account = administrator(world), world.account()
    world.case()
    return Tried(
        who=mine,
        act=lambda: cases.open_case(
            account=account, source="patrol", summary="疑似违规", **grounds(mine)
        ),
        sent=(
            Sent(
                reverse("admin:open_case"),
                {
                    "uid": account.platform_uid,
                    "source": "patrol",
                    "summary": "疑似违规",
                    "reason": REASON,
                },
            ),
            # Nor is anything to be seen from where a finding or a rumour leads to a case.
            Sent(reverse("admin:look_at_finding", args=[1]), posted("open_case")),
            Sent(reverse("admin:work_on_rumour", args=[1]), posted("open_case")),
        ),
    )


def closing_a_case(world: World) -> Tried:
    mine = world.supervisor
    case = Case.objects.select_related("work_item").get(pk=taken(world, *suspension(7)).case_id)
    return Tried(
        who=mine,
        act=lambda: cases.close_case(case=Case.objects.get(pk=case.pk), **grounds(mine)),
        sent=(Sent(console.case_page(case), posted("close", version=case.version)),),
    )


# Measures.


def lifting(who: Who, orders: Sequence[MeasureOrder]) -> Lay:
    def lay(world: World) -> Tried:
        measure, mine = taken(world, *orders).measures.get(), who(world)
        return Tried(
            who=mine,
            act=lambda: measures.lift_measure(
                measure=Measure.objects.get(pk=measure.pk), **grounds(mine)
            ),
            sent=(
                Sent(
                    reverse("admin:measure", args=[measure.pk]),
                    posted("lift", ground="put_right"),
                ),
            ),
        )

    return lay


def proposing_to_lift_a_closure(world: World) -> Tried:
    measure, mine = taken(world, *CLOSURE).measures.get(), world.moderator
    return Tried(
        who=mine,
        act=lambda: proposing.propose_lift(
            measure=Measure.objects.get(pk=measure.pk),
            draft=LiftDraft("put_right", REASON),
            **grounds(mine),
        ),
        sent=(
            Sent(
                reverse("admin:measure", args=[measure.pk]),
                posted("propose_lift", ground="put_right"),
            ),
        ),
        named={"measure": measure.pk},
    )


def undoing(who: Who) -> Lay:
    def lay(world: World) -> Tried:
        both = world.colleague("both", "supervisor", "complaint_handler")
        decision = world.proposed()
        approve(decision, both)
        mine = who(world)
        return Tried(
            who=mine,
            act=lambda: reversals.reverse_decision(decision=fresh(decision), **grounds(mine)),
        )

    return lay


# The blacklist, the catalogue, the watch list.


def removing(*, is_second: bool) -> Lay:
    def lay(world: World) -> Tried:
        proposal = removal_proposed(world)
        mine = world.supervisor
        if is_second:
            mine = world.colleague("other supervisor", "supervisor")
            reviewing.approve_removal(proposal=proposal, **grounds(mine))
        entry = reviewing.entry_of_proposal(proposal)
        return Tried(
            who=mine,
            act=lambda: reviewing.approve_removal(
                proposal=Proposal.objects.get(pk=proposal.pk), **grounds(mine)
            ),
            sent=(
                Sent(
                    reverse("admin:blacklist_entry", args=[entry.pk]),
                    posted("approve", proposal=proposal.pk),
                ),
            ),
        )

    return lay


def changing_the_catalogue(world: World) -> Tried:
    proposal, mine = catalogue_proposed(world)(), world.officer
    assert isinstance(proposal, Proposal)
    return Tried(
        who=mine,
        act=lambda: changes.approve_catalogue(proposal=proposal, **grounds(mine)),
        sent=tuple(
            Sent(page, posted("approve", proposal=proposal.pk))
            for page in (
                reverse("admin:catalogue"),
                reverse("admin:catalogue_version", args=[newest_version().label]),
            )
        ),
    )


def watching_an_account(world: World) -> Tried:
    watch_proposed(world)()
    draft, mine = watch_draft(world), world.moderator
    return Tried(
        who=mine,
        act=lambda: watching.propose_watch(draft=draft, **grounds(mine)),
        sent=(
            Sent(
                reverse("admin:add_watch_entry"),
                {
                    "platform_uid": draft.account.platform_uid,
                    "basis": draft.basis,
                    "reason": draft.reason,
                    "steps": draft.steps,
                    "owner": draft.owner.pk,
                    "expires_on": draft.expires_on.isoformat(),
                },
            ),
        ),
    )
