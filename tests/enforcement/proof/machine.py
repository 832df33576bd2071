"""Anybody does anything at any time; after each act what holds is what the model says."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
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
from enforcement.services import lapses
from enforcement.services.blacklist import reviewing, reviews
from enforcement.services.credit import disputes, repairs, sources
from tests.enforcement.proof import model as plain
from tests.enforcement.proof.checking import PEOPLE, Setting
from tests.enforcement.proof.deciding import Deciding
from tests.enforcement.proof.world import grounds

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


class Enforcement(Deciding, RuleBasedStateMachine):
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
