"""The lists of decisions, cases and measures in the console, among few rows and many."""

from collections.abc import Iterator

from django.db import models

from bench.admin_lists import FEW, compared, reader, see
from bench.decisions import SpreadDecisions
from bench.result import Result
from enforcement.models import Case, Decision, Measure

LISTS: tuple[type[models.Model], ...] = (Decision, Case, Measure)


def run(size: int) -> Iterator[Result]:
    """Ask for every first page, filter and search among few decisions, then among `size`."""
    few = min(FEW, size // 2)
    client = reader()
    decisions = SpreadDecisions()
    decisions.bring_to(few)
    before = {model: see(client, model) for model in LISTS}
    decisions.bring_to(size)
    for model in LISTS:
        yield from compared(model, before[model], see(client, model), few, size)
