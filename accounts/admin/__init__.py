"""Admin pages of what `accounts` keeps: records, disclosure, figures. All are read only."""

from accounts.admin import disclosure, metrics, records, transfers

__all__ = ["disclosure", "metrics", "records", "transfers"]
