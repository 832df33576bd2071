"""The tables of who an account is."""

from accounts.models.accounts import AccountActivity, PublicAccount, Restriction
from accounts.models.agreements import AgreementAcceptance
from accounts.models.applications import Application, ApplicationCheck, RegistrationPolicy
from accounts.models.disclosure import Disclosure, DisclosureConsent, PublicContact
from accounts.models.findings import Finding, Hold
from accounts.models.grades import AccountGrade, GradeRule
from accounts.models.materials import ApplicationMaterial
from accounts.models.metrics import DailyMetric, FollowConsent, MetricAlert, MetricRule
from accounts.models.names import IdentityBar, ListedName
from accounts.models.subjects import RealNameVerification, Subject

__all__ = [
    "AccountActivity",
    "AccountGrade",
    "AgreementAcceptance",
    "Application",
    "ApplicationCheck",
    "ApplicationMaterial",
    "DailyMetric",
    "Disclosure",
    "DisclosureConsent",
    "Finding",
    "FollowConsent",
    "GradeRule",
    "Hold",
    "IdentityBar",
    "ListedName",
    "MetricAlert",
    "MetricRule",
    "PublicAccount",
    "PublicContact",
    "RealNameVerification",
    "RegistrationPolicy",
    "Restriction",
    "Subject",
]
