"""Admin pages of what `accounts` keeps: records, corrections, disclosure, figures. All are read only."""

from accounts.admin import corrections, disclosure, metrics, records

__all__ = ["corrections", "disclosure", "metrics", "records"]
