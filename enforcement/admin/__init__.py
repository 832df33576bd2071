"""Admin pages of cases, decisions, measures, report duties and the catalogue. All are read only."""

from enforcement.admin import appeals, cases, catalogue, decisions, hearings, measures

__all__ = ["appeals", "cases", "catalogue", "decisions", "hearings", "measures"]
