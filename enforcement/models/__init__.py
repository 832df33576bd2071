"""The tables of what is done about an account."""

from enforcement.models.aftermath import ReportDuty
from enforcement.models.cases import Case, CaseSnapshot
from enforcement.models.catalogue import ApprovalRule, CatalogueVersion, MeasureType, ViolationType
from enforcement.models.credit import (
    CreditEntry,
    CreditPreset,
    CreditRepair,
    CreditRule,
    CreditScore,
)
from enforcement.models.decisions import Decision, DecisionClause
from enforcement.models.evidence import CaseEvidence
from enforcement.models.measures import Measure, OrderedMeasure

__all__ = [
    "ApprovalRule",
    "Case",
    "CaseEvidence",
    "CaseSnapshot",
    "CatalogueVersion",
    "CreditEntry",
    "CreditPreset",
    "CreditRepair",
    "CreditRule",
    "CreditScore",
    "Decision",
    "DecisionClause",
    "Measure",
    "MeasureType",
    "OrderedMeasure",
    "ReportDuty",
    "ViolationType",
]
