"""Corrections: what is kept of them, and the stop that stands meanwhile."""

from typing import Any

from django.utils import timezone

from accounts.correction_words import CorrectionStatus
from accounts.models import Correction, CorrectionAnswer, Finding, Hold, PublicAccount, Restriction
from accounts.services import restrictions
from compliance.models import ActionLog, Notice, PlatformCommand, ResponseInvitation, WorkItem

S = CorrectionStatus


def kept() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Correction.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values()),
        list(Restriction.objects.order_by("pk").values()),
        list(Hold.objects.order_by("pk").values()),
        list(Finding.objects.order_by("pk").values("pk", "status")),
        list(WorkItem.objects.order_by("pk").values("pk", "closed_at")),
        list(ResponseInvitation.objects.order_by("pk").values("pk", "status")),
        CorrectionAnswer.objects.count(),
        Notice.objects.count(),
        PlatformCommand.objects.count(),
        ActionLog.objects.count(),
    )


def stop_of(account: PublicAccount) -> Any:
    account = PublicAccount.objects.get(pk=account.pk)
    return restrictions.state_of(account, timezone.now()).service
