"""The outbox: how deliveries stand."""

from datetime import UTC, datetime

from django.utils import timezone

from compliance.models import AttemptResult, Delivery, DeliveryState, Notice
from tests.notices.conftest import delivery_of

R = AttemptResult
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def results(delivery: Delivery) -> list[str]:
    return list(delivery.attempts.order_by("number").values_list("result", flat=True))


def state_of(notice: Notice) -> DeliveryState:
    return delivery_of(notice).state(timezone.now())
