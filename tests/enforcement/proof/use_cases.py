"""
Every act of enforcement, ready to be done: for tests that cut it off, and for those that kill it.

Each is laid by the services and returned as what does it, with objects of its own each time. Another
service is another line in `USE_CASES`.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any, Final
from unittest import mock

import time_machine
from django.utils import timezone

from accounts.models import BlacklistEntry
from compliance.evidence.incoming import take_in
from compliance.models import Delivery, Proposal
from enforcement import services
from enforcement.enums import MeasureCode
from enforcement.hearing_words import StatementKind
from enforcement.models import (
    Case,
    Decision,
    EmergencyHold,
    Hearing,
    Measure,
    ReportDuty,
    WatchEntry,
)
from enforcement.services import (
    cases,
    decisions,
    evidence,
    lapses,
    measures,
    report_duties,
    reversals,
)
from enforcement.services.blacklist import reviewing, reviews
from enforcement.services.catalogue import changes, drafts
from enforcement.services.catalogue.contents import OWN, content_of, patched
from enforcement.services.credit import disputes, repairs, sources, sweeping
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.hearings import answering, ending, opening
from enforcement.services.holds import confirming, placing
from enforcement.services.holds import ending as hold_ending
from enforcement.services.watchlist import looks, watching
from enforcement.watch_words import WatchBasis, WatchPlace
from tests.compliance.evidence_files import picture
from tests.enforcement.blacklist import TOLD, in_days
from tests.enforcement.conftest import CLOSURE, WARNING, approve, propose, suspension
from tests.enforcement.proof.world import World, grounds

Act = Callable[[], object]
ALL_TIMED: Final = (
    MeasureOrder(MeasureCode.WARN),
    MeasureOrder(MeasureCode.SUSPEND_UPDATES, 7),
    MeasureOrder(MeasureCode.STOP_ADVERTISING, 7),
    MeasureOrder(MeasureCode.RESTRICT_FUNCTIONS, 7, ("live",)),
)


def listing(*also: MeasureOrder) -> tuple[MeasureOrder, ...]:
    """Order an entry and a bar, with what else is given."""
    return (
        *also,
        MeasureOrder(MeasureCode.BLACKLIST, review_date=in_days(300)),
        MeasureOrder(MeasureCode.BAR_REREGISTRATION, review_date=in_days(300)),
    )


@dataclass(frozen=True)
class UseCase:
    """How an act is laid, and whether it does several things, each whole by itself."""

    lay: Callable[[World], Act]
    is_sweep: bool = False


def fresh(decision: Decision) -> Decision:
    """Return an object of one's own."""
    return Decision.objects.get(pk=decision.pk)


def taken(world: World, *orders: MeasureOrder, case: Case | None = None) -> Decision:
    """Return a decision in force."""
    decision = world.proposed(*orders, case=case)
    if not approve(decision, world.supervisor):
        approve(decision, world.officer)
    return fresh(decision)


def opened(world: World) -> Act:
    account = world.account()
    return lambda: world.case(account)


def closed(world: World) -> Act:
    case = taken(world).case
    return lambda: cases.close_case(case=Case.objects.get(pk=case.pk), **grounds(world.supervisor))


def attached(world: World) -> Act:
    case, body = world.case(), picture()

    def act() -> object:
        file = take_in("截图.jpg", [body])
        try:
            return evidence.attach_evidence(
                case=Case.objects.get(pk=case.pk),
                files=[file],
                shows="聊天截图",
                **grounds(world.moderator),
            )
        finally:
            file.discard()

    return act


def proposing(*orders: MeasureOrder) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        case = world.case()
        fence = world.claim(case.work_item, world.moderator)
        return lambda: propose(
            Case.objects.get(pk=case.pk),
            world.moderator,
            fence=fence,
            measures=orders,
            is_heard=False,
        )

    return lay


def approving(*orders: MeasureOrder, is_last: bool = True) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        decision = world.proposed(*orders)
        if decision.approvals_needed == 1 or not is_last:
            return lambda: approve(fresh(decision), world.supervisor)
        approve(decision, world.supervisor)
        return lambda: approve(fresh(decision), world.officer)

    return lay


