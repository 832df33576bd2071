"""The tables of who an account is."""

from accounts.models.accounts import AccountActivity, PublicAccount, Restriction
from accounts.models.agreements import AgreementAcceptance
from accounts.models.applications import Application, ApplicationCheck, RegistrationPolicy
from accounts.models.findings import Finding, Hold
from accounts.models.materials import ApplicationMaterial
from accounts.models.name_keys import AccountNameKey, ListedNameKey
from accounts.models.names import IdentityBar, ListedName
from accounts.models.subjects import RealNameVerification, Subject

__all__ = [
    "AccountActivity",
    "AccountNameKey",
    "AgreementAcceptance",
    "Application",
    "ApplicationCheck",
    "ApplicationMaterial",
    "Finding",
    "Hold",
    "IdentityBar",
    "ListedName",
    "ListedNameKey",
    "PublicAccount",
    "RealNameVerification",
    "RegistrationPolicy",
    "Restriction",
    "Subject",
]
