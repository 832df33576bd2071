"""The tables of what is done about an account."""

from enforcement.models.aftermath import ReportDuty
from enforcement.models.appeal_hearing import (
    AppealDocument,
    AppealMediation,
    AppealQuestion,
    AppealStatement,
)
from enforcement.models.appeals import Appeal, AppealRuling
from enforcement.models.bulk import BulkDecision, BulkItem
from enforcement.models.cases import Case, CaseSnapshot
from enforcement.models.catalogue import (
    ApprovalRule,
    CatalogueDraft,
    CatalogueVersion,
    MeasureType,
    ViolationType,
)
from enforcement.models.complaint_appeals import (
    ComplaintAppeal,
    ComplaintAppealQuestion,
    ComplaintAppealRuling,
)
from enforcement.models.complaint_batches import ComplaintBatch, ComplaintBatchItem
from enforcement.models.complaint_codes import ComplaintCode, ComplaintLikeness
from enforcement.models.complaints import (
    Complainant,
    Complaint,
    ComplaintFile,
    ComplaintMessage,
)
from enforcement.models.credit import (
    CreditEntry,
    CreditPreset,
    CreditRepair,
    CreditRule,
    CreditScore,
)
from enforcement.models.decisions import Decision, DecisionClause, DecisionFactor
from enforcement.models.emergencies import EmergencyOrder, HearingOutcome
from enforcement.models.evidence import CaseEvidence
from enforcement.models.hearings import Hearing, HearingStatement, StatementDocument
from enforcement.models.holds import EmergencyHold
from enforcement.models.infringements import Infringement, InfringementFile
from enforcement.models.ladder import (
    AllowedMeasure,
    ApprovalCondition,
    Factor,
    LadderMeasure,
    LadderStep,
    OffenceFamily,
)
from enforcement.models.lifts import MeasureLift
from enforcement.models.measures import Measure, OrderedMeasure
from enforcement.models.month_figures import (
    ConsistencyFigure,
    ConsistencyReport,
    ConsistencyRow,
)
from enforcement.models.refutations import Refutation, RumourReview
from enforcement.models.rumours import (
    Rumour,
    RumourAccount,
    RumourContent,
    RumourMaterial,
    RumourStep,
)
from enforcement.models.second_looks import ConsistencyRule, SecondLook, SecondLookDraw
from enforcement.models.shortenings import MeasureShortening
from enforcement.models.watchlist import WatchEntry, WatchLook
from enforcement.models.weighing import StatementWeighing

__all__ = [
    "AllowedMeasure",
    "Appeal",
    "AppealDocument",
    "AppealMediation",
    "AppealQuestion",
    "AppealRuling",
    "AppealStatement",
    "ApprovalCondition",
    "ApprovalRule",
    "BulkDecision",
    "BulkItem",
    "Case",
    "CaseEvidence",
    "CaseSnapshot",
    "CatalogueDraft",
    "CatalogueVersion",
    "Complainant",
    "Complaint",
    "ComplaintAppeal",
    "ComplaintAppealQuestion",
    "ComplaintAppealRuling",
    "ComplaintBatch",
    "ComplaintBatchItem",
    "ComplaintCode",
    "ComplaintFile",
    "ComplaintLikeness",
    "ComplaintMessage",
    "ConsistencyFigure",
    "ConsistencyReport",
    "ConsistencyRow",
    "ConsistencyRule",
    "CreditEntry",
    "CreditPreset",
    "CreditRepair",
    "CreditRule",
    "CreditScore",
    "Decision",
    "DecisionClause",
    "DecisionFactor",
    "EmergencyHold",
    "EmergencyOrder",
    "Factor",
    "Hearing",
    "HearingOutcome",
    "HearingStatement",
    "Infringement",
    "InfringementFile",
    "LadderMeasure",
    "LadderStep",
    "Measure",
    "MeasureLift",
    "MeasureShortening",
    "MeasureType",
    "OffenceFamily",
    "OrderedMeasure",
    "Refutation",
    "ReportDuty",
    "Rumour",
    "RumourAccount",
    "RumourContent",
    "RumourMaterial",
    "RumourReview",
    "RumourStep",
    "SecondLook",
    "SecondLookDraw",
    "StatementDocument",
    "StatementWeighing",
    "ViolationType",
    "WatchEntry",
    "WatchLook",
]
