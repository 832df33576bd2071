"""The tables of what is done about an account."""

from enforcement.models.aftermath import ReportDuty
from enforcement.models.cases import Case, CaseSnapshot
from enforcement.models.catalogue import (
    ApprovalRule,
    CatalogueDraft,
    CatalogueVersion,
    MeasureType,
    ViolationType,
)
from enforcement.models.credit import (
    CreditEntry,
    CreditPreset,
    CreditRepair,
    CreditRule,
    CreditScore,
)
from enforcement.models.decisions import Decision, DecisionClause, DecisionFactor
from enforcement.models.evidence import CaseEvidence
from enforcement.models.ladder import (
    AllowedMeasure,
    ApprovalCondition,
    Factor,
    LadderMeasure,
    LadderStep,
    OffenceFamily,
)
from enforcement.models.measures import Measure, OrderedMeasure

__all__ = [
    "AllowedMeasure",
    "ApprovalCondition",
    "ApprovalRule",
    "Case",
    "CaseEvidence",
    "CaseSnapshot",
    "CatalogueDraft",
    "CatalogueVersion",
    "CreditEntry",
    "CreditPreset",
    "CreditRepair",
    "CreditRule",
    "CreditScore",
    "Decision",
    "DecisionClause",
    "DecisionFactor",
    "Factor",
    "LadderMeasure",
    "LadderStep",
    "Measure",
    "MeasureType",
    "OffenceFamily",
    "OrderedMeasure",
    "ReportDuty",
    "ViolationType",
]
