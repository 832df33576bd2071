"""What the acts of the machine need, and what holds after each: it is what the model says."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone

from accounts.models import (
    BlacklistEntry,
    IdentityBar,
    ListedName,
    PublicAccount,
    Standing,
    Subject,
    ViolationFact,
)
from accounts.services.restrictions import state_of
from compliance.errors import ActionRefused
from compliance.models import ActionLog
from enforcement import models as tables
from enforcement.services.credit import sweeping
from tests.enforcement.proof import model as plain
from tests.enforcement.proof.world import World

PEOPLE = {
    "moderator": ("moderator",),
    "other moderator": ("moderator",),
    "supervisor": ("supervisor",),
    "other supervisor": ("supervisor",),
    "officer": ("compliance_officer",),
    "other officer": ("compliance_officer",),
    "handler": ("complaint_handler",),
}
# Of what the log says only this is foretold: what bears on the account, its subject or the decision.
FORETOLD = (
    "accounts.blacklistentry",
    "accounts.identitybar",
    "accounts.listedname",
    "accounts.publicaccount",
    "accounts.restriction",
    "accounts.violationfact",
    "enforcement.case",
    "enforcement.creditentry",
    "enforcement.decision",
    "enforcement.measure",
    "enforcement.reportduty",
)


@dataclass
class Setting:
    """What every run begins with; each leaves it as it was."""

    world: World = field(default_factory=World)
    subjects: list[Subject] = field(default_factory=list)
    accounts: list[PublicAccount] = field(default_factory=list)
    begins: datetime = field(default_factory=lambda: timezone.now() - timedelta(days=390))

    def lay(self) -> "Setting":
        """Make the people, two subjects and their three accounts."""
        for name, roles in PEOPLE.items():
            self.world.colleague(name, *roles)
        self.subjects = [self.world.subject() for _number in range(2)]
        self.accounts = [self.world.account(self.subjects[number]) for number in (0, 0, 1)]
        return self


class Checked:
    """What was done so far, by the model and in the tables, and how the two are compared."""

    setting: ClassVar[Setting]
    accepted: ClassVar[Counter[str]] = Counter()
    refused: ClassVar[Counter[str]] = Counter()
    # What a run begins with is set where it begins.
    model: plain.Model
    rows: dict[plain.Decision, int]
    cases: dict[plain.Decision, int]
    now: datetime
    seen: int

    # What holds.

    def check_decision(self, decision: plain.Decision) -> None:
        row = self.row(decision)
        assert row.status == decision.status
        carried_out = dict(row.measures.values_list("measure", "status"))
        assert carried_out == {
            each.code: each.status for each in decision.measures if each.status != "ordered"
        }
        self.check_account(decision.account)

    def check_account(self, number: int) -> None:
        account = PublicAccount.objects.get(pk=self.setting.accounts[number].pk)
        assert (account.status == "active") == self.model.is_open(number)
        self.check_restrictions(number, self.now)
        barred = ListedName.objects.in_force().filter(
            kind="barred", folded_name=account.folded_name
        )
        assert barred.count() == self.model.barred_names(number)
        standing = ViolationFact.objects.standing().filter(account=account)
        assert standing.count() == self.model.violations(number)

    def check_restrictions(self, number: int, at: datetime) -> None:
        account = PublicAccount.objects.get(pk=self.setting.accounts[number].pk)
        state = state_of(account, at)
        found = {name: stop.until for name, stop in state.functions_off.items()}
        if state.publishing is not None:
            found["suspend_updates"] = state.publishing.until
        if state.advertising is not None:
            found["stop_advertising"] = state.advertising.until
        assert found == self.model.ends(number, at)

    def check_subject(self, number: int) -> None:
        subject = self.setting.subjects[number]
        listed = BlacklistEntry.objects.filter(subject=subject, status="listed")
        kinds = {"blacklist": "blacklist", "bar": "bar_reregistration"}
        assert Counter(
            kinds.get(each, each) for each in listed.values_list("kind", flat=True)
        ) == self.model.listed(number)
        bars = IdentityBar.objects.filter(subject=subject, removed_at__isnull=True)
        assert bars.count() == self.model.listed(number).total()
        score = tables.CreditScore.objects.filter(subject=subject).first()
        if score is None:
            assert number not in self.model.entries
            return
        counted_on = timezone.localdate(score.counted_at)
        assert (score.score, score.frozen_on) == self.model.credit(number, counted_on)
        assert score.grade == plain.grade_of(score.score)
        grade = self.model.services_grade(number, counted_on)
        assert score.services_grade == grade
        assert Standing.objects.get(subject=subject).grade == grade

    def check_log(self) -> None:
        rows = ActionLog.objects.filter(pk__gt=self.seen).values_list("pk", "action", "outcome")
        found = list(rows)
        self.seen = max((pk for pk, _action, _outcome in found), default=self.seen)
        said = Counter(
            action for _pk, action, _outcome in found if action.rpartition(".")[0] in FORETOLD
        )
        assert said == self.model.log, f"{said} is not {self.model.log}"
        self.model.log.clear()

    # What the acts need.

    def tell_time(self) -> datetime:
        return self.now

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    def attempt(self, name: str, may: bool, act: Callable[[], Any]) -> Any:
        """Return what came of an act, None where it was refused: who may is not, who may not is."""
        refusal, result = None, None
        try:
            with transaction.atomic():
                result = act()
        except ActionRefused as refused:
            refusal = refused
        assert may == (refusal is None), f"{name}, which {may=}, came to {refusal!r}"
        if refusal is not None:
            self.refused[name] += 1
            return None
        self.accepted[name] += 1
        return True if result is None else result

    def count_credit(self) -> None:
        sweeping.move_credit(now=self.now, actor=self.setting.world.system)

    def last_logged(self) -> int:
        return ActionLog.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def person(self, name: str) -> Any:
        return self.setting.world.people[name]

    def subject_of(self, account: int) -> int:
        return self.setting.subjects.index(self.setting.accounts[account].subject)

    def row(self, decision: plain.Decision) -> tables.Decision:
        return tables.Decision.objects.select_related("case", "hearing__clock").get(
            pk=self.rows[decision]
        )

    def of_same_case(self, decision: plain.Decision) -> list[plain.Decision]:
        return [each for each in self.model.decisions if self.cases[each] == self.cases[decision]]

    def with_status(self, *statuses: str) -> list[plain.Decision]:
        return [each for each in self.model.decisions if each.status in statuses]

    def pick(self, which: int, *statuses: str) -> plain.Decision:
        found = self.with_status(*statuses) or self.model.decisions
        return found[which % len(found)]

    def taken(self) -> list[plain.Decision]:
        return [each for each in self.model.decisions if each.is_taken]

    def entries(self) -> list[tuple[plain.Decision, plain.Measure]]:
        return [(each, one) for each in self.taken() for one in each.measures if one.is_listed]

    def open_slot(self, decision: plain.Decision, person: str) -> str | None:
        role = PEOPLE[person][0]
        wanted = "officer" if role == "compliance_officer" else role
        return wanted if wanted in decision.slots else None
