"""Admin pages of what `accounts` keeps: records, disclosure, figures. All are read only."""

from accounts.admin import disclosure, metrics, powers, records

__all__ = ["disclosure", "metrics", "powers", "records"]
