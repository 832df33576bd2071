"""What enforcement is to do, told once more in plain Python: no tables, no services, no rules of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

# Of the first catalogue for the gravest fabrication, and of our own rule of credit.
POINTS = 40
BASE, FLOOR, REPAIRED = 100, 0, 30
OBSERVED, STEP = timedelta(days=7), 2
REPAIRABLE_AFTER = timedelta(days=90)
COUNTED_MONTHS = 12
GRADES = (("a", 90), ("b", 75), ("c", 60), ("d", 30), ("e", 1))

TIMED = ("restrict_functions", "suspend_updates", "stop_advertising")
LISTING = ("blacklist", "bar_reregistration")


def grade_of(score: int) -> str:
    """Return the grade of a score."""
    return next((grade for grade, start in GRADES if score >= start), "z")


def a_year_later(day: date) -> date:
    """Return the same day of the next year; the day before where there is none."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


@dataclass(eq=False)
class Measure:
    """A measure of a decision."""

    code: str
    days: int | None = None
    functions: tuple[str, ...] = ()
    status: str = "ordered"
    until: datetime | None = None
    # Of a listing: whether its entry still stands.
    is_listed: bool = False

    def runs(self, now: datetime) -> bool:
        """Return whether it limits anything now."""
        return self.status == "in_force" and (self.until is None or now < self.until)


@dataclass(eq=False)
class Decision:
    """A decision from its proposal on."""

    account: int
    subject: int
    proposer: str
    measures: list[Measure]
    slots: list[str]
    earlier: list["Decision"]
    status: str
    reviewed_on: date
    speaks_until: datetime | None = None
    was_heard: bool = False
    verdicts: set[str] = field(default_factory=set)
    in_force_from: datetime | None = None
    is_disputed: bool = False

    def __post_init__(self) -> None:
        # What two have approved two lift as well, by a proposal.
        self.is_liftable_by_one = len(self.slots) < 2

    @property
    def codes(self) -> list[str]:
        """The codes of its measures."""
        return [each.code for each in self.measures]

    @property
    def is_taken(self) -> bool:
        """Whether it came into force, whatever became of it."""
        return self.in_force_from is not None


@dataclass(eq=False)
class Points:
    """What moved the credit of a subject on a day: a deduction, or a repair without points."""

    day: date
    decision: Decision | None = None
    is_undone: bool = False