def approved_while_held(world: World) -> Act:
    case = world.case()
    placing.place_hold(case=case, draft=hold_draft(), **grounds(world.moderator))
    decision = world.proposed(*suspension(7), case=Case.objects.get(pk=case.pk))
    return lambda: approve(fresh(decision), world.supervisor)


def given_back(world: World) -> Act:
    decision = world.proposed(*suspension(7))
    return lambda: decisions.return_decision(decision=fresh(decision), **grounds(world.supervisor))


def taken_back(world: World) -> Act:
    case = world.case()
    decision = propose(case, world.moderator, measures=suspension(7), is_heard=False)
    return lambda: decisions.withdraw_decision(decision=fresh(decision), **grounds(world.moderator))


def lifted(world: World) -> Act:
    decision = taken(world, *suspension(7))
    return lambda: measures.lift_measure(
        measure=Measure.objects.get(decision=decision), **grounds(world.supervisor)
    )


def lapsed(world: World) -> Act:
    with time_machine.travel(timezone.now() - timedelta(days=20)):
        taken(world, *suspension(7))
    return lambda: lapses.lapse_measures(now=timezone.now(), actor=world.system)


def reversing(*orders: MeasureOrder) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        decision = taken(world, *orders)
        return lambda: reversals.reverse_decision(
            decision=fresh(decision), **grounds(world.handler)
        )

    return lay


# Hearings.


def heard(world: World) -> Hearing:
    """Return a hearing that waits for the operator."""
    decision = propose(world.case(), world.moderator, measures=suspension(7), is_heard=False)
    assert decision.hearing is not None
    return decision.hearing


def speaking(kind: str, words: str) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        number = heard(world).pk
        return lambda: answering.receive_statement(
            hearing=Hearing.objects.get(pk=number),
            kind=kind,
            words=words,
            **grounds(world.system),
        )

    return lay


def long_ago(world: World, *, is_told: bool) -> int:
    """Return a hearing whose time is over, its notice delivered or not."""
    begun = timezone.now() - timedelta(days=60)
    with time_machine.travel(begun):
        hearing = heard(world)
    if is_told:
        Delivery.objects.filter(notice__about_id=str(hearing.pk)).update(
            delivered_at=begun + timedelta(hours=1)
        )
    return hearing.pk


def ended_in_silence(world: World) -> Act:
    number = long_ago(world, is_told=True)
    assert opening.known_since(Hearing.objects.get(pk=number))
    return lambda: ending.lapse_hearings(now=timezone.now(), actor=world.system)


def time_renewed(world: World) -> Act:
    number = long_ago(world, is_told=False)
    version = Hearing.objects.get(pk=number).version
    return lambda: opening.renew_time(
        hearing=Hearing.objects.get(pk=number),
        expected_version=version,
        **grounds(world.supervisor),
    )


# Emergency holds.


def hold_draft(scope: str = "service") -> placing.HoldDraft:
    """Return what is to be held."""
    return placing.HoldDraft(
        scope=scope,
        ground="fraud",
        facts="账号冒充客服诱导转账，已有多人受骗",
        content_ref="article-9" if scope == "content" else "",
    )


def holding(scope: str) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        case = world.case()
        return lambda: placing.place_hold(
            case=Case.objects.get(pk=case.pk),
            draft=hold_draft(scope),
            **grounds(world.moderator),
        )

    return lay


def answering_a_hold(service: Callable[..., None]) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        hold = placing.place_hold(case=world.case(), draft=hold_draft(), **grounds(world.moderator))
        return lambda: service(
            hold=EmergencyHold.objects.get(pk=hold.pk), **grounds(world.supervisor)
        )

    return lay


def hold_over(world: World) -> Act:
    with time_machine.travel(timezone.now() - timedelta(days=30)):
        placing.place_hold(case=world.case(), draft=hold_draft(), **grounds(world.moderator))
    return lambda: hold_ending.record_all_over(now=timezone.now(), actor=world.system)


# The report, credit.


def reported(world: World) -> Act:
    decision = taken(world, *suspension(7))
    return lambda: report_duties.send_report(
        duty=ReportDuty.objects.get(decision=decision), channel="报送系统", **grounds(world.officer)
    )


