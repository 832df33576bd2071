"""What the database holds of complaints that were acknowledged: whole, once, told and delivered."""

import time
from collections.abc import Iterable
from typing import Final

from compliance.models import Delivery, Notice, SandboxMessage
from enforcement.models import (
    Complaint,
    ComplaintCode,
    ComplaintLikeness,
    ComplaintMessage,
)
from enforcement.services.complaints import notices

# For whatever a killed worker held: the lease of a delivery has to run out first.
PATIENCE: Final = 180.0


def parts_missing(complaint: Complaint) -> list[str]:
    """Return which parts a complaint by the public form lacks, or has more than once."""
    missing = []
    counts = {
        "words": ComplaintMessage.objects.filter(complaint=complaint, kind="complaint").count(),
        "code": ComplaintCode.objects.filter(complaint=complaint).count(),
        "likeness": ComplaintLikeness.objects.filter(complaint=complaint).count(),
        "history": min(complaint.history.count(), 1),
        "item": int(complaint.work_item_id is not None),
    }
    missing += [f"{name}: {count}" for name, count in counts.items() if count != 1]
    if complaint.status == "submitted":
        missing.append("not acknowledged")
    if complaint.acknowledgement_clock.stopped_at is None:
        missing.append("clock of the acknowledgement runs")
    return missing


def wait_for_deliveries() -> int:
    """Wait until everything due is delivered; return how much is not."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        left = open_deliveries()
        if not left:
            return 0
        time.sleep(1)
    return open_deliveries()


def open_deliveries() -> int:
    """Return how many deliveries have neither arrived nor ended."""
    return Delivery.objects.open().count()


def untold(numbers: Iterable[str]) -> list[str]:
    """Return of which complaints the acknowledgement was not delivered exactly once."""
    wrong = []
    received = set(SandboxMessage.objects.values_list("message_id", flat=True))
    for number in numbers:
        complaint = Complaint.objects.get(pk=int(number[2:]))
        told = Notice.objects.about(complaint).filter(purpose=notices.RECEIVED)
        sent = [
            each
            for each in Delivery.objects.filter(notice__in=told)
            if each.delivered_at is not None and each.message_id in received
        ]
        if len(sent) != 1:
            wrong.append(f"{number}: {len(sent)}")
    return wrong
