"""Services for queues and work items: who holds what, and how it changes hands."""

from compliance.work.hand_overs import (
    ASSIGN,
    HAND_OVER_TIME,
    HandedOver,
    accept_item,
    hand_over_all,
    hand_over_item,
    take_over_item,
)
from compliance.work.leases import (
    LEASE_TIME,
    SKIP_TIME,
    claim_item,
    claim_next,
    close_item,
    open_item,
    release_item,
    renew_lease,
    require_lease,
    skip_item,
    why_it_changed_hands,
)
from compliance.work.queues import Describe, Queue, _queues, get_queue, queues, register_queue

__all__ = [
    "ASSIGN",
    "HAND_OVER_TIME",
    "LEASE_TIME",
    "SKIP_TIME",
    "Describe",
    "HandedOver",
    "Queue",
    "_queues",
    "accept_item",
    "claim_item",
    "claim_next",
    "close_item",
    "get_queue",
    "hand_over_all",
    "hand_over_item",
    "open_item",
    "queues",
    "register_queue",
    "release_item",
    "renew_lease",
    "require_lease",
    "skip_item",
    "take_over_item",
    "why_it_changed_hands",
]
