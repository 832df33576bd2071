"""Admin pages of what `accounts` keeps. All are read only."""

from accounts.admin import disclosure, dormancy, metrics, patrol, profiles, records, transfers

__all__ = ["disclosure", "dormancy", "metrics", "patrol", "profiles", "records", "transfers"]