def receipted(world: World) -> Act:
    reported(world)()
    number = ReportDuty.objects.latest("pk").pk
    return lambda: report_duties.receipt_report(
        duty=ReportDuty.objects.get(pk=number), receipt_number="R-1", **grounds(world.officer)
    )


def disputed(world: World) -> Act:
    decision = taken(world)

    def act() -> object:
        with mock.patch.object(sources, "_sources", [lambda _numbers: {decision.pk}]):
            return disputes.follow_dispute(decision=fresh(decision), **grounds(world.system))

    return act


def healed(world: World) -> Act:
    with time_machine.travel(timezone.now() - timedelta(days=60)):
        taken(world)
    return lambda: sweeping.move_credit(now=timezone.now(), actor=world.system)


def used_up(world: World) -> repairs.RepairDraft:
    """Return what is asked for an account whose credit has long been used up."""
    account = world.account()
    with time_machine.travel(timezone.now() - timedelta(days=120)):
        for _number in range(3):
            taken(world, *WARNING, case=world.case(account))
    return repairs.RepairDraft(
        account=account,
        applied_on=timezone.localdate(),
        statement="已经删除全部违规内容，并建立了发布前的核实制度。",
    )


def repair_asked(world: World) -> Act:
    draft = used_up(world)
    return lambda: repairs.propose_repair(draft=draft, **grounds(world.moderator))


def answering_a_repair(service: Callable[..., object], by: str) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        repair = repairs.propose_repair(draft=used_up(world), **grounds(world.moderator))
        return lambda: service(
            proposal=Proposal.objects.get(pk=repair.proposal_id),
            **grounds(getattr(world, by), "整改措施已经落实，情况属实，处理如上。"),
        )

    return lay


# The blacklist.


def listed(world: World) -> BlacklistEntry:
    """Return an entry in force."""
    decision = taken(world, *listing())
    return BlacklistEntry.objects.filter(measure__decision=decision).order_by("pk")[0]


def review_asked(world: World) -> Act:
    number = listed(world).pk
    reviewer = world.colleague("reviewer", "moderator")
    return lambda: reviews.ask_for_review(
        entry=BlacklistEntry.objects.get(pk=number), **grounds(reviewer)
    )


def review_due(world: World) -> Act:
    with time_machine.travel(timezone.now() - timedelta(days=280)):
        listed(world)
    return lambda: reviews.open_due_reviews(now=timezone.now(), actor=world.system)


def reviewing_by(service: Callable[..., object], **more: Any) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        entry = listed(world)
        reviewer = world.colleague("reviewer", "moderator")
        item = reviews.ask_for_review(entry=entry, **grounds(reviewer))
        fence = world.claim(item, reviewer)
        return lambda: service(
            entry=BlacklistEntry.objects.get(pk=entry.pk),
            told=TOLD,
            fence=fence,
            **more,
            **grounds(reviewer),
        )

    return lay


def removal_proposed(world: World) -> Proposal:
    """Return a removal that nobody has approved."""
    found = reviewing_by(reviewing.propose_removal)(world)()
    assert isinstance(found, Proposal)
    return found


def removal_approved(world: World) -> Act:
    proposal = removal_proposed(world)
    first = world.colleague("other supervisor", "supervisor")
    second = world.colleague("other officer", "compliance_officer")
    reviewing.approve_removal(proposal=proposal, **grounds(first))
    return lambda: reviewing.approve_removal(
        proposal=Proposal.objects.get(pk=proposal.pk), **grounds(second)
    )


def removal_returned(world: World) -> Act:
    proposal = removal_proposed(world)
    other = world.colleague("other supervisor", "supervisor")
    return lambda: reviewing.end_removal_proposal(
        act="return", proposal=Proposal.objects.get(pk=proposal.pk), **grounds(other)
    )


# The watch list.


def watch_draft(world: World) -> watching.WatchDraft:
    """Return what is watched."""
    return watching.WatchDraft(
        account=world.account(),
        basis=WatchBasis.EARLIER_VIOLATIONS,
        reason="三个月内两次因同类行为被警示",
        steps="每周查看一次公开内容",
        owner=world.officer.person,
        expires_on=in_days(90),
    )


def watch_proposed(world: World) -> Act:
    draft = watch_draft(world)
    return lambda: watching.propose_watch(draft=draft, **grounds(world.officer))


