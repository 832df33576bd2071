"""Queues: who may take from each, and which page shows one of its items."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from compliance.models import WorkItem

# What items are about, in words: one call for all the items of a page.
Describe = Callable[[Sequence[WorkItem]], Mapping[int, str]]


@dataclass(frozen=True)
class Queue:
    """A queue: who may take from it, which page shows one of its items, what the items are called."""

    code: str
    label: str | Promise
    permission: str
    url_name: str
    key: str = ""
    describe: Describe | None = None


_queues: dict[str, Queue] = {}
_orders: dict[str, int] = {}


def register_queue(queue: Queue, *, order: int = 100) -> None:
    """Add a queue to the desk, at its place among the others; called when apps are ready."""
    _queues[queue.code] = queue
    _orders[queue.code] = order


def queues() -> list[Queue]:
    """Return every queue in the order of the desk."""
    return sorted(_queues.values(), key=lambda queue: _orders.get(queue.code, 100))


def get_queue(code: str) -> Queue:
    """Return a queue by its code."""
    return _queues[code]
