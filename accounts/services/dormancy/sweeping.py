"""The sweep for dormant accounts: what a day brings, set-based, in short transactions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.dormancy_words import OPEN_DORMANCY, DormancyStatus, LeftOut, SweepStep
from accounts.enums import AccountStatus, GroundKind, RestrictionKind
from accounts.models import Dormancy, DormancySweep, PublicAccount, Restriction
from accounts.services.commands import RESTRICT, command_states
from accounts.services.dormancy.batches import (
    SUSPENSION_STEP,
    carry_out_approved,
    propose_terminations,
)
from accounts.services.dormancy.notices import Told, tell_all
from accounts.services.dormancy.policy import allowing_clauses, rule_in_force
from accounts.services.dormancy.returning import IN_USE, end_dormancies, opened
from accounts.services.dormancy.selection import (
    BATCH,
    Found,
    Measure,
    idle_accounts,
    lock_accounts,
    look_at,
)
from compliance import audit
from compliance.deadlines import due_instant
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.set_audit import change_rows, create_rows

SWEEP: Final = "accounts.sweep_dormancy"
NOTICE_STEP: Final = "dormancy_notice"

_BACK: Final = """
SELECT d.id FROM accounts_dormancy d
JOIN accounts_publicaccount a ON a.id = d.account_id
LEFT JOIN accounts_accountactivity t ON t.account_id = a.id
WHERE d.id > %s AND d.status = ANY(%s) AND (
    a.status <> %s OR greatest(t.last_login_at, t.last_publish_at, a.registered_at) >= %s)
ORDER BY d.id LIMIT %s
"""


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep did with one account, or why it left it; a trial only says what it would do."""

    step: SweepStep
    platform_uid: str
    dormancy: int | None = None
    left_out: LeftOut | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Run:
    """One sweep under way; a trial has no row and writes nothing."""

    measure: Measure
    grounds: Grounds
    sweep: DormancySweep | None

    @property
    def accounts(self) -> Iterator[Swept]:
        """Carry it out and yield each account on which it acted or which it left as it is."""
        return _swept(self)

    @property
    def is_trial(self) -> bool:
        """Whether nothing is written."""
        return self.sweep is None


def sweep_dormant(
    *,
    as_of: date,
    is_trial: bool = False,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Run:
    """
    Begin to do with all dormant accounts what the day brings: resume, propose, suspend, tell.

    Public Account Provisions, art. 10 §2; Opinions on Platform Responsibility, point 3. An account
    takes one step in a sweep. Whoever is interrupted goes on with the next sweep, and two at once
    never do anything twice: each account is locked and looked at again. It goes on as its accounts
    are asked for. A trial writes nothing and may look ahead.

    :raises NotPermitted: if the actor may not sweep.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if the day lies ahead and it is no trial.
    :raises ActionRefused: if no clause of an agreement in force allows it.
    """
    require_permission(actor, SWEEP)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    now = timezone.now()
    today = timezone.localdate(now)
    if as_of > today:
        if not is_trial:
            raise InvalidInput(
                _(
                    "%(day)s lies ahead: operators have to have had their time. Name a day up to "
                    "%(today)s, or try it out without writing."
                )
                % {"day": as_of.isoformat(), "today": today.isoformat()}
            )
        now = timezone.make_aware(datetime.combine(as_of, time.max))
    rule = rule_in_force(now)
    measure = Measure(as_of=as_of, now=now, rule=rule, clauses=allowing_clauses(rule, as_of))
    sweep = None if is_trial else _begin(measure, grounds)
    return Run(measure, grounds, sweep)


@transaction.atomic
def _begin(measure: Measure, grounds: Grounds) -> DormancySweep:
    sweep = DormancySweep.objects.create(as_of=measure.as_of, rule=measure.rule)
    audit.record(
        action="accounts.dormancysweep.begin",
        target=sweep,
        changes={"as_of": measure.as_of, "rule": measure.rule.number},
        **grounds,
    )
    return sweep


def _swept(run: Run) -> Iterator[Swept]:
    counted: Counter[str] = Counter()
    for step in (_take_back, _terminate_all, _propose_all, _suspend_all, _notice_all):
        for each in step(run):
            counted[each.left_out or each.step] += 1
            yield each
    if run.sweep is not None:
        audit.record(
            action="accounts.dormancysweep.finish",
            target=run.sweep,
            changes={str(name): count for name, count in counted.items()},
            **run.grounds,
        )


def _transaction(run: Run) -> transaction.Atomic | nullcontext[None]:
    return nullcontext() if run.is_trial else transaction.atomic()


def _numbers_by_term(status: DormancyStatus, term: str, run: Run) -> Iterator[list[int]]:
    """Yield the dormancies of a state whose term is over, in batches by their numbers."""
    waiting = Dormancy.objects.filter(status=status, **{f"{term}__lte": run.measure.over_before})
    last = 0
    size = run.measure.rule.batch_size if status == DormancyStatus.SUSPENDED else BATCH
    while True:
        found = list(waiting.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size])
        if not found:
            return
        yield found
        last = found[-1]


