"""Anybody does anything at any time; after each act what holds is what the model says."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar
from unittest import mock

from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from accounts.models import BlacklistEntry
from enforcement import models as tables
from enforcement.hearing_words import StatementKind
from enforcement.services import decisions, lapses, measures, reversals
from enforcement.services.blacklist import reviewing, reviews
from enforcement.services.credit import disputes, repairs, sources
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.hearings.answering import receive_statement
from tests.enforcement.conftest import propose
from tests.enforcement.proof import model as plain
from tests.enforcement.proof.checking import PEOPLE, Checked, Setting
from tests.enforcement.proof.world import grounds

REVIEWED_AFTER = 300
# Whatever is ordered is one of these; each with the days and functions that it has.
ORDERS: tuple[tuple[tuple[str, int | None, tuple[str, ...]], ...], ...] = (
    (("warn", None, ()),),
    (("suspend_updates", 7, ()),),
    (("suspend_updates", 60, ()), ("warn", None, ())),
    (("restrict_functions", 14, ("live", "comment")),),
    (("restrict_functions", 30, ("comment",)), ("stop_advertising", 10, ())),
    (("stop_advertising", 45, ()), ("suspend_updates", 3, ())),
    (("close", None, ()),),
    (("blacklist", None, ()),),
    (("bar_reregistration", None, ()), ("suspend_updates", 20, ())),
    (("close", None, ()), ("bar_reregistration", None, ())),
)
NEEDS_HEARING = {"suspend_updates", "close", *plain.LISTING}
SPANS = (0.1, 0.5, 1, 2, 3, 5, 8, 30, 95)
# How often each act comes up.
ACTS = {
    "look_ahead": 12,
    "let_time_pass": 5,
    "propose": 3,
    "propose_again": 1,
    "speak": 2,
    "approve": 6,
    "take_back": 2,
    "give_back": 1,
    "lift": 4,
    "reverse": 2,
    "remove_entry": 6,
    "dispute": 2,
    "repair": 1,
    "sweep": 2,
}
# Evenly, where integers would be small ones mostly.
IN_A_RUN = 100
pickers = st.sampled_from(range(2520))


class Enforcement(Checked, RuleBasedStateMachine):
    """The acts of enforcement in any order, also those that are to be refused."""

    steps: ClassVar[int] = 0

    @initialize()
    def begin(self) -> None:
        self.model = plain.Model()
        self.rows: dict[plain.Decision, int] = {}
        self.cases: dict[plain.Decision, int] = {}
        self.latest = timezone.now()
        self.now = self.setting.begins
        self.disputed: set[int] = set()
        self.seen = self.last_logged()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.patches: list[Any] = [
            mock.patch.object(timezone, "now", self.tell_time),
            mock.patch.object(sources, "_sources", [lambda _numbers: self.disputed]),
        ]
        for each in self.patches:
            each.start()

    def teardown(self) -> None:
        if not hasattr(self, "undo"):
            return
        try:
            for number in range(len(self.setting.accounts)):
                self.check_account(number)
            for subject in range(len(self.setting.subjects)):
                self.check_subject(subject)
            # What is held back until a transaction ends: the guards of the histories.
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        finally:
            for each in self.patches:
                each.stop()
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @rule(
        what=st.sampled_from([what for what, times in ACTS.items() for _time in range(times)]),
        which=pickers,
        person=st.sampled_from([*PEOPLE]),
        is_likely=st.sampled_from([True, True, False]),
    )
    def act(self, what: str, which: int, person: str, is_likely: bool) -> None:
        """Do one thing: somebody who may, if it is to be likely, or else just anybody."""
        getattr(self, what)(which, person, is_likely)
        self.check_log()
        type(self).steps += 1
        self.now = min(self.now + timedelta(minutes=1), self.latest)

    # The acts.

    def propose(self, which: int, person: str, is_likely: bool) -> None:
        proposer = person if PEOPLE[person] == ("moderator",) else "moderator"
        made = self.propose_on(which % 3, ORDERS[which % len(ORDERS)], proposer, None)
        if is_likely and made is not None and made.status == "hearing":
            self.let_speak(made)

    def propose_again(self, which: int, person: str, is_likely: bool) -> None:
        if not self.with_status("returned", "withdrawn"):
            return
        first = self.pick(which, "returned", "withdrawn")
        if {each.status for each in self.of_same_case(first)} - {"returned", "withdrawn"}:
            return
        orders = [(each.code, each.days, each.functions) for each in first.measures]
        self.propose_on(first.account, orders, first.proposer, first)

    def propose_on(
        self, account: int, orders: Any, proposer: str, again: plain.Decision | None
    ) -> plain.Decision | None:
        actor = self.person(proposer)
        subject = self.subject_of(account)
        today = self.today
        ordered = [plain.Measure(code, days, functions) for code, days, functions in orders]
        review = today + timedelta(days=REVIEWED_AFTER)

        def act() -> tables.Decision:
            case = (
                tables.Decision.objects.get(pk=self.rows[again]).case
                if again is not None
                else self.setting.world.case(self.setting.accounts[account])
            )
            return propose(
                tables.Case.objects.get(pk=case.pk),
                actor,
                measures=[
                    MeasureOrder(
                        code,
                        days,
                        functions,
                        review_date=review if code in plain.LISTING else None,
                    )
                    for code, days, functions in orders
                ],
                is_heard=False,
            )

        row = self.attempt("propose", self.model.is_open(account), act)
        if row is None:
            return None
        # Who was heard on the same before is not heard again.
        was_heard = again is not None and any(each.was_heard for each in self.of_same_case(again))
        is_hearing = bool({each.code for each in ordered} & NEEDS_HEARING) and not was_heard
        made = plain.Decision(
            account=account,
            subject=subject,
            proposer=proposer,
            measures=ordered,
            slots=self.model.slots_of(ordered, subject, today),
            earlier=self.model.earlier(subject, self.now),
            status="hearing" if is_hearing else "proposed",
            was_heard=was_heard,
            reviewed_on=review,
            speaks_until=row.hearing.clock.due_at if is_hearing and row.hearing else None,
        )
        self.model.decisions.append(made)
        self.model.says("enforcement.decision.create")
        if again is None:
            self.model.says("enforcement.case.create")
        self.rows[made], self.cases[made] = row.pk, row.case_id
        assert row.approvals_needed == len(made.slots)
        self.check_decision(made)
        return made

    def speak(self, which: int, person: str, is_likely: bool) -> None:
        if not self.with_status("hearing"):
            return
        self.let_speak(self.pick(which, "hearing"))

    def let_speak(self, decision: plain.Decision) -> None:
        hearing = self.row(decision).hearing
        assert hearing is not None
        assert decision.speaks_until is not None
        heard = self.attempt(
            "speak",
            self.now < decision.speaks_until,
            lambda: receive_statement(
                hearing=hearing,
                kind=StatementKind.NOTHING,
                **grounds(self.setting.world.system),
            ),
        )
        if heard is not None:
            decision.status, decision.was_heard = "proposed", True
            self.model.says("enforcement.decision.end_hearing")
        self.check_decision(decision)

    def approve(self, which: int, person: str, is_likely: bool) -> None:
        if not self.with_status("proposed") if is_likely else not self.model.decisions:
            return
        decision = self.pick(which, *(["proposed"] if is_likely else []))
        if is_likely and decision.slots:
            person = decision.slots[which % len(decision.slots)]
        slot = self.open_slot(decision, person)
        is_counted = all(each.status != "reversed" for each in decision.earlier)
        may = (
            decision.status == "proposed"
            and person != decision.proposer
            and slot is not None
            and self.model.is_open(decision.account)
            and is_counted
            and (not set(decision.codes) & {*plain.LISTING} or decision.reviewed_on > self.today)
        )
        row = self.row(decision)
        is_last = self.attempt(
            "approve",
            may,
            lambda: decisions.approve_decision(decision=row, **grounds(self.person(person))),
        )
        if may:
            decision.verdicts.add(person)
            assert slot is not None
            decision.slots.remove(slot)
            assert is_last == (not decision.slots)
            if decision.slots == ["officer"]:
                self.model.says("enforcement.decision.pass_on")
            if not decision.slots:
                self.model.enforce(decision, self.now, self.today)
                self.check_subject(decision.subject)
        self.check_decision(decision)

    def take_back(self, which: int, person: str, is_likely: bool) -> None:
        if not self.with_status("proposed", "hearing"):
            return
        decision = self.pick(which, "proposed", "hearing")
        person = decision.proposer if is_likely else person
        row = self.row(decision)
        done = self.attempt(
            "take back",
            person == decision.proposer,
            partial(decisions.withdraw_decision, decision=row, **grounds(self.person(person))),
        )
        if done:
            decision.status = "withdrawn"
            self.model.says("enforcement.decision.withdraw", "enforcement.case.requeue")
        self.check_decision(decision)

    def give_back(self, which: int, person: str, is_likely: bool) -> None:
        if not self.with_status("proposed", "hearing"):
            return
        decision = self.pick(which, "proposed", "hearing")
        if is_likely:
            person = decision.slots[0]
        row = self.row(decision)
        may = (
            decision.status == "proposed"
            and person != decision.proposer
            and self.open_slot(decision, person) is not None
        )
        done = self.attempt(
            "give back",
            may,
            partial(decisions.return_decision, decision=row, **grounds(self.person(person))),
        )
        if done:
            decision.status = "returned"
            self.model.says("enforcement.decision.return", "enforcement.case.requeue")
        self.check_decision(decision)

    def lift(self, which: int, person: str, is_likely: bool) -> None:
        if not self.taken():
            return
        decision = self.taken()[which % len(self.taken())]
        person = "supervisor" if is_likely else person
        chosen = decision.measures[which % len(decision.measures)]
        row = tables.Measure.objects.get(decision=self.rows[decision], measure=chosen.code)
        may = (
            PEOPLE[person] == ("supervisor",)
            and decision.is_liftable_by_one
            and chosen.code in (*plain.TIMED, "warn")
            and chosen.runs(self.now)
        )
        done = self.attempt(
            "lift",
            may,
            partial(measures.lift_measure, measure=row, **grounds(self.person(person))),
        )
        if done:
            self.model.lift(decision, chosen)
        self.check_decision(decision)

    def reverse(self, which: int, person: str, is_likely: bool) -> None:
        if not self.taken():
            return
        standing = [each for each in self.taken() if each.status != "reversed"]
        among = standing if is_likely and standing else self.taken()
        decision = among[which % len(among)]
        person = "handler" if is_likely else person
        if PEOPLE[person] == ("supervisor",) and person not in decision.verdicts:
            # Whoever took no part may reverse too; of the others it is certain that they may not.
            person = "moderator"
        row = self.row(decision)
        may = person == "handler" and decision.status != "reversed"
        report = self.attempt(
            "reverse",
            may,
            lambda: reversals.reverse_decision(decision=row, **grounds(self.person(person))),
        )
        if report is not None:
            restored = {
                each.code: each.code == "warn" or each.runs(self.now) for each in decision.measures
            } | {
                each.code: each.is_listed
                for each in decision.measures
                if each.code in plain.LISTING
            }
            assert {str(each.measure): each.is_restored for each in report.items} == restored
            self.model.reverse(decision, self.now)
            self.check_subject(decision.subject)
        self.check_decision(decision)

    def remove_entry(self, which: int, person: str, is_likely: bool) -> None:
        if not self.entries():
            return
        likely = ("other moderator", "other supervisor", "other officer")
        entries = self.entries()
        if is_likely:
            entries = [
                each for each in entries if not {each[0].proposer, *each[0].verdicts} & {*likely}
            ] or entries
        decision, measure = entries[which % len(entries)]
        reviewer, first, second = (
            likely if is_likely else tuple(each.removeprefix("other ") for each in likely)
        )
        people = (reviewer, first, second)
        # Whoever opened the case or took part in the listing does not remove it.
        took_part = {decision.proposer, "moderator", *decision.verdicts}
        entry = BlacklistEntry.objects.get(
            measure__decision=self.rows[decision], measure__measure=measure.code
        )

        def act() -> bool:
            mine = self.person(people[0])
            item = reviews.ask_for_review(entry=entry, **grounds(mine))
            fence = self.setting.world.claim(item, mine)
            proposal = reviewing.propose_removal(
                entry=entry, told="复核认为理由已不存在，予以移出。", fence=fence, **grounds(mine)
            )
            reviewing.approve_removal(proposal=proposal, **grounds(self.person(people[1])))
            return reviewing.approve_removal(proposal=proposal, **grounds(self.person(people[2])))

        if self.attempt("remove entry", not took_part & {*people}, act):
            self.model.says("accounts.blacklistentry.ask_review")
            self.model.remove_entry(measure, "remove")
            measure.status = "lifted"
            self.model.says("enforcement.measure.lift")
            self.model.end_if_spent(decision, "lift", "lifted")
            self.check_subject(decision.subject)
        self.check_decision(decision)

    def dispute(self, which: int, person: str, is_likely: bool) -> None:
        """An appeal against a decision is opened, or one that was open has ended."""
        if not self.taken():
            return
        decision = self.taken()[which % len(self.taken())]
        decision.is_disputed = not decision.is_disputed
        self.disputed ^= {self.rows[decision]}
        disputes.follow_dispute(decision=self.row(decision), **grounds(self.setting.world.system))
        self.check_subject(decision.subject)
        self.accepted["dispute"] += 1

    def repair(self, which: int, person: str, is_likely: bool) -> None:
        account = which % 3
        subject = self.subject_of(account)
        if is_likely:
            person = "moderator"
        self.count_credit()
        _score, used_up = self.model.credit(subject, self.today)
        may = (
            PEOPLE[person] in (("moderator",), ("complaint_handler",))
            and used_up is not None
            and self.today >= used_up + plain.REPAIRABLE_AFTER
            and self.model.is_open(account)
        )

        def act() -> Any:
            asked = repairs.propose_repair(
                draft=repairs.RepairDraft(
                    account=self.setting.accounts[account],
                    applied_on=self.today,
                    statement="已经删除全部违规内容，并建立了发布前的核实制度。",
                ),
                **grounds(self.person(person)),
            )
            return repairs.approve_repair(
                proposal=asked.proposal, **grounds(self.person("supervisor"))
            )

        if self.attempt("repair", may, act):
            self.model.entries[subject].append(plain.Points(self.today))
            self.model.says("enforcement.creditentry.repair")
            self.check_subject(subject)

    def let_time_pass(self, which: int, person: str, is_likely: bool) -> None:
        days = SPANS[which % len(SPANS)]
        self.now = min(self.now + timedelta(days=days), self.latest)
        for number in range(len(self.setting.accounts)):
            self.check_restrictions(number, self.now)
        self.accepted["time"] += 1

    def look_ahead(self, which: int, person: str, is_likely: bool) -> None:
        """What will hold on a later day is known today: nothing has to run for it."""
        self.check_restrictions(which % 3, self.now + timedelta(days=which % 71))
        self.accepted["look"] += 1

    def sweep(self, which: int, person: str, is_likely: bool) -> None:
        """Put on record what time alone has ended, and count what it has healed."""
        expected = self.model.lapse(self.now)
        count = lapses.lapse_measures(now=self.now, actor=self.setting.world.system)
        assert count.measures == expected
        self.count_credit()
        for decision in self.model.decisions[-3:]:
            self.check_decision(decision)
        for subject in range(len(self.setting.subjects)):
            self.check_subject(subject)
        self.accepted["sweep"] += 1


@dataclass
class Done:
    """How many acts there were, and how many of each were done and refused."""

    steps: int
    accepted: Counter[str]
    refused: Counter[str]


def run_acts(steps: int, *, is_random: bool = False) -> Done:
    """
    Let so many acts happen, a hundred in a run; raise at the first that the model did not foretell.

    Always the same ones, unless they are to be random; what failed is made as short as can be.
    """
    Enforcement.setting = Setting().lay()
    Enforcement.steps, Enforcement.accepted, Enforcement.refused = 0, Counter(), Counter()

    run_state_machine_as_test(
        Enforcement,
        settings=settings(
            # The first is the simplest there is: next to nothing happens in it.
            max_examples=steps // IN_A_RUN + 2,
            stateful_step_count=IN_A_RUN,
            derandomize=not is_random,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Done(Enforcement.steps, Enforcement.accepted, Enforcement.refused)
