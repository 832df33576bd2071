"""Admin pages of what `accounts` keeps: records, disclosure, figures. All are read only."""

from accounts.admin import disclosure, dormancy, metrics, records

__all__ = ["disclosure", "dormancy", "metrics", "records"]
