"""The same course of things twice: with a decision that is reversed, and without it."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts.models import (
    AccountNameKey,
    BlacklistEntry,
    IdentityBar,
    ListedName,
    ListedNameKey,
    PublicAccount,
    Restriction,
    Standing,
    ViolationFact,
)
from accounts.services.commands import state_for_platform
from accounts.services.disclosure.sources import labels_of, marks_of
from accounts.services.restrictions import state_of
from enforcement.enums import MeasureCode
from enforcement.models import CreditScore, Decision, Measure
from enforcement.services import lapses, measures, reversals
from enforcement.services.credit import repairs, sweeping
from enforcement.services.credit.counting import counted
from enforcement.services.credit.sources import entries_of, rule_in_force
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.ladder import propose_step
from enforcement.services.reversals import ReversalReport
from reports.demo.clock import clock_at
from tests.enforcement import bulk as lists
from tests.enforcement.conftest import violation
from tests.enforcement.proof.use_cases import contents, emergencies
from tests.enforcement.proof.use_cases.laying import fresh
from tests.enforcement.proof.world import World, grounds

# What the decision is called that is reversed in one course and never taken in the other.
IT: Final = "it"
# What will hold on later days is known by what stands now.
AHEAD: Final = (0, 1, 8, 20, 100)
What = dict[str, list[str]]


@dataclass
class Course:
    """
    Two accounts of one subject and one of another; decisions by what they are called.

    A course that is told without `IT` leaves out whatever is done to it, and nothing else.
    """

    world: World
    begins: datetime
    accounts: list[PublicAccount]
    is_with_it: bool
    decisions: dict[str, Decision] = field(default_factory=dict)
    report: ReversalReport | None = None

    def on(self, day: float) -> AbstractContextManager[None]:
        """Tell that it is so many days after the beginning."""
        return clock_at(self.begins + timedelta(days=day))

    def _is_told(self, name: str) -> bool:
        return self.is_with_it or name != IT

    def take(self, name: str, day: float, *orders: MeasureOrder, account: int = 0) -> None:
        """Take a decision on one of the accounts, with all approvals that it needs."""
        if not self._is_told(name):
            return
        with self.on(day):
            case = self.world.case(PublicAccount.objects.get(pk=self.accounts[account].pk))
            self.decisions[name] = contents.in_force(self.world, *orders, case=case)

    def take_at_once(self, name: str, day: float) -> None:
        """Take an emergency decision, and have it confirmed."""
        if not self._is_told(name):
            return
        with self.on(day):
            case = self.world.case(PublicAccount.objects.get(pk=self.accounts[0].pk))
            decision = emergencies.taken_at_once(self.world, case)
            contents.last_approved(self.world, decision)()
            self.decisions[name] = fresh(decision)

    def take_on_list(self, day: float, **names: int) -> None:
        """Decide on several accounts by one list: what each decision is called, and its account."""
        names = {name: account for name, account in names.items() if self._is_told(name)}
        with self.on(day):
            bulk = lists.approved([self.accounts[each] for each in names.values()], self.world)
        # Later than it was drafted: what counts as an earlier decision is fixed then.
        with self.on(day + 0.1):
            lists.carry_out(bulk)
            for name, account in names.items():
                item = bulk.items.get(account=self.accounts[account])
                assert item.decision is not None, item.problem
                self.decisions[name] = item.decision

    def lift(self, name: str, code: MeasureCode, day: float) -> None:
        """Lift one measure of a decision."""
        if not self._is_told(name):
            return
        with self.on(day):
            measures.lift_measure(
                measure=Measure.objects.get(decision=self.decisions[name], measure=code),
                **grounds(self.world.supervisor),
            )

    def repair(self, day: float) -> None:
        """Repair the credit of the first subject, which is used up."""
        with self.on(day):
            asked = repairs.propose_repair(
                draft=repairs.RepairDraft(
                    account=self.accounts[0],
                    applied_on=timezone.localdate(),
                    statement="已经删除全部违规内容，并建立了发布前的核实制度。",
                ),
                **grounds(self.world.moderator),
            )
            repairs.approve_repair(
                proposal=asked.proposal,
                **grounds(self.world.supervisor, "整改措施已经落实，情况属实，处理如上。"),
            )

    def reverse(self, day: float) -> None:
        """Reverse the decision that the course is about."""
        if not self.is_with_it:
            return
        standing = self.what_stands(day)
        with self.on(day):
            self.report = reversals.reverse_decision(
                decision=fresh(self.decisions[IT]), **grounds(self.world.handler)
            )
        assert self.what_stands(day) != standing, "to undo it changed nothing that is looked at"

    def sweep(self, day: float) -> None:
        """Put on record what time has ended and healed."""
        with self.on(day):
            lapses.lapse_measures(now=timezone.now(), actor=self.world.system)
            sweeping.move_credit(now=timezone.now(), actor=self.world.system)

    def what_stands(self, day: float) -> What:
        """Return all that anybody goes by, of the accounts and their subjects, in words alone."""
        with self.on(day):
            found = _what_stands(self)
        return {what: sorted(map(self._named, rows)) for what, rows in found.items()}

    def _named(self, row: Iterable[Any]) -> str:
        said = " | ".join(str(each) for each in row)
        for name, decision in self.decisions.items():
            said = said.replace(decision.number, name)
        return said


Script = Callable[[Course], float]
"""What happens; the day on which what stands is compared."""


def both(script: Script, *, begins: int = 50) -> tuple[What, What, Course]:
    """Return what stands after a course with the decision and after one without it, and the first."""
    world = World()
    start = timezone.now() - timedelta(days=begins)
    with clock_at(start):
        first, second = world.account(), world.account()
        accounts = [first, world.account(first.subject), second]
    found: list[What] = []
    courses = [Course(world, start, accounts, is_with_it) for is_with_it in (True, False)]
    for course in courses:
        with transaction.atomic():
            day = script(course)
            found.append(course.what_stands(day))
            transaction.set_rollback(True)
    return found[0], found[1], courses[0]


def _what_stands(course: Course) -> dict[str, list[tuple[Any, ...]]]:
    now = timezone.now()
    numbers = [each.pk for each in course.accounts]
    accounts = list(PublicAccount.objects.filter(pk__in=numbers).select_related("subject"))
    subjects = {each.subject_id for each in accounts}
    others = [each.pk for name, each in course.decisions.items() if name != IT]
    terms = rule_in_force(now).terms
    return {
        "accounts": [
            (
                each.pk,
                each.name,
                each.status,
                each.closed_ground_ref,
                labels_of(each),
                marks_of(each),
                state_for_platform(each, now),
            )
            for each in accounts
        ],
        "what they may do": [
            (each.pk, ahead, state_of(each, now + timedelta(days=ahead)))
            for each in accounts
            for ahead in AHEAD
        ],
        "limits": [
            (each.account_id, each.kind, each.functions, each.in_force_until, each.ground_ref)
            for each in Restriction.objects.filter(account__in=numbers).in_force(now)
        ],
        "names": [
            (each.kind, each.name, each.ground_ref, each.in_force_until)
            for each in ListedName.objects.in_force().filter(
                folded_name__in=[each.folded_name for each in accounts]
            )
        ],
        "screened names": [(AccountNameKey.objects.count(), ListedNameKey.objects.count())],
        "bars": list(
            IdentityBar.objects.filter(subject__in=subjects, removed_at__isnull=True).values_list(
                "subject", "field", "ground_ref"
            )
        ),
        "entries": list(
            BlacklistEntry.objects.filter(subject__in=subjects, status="listed").values_list(
                "subject", "kind", "ground_ref"
            )
        ),
        "violations": list(
            ViolationFact.objects.standing()
            .filter(account__in=numbers)
            .values_list("account", "reference")
        ),
        "credit": [
            (subject, counted(of, terms, now)) for subject, of in entries_of([*subjects]).items()
        ],
        "score": list(
            CreditScore.objects.filter(subject__in=subjects).values_list(
                "subject", "score", "grade", "services_grade", "frozen_on", "heals_on", "next_on"
            )
        ),
        "standing": list(
            Standing.objects.filter(subject__in=subjects).values_list(
                "subject", "grade", "score", "services_off", "updates_a_day"
            )
        ),
        "measures of others": [
            (each.decision.number, each.measure, each.status, each.in_force_until, each.ended_at)
            for each in Measure.objects.filter(decision__in=others).select_related("decision")
        ],
        "other decisions": [
            (each.number, each.status) for each in Decision.objects.filter(pk__in=others)
        ],
        "the next step": [
            (
                each.pk,
                proposed.step.pk,
                proposed.proposed.offence_number,
                [earlier.number for earlier in proposed.earlier],
            )
            for each in accounts
            for proposed in [
                propose_step(account=each, violation_type=violation(), severity=2, at=now)
            ]
        ],
    }
