"""Admin pages of what `accounts` keeps: records, disclosure, figures. All are read only."""

from accounts.admin import disclosure, dormancy, metrics, patrol, records

__all__ = ["disclosure", "dormancy", "metrics", "patrol", "records"]
