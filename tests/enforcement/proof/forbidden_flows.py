"""What nobody may do in the flows about many accounts, lifting, emergencies and second looks."""

from django.urls import reverse
from django.utils import timezone

from compliance.errors import ActionRefused, NotPermitted, SamePerson, StaleLease
from compliance.evidence.incoming import take_in
from compliance.models import Proposal
from enforcement.consistency_words import FigureKind
from enforcement.enums import MeasureCode
from enforcement.models import (
    BulkDecision,
    BulkItem,
    Case,
    Hearing,
    Measure,
    SecondLook,
)
from enforcement.services import evidence
from enforcement.services.bulk import drafting
from enforcement.services.bulk.proposing import approve_bulk
from enforcement.services.consistency.freezing import freeze_report, resolve_pseudonym
from enforcement.services.consistency.looking import give_second_look, review_second_look
from enforcement.services.emergencies.afterwards import decide_later_hearing
from enforcement.services.emergencies.ordering import EmergencyWords
from enforcement.services.hearings.answering import receive_statement
from enforcement.services.lifting import proposing
from enforcement.services.lifting.ending import LiftDraft
from tests.compliance.evidence_files import picture
from tests.enforcement import bulk, second_looks
from tests.enforcement.conftest import approve, suspension, violation
from tests.enforcement.proof.attempts import (
    NO_RIGHT,
    REASON,
    Fake,
    Forbidden,
    Sent,
    Tried,
    approval_by,
    changed_to,
    held,
    posted,
)
from tests.enforcement.proof.use_cases.laying import taken
from tests.enforcement.proof.world import World, grounds

TOLD = "已核对陈述所附记录，转账确系账号引导，理由不成立"
OWN_APPROVAL = "approval_approver_is_not_proposer"


# Many accounts.


def approving_ones_own_list(world: World) -> Tried:
    mine = world.moderator
    listed = bulk.propose([world.account(), world.account()], mine)
    return Tried(
        who=mine,
        act=lambda: approve_bulk(bulk=BulkDecision.objects.get(pk=listed.pk), **grounds(mine)),
        sent=(Sent(reverse("admin:bulk_decision", args=[listed.pk]), posted("approve")),),
    )


def deciding_on_many_what_is_grave(world: World) -> Tried:
    mine, accounts = world.moderator, [world.account(), world.account()]
    bulk.draft(accounts, mine)
    return Tried(
        who=mine,
        act=lambda: bulk.draft(accounts, mine, words=bulk.words(measures=suspension(7))),
        sent=(
            Sent(
                reverse("admin:draft_bulk"),
                bulk.posted(
                    measures=[str(MeasureCode.SUSPEND_UPDATES)],
                    term_suspend_updates=7,
                    accounts="\n".join(each.platform_uid for each in accounts),
                ),
            ),
        ),
    )


# Lifting.


def approving_ones_own_lifting(world: World) -> Tried:
    measure, mine = taken(world, *suspension(60)).measures.get(), world.supervisor
    proposal = proposing.propose_lift(
        measure=measure, draft=LiftDraft("put_right", REASON), **grounds(mine)
    )
    return Tried(
        who=mine,
        act=lambda: proposing.approve_lift(
            proposal=Proposal.objects.get(pk=proposal.pk), **grounds(mine)
        ),
        sent=(
            Sent(
                reverse("admin:measure", args=[measure.pk]),
                posted("approve", proposal=proposal.pk),
            ),
        ),
        named={"proposal": proposal.pk},
    )


# Emergencies.


def emergency(world: World) -> Hearing:
    """Return the hearing after an emergency decision in force, which the operator has answered."""
    case, collector = world.case(), world.colleague("collector", "moderator")
    file = take_in("截图.jpg", [picture()])
    try:
        evidence.attach_evidence(case=case, files=[file], shows="聊天截图", **grounds(collector))
    finally:
        file.discard()
    decision = world.proposed(
        *suspension(7),
        case=Case.objects.get(pk=case.pk),
        emergency=EmergencyWords("fraud", "诱导转账仍在继续，每小时都有人受骗"),
    )
    if not approve(decision, world.supervisor):
        approve(decision, world.officer)
    receive_statement(
        hearing=Hearing.objects.get(after=decision),
        kind="final",
        words="所收款项为正常交易，有订单为证",
        **grounds(world.system),
    )
    return later_hearing()


def later_hearing() -> Hearing:
    found = Hearing.objects.select_related("after__case__matter", "review_item")
    return found.get(after__isnull=False)


def deciding_after_ones_own_emergency(world: World) -> Tried:
    hearing, mine = emergency(world), world.supervisor
    fence = held(hearing.review_item, mine)
    return Tried(
        who=mine,
        act=lambda: decide_later_hearing(
            hearing=later_hearing(), outcome="upheld", text=TOLD, fence=fence, **grounds(mine)
        ),
        sent=(
            Sent(reverse("admin:claim_item", args=[hearing.review_item_id]), {}),
            Sent(
                reverse("admin:decide_later_hearing", args=[hearing.review_item_id]),
                posted("decide_later", outcome="upheld", text=TOLD, fence=fence),
            ),
        ),
    )


# Second looks, and whose the figures are.


def drawn(world: World) -> SecondLook:
    """Return the second look at a decision that a moderator proposed and a supervisor approved."""
    decision = taken(world)
    second_looks.draw(world.system)
    return second_looks.look_at(decision)


