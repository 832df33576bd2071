"""Services that run by the clock: remind before an end, write down that one came, look again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.enums import AccountStatus
from accounts.models import PublicAccount, Qualification, QualificationReminder, QualificationRule
from accounts.qualification_words import QualificationStatus
from accounts.rules.qualifications import reminder_due
from accounts.services.decision_texts import way_to_appeal
from accounts.services.qualification_notices import in_words_at_the_end, remind_all, tell_all
from accounts.services.qualifications.checking import REVIEW
from accounts.services.qualifications.cover import report_dead_licences
from accounts.services.qualifications.invitations import invite_to_renew
from accounts.services.qualifications.review import resume_qualification
from accounts.services.qualifications.submission import MATTER, QUEUE, RECHECK_STEP
from compliance import audit, bulk_audit
from compliance.bulk_audit import Move
from compliance.clocks import finish_clock, start_clocks
from compliance.context import record_language
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import Matter, Side, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import close_item

# Our choice: a batch holds its locks for less than a second.
BATCH: Final = 200

# Kept as they are in the log, whichever language a screen has.
TERM_IS_OVER: Final = "资质有效期届满"
CHECK_IS_DUE: Final = "复核日期已到"
ENDS_SOON: Final = "资质即将到期"
TIME_IS_OVER: Final = "补充材料期限届满，转回审核"

Batch = Sequence[Qualification]


def _in_batches(found: QuerySet[Qualification], act: Callable[[Batch], int]) -> int:
    """Call `act` with locked qualifications, a transaction a batch, and add up what it returns."""
    numbers = list(found.order_by("pk").values_list("pk", flat=True))
    total = 0
    for first in range(0, len(numbers), BATCH):
        with transaction.atomic():
            # Accounts first, as whoever decides locks them; findings lock them too.
            accounts = PublicAccount.objects.filter(
                qualifications__in=numbers[first : first + BATCH]
            )
            locked = PublicAccount.objects.filter(pk__in=accounts.values("pk")).order_by("pk")
            list(locked.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
            rows = (
                found.filter(pk__in=numbers[first : first + BATCH])
                .select_related("account", "rule", "work_item__clock", "matter")
                .order_by("pk")
                .select_for_update(of=("self",), no_key=True)
            )
            total += act(list(rows))
    return total


@dataclass(frozen=True)
class Kept:
    """How many qualifications ended, were reminded of, put up to be checked, or taken up again."""

    expired: int
    reminded: int
    to_check: int
    returned: int


def keep_terms(*, today: date, actor: StaffUser) -> Kept:
    """
    Do everything that a day brings to qualifications; twice on one day does nothing more.

    Public Account Provisions, art. 9 §1.
    """

    def because(reason: str) -> Grounds:
        return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_9_1, reason=reason)

    return Kept(
        expired=expire_qualifications(today=today, **because(TERM_IS_OVER)),
        reminded=send_reminders(today=today, **because(ENDS_SOON)),
        to_check=open_due_checks(today=today, **because(CHECK_IS_DUE)),
        returned=return_lapsed(now=timezone.now(), actor=actor),
    )


def return_lapsed(*, now: datetime, actor: StaffUser) -> int:
    """
    Put every qualification back into its queue whose time for material was over at `now`.

    Public Account Provisions, art. 20 §2: nothing waits without end. A person then decides on it as
    it stands, with the rest of the review's time. Return how many there were.
    """
    lapsed = Qualification.objects.filter(
        status=QualificationStatus.WAITING_MATERIAL, material_clock__due_at__lt=now
    )
    count = 0
    for qualification in lapsed.order_by("pk"):
        try:
            resume_qualification(
                qualification=qualification,
                expected_version=qualification.version,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
                reason=TIME_IS_OVER,
            )
        except ActionRefused:
            # Somebody has decided on it at this moment.
            continue
        count += 1
    return count


def send_reminders(*, today: date, actor: StaffUser, provision: Provision, reason: str) -> int:
    """
    Remind operators of qualifications that end soon, each reminder once; return how many were sent.

    Public Account Provisions, art. 9 §1. On which days before the end stands with the type. Nobody
    is reminded of what has a renewal waiting for its review.

    :raises MissingReason: if the reason is blank.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    farthest = max(
        (max(days, default=0) for days in _reminder_days()),
        default=0,
    )
    ending = Qualification.objects.filter(
        status=QualificationStatus.VERIFIED,
        valid_until__gte=today,
        valid_until__lte=today + timedelta(days=farthest),
        account__status=AccountStatus.ACTIVE,
    )

    def remind(batch: Batch) -> int:
        due = _due(batch, today)
        QualificationReminder.objects.bulk_create(
            QualificationReminder(qualification=each, valid_until=until, days=days)
            for each, until, days in due
        )
        invite_to_renew([each for each, _until, _days in due], grounds)
        remind_all([each for each, _until, _days in due], today=today, actor=actor)
        return len(due)

    return _in_batches(ending, remind)


def _reminder_days() -> list[list[int]]:
    return list(QualificationRule.objects.values_list("reminder_days", flat=True))


