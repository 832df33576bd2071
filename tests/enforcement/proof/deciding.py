"""What anybody does about decisions, and what the model says of it."""

from datetime import timedelta
from functools import partial
from typing import Any

from enforcement import models as tables
from enforcement.hearing_words import StatementKind
from enforcement.services import decisions, measures, reversals
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.hearings.answering import receive_statement
from tests.enforcement.conftest import propose
from tests.enforcement.proof import model as plain
from tests.enforcement.proof.checking import PEOPLE, Checked
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


class Deciding(Checked):
    """Decisions are proposed, heard, approved, lifted and reversed, also by who may not."""

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
