"""The words in which qualifications and marks are recorded; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import EXPERT_FIELDS, AccountFunction, Category


class QualificationStatus(models.TextChoices):
    """Where a qualification stands; that it expires soon is computed, not stored."""

    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    WAITING_MATERIAL = "waiting_material", _("Waiting for material")
    VERIFIED = "verified", _("Verified")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Verification revoked")
    RENEWED = "renewed", _("Renewed")


# Statuses in which nothing is decided yet.
OPEN_STATUSES: Final = frozenset(
    {
        QualificationStatus.SUBMITTED,
        QualificationStatus.IN_REVIEW,
        QualificationStatus.WAITING_MATERIAL,
    }
)


class HolderKind(models.TextChoices):
    """To whom a type of qualification is given."""

    PERSON = "person", _("held by a person")
    ORGANISATION = "organisation", _("held by an organisation")


class ValidityRule(models.TextChoices):
    """How long a type of qualification is good for."""

    NONE = "none", _("no end")
    TERM = "term", _("until a date on the document")
    RECHECK = "recheck", _("no end, looked at again from time to time")


class ChecklistItem(models.TextChoices):
    """What whoever reviews a qualification has to have looked at; stored by its code."""

    GENUINE = "genuine", _("The document is whole, legible and without signs of alteration")
    HOLDER_AGREES = "holder_agrees", _("The holder is who runs the account")
    NUMBER_AGREES = "number_agrees", _("The number on the document is the one declared")
    ISSUER_COMPETENT = "issuer_competent", _("The issuer may issue this document")
    IN_FORCE = "in_force", _("The term on the document is running")
    SCOPE_COVERS = "scope_covers", _("Scope or speciality covers what the account publishes")
    LICENCE_KIND = (
        "licence_kind",
        _("The kind of licence (editing, reprinting, platform) fits the account"),
    )
    EMPLOYER_AGREES = (
        "employer_agrees",
        _("The employer at which the holder is registered agrees with what was declared"),
    )
    PRACTICE_REGISTERED = (
        "practice_registered",
        _("Practice is registered: place, category and scope"),
    )
    PERIODIC_PASSED = (
        "periodic_passed",
        _("The latest annual or periodic inspection was passed"),
    )


class LookupMethod(models.TextChoices):
    """How a document was held against what its issuer has on record."""

    WEBSITE = "website", _("query page of the issuer")
    API = "api", _("interface of the issuer")
    DOCUMENT = "document", _("document only: the issuer offers no query")


class LookupResult(models.TextChoices):
    """What was found at the issuer."""

    AGREES = "agrees", _("in force, agrees with the document")
    DIFFERS = "differs", _("differs from the document")
    NOT_FOUND = "not_found", _("not found")
    NOT_IN_FORCE = "not_in_force", _("no longer in force")
    UNAVAILABLE = "unavailable", _("the query could not be made")


class MarkCode(models.TextChoices):
    """The marks that an account can carry."""

    ORG_GOV = "org_gov", _("Government body")
    ORG_MEDIA = "org_media", _("Media organisation")
    ORG_ENT = "org_ent", _("Verified enterprise")
    ORG_OTHER = "org_other", _("Verified organisation")
    PERSON_VERIFIED = "person_verified", _("Verified person")
    FIELD_FINANCE = "field_finance", _("Verified in economy and finance")
    FIELD_EDU = "field_edu", _("Verified in education")
    FIELD_HEALTH = "field_health", _("Verified in medicine and health")
    FIELD_LAW = "field_law", _("Verified in law and justice")
    NEWS_LICENSED = "news_licensed", _("Licensed for news")
    AI_LABELLED = "ai_labelled", _("Labelled as made by AI")


MARK_OF_FIELD: Final = {
    Category.ECONOMY: MarkCode.FIELD_FINANCE,
    Category.EDUCATION: MarkCode.FIELD_EDU,
    Category.HEALTH: MarkCode.FIELD_HEALTH,
    Category.JUDICIAL: MarkCode.FIELD_LAW,
    Category.NEWS: MarkCode.NEWS_LICENSED,
}

# Public Account Provisions, art. 9 §1 and art. 5 §2: who publishes here shows a qualification.
QUALIFIED_FIELDS: Final = EXPERT_FIELDS | {Category.NEWS}

_FUNCTION_OF_FIELD: Final = {field: f"publish_{field.value}" for field in QUALIFIED_FIELDS}
_FIELD_OF_FUNCTION: Final = {name: field for field, name in _FUNCTION_OF_FIELD.items()}


def publishing_function(field: Category) -> str:
    """Return the function of an account that is publishing about a field."""
    return _FUNCTION_OF_FIELD[field]


def function_in_words(name: str) -> str:
    """Return what a function of an account is called on screen; others have their own name."""
    field = _FIELD_OF_FUNCTION.get(name)
    if field is not None:
        return gettext("publishing about %(field)s") % {"field": field.label}
    if name in AccountFunction.values:
        return str(AccountFunction(name).label)
    return name