@dataclass
class Model:
    """Everything that was done, and what holds because of it."""

    decisions: list[Decision] = field(default_factory=list)
    entries: dict[int, list[Points]] = field(default_factory=dict)
    # What the log says of each act, by verb.
    log: Counter[str] = field(default_factory=Counter)

    def says(self, *verbs: str) -> None:
        """Expect verbs in the log."""
        self.log.update(verbs)

    # What holds.

    def is_open(self, account: int) -> bool:
        """Return whether no closure of an account stands."""
        return not any(
            measure.code == "close" and measure.status == "in_force"
            for each in self.decisions
            if each.account == account
            for measure in each.measures
        )

    def running(self, account: int, now: datetime) -> list[Measure]:
        """Return the measures that limit an account now."""
        return [
            measure
            for each in self.decisions
            if each.account == account
            for measure in each.measures
            if measure.code in TIMED and measure.runs(now)
        ]

    def ends(self, account: int, now: datetime) -> dict[str, datetime]:
        """Return what is off for an account and until when: the longest counts."""
        found: dict[str, datetime] = {}
        for each in self.running(account, now):
            assert each.until is not None
            for what in each.functions or (each.code,):
                found[what] = max(found.get(what, each.until), each.until)
        return found

    def listed(self, subject: int) -> Counter[str]:
        """Return how many entries of each kind stand against a subject."""
        return Counter(
            measure.code
            for each in self.decisions
            if each.subject == subject
            for measure in each.measures
            if measure.is_listed
        )

    def barred_names(self, account: int) -> int:
        """Return how many bars of its name an account has caused."""
        return sum(
            (measure.code == "close" and measure.status == "in_force")
            or (measure.code == "bar_reregistration" and measure.is_listed)
            for each in self.decisions
            if each.account == account
            for measure in each.measures
        )

    def violations(self, account: int) -> int:
        """Return how many violations of an account stand."""
        return sum(
            each.account == account and each.is_taken and each.status != "reversed"
            for each in self.decisions
        )

    def earlier(self, subject: int, at: datetime) -> list[Decision]:
        """Return the decisions that count as earlier ones of a subject."""
        return [
            each
            for each in self.decisions
            if each.subject == subject
            and each.in_force_from is not None
            and each.in_force_from <= at
            and each.status != "reversed"
        ]

    # Credit: day by day from the first entry on, as somebody with a calendar would.

    def score(self, subject: int, today: date, *, without_disputed: bool = False) -> int:
        """Return the score of a subject on a day."""
        return self.credit(subject, today, without_disputed=without_disputed)[0]

    def credit(
        self, subject: int, today: date, *, without_disputed: bool = False
    ) -> tuple[int, date | None]:
        """Return the score of a subject on a day, and since when it is used up."""
        counted = [
            each
            for each in self.entries.get(subject, [])
            if not each.is_undone
            and (each.decision is None or today < a_year_later(each.day))
            and not (without_disputed and each.decision and each.decision.is_disputed)
        ]
        score, since, used_up = BASE, None, None
        day = counted[0].day if counted else today
        while day <= today:
            if since is not None and used_up is None:
                over = (day - since - OBSERVED).days
                if over > 0 and over % STEP == 0:
                    score += 1
                    since = since if score < BASE else None
            for each in counted:
                if each.day != day:
                    continue
                if each.decision is None:
                    score, used_up = max(score, REPAIRED), None
                    since = day
                    continue
                before, score = score, max(FLOOR, score - POINTS)
                since = day
                if score == FLOOR < before:
                    used_up = day
            day += timedelta(days=1)
        return score, used_up

    def services_grade(self, subject: int, today: date) -> str:
        """Return the grade that services go by: what is disputed does not lower it."""
        return grade_of(
            max(self.score(subject, today), self.score(subject, today, without_disputed=True))
        )

    # What is done.

    def slots_of(self, measures: list[Measure], subject: int, today: date) -> list[str]:
        """Return whose approvals are needed: two where it is grave, long or uses credit up."""
        score, used_up = self.credit(subject, today)
        is_grave = any(
            each.code in ("close", *LISTING)
            or (each.code == "suspend_updates" and (each.days or 0) > 30)
            for each in measures
        )
        if is_grave or (used_up is None and score - POINTS <= FLOOR):
            return ["supervisor", "officer"]
        return ["supervisor"]

    def enforce(self, decision: Decision, now: datetime, today: date) -> None:
        """Bring a decision into force."""
        decision.status, decision.in_force_from = "in_force", now
        self.says("enforcement.decision.enforce", "enforcement.case.decide")
        self.says("accounts.violationfact.create", "enforcement.creditentry.deduct")
        for each in decision.measures:
            each.status = "in_force"
            each.until = now + timedelta(days=each.days) if each.days else None
            self.says("enforcement.measure.create")
            if each.code in TIMED:
                self.says("accounts.restriction.create")
            elif each.code == "close":
                self.says("accounts.publicaccount.close", "accounts.listedname.create")
            elif each.code in LISTING:
                each.is_listed = True
                self.says("accounts.blacklistentry.create", "accounts.identitybar.create")
                if each.code == "bar_reregistration":
                    self.says("accounts.listedname.create")
        if set(decision.codes) - {"warn"}:
            self.says("enforcement.reportduty.create")
        self.entries.setdefault(decision.subject, []).append(Points(today, decision))

    def lift(self, decision: Decision, measure: Measure) -> None:
        """Lift one measure."""
        measure.status = "lifted"
        self.says("enforcement.measure.lift")
        if measure.code in TIMED:
            self.says("accounts.restriction.end")
        self.end_if_spent(decision, "lift", "lifted")

    def end_if_spent(self, decision: Decision, arrow: str, status: str) -> None:
        """End a decision with the last of its measures."""
        if decision.status == "in_force" and not any(
            each.status == "in_force" for each in decision.measures
        ):
            decision.status = status
            self.says(f"enforcement.decision.{arrow}")

    def lapse(self, now: datetime) -> int:
        """Put on record whose term is over; return how many measures."""
        count = 0
        for decision in self.decisions:
            for each in decision.measures:
                if each.status == "in_force" and each.until is not None and each.until <= now:
                    each.status = "expired"
                    self.says("enforcement.measure.expire")
                    count += 1
            if count:
                self.end_if_spent(decision, "expire", "expired")
        return count

    def reverse(self, decision: Decision, now: datetime) -> None:
        """Undo a decision."""
        self.says("enforcement.decision.reverse", "accounts.violationfact.withdraw")
        self.says("enforcement.creditentry.reverse")
        for each in decision.measures:
            ran = each.runs(now)
            each.status = "reversed"
            self.says("enforcement.measure.reverse")
            if each.code in TIMED and ran:
                self.says("accounts.restriction.end")
            elif each.code == "close":
                self.says("accounts.publicaccount.reopen", "accounts.listedname.remove")
            elif each.is_listed:
                self.remove_entry(each, "reverse")
        decision.status = "reversed"
        for points in self.entries[decision.subject]:
            if points.decision is decision:
                points.is_undone = True

    def remove_entry(self, measure: Measure, arrow: str) -> None:
        """End an entry with its bars and its name."""
        measure.is_listed = False
        self.says(f"accounts.blacklistentry.{arrow}", "accounts.identitybar.lift")
        if measure.code == "bar_reregistration":
            self.says("accounts.listedname.remove")
