"""The tables of who an account is."""

from accounts.models.accounts import AccountActivity, PublicAccount, Restriction
from accounts.models.agencies import (
    Agency,
    AgencyContract,
    ContractDocument,
    ContractReminder,
)
from accounts.models.agreements import AgreementAcceptance
from accounts.models.applications import Application, ApplicationCheck, RegistrationPolicy
from accounts.models.disclosure import Disclosure, DisclosureConsent, PublicContact
from accounts.models.findings import Finding, Hold
from accounts.models.formulas import CommentPowerRule, EligibilityRule
from accounts.models.grades import AccountGrade, GradeRule
from accounts.models.marks import AccountMark
from accounts.models.materials import ApplicationMaterial
from accounts.models.metrics import DailyMetric, FollowConsent, MetricAlert, MetricRule
from accounts.models.name_keys import AccountNameKey, ListedNameKey
from accounts.models.names import IdentityBar, ListedName
from accounts.models.powers import AccountPowers, EarningApplication
from accounts.models.qualification_rules import QualificationRule
from accounts.models.qualifications import (
    ChecklistTick,
    IssuerLookup,
    Qualification,
    QualificationDocument,
    QualificationReminder,
)
from accounts.models.standing import Standing, ViolationFact
from accounts.models.subjects import RealNameVerification, Subject

__all__ = [
    "AccountActivity",
    "AccountGrade",
    "AccountMark",
    "AccountNameKey",
    "AccountPowers",
    "Agency",
    "AgencyContract",
    "AgreementAcceptance",
    "Application",
    "ApplicationCheck",
    "ApplicationMaterial",
    "ChecklistTick",
    "CommentPowerRule",
    "ContractDocument",
    "ContractReminder",
    "DailyMetric",
    "Disclosure",
    "DisclosureConsent",
    "EarningApplication",
    "EligibilityRule",
    "Finding",
    "FollowConsent",
    "GradeRule",
    "Hold",
    "IdentityBar",
    "IssuerLookup",
    "ListedName",
    "ListedNameKey",
    "MetricAlert",
    "MetricRule",
    "PublicAccount",
    "PublicContact",
    "Qualification",
    "QualificationDocument",
    "QualificationReminder",
    "QualificationRule",
    "RealNameVerification",
    "RegistrationPolicy",
    "Restriction",
    "Standing",
    "Subject",
    "ViolationFact",
]
