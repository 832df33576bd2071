"""Admin pages of what `accounts` keeps. All are read only."""

from accounts.admin import (
    accounts,
    allowances,
    applications,
    blacklist,
    corrections,
    disclosure,
    dormancy,
    guardians,
    limits,
    metrics,
    patrol,
    powers,
    profiles,
    qualifications,
    repudiations,
    transfers,
)

__all__ = [
    "accounts",
    "allowances",
    "applications",
    "blacklist",
    "corrections",
    "disclosure",
    "dormancy",
    "guardians",
    "limits",
    "metrics",
    "patrol",
    "powers",
    "profiles",
    "qualifications",
    "repudiations",
    "transfers",
]