def watch_approved(world: World) -> Act:
    entry = watching.propose_watch(draft=watch_draft(world), **grounds(world.officer))
    return lambda: watching.approve_watch(
        proposal=Proposal.objects.get(pk=entry.proposal_id), **grounds(world.supervisor)
    )


def watch_returned(world: World) -> Act:
    entry = watching.propose_watch(draft=watch_draft(world), **grounds(world.officer))
    return lambda: watching.end_watch_proposal(
        act="return",
        proposal=Proposal.objects.get(pk=entry.proposal_id),
        **grounds(world.supervisor),
    )


def watched_by(service: Callable[..., None]) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        watch_approved(world)()
        number = WatchEntry.objects.latest("pk").pk
        return lambda: service(entry=WatchEntry.objects.get(pk=number), **grounds(world.officer))

    return lay


def looked(world: World) -> Act:
    return lambda: looks.note_look(place=WatchPlace.LIST, actor=world.officer)


# The catalogue.


def drafted(world: World, months: int = 18) -> None:
    """Keep a change of the catalogue in the officer's draft."""
    content = patched(
        content_of(drafts.newest_version()), {OWN: {"": {"recidivism_months": months}}}
    )
    drafts.save_draft(content=content, version=0, **grounds(world.officer))


def draft_saved(world: World) -> Act:
    return lambda: drafted(world)


def draft_discarded(world: World) -> Act:
    drafted(world)
    return lambda: drafts.discard_draft(**grounds(world.officer))


def catalogue_proposed(world: World) -> Act:
    drafted(world)
    return lambda: changes.propose_catalogue(
        not_before=timezone.localdate(), **grounds(world.officer)
    )


def catalogue_approved(world: World) -> Act:
    proposal = catalogue_proposed(world)()
    assert isinstance(proposal, Proposal)
    second = world.colleague("other officer", "compliance_officer")
    changes.approve_catalogue(proposal=proposal, **grounds(world.supervisor))
    return lambda: changes.approve_catalogue(
        proposal=Proposal.objects.get(pk=proposal.pk), **grounds(second)
    )


USE_CASES: dict[str, UseCase] = {
    "a case is opened": UseCase(opened),
    "evidence is attached": UseCase(attached),
    "a decision is proposed": UseCase(proposing(*WARNING)),
    "a decision is proposed with a hearing": UseCase(proposing(*suspension(7))),
    "a first approval": UseCase(approving(*CLOSURE, is_last=False)),
    "measures for a time come into force": UseCase(approving(*ALL_TIMED)),
    "a closure with its listing comes into force": UseCase(approving(*listing(*CLOSURE))),
    "a decision ends a hold": UseCase(approved_while_held),
    "a decision is returned": UseCase(given_back),
    "a decision is withdrawn": UseCase(taken_back),
    "a case is closed": UseCase(closed),
    "a measure is lifted": UseCase(lifted),
    "measures lapse": UseCase(lapsed, is_sweep=True),
    "measures for a time are reversed": UseCase(reversing(*ALL_TIMED)),
    "a closure is reversed with its listing": UseCase(reversing(*listing(*CLOSURE))),
    "an operator has nothing to say": UseCase(speaking(StatementKind.NOTHING, "")),
    "an operator speaks": UseCase(speaking(StatementKind.MORE, "情况另有原因，容后补充材料")),
    "a hearing ends in silence": UseCase(ended_in_silence, is_sweep=True),
    "the time of a hearing is renewed": UseCase(time_renewed),
    "an account is held": UseCase(holding("service")),
    "a content is held": UseCase(holding("content")),
    "a hold is confirmed": UseCase(answering_a_hold(confirming.confirm_hold)),
    "a hold is refused": UseCase(answering_a_hold(confirming.refuse_hold)),
    "holds are over": UseCase(hold_over, is_sweep=True),
    "a report is sent": UseCase(reported),
    "a report is confirmed": UseCase(receipted),
    "a decision is disputed": UseCase(disputed),
    "credit heals": UseCase(healed, is_sweep=True),
    "a repair is asked for": UseCase(repair_asked),
    "a repair is approved": UseCase(answering_a_repair(repairs.approve_repair, "supervisor")),
    "a repair is refused": UseCase(answering_a_repair(repairs.refuse_repair, "supervisor")),
    "a repair is withdrawn": UseCase(answering_a_repair(repairs.withdraw_repair, "moderator")),
    "a review is asked for": UseCase(review_asked),
    "reviews fall due": UseCase(review_due),
    "an entry is kept": UseCase(reviewing_by(reviewing.keep_entry, review_date=in_days(200))),
    "a removal is proposed": UseCase(reviewing_by(reviewing.propose_removal)),
    "a removal is approved": UseCase(removal_approved),
    "a removal is returned": UseCase(removal_returned),
    "an account is to be watched": UseCase(watch_proposed),
    "an account is watched": UseCase(watch_approved),
    "a watch is returned": UseCase(watch_returned),
    "a watch goes on": UseCase(watched_by(watching.keep_watch)),
    "a watch ends": UseCase(watched_by(watching.remove_watch)),
    "a look is noted": UseCase(looked),
    "a draft of the catalogue is kept": UseCase(draft_saved),
    "a draft of the catalogue is discarded": UseCase(draft_discarded),
    "a catalogue is proposed": UseCase(catalogue_proposed),
    "a catalogue is approved": UseCase(catalogue_approved),
}

