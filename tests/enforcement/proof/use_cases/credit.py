"""What follows from decisions: the report to the regulator, credit and its repair."""

from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import time_machine
from django.utils import timezone

from compliance.models import Proposal
from enforcement.models import ReportDuty
from enforcement.services import report_duties
from enforcement.services.credit import disputes, repairs, sources, sweeping
from tests.enforcement.conftest import WARNING, suspension
from tests.enforcement.proof.use_cases.laying import Act, UseCase, fresh, taken
from tests.enforcement.proof.world import World, grounds


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


USE_CASES: dict[str, UseCase] = {
    "a report is sent": UseCase(reported),
    "a report is confirmed": UseCase(receipted),
    "a decision is disputed": UseCase(disputed),
    "credit heals": UseCase(healed, is_sweep=True),
    "a repair is asked for": UseCase(repair_asked),
    "a repair is approved": UseCase(answering_a_repair(repairs.approve_repair, "supervisor")),
    "a repair is refused": UseCase(answering_a_repair(repairs.refuse_repair, "supervisor")),
    "a repair is withdrawn": UseCase(answering_a_repair(repairs.withdraw_repair, "moderator")),
}