def _due(batch: Batch, today: date) -> list[tuple[Qualification, date, int]]:
    told: dict[tuple[int, date], list[int]] = {}
    rows = QualificationReminder.objects.filter(qualification__in=batch)
    for number, end, days in rows.values_list("qualification", "valid_until", "days"):
        told.setdefault((number, end), []).append(days)
    waiting = Qualification.objects.open().filter(renews__in=batch)
    renewed = set(waiting.values_list("renews", flat=True))
    found = []
    for each in batch:
        until = each.valid_until
        if each.pk in renewed or until is None:
            continue
        before = told.get((each.pk, until), ())
        nearest = reminder_due(until, today, each.rule.reminder_days, before)
        if nearest is not None:
            found.append((each, until, nearest))
    return found


def expire_qualifications(
    *, today: date, actor: StaffUser, provision: Provision, reason: str
) -> int:
    """
    Write down which verified qualifications ended before `today`, tell it, and count them.

    Public Account Provisions, art. 9 §1 and art. 20 §2. Mark and publishing in the field ended on
    the day by themselves: their terms were written when the document was verified.

    :raises MissingReason: if the reason is blank.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    ended = Qualification.objects.filter(status=QualificationStatus.VERIFIED, valid_until__lt=today)

    def expire(batch: Batch) -> int:
        now = timezone.now()
        for each in batch:
            _drop_check(each, grounds)
        with record_language():
            words = {
                each.pk: f"{in_words_at_the_end(each)}\n{way_to_appeal(now)}" for each in batch
            }
        bulk_audit.move_many(
            [
                Move(
                    each,
                    "expire",
                    {
                        "decided_by": actor.person,
                        "decided_at": now,
                        "decision_reason": words[each.pk],
                    },
                )
                for each in batch
            ],
            **grounds,
        )
        invite_to_renew(batch, grounds)
        report_dead_licences(batch, grounds)
        tell_all(batch, actor=actor)
        return len(batch)

    return _in_batches(ended, expire)


def _drop_check(qualification: Qualification, grounds: Grounds) -> None:
    item = qualification.work_item
    if item is None or item.closed_at is not None:
        return
    close_item(item)
    finish_clock(clock=item.clock, **grounds)


def open_due_checks(*, today: date, actor: StaffUser, provision: Provision, reason: str) -> int:
    """
    Put verified qualifications into the queue whose next check is due on `today`, and count them.

    Public Account Provisions, art. 9 §1: what has no end of its own is looked at again by the
    interval of its type.

    :raises MissingReason: if the reason is blank.
    """
    due = Qualification.objects.filter(next_check_on__lte=today)
    return _open_checks(due, Grounds(actor=actor, provision=provision, reason=reason))


def waiting_for_no_check(type_: str, issuer: str = "") -> QuerySet[Qualification]:
    """Return the verified qualifications of a type, and of an issuer, that nobody is checking."""
    found = Qualification.objects.filter(type=type_, status=QualificationStatus.VERIFIED)
    if issuer.strip():
        found = found.filter(issuer__icontains=issuer.strip())
    return found.exclude(_IS_CHECKED)


def open_checks_of_type(
    *,
    type_: str,
    issuer: str = "",
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> int:
    """
    Put all verified qualifications of a type into the queue to be looked at again, and count them.

    Public Account Provisions, art. 9 §1. For the day on which an issuer publishes who was struck
    off. What is being looked at already stays as it is.

    :raises NotPermitted: if the actor may not review.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, REVIEW)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    return _open_checks(waiting_for_no_check(type_, issuer), grounds)


_IS_CHECKED: Final = Q(work_item__isnull=False, work_item__closed_at__isnull=True)


def _open_checks(found: QuerySet[Qualification], grounds: Grounds) -> int:
    audit.require_reason(grounds["reason"])
    verified = found.filter(
        status=QualificationStatus.VERIFIED, account__status=AccountStatus.ACTIVE
    ).exclude(_IS_CHECKED)

    def check_again(batch: Batch) -> int:
        clocks = start_clocks(step=RECHECK_STEP, count=len(batch), **grounds)
        # What came with an application has no matter of its own yet.
        new = {each.pk: Matter(kind=MATTER) for each in batch if each.matter is None}
        Matter.objects.bulk_create(new.values())
        matters = [each.matter or new[each.pk] for each in batch]
        items = WorkItem.objects.bulk_create(
            WorkItem(
                queue=QUEUE, clock=clock, due_at=clock.due_at, matter=matter, side=Side.DECIDED
            )
            for clock, matter in zip(clocks, matters, strict=True)
        )
        bulk_audit.move_many(
            [
                Move(each, "check_again", {"work_item": item, "matter": matter})
                for each, item, matter in zip(batch, items, matters, strict=True)
            ],
            **grounds,
        )
        return len(batch)

    return _in_batches(verified, check_again)


def check_one(qualification: Qualification, grounds: Grounds) -> int:
    """Put one verified qualification into the queue; 0 if it is there or is not verified."""
    return _open_checks(Qualification.objects.filter(pk=qualification.pk), grounds)
