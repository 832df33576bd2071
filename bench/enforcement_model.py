"""A hundred thousand acts of enforcement in any order, each compared with a model in plain Python."""

import time
from collections.abc import Iterator

from django.db import transaction

from bench.result import Result
from tests.enforcement.proof.machine import run_acts


def run(size: int) -> Iterator[Result]:
    """Let `size` random acts happen; a difference from the model raises with the acts that led to it."""
    began = time.perf_counter()
    with transaction.atomic():
        done = run_acts(size, is_random=True)
        transaction.set_rollback(True)
    seconds = time.perf_counter() - began
    yield Result(
        name="acts of enforcement that the model foretold, of those asked for",
        ratio=done.steps / size,
        limit=0.9,
        figures={
            "acts": done.steps,
            "done": done.accepted.total(),
            "refused": done.refused.total(),
            "ms an act": round(1000 * seconds / done.steps, 1),
        },
    )
