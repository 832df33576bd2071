"""Admin pages of cases, decisions, measures, report duties and the catalogue. All are read only."""

from enforcement.admin import cases, catalogue, decisions, hearings, measures

__all__ = ["cases", "catalogue", "decisions", "hearings", "measures"]
