"""The tables of who an account is."""

from accounts.models.accounts import AccountActivity, PublicAccount, Restriction
from accounts.models.agreements import AgreementAcceptance
from accounts.models.allowances import AccountAllowance, AllowanceMaterial, MultiAccountAnswer
from accounts.models.applications import Application, ApplicationCheck, RegistrationPolicy
from accounts.models.disclosure import Disclosure, DisclosureConsent, PublicContact
from accounts.models.findings import Finding, Hold
from accounts.models.grades import AccountGrade, GradeRule
from accounts.models.guardians import GuardianConsent, GuardianDocument, GuardianWithdrawal
from accounts.models.marks import AccountMark
from accounts.models.materials import ApplicationMaterial
from accounts.models.metrics import DailyMetric, FollowConsent, MetricAlert, MetricRule
from accounts.models.name_keys import AccountNameKey, ListedNameKey
from accounts.models.names import IdentityBar, ListedName
from accounts.models.qualification_rules import QualificationRule
from accounts.models.qualifications import (
    ChecklistTick,
    IssuerLookup,
    Qualification,
    QualificationDocument,
    QualificationReminder,
)
from accounts.models.repudiations import Repudiation, RepudiationMaterial
from accounts.models.subjects import RealNameVerification, Subject

__all__ = [
    "AccountActivity",
    "AccountAllowance",
    "AccountGrade",
    "AccountMark",
    "AccountNameKey",
    "AgreementAcceptance",
    "AllowanceMaterial",
    "Application",
    "ApplicationCheck",
    "ApplicationMaterial",
    "ChecklistTick",
    "DailyMetric",
    "Disclosure",
    "DisclosureConsent",
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
    "PublicAccount",
    "PublicContact",
    "Qualification",
    "QualificationDocument",
    "QualificationReminder",
    "QualificationRule",
    "RealNameVerification",
    "RegistrationPolicy",
    "Repudiation",
    "RepudiationMaterial",
    "Restriction",
    "Subject",
]
