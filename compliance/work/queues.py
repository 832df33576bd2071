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


def register_queue(queue: Queue) -> None:
    """Add a queue to the desk; called when apps are ready."""
    _queues[queue.code] = queue


def queues() -> list[Queue]:
    """Return every queue in the order of registration."""
    return list(_queues.values())


def get_queue(code: str) -> Queue:
    """Return a queue by its code."""
    return _queues[code]
