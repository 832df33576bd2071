"""What time alone does to complaints: over without an answer, closed once the complainant was told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.grounds import Grounds
from compliance.models import Delivery, StaffUser
from compliance.provisions import Provision
from enforcement.complaint_words import ComplaintStatus
from enforcement.models import Complaint
from enforcement.services.complaints.tracking import lapse_complaint

# Kept as they are, whichever language a screen has.
_NO_ANSWER: Final = "投诉人逾期未补充材料，视为撤回，可再行补充恢复办理"
_TOLD: Final = "处理结果已反馈投诉人"
S = ComplaintStatus


@dataclass(frozen=True)
class Swept:
    """How many complaints were over for want of an answer, and how many were closed."""

    lapsed: int
    closed: int


def sweep_complaints(*, now: datetime, actor: StaffUser) -> Swept:
    """
    End the complaints whose answer did not come until `now`, and close those that were answered.

    Public Account Provisions, art. 20 §2. Each by itself: one that cannot be ended stops no other.

    :raises InvalidInput: if `now` is still to come.
    """
    if now > timezone.now():
        raise InvalidInput(_("Give a past instant: a complainant has until the end of the time."))
    grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_20_2, reason=_NO_ANSWER)
    silent = Complaint.objects.filter(status=S.WAITING_MATERIAL, material_clock__due_at__lt=now)
    lapsed = sum(_done(lapse_complaint, each, grounds) for each in silent.order_by("pk"))
    told: Grounds = {**grounds, "reason": _TOLD}
    closed = sum(_done(close_complaint, each, told) for each in _answered().order_by("pk"))
    return Swept(lapsed, closed)


def _done(act: Callable[..., None], complaint: Complaint, grounds: Grounds) -> bool:
    try:
        act(complaint=complaint, **grounds)
    except ActionRefused:
        # Somebody acts on it at this moment.
        return False
    return True


def _on_its_way() -> Exists:
    waiting = Delivery.objects.open().filter(
        notice__about_type=Complaint._meta.label_lower,
        notice__about_id=Cast(OuterRef("pk"), CharField()),
    )
    return Exists(waiting)


def _answered() -> QuerySet[Complaint]:
    return Complaint.objects.filter(~_on_its_way(), status=S.FED_BACK)


@transaction.atomic
def close_complaint(
    *, complaint: Complaint, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Close a complaint once the answer to it is no longer on its way.

    Public Account Provisions, art. 20 §2.

    :raises TransitionRefused: if nobody was told yet, or it is closed.
    """
    audit.lock(complaint)
    if complaint.status == S.FED_BACK and not _answered().filter(pk=complaint.pk).exists():
        raise TransitionRefused(_("The answer is still on its way to the complainant."))
    audit.move(
        complaint,
        "close",
        actor=actor,
        provision=provision,
        reason=reason,
        ended_at=timezone.now(),
    )
