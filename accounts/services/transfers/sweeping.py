"""What the clock brings about: transfers that lapse or take effect, regularisations that were missed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Regularisation, Transfer
from accounts.services.transfers.effect import lapse, take_effect
from accounts.services.transfers.materials import lock_transfer
from accounts.services.transfers.regularising import miss_regularisation
from accounts.transfer_words import RegularisationStatus, TransferStatus
from compliance.context import record_language
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision

# Kept as they are in the log, whichever language a screen has.
_EFFECTIVE: Final = "公示期满，转让生效"
_LAPSED: Final = "转让申请期限届满"
_MISSED: Final = "补办转让期限届满"


@dataclass(frozen=True)
class Kept:
    """What a run found to do."""

    effective: int
    lapsed: int
    missed: int


def keep_transfers(*, now: datetime, actor: StaffUser) -> Kept:
    """
    Carry out what became due with transfers, each in a transaction of its own.

    Public Account Provisions, art. 11 §2. However often it runs, each thing happens once; one that
    somebody is acting on at this moment is found again by the next run.

    :raises InvalidInput: if `now` is still to come.
    """
    if now > timezone.now():
        raise InvalidInput(_("Give a past instant: the time of the parties is not over before."))
    announced = _due(TransferStatus.ANNOUNCED, follower_clock__due_at__lte=now)
    outcomes = [
        _try(partial(take_effect, transfer=each, **_under(actor, _EFFECTIVE))) for each in announced
    ]
    late = [
        *_due(TransferStatus.APPROVED, confirmation_clock__due_at__lte=now),
        *_due(TransferStatus.WAITING_MATERIAL, material_clock__due_at__lte=now),
    ]
    ended = [
        _try(partial(_lapse, each, TransferStatus(each.status), now, _under(actor, _LAPSED)))
        for each in late
    ]
    waiting = Regularisation.objects.select_related("clock", "finding").filter(
        status=RegularisationStatus.OPEN, clock__due_at__lte=now
    )
    missed = [
        _try(partial(miss_regularisation, regularisation=each, now=now, **_under(actor, _MISSED)))
        for each in waiting.order_by("pk")
    ]
    return Kept(
        effective=outcomes.count(True),
        lapsed=outcomes.count(False) + ended.count(True),
        missed=missed.count(True),
    )


def _under(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_11_2, reason=reason)


def _due(status: TransferStatus, **until: datetime) -> list[Transfer]:
    found = Transfer.objects.with_identity().select_related(
        "follower_clock", "confirmation_clock", "material_clock", "work_item__clock", "matter"
    )
    return list(found.filter(status=status, **until).order_by("pk"))


def _try(act: Callable[[], bool]) -> bool | None:
    """Return what came of an act, or None where it was not to be done after all."""
    try:
        return act()
    except ActionRefused:
        return None


@transaction.atomic
def _lapse(transfer: Transfer, status: TransferStatus, now: datetime, grounds: Grounds) -> bool:
    lock_transfer(transfer)
    clocks = {
        TransferStatus.APPROVED: transfer.confirmation_clock,
        TransferStatus.WAITING_MATERIAL: transfer.material_clock,
    }
    clock = clocks[status]
    if transfer.status != status or clock is None or clock.due_at > now:
        # Whoever was faster has confirmed it, or supplied what was missing and was asked anew.
        raise TransitionRefused
    with record_language():
        told = (
            _("The transfer was not confirmed by both sides in time.")
            if status == TransferStatus.APPROVED
            else _("The papers that were missing were not supplied in time.")
        )
    lapse(transfer, told, grounds, now)
    return True