def looking_at_ones_own_decision(world: World) -> Tried:
    look, mine = drawn(world), world.moderator
    fence = held(look.work_item, mine)
    return Tried(
        who=mine,
        act=lambda: second_looks.give(
            SecondLook.objects.get(pk=look.pk), mine, second_looks.would(), fence=fence
        ),
        sent=(
            Sent(reverse("admin:claim_item", args=[look.work_item_id]), {}),
            Sent(
                reverse("admin:give_second_look", args=[look.work_item_id]),
                posted(
                    "look",
                    fence=fence,
                    version=look.version,
                    violation=violation().pk,
                    severity=4,
                    measures=["warn"],
                ),
            ),
        ),
    )


def concluding_on_ones_own_decision(world: World) -> Tried:
    look, mine = drawn(world), world.supervisor
    reviewer = world.colleague("reviewer", "moderator")
    look = second_looks.give(look, reviewer, second_looks.NOTHING)
    item = look.review_item
    assert item is not None
    fence = held(item, mine)
    return Tried(
        who=mine,
        act=lambda: review_second_look(
            look=SecondLook.objects.get(pk=look.pk),
            conclusion="reversed",
            fence=fence,
            **grounds(mine, REASON),
        ),
        sent=(
            Sent(reverse("admin:claim_item", args=[item.pk]), {}),
            Sent(
                reverse("admin:conclude_second_look", args=[item.pk]),
                posted("review", conclusion="reversed", fence=fence, version=look.version),
            ),
        ),
    )


def asking_whose_a_pseudonym_is(world: World) -> Tried:
    mine, month = world.officer, timezone.localdate().replace(day=1)
    # Fewer are too few to be told apart by who proposed them.
    for _number in range(5):
        taken(world)
    with second_looks.after_this_month():
        report = freeze_report(month=month, **grounds(world.system))
    figure = report.figures.get(kind=FigureKind.MODERATOR, code="")
    return Tried(
        who=mine,
        act=lambda: resolve_pseudonym(report=report, moderator=figure.group, **grounds(mine)),
        sent=(Sent(reverse("admin:consistency_figure", args=[figure.pk]), posted("resolve")),),
    )


OF_FLOWS: dict[str, Forbidden] = {
    "approving one's own list": Forbidden(
        approve_bulk,
        approving_ones_own_list,
        SamePerson,
        (
            Fake(approval_by("%(who)s", "bulk_decision"), OWN_APPROVAL),
            Fake(
                changed_to(
                    BulkDecision,
                    "status = 'approved', approved_at = now(),"
                    " held_until = now() + interval '1 hour'",
                ),
                "bulkdecision_carried_out_only_if_approved",
            ),
            Fake(
                changed_to(BulkItem, "status = 'carried_out'"),
                "bulkitem_carried_out_only_if_approved",
            ),
        ),
    ),
    "deciding on many what is grave": Forbidden(
        drafting.draft_bulk,
        deciding_on_many_what_is_grave,
        ActionRefused,
        (
            Fake(
                changed_to(BulkDecision, "words = replace(words, 'warn', 'suspend_updates')"),
                "frozen_columns",
            ),
        ),
    ),
    "approving one's own lifting": Forbidden(
        proposing.approve_lift,
        approving_ones_own_lifting,
        SamePerson,
        (
            Fake(approval_by("%(who)s", proposing.KIND), OWN_APPROVAL),
            Fake(
                "INSERT INTO enforcement_measurelift (measure_id, approvals_of_measure, ground, told,"
                " lifted_by_id, lifted_at, proposal_id, approved_result, approvals_given)"
                " SELECT id, approvals_given, 'put_right', '已改正', %(who)s, now(),"
                " %(proposal)s, 'approved', 2 FROM enforcement_measure",
                "measurelift_approval_is_real",
            ),
            Fake(
                changed_to(Measure, "status = 'lifted', ended_at = now()"),
                "measure_lift_has_its_ground",
            ),
        ),
    ),
    "deciding after one's own emergency": Forbidden(
        decide_later_hearing,
        deciding_after_ones_own_emergency,
        StaleLease,
        (
            Fake(
                "INSERT INTO enforcement_hearingoutcome (hearing_id, outcome, text, person_id)"
                " SELECT id, 'upheld', '理由不成立', %(who)s FROM enforcement_hearing"
                " WHERE after_id IS NOT NULL",
                "hearingoutcome_by_somebody_else",
            ),
            Fake("UPDATE enforcement_emergencyorder SET confirm_until = now()", NO_RIGHT),
        ),
    ),
    "a second look at one's own decision": Forbidden(
        give_second_look,
        looking_at_ones_own_decision,
        StaleLease,
        (
            Fake(
                changed_to(
                    SecondLook,
                    "status = 'compared', reviewer_id = %(who)s, looked_at = now(),"
                    " finds_nothing = true, reasoning = '写明了理由', outcome = 'agree'",
                ),
                "secondlook_not_by_the_proposer",
            ),
        ),
    ),
    "concluding on a second look at one's own decision": Forbidden(
        review_second_look,
        concluding_on_ones_own_decision,
        StaleLease,
        (
            Fake(
                changed_to(
                    SecondLook,
                    "status = 'reviewed', reviewed_by_id = %(who)s, reviewed_at = now(),"
                    " conclusion = 'reversed', review_note = '处理不当'",
                ),
                "secondlook_supervisor_took_part",
            ),
        ),
    ),
    "asking whose a pseudonym is": Forbidden(
        resolve_pseudonym,
        asking_whose_a_pseudonym_is,
        NotPermitted,
        (Fake("UPDATE enforcement_consistencyrow SET moderator = 'X'", NO_RIGHT),),
    ),
}
