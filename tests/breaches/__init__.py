"""What breaks each check of the database: one row that holds, and what is changed in it."""

from typing import Any

from tests.breaches import accounts, complaints, compliance, enforcement, reports

# By model, what a row needs beyond what is filled in; by check, the changes that break it.
ROWS: dict[str, dict[str, Any]] = {}
BREACHES: dict[str, tuple[dict[str, Any], ...]] = {}
for each in (accounts, complaints, compliance, enforcement, reports):
    ROWS |= each.ROWS
    BREACHES |= each.BREACHES
