"""The tables of who an account is."""

from accounts.models.accounts import AccountActivity, PublicAccount, Restriction
from accounts.models.affiliations import Affiliation
from accounts.models.agencies import (
    Agency,
    AgencyContract,
    ContractDocument,
    ContractReminder,
)
from accounts.models.agreements import AgreementAcceptance
from accounts.models.allowances import AccountAllowance, AllowanceMaterial, MultiAccountAnswer
from accounts.models.applications import Application, ApplicationCheck, RegistrationPolicy
from accounts.models.avatars import AvatarImage, ReservedAvatar, ReservedAvatarKey
from accounts.models.blacklist import BlacklistEntry, BlacklistMatch
from accounts.models.corrections import Correction, CorrectionAnswer, CorrectionDocument
from accounts.models.disclosure import Disclosure, DisclosureConsent, PublicContact
from accounts.models.dormancy import Dormancy, DormancyBatch, DormancyRule, DormancySweep
from accounts.models.findings import Finding, Hold
from accounts.models.formulas import CommentPowerRule, EligibilityRule
from accounts.models.grades import AccountGrade, GradeRule
from accounts.models.guardians import GuardianConsent, GuardianDocument, GuardianWithdrawal
from accounts.models.marks import AccountMark
from accounts.models.materials import ApplicationMaterial
from accounts.models.metrics import DailyMetric, FollowConsent, MetricAlert, MetricRule
from accounts.models.name_keys import AccountNameKey, ListedNameKey
from accounts.models.names import IdentityBar, ListedName
from accounts.models.patrol import PatrolCheck, PatrolPoint, PatrolRule, PatrolRun
from accounts.models.powers import AccountPowers, EarningApplication
from accounts.models.profile_changes import (
    ApplicationAvatar,
    ProfileChange,
    ProfileChangeCheck,
)
from accounts.models.qualification_rules import QualificationRule
from accounts.models.qualifications import (
    ChecklistTick,
    IssuerLookup,
    Qualification,
    QualificationDocument,
    QualificationReminder,
)
from accounts.models.regularisations import Regularisation
from accounts.models.repudiations import Repudiation, RepudiationMaterial
from accounts.models.standing import Standing, ViolationFact
from accounts.models.stops import NameProtection, Stop
from accounts.models.subjects import RealNameVerification, Subject
from accounts.models.transfers import (
    ExitPolicy,
    Transfer,
    TransferCheck,
    TransferConfirmation,
    TransferMaterial,
    TransferVerification,
)

__all__ = [
    "AccountActivity",
    "AccountAllowance",
    "AccountGrade",
    "AccountMark",
    "AccountNameKey",
    "AccountPowers",
    "Affiliation",
    "Agency",
    "AgencyContract",
    "AgreementAcceptance",
    "AllowanceMaterial",
    "Application",
    "ApplicationAvatar",
    "ApplicationCheck",
    "ApplicationMaterial",
    "AvatarImage",
    "BlacklistEntry",
    "BlacklistMatch",
    "ChecklistTick",
    "CommentPowerRule",
    "ContractDocument",
    "ContractReminder",
    "Correction",
    "CorrectionAnswer",
    "CorrectionDocument",
    "DailyMetric",
    "Disclosure",
    "DisclosureConsent",
    "Dormancy",
    "DormancyBatch",
    "DormancyRule",
    "DormancySweep",
    "EarningApplication",
    "EligibilityRule",
    "ExitPolicy",
    "Finding",
    "FollowConsent",
    "GradeRule",
    "GuardianConsent",
    "GuardianDocument",
    "GuardianWithdrawal",
    "Hold",
    "IdentityBar",
    "IssuerLookup",
    "ListedName",
    "ListedNameKey",
    "MetricAlert",
    "MetricRule",
    "MultiAccountAnswer",
    "NameProtection",
    "PatrolCheck",
    "PatrolPoint",
    "PatrolRule",
    "PatrolRun",
    "ProfileChange",
    "ProfileChangeCheck",
    "PublicAccount",
    "PublicContact",
    "Qualification",
    "QualificationDocument",
    "QualificationReminder",
    "QualificationRule",
    "RealNameVerification",
    "RegistrationPolicy",
    "Regularisation",
    "Repudiation",
    "RepudiationMaterial",
    "ReservedAvatar",
    "ReservedAvatarKey",
    "Restriction",
    "Standing",
    "Stop",
    "Subject",
    "Transfer",
    "TransferCheck",
    "TransferConfirmation",
    "TransferMaterial",
    "TransferVerification",
    "ViolationFact",
]
