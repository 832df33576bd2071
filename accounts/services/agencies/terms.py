"""What the days bring to agreements with agencies: a reminder, an end, time for material over."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models import AgencyContract, ContractReminder
from accounts.powers_words import ContractStatus
from accounts.services.agencies.review import resume_contract
from accounts.services.agencies.telling import remind_all, tell_all
from compliance import bulk_audit
from compliance.bulk_audit import Move
from compliance.deadlines import limit_for
from compliance.errors import ActionRefused
from compliance.models import StaffUser
from compliance.provisions import Provision

REMINDER_STEP: Final = "contract_reminder"
# Our choice: a batch holds its locks for less than a second.
BATCH: Final = 200
# Kept as they are in the log, whichever language a screen has.
_IS_OVER: Final = "协议有效期届满"
_TIME_IS_OVER: Final = "补充材料期限届满，转回审核"


@dataclass(frozen=True)
class Kept:
    """How many agreements ended, were reminded of, or were taken up again."""

    ended: int
    reminded: int
    returned: int


def keep_contracts(*, today: date, actor: StaffUser) -> Kept:
    """
    Do everything that a day brings to agreements; twice on one day does nothing more.

    Public Account Provisions, art. 16 §4. An agreement ends by comparison with the day; this writes
    down that it did.
    """
    return Kept(
        ended=_end_all(today, actor),
        reminded=_remind_all(today, actor),
        returned=_return_lapsed(actor),
    )


def _end_all(today: date, actor: StaffUser) -> int:
    over = AgencyContract.objects.filter(status=ContractStatus.IN_FORCE, valid_until__lt=today)
    ended = 0
    while True:
        with transaction.atomic():
            rows = list(
                over.select_related("account", "agency")
                .order_by("pk")
                .select_for_update(of=("self",), no_key=True, skip_locked=True)[:BATCH]
            )
            if not rows:
                return ended
            bulk_audit.move_many(
                [Move(each, "expire", {"ended_at": timezone.now()}) for each in rows],
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_16_4,
                reason=_IS_OVER,
            )
            tell_all(rows, actor=actor)
            ended += len(rows)


def _remind_all(today: date, actor: StaffUser) -> int:
    days = limit_for(REMINDER_STEP, timezone.now()).amount
    ending = AgencyContract.objects.filter(
        status=ContractStatus.IN_FORCE,
        valid_until__gte=today,
        valid_until__lte=today + timedelta(days=days),
        reminder=None,
    )
    reminded = 0
    while True:
        with transaction.atomic():
            rows = list(
                ending.select_related("account", "agency")
                .order_by("pk")
                .select_for_update(of=("self",), no_key=True, skip_locked=True)[:BATCH]
            )
            if not rows:
                return reminded
            ContractReminder.objects.bulk_create(
                ContractReminder(
                    contract=each, days=(each.valid_until - today).days, at=timezone.now()
                )
                for each in rows
            )
            remind_all(rows, actor=actor)
            reminded += len(rows)


def _return_lapsed(actor: StaffUser) -> int:
    lapsed = AgencyContract.objects.filter(
        status=ContractStatus.WAITING_MATERIAL, material_clock__due_at__lt=timezone.now()
    )
    count = 0
    for contract in lapsed.order_by("pk"):
        try:
            resume_contract(
                contract=contract,
                expected_version=contract.version,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
                reason=_TIME_IS_OVER,
            )
        except ActionRefused:
            # Somebody has decided on it at this moment.
            continue
        count += 1
    return count
