"""Pictures of identities: kept as long as the result needs them and a while after it, then erased."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from compliance import audit
from compliance.clocks import rules
from compliance.clocks.calendar import stored_calendar
from compliance.clocks.limits import as_rule, limit_for
from compliance.evidence import erasure
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import (
    EvidenceFile,
    EvidenceStatus,
    LimitUnit,
    RetentionErasure,
    Sensitivity,
    StaffUser,
    TimeLimit,
)
from compliance.provisions import Provision

LIMIT: Final = "identity_pictures"
_THERE: Final = (EvidenceStatus.AVAILABLE, EvidenceStatus.REFUSED)


@dataclass(frozen=True)
class Need:
    """Whether a picture is still needed: the result it was for, and what else keeps it."""

    settled_at: datetime | None
    # In words: the open matters for which it stays meanwhile.
    held_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """
    How long one part of the product needs the pictures of identities that were attached for it.

    `settled` selects files whose result was there before an instant; `need` says it of one file,
    and `lock` keeps that from changing until the transaction ends.
    """

    owner_kind: str
    settled: Callable[[datetime], Q]
    need: Callable[[EvidenceFile], Need]
    lock: Callable[[EvidenceFile], object]


_keepings: dict[str, Keeping] = {}


def register_keeping(keeping: Keeping) -> None:
    """
    Let pictures of a part of the product be erased after its results; called when apps are ready.

    :raises ValueError: if it is registered already.
    """
    if _keepings.setdefault(keeping.owner_kind, keeping) != keeping:
        raise ValueError(f"Pictures of {keeping.owner_kind!r} are already kept otherwise.")


def need_of(file: EvidenceFile) -> Need | None:
    """Return what a picture of an identity is kept for; None of a file that no limit erases."""
    keeping = _keepings.get(file.owner_kind)
    if keeping is None or file.sensitivity != Sensitivity.IDENTITY_DOCUMENT:
        return None
    return keeping.need(file)


def kept_until(settled_at: datetime, limit: TimeLimit) -> datetime:
    """Return the instant from which a picture is no longer kept."""
    return rules.due_at(settled_at, as_rule(limit), (), stored_calendar())


def pictures_settled(before: datetime) -> Iterator[int]:
    """Yield the numbers of pictures that are still there though they were settled `before`."""
    for keeping in _keepings.values():
        # One question for each part of the product: an index answers, whatever was erased before.
        yield from (
            EvidenceFile.objects.filter(
                keeping.settled(before),
                owner_kind=keeping.owner_kind,
                sensitivity=Sensitivity.IDENTITY_DOCUMENT,
                status__in=_THERE,
            )
            .order_by("pk")
            .values_list("pk", flat=True)
        )


def erase_settled_pictures(*, now: datetime, actor: StaffUser, reason: str) -> int:
    """
    Erase the pictures of identities whose time is over, each in a transaction of its own.

    Personal Information Protection Law, art. 19: personal information is kept as long as its
    purpose needs it. Result, method, time and masked number stay. Return how many were erased.

    :raises MissingReason: if the reason is blank.
    """
    limit = limit_for(LIMIT, now)
    # A working day is no shorter than a day: nothing that is due comes later than this.
    hours = limit.amount * (1 if limit.unit == LimitUnit.HOUR else 24)
    count = 0
    for number in pictures_settled(now - timedelta(hours=hours)):
        count += erase_picture(
            file=EvidenceFile.objects.select_related("key").get(pk=number),
            now=now,
            actor=actor,
            provision=Provision.PIPL_19,
            reason=reason,
        )
    return count


@transaction.atomic
def erase_picture(
    *,
    file: EvidenceFile,
    now: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> bool:
    """
    Erase one picture of an identity with its copies, unless something keeps it; return whether.

    Personal Information Protection Law, art. 19. Its key is destroyed, so that original, copies and
    name can be read by nobody any more; that it was there, its digest and every act on it stay.
    An open case, claim or withdrawal keeps it, and so does a proposal to erase it that waits.

    :raises MissingReason: if the reason is blank.
    """
    keeping = _keepings[file.owner_kind]
    keeping.lock(file)
    audit.lock(file)
    need = need_of(file)
    limit = limit_for(LIMIT, now)
    if (
        need is None
        or file.status not in _THERE
        or need.settled_at is None
        or need.held_by
        or erasure.open_proposal(file) is not None
        or kept_until(need.settled_at, limit) > now
    ):
        return False
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    copies = list(file.copies.values_list("stored_as", flat=True))
    record = RetentionErasure.objects.create(
        file=file, settled_at=need.settled_at, limit=limit, copies=len(copies), at=now
    )
    audit.move(file, "erase", **grounds, retention=record)
    vault.erase(key=file.key, **grounds)
    # The bytes go after the record is safe; what stays behind is found by the sweep.
    transaction.on_commit(partial(erasure.remove_all, [file.stored_as, *copies]))
    return True


def erased_for_retention(file: EvidenceFile) -> RetentionErasure | None:
    """Return the record of an erasure by the limit, where there is one."""
    return RetentionErasure.objects.filter(file=file).select_related("limit").first()


def keeping_in_force() -> TimeLimit:
    """Return the limit after which pictures of identities are erased."""
    return limit_for(LIMIT, timezone.now())
