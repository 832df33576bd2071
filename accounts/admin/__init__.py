"""Admin pages of what `accounts` keeps: records, disclosure, figures. All are read only."""

from accounts.admin import allowances, disclosure, guardians, metrics, records, repudiations

__all__ = ["allowances", "disclosure", "guardians", "metrics", "records", "repudiations"]