# Services that no use case here has to come to, each with the reason. Another service is not among
# them: whoever writes one adds the act that comes to it.
_BULK = "Of decisions on many accounts, which are cut off and killed by the tests of their own."
_LATER = "It came with a part of its own, whose tests say what a refusal leaves behind."
ELSEWHERE: dict[str, str] = {
    "enforcement.services.previews.preview_decision": "It writes nothing.",
    "enforcement.services.measures.terminate_service": (
        "A measure like the closure, within the same approval; what it rests on takes weeks to lay."
    ),
    "enforcement.services.evidence.take_part_in_case": (
        "Part of the act by which the floor shows evidence, and one row."
    ),
    **{
        f"enforcement.services.bulk.{each}": _BULK
        for each in (
            "carrying.carry_out_approved",
            "carrying.carry_out_bulk",
            "carrying.go_on_with_bulk",
            "carrying.require_may_stop",
            "carrying.stop_bulk",
            "carrying.try_again",
            "drafting.draft_bulk",
            "proposing.approve_bulk",
            "proposing.propose_bulk",
            "proposing.return_bulk",
            "proposing.withdraw_bulk",
            "undoing.undo_bulk",
            "undoing.undo_taken_back",
        )
    },
    **{
        f"enforcement.services.{each}": _LATER
        for each in (
            "consistency.drawing.draw_second_looks",
            "consistency.freezing.freeze_report",
            "consistency.freezing.resolve_pseudonym",
            "consistency.looking.give_second_look",
            "consistency.looking.review_second_look",
            "decisions.enforce_decision",
            "decisions.propose_words",
            "emergencies.afterwards.decide_later_hearing",
            "emergencies.lapsing.lapse_emergencies",
            "emergencies.ordering.check_emergency",
            "emergencies.telling.tell_of_later_hearing",
            "emergencies.telling.tell_of_outcome",
            "lifting.proposing.approve_lift",
            "lifting.proposing.end_lift_proposal",
            "lifting.proposing.propose_lift",
            "measures.bar_account_name",
            "measures.handle_contents",
            "measures.order_correction",
            "reversals.take_back_untold",
            "rumours.concluding.close_rumour",
            "rumours.concluding.conclude_with_decision",
            "rumours.concluding.conclude_without_action",
            "rumours.concluding.open_case_of",
            "rumours.material.attach_material",
            "rumours.opening.name_contents",
            "rumours.opening.open_rumour",
            "rumours.reopening.keep_decision",
            "rumours.reopening.reopen_rumour",
            "rumours.reopening.reverse_for_rumour",
            "rumours.steps.answer_step",
        )
    },
}


def every_service() -> Iterator[str]:
    """Return the services of enforcement: public functions that are told who acts."""
    for found in pkgutil.walk_packages(services.__path__, f"{services.__name__}."):
        module = import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_own = function.__module__ == module.__name__ and not name.startswith("_")
            if is_own and "actor" in inspect.signature(function).parameters:
                yield f"{module.__name__}.{name}"