def _held(numbers: Sequence[int], run: Run) -> tuple[list[Dormancy], dict[int, Found]]:
    """Return open dormancies under the locks of their accounts, and the facts of these."""
    if not run.is_trial:
        lock_accounts(
            list(Dormancy.objects.filter(pk__in=numbers).values_list("account_id", flat=True))
        )
    found = opened(numbers)
    facts = look_at([each.account_id for each in found], run.measure)
    return found, {each.account: each for each in facts}


def _take_back(run: Run) -> Iterator[Swept]:
    """End the dormancy of accounts that are in use again, or were closed on another ground."""
    last = 0
    before = min(run.measure.unused_before, run.measure.shell_before)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                _BACK, [last, list(OPEN_DORMANCY), str(AccountStatus.ACTIVE), before, BATCH]
            )
            numbers = [number for (number,) in cursor.fetchall()]
        if not numbers:
            return
        last = numbers[-1]
        with _transaction(run):
            found, facts = _held(numbers, run)
            back = [
                each
                for each in found
                if (fact := facts.get(each.account_id)) is None or fact.kind is None
            ]
            if not run.is_trial and back:
                end_dormancies(back, Grounds(**{**run.grounds, "reason": IN_USE}))
        for each in back:
            yield _event(SweepStep.RETURNED, each)


def _terminate_all(run: Run) -> Iterator[Swept]:
    """Carry out what was approved; the worker does so at once, and this where it could not."""
    if run.is_trial:
        return
    for part in carry_out_approved(actor=run.grounds["actor"]):
        for each in part.terminated:
            yield _event(SweepStep.TERMINATED, each)


def _propose_all(run: Run) -> Iterator[Swept]:
    for numbers in _numbers_by_term(DormancyStatus.SUSPENDED, "terminate_from", run):
        with _transaction(run):
            due, left = _still_due(numbers, DormancyStatus.SUSPENDED, run)
            if run.sweep is not None and due:
                propose_terminations(dormancies=due, sweep=run.sweep, **run.grounds)
        yield from left
        for each in due:
            yield _event(SweepStep.PROPOSED, each)


def _suspend_all(run: Run) -> Iterator[Swept]:
    for numbers in _numbers_by_term(DormancyStatus.NOTICED, "return_by", run):
        until = due_instant(SUSPENSION_STEP, run.measure.now)
        with _transaction(run):
            due, left = _still_due(numbers, DormancyStatus.NOTICED, run)
            if not run.is_trial and due:
                _suspend(due, until, run)
        yield from left
        for each in due:
            yield _event(SweepStep.SUSPENDED, each, until)


