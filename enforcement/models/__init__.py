"""The tables of what is done about an account."""

from enforcement.models.aftermath import ReportDuty
from enforcement.models.cases import Case, CaseSnapshot
from enforcement.models.catalogue import ApprovalRule, CatalogueVersion, MeasureType, ViolationType
from enforcement.models.decisions import Decision, DecisionClause
from enforcement.models.evidence import CaseEvidence
from enforcement.models.hearings import Hearing, HearingStatement, StatementDocument
from enforcement.models.holds import EmergencyHold
from enforcement.models.measures import Measure, OrderedMeasure
from enforcement.models.weighing import StatementWeighing

__all__ = [
    "ApprovalRule",
    "Case",
    "CaseEvidence",
    "CaseSnapshot",
    "CatalogueVersion",
    "Decision",
    "DecisionClause",
    "EmergencyHold",
    "Hearing",
    "HearingStatement",
    "Measure",
    "MeasureType",
    "OrderedMeasure",
    "ReportDuty",
    "StatementDocument",
    "StatementWeighing",
    "ViolationType",
]
