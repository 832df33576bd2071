"""Admin pages of what `accounts` keeps: records, profiles, disclosure, figures. All are read only."""

from accounts.admin import disclosure, metrics, profiles, records

__all__ = ["disclosure", "metrics", "profiles", "records"]
