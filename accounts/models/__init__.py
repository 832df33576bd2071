"""The tables of who an account is."""

from accounts.models.accounts import AccountActivity, PublicAccount, Restriction
from accounts.models.agreements import AgreementAcceptance
from accounts.models.applications import Application, ApplicationCheck, RegistrationPolicy
from accounts.models.corrections import Correction, CorrectionAnswer, CorrectionDocument
from accounts.models.disclosure import Disclosure, DisclosureConsent, PublicContact
from accounts.models.findings import Finding, Hold
from accounts.models.grades import AccountGrade, GradeRule
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
from accounts.models.subjects import RealNameVerification, Subject

__all__ = [
    "AccountActivity",
    "AccountGrade",
    "AccountMark",
    "AccountNameKey",
    "AgreementAcceptance",
    "Application",
    "ApplicationCheck",
    "ApplicationMaterial",
    "ChecklistTick",
    "Correction",
    "CorrectionAnswer",
    "CorrectionDocument",
    "DailyMetric",
    "Disclosure",
    "DisclosureConsent",
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
    "Subject",
]
