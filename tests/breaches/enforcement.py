"""Checks of the tables about cases and decisions."""

from typing import Any

ROWS: dict[str, dict[str, Any]] = {
    "enforcement.ViolationType": {
        **{"lowest_severity": 1, "default_severity": 2, "highest_severity": 3},
    },
}

BREACHES: dict[str, tuple[dict[str, Any], ...]] = {
    "caseevidence_says_what_it_shows": ({"shows": ""},),
    "violationtype_severity_1_to_4": (
        {"lowest_severity": 0},
        {"highest_severity": 5},
        {"default_severity": 4},
        {"lowest_severity": 3},
    ),
}
