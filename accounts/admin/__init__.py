"""Admin pages of what `accounts` keeps: records, disclosure, figures. All are read only."""

from accounts.admin import allowances, disclosure, metrics, records

__all__ = ["allowances", "disclosure", "metrics", "records"]
