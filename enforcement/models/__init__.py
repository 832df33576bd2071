"""The tables of what is done about an account."""

from enforcement.models.aftermath import ReportDuty
from enforcement.models.cases import Case, CaseSnapshot
from enforcement.models.catalogue import ApprovalRule, CatalogueVersion, MeasureType, ViolationType
from enforcement.models.decisions import Decision, DecisionClause
from enforcement.models.evidence import CaseEvidence
from enforcement.models.measures import Measure, OrderedMeasure
from enforcement.models.watchlist import WatchEntry, WatchLook

__all__ = [
    "ApprovalRule",
    "Case",
    "CaseEvidence",
    "CaseSnapshot",
    "CatalogueVersion",
    "Decision",
    "DecisionClause",
    "Measure",
    "MeasureType",
    "OrderedMeasure",
    "ReportDuty",
    "ViolationType",
    "WatchEntry",
    "WatchLook",
]
