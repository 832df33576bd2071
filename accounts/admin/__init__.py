"""Admin pages of what `accounts` keeps. All are read only."""

from accounts.admin import (
    allowances,
    corrections,
    disclosure,
    dormancy,
    guardians,
    metrics,
    patrol,
    powers,
    profiles,
    records,
    repudiations,
    transfers,
)

__all__ = [
    "allowances",
    "corrections",
    "disclosure",
    "dormancy",
    "guardians",
    "metrics",
    "patrol",
    "powers",
    "profiles",
    "records",
    "repudiations",
    "transfers",
]
