"""Admin pages of what `accounts` keeps: records, disclosure. All are read only."""

from accounts.admin import disclosure, records

__all__ = ["disclosure", "records"]