def _still_due(
    numbers: Sequence[int], status: DormancyStatus, run: Run
) -> tuple[list[Dormancy], list[Swept]]:
    """Return on which of the dormancies to act, and which are left as they are and why."""
    found, facts = _held(numbers, run)
    due, left = [], []
    for each in found:
        fact = facts.get(each.account_id)
        # Somebody else may have taken the step meanwhile; what is in use again was taken back.
        if each.status != status or fact is None or fact.kind is None:
            continue
        if fact.left_out is None:
            due.append(each)
        else:
            left.append(_event(SweepStep.LEFT_OUT, each, left_out=fact.left_out))
    return due, left


def _suspend(due: Sequence[Dormancy], until: datetime, run: Run) -> None:
    now = timezone.now()
    restrictions = create_rows(
        Restriction,
        each={
            "account": [each.account_id for each in due],
            "ground_ref": [each.ground_ref for each in due],
        },
        common={
            "kind": str(RestrictionKind.SUSPEND_SERVICE),
            "in_force_from": now,
            "ground_kind": str(GroundKind.DORMANCY),
        },
        grounds=run.grounds,
    )
    change_rows(
        Dormancy,
        [each.pk for each in due],
        "suspend",
        each={"restriction": restrictions},
        common={"suspended_at": now, "terminate_from": until},
        grounds=run.grounds,
    )
    accounts: list[PublicAccount] = [each.account for each in due]
    command_states(
        accounts,
        kind=RESTRICT,
        ground_refs=[each.ground_ref for each in due],
        grounds=run.grounds,
    )
    for each in due:
        each.status, each.terminate_from = DormancyStatus.SUSPENDED, until
    tell_all([Told.of(each) for each in due], actor=run.grounds["actor"])


def _notice_all(run: Run) -> Iterator[Swept]:
    for accounts in idle_accounts(run.measure):
        return_by = due_instant(NOTICE_STEP, run.measure.now)
        with _transaction(run):
            if not run.is_trial:
                lock_accounts(accounts)
            idle = [
                each
                for each in look_at(accounts, run.measure, is_new=True)
                if each.kind is not None
            ]
            told = [each for each in idle if each.left_out is None]
            numbers = _notice(told, return_by, run.sweep, run) if run.sweep and told else None
        for each in idle:
            if each.left_out is not None:
                yield Swept(
                    step=SweepStep.LEFT_OUT,
                    platform_uid=each.platform_uid,
                    left_out=each.left_out,
                )
        for place, each in enumerate(told):
            yield Swept(
                step=SweepStep.NOTICED,
                platform_uid=each.platform_uid,
                dormancy=numbers[place] if numbers is not None else None,
                until=return_by,
            )


def _notice(
    found: Sequence[Found], return_by: datetime, sweep: DormancySweep, run: Run
) -> list[int]:
    clauses = [each.clause for each in found if each.clause is not None]
    numbers = create_rows(
        Dormancy,
        each={
            "account": [each.account for each in found],
            "kind": [str(each.kind) for each in found],
            "clause": [each.pk for each in clauses],
            "idle_since": [each.last_use for each in found],
        },
        common={"sweep": sweep.pk, "noticed_at": timezone.now(), "return_by": return_by},
        grounds=run.grounds,
    )
    tell_all(
        [
            Told(
                number=number,
                status=DormancyStatus.NOTICED,
                platform_uid=each.platform_uid,
                account_name=each.name,
                idle_since=each.last_use,
                clause=clause,
                return_by=return_by,
            )
            for number, each, clause in zip(numbers, found, clauses, strict=True)
        ],
        actor=run.grounds["actor"],
    )
    return numbers


def _event(
    step: SweepStep,
    dormancy: Dormancy,
    until: datetime | None = None,
    left_out: LeftOut | None = None,
) -> Swept:
    return Swept(
        step=step,
        platform_uid=dormancy.account.platform_uid,
        dormancy=dormancy.pk,
        left_out=left_out,
        until=until,
    )
