"""Admin pages of what `accounts` keeps. All are read only."""

from accounts.admin import (
    corrections,
    disclosure,
    dormancy,
    metrics,
    patrol,
    powers,
    profiles,
    records,
    transfers,
)

__all__ = [
    "corrections",
    "disclosure",
    "dormancy",
    "metrics",
    "patrol",
    "powers",
    "profiles",
    "records",
    "transfers",
]
