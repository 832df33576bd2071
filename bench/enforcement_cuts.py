"""Every act of enforcement, done anew to be cut off at every statement: nothing of it is left."""

from collections.abc import Iterator

from django.db import transaction

from bench.result import Result
from tests.enforcement.proof.cutting import parts_left
from tests.enforcement.proof.use_cases import USE_CASES


def run(size: int) -> Iterator[Result]:
    """Cut off so many of the acts that there are, each at every statement."""
    cuts, left = 0, []
    for name in [*USE_CASES][:size]:
        with transaction.atomic():
            count, found = parts_left(USE_CASES[name], is_anew=True)
            transaction.set_rollback(True)
        cuts += count
        left += [f"{name}: {each}" for each in found]
    yield Result(
        name="places at which an act of enforcement that was cut off left a part of it",
        ratio=len(left),
        limit=0,
        is_ceiling=True,
        figures={"acts": min(size, len(USE_CASES)), "places": cuts, "left": left or "nothing"},
    )
