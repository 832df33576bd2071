"""
Every act of enforcement, ready to be done: for tests that cut it off, and for those that kill it.

Each is laid by the services and returned as what does it, with objects of its own each time. Another
service is another line in the module that its subject has here.
"""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module

from enforcement import services
from tests.enforcement.proof.use_cases import (
    appeals,
    blacklist,
    bulk,
    catalogue,
    complaint_appeals,
    complaints,
    consistency,
    contents,
    credit,
    decisions,
    emergencies,
    hearings,
    holds,
    lifting,
    measures,
    rumours,
    watchlist,
)
from tests.enforcement.proof.use_cases.laying import UseCase

USE_CASES: dict[str, UseCase] = {
    **decisions.USE_CASES,
    **measures.USE_CASES,
    **contents.USE_CASES,
    **lifting.USE_CASES,
    **hearings.USE_CASES,
    **holds.USE_CASES,
    **emergencies.USE_CASES,
    **appeals.USE_CASES,
    **credit.USE_CASES,
    **blacklist.USE_CASES,
    **watchlist.USE_CASES,
    **catalogue.USE_CASES,
    **bulk.USE_CASES,
    **rumours.USE_CASES,
    **consistency.USE_CASES,
    **complaints.USE_CASES,
    **complaint_appeals.USE_CASES,
}

# Services that no use case here has to come to, each with the reason. Another service is not among
# them: whoever writes one adds the act that comes to it.
ELSEWHERE: dict[str, str] = {
    "enforcement.services.previews.preview_decision": "It writes nothing.",
    "enforcement.services.evidence.take_part_in_case": (
        "It writes one row, within the act by which the floor shows evidence."
    ),
}


def every_service() -> Iterator[str]:
    """Return the services of enforcement: public functions that are told who acts."""
    for found in pkgutil.walk_packages(services.__path__, f"{services.__name__}."):
        module = import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_own = function.__module__ == module.__name__ and not name.startswith("_")
            if is_own and "actor" in inspect.signature(function).parameters:
                yield f"{module.__name__}.{name}"
