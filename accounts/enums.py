"""The words in which accounts, subjects and applications are recorded; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubjectNature(models.TextChoices):
    """What kind of person or body runs an account."""

    NATURAL_PERSON = "natural_person", _("Natural person")
    INDIVIDUAL_BUSINESS = "individual_business", _("Individual business")
    ENTERPRISE = "enterprise", _("Enterprise")
    PUBLIC_INSTITUTION = "public_institution", _("Public institution")
    GOVERNMENT_ORGAN = "government_organ", _("Party or government organ")
    MEDIA = "media", _("Media organisation")
    SOCIAL_ORGANISATION = "social_organisation", _("Social organisation")
    OTHER_ORG = "other_org", _("Other organisation")


class IdType(models.TextChoices):
    """Which document or code proves who the subject is."""

    RESIDENT_ID = "resident_id", _("Resident identity card")
    RESIDENCE_PERMIT = (
        "residence_permit",
        _("Residence permit of Hong Kong, Macao and Taiwan residents"),
    )
    FOREIGN_PERMANENT_RESIDENT = (
        "foreign_permanent_resident",
        _("Permanent resident card of a foreigner"),
    )
    MAINLAND_TRAVEL_PERMIT = "mainland_travel_permit", _("Mainland travel permit")
    PASSPORT = "passport", _("Passport")
    NATIONAL_NETWORK_ID = "national_network_id", _("National network identity")
    USCC = "uscc", _("Unified social credit code")


class Category(models.TextChoices):
    """What an account publishes about."""

    FOOD = "food", _("Food")
    ENTERTAINMENT = "entertainment", _("Entertainment")
    TECH = "tech", _("Technology")
    GAMES = "games", _("Games")
    TRAVEL = "travel", _("Travel")
    AUTOMOBILE = "automobile", _("Automobiles")
    CULTURE = "culture", _("Culture")
    LIFE = "life", _("Everyday life")
    PARENTING = "parenting", _("Parenting")
    SPORTS = "sports", _("Sports")
    ECONOMY = "economy", _("Economy and finance")
    EDUCATION = "education", _("Education")
    HEALTH = "health", _("Medicine and health")
    JUDICIAL = "judicial", _("Law and justice")
    NEWS = "news", _("News")


# Public Account Provisions, art. 9 §1: who publishes in these fields shows a background and a
# qualification. News stands apart: it needs a licence instead.
EXPERT_FIELDS: Final = frozenset(
    {Category.ECONOMY, Category.EDUCATION, Category.HEALTH, Category.JUDICIAL}
)


class QualificationType(models.TextChoices):
    """Which certificate or licence is shown; files carry the upper-case member name."""

    NEWS_LICENCE = "news_licence", _("Internet news information service licence")
    PRESS_CARD = "press_card", _("Press card")
    SEC_REG = "sec_reg", _("Registration as securities practitioner")
    SEC_ADVISER = "sec_adviser", _("Registration as securities adviser or analyst")
    FUND_REG = "fund_reg", _("Registration as fund practitioner")
    FUTURES_REG = "futures_reg", _("Registration as futures practitioner")
    CPA = "cpa", _("Certified public accountant")
    ECONOMIST = "economist", _("Economist")
    ACCOUNTANT = "accountant", _("Accountant")
    TAX_AGENT = "tax_agent", _("Certified tax agent")
    INSURANCE_REG = "insurance_reg", _("Registration as insurance practitioner")
    SEC_FUTURES_LICENCE = "sec_futures_licence", _("Securities and futures business licence")
    FINANCE_LICENCE = "finance_licence", _("Financial licence")
    SEC_CONSULTING_LICENCE = (
        "sec_consulting_licence",
        _("Securities investment consulting licence"),
    )
    TEACHER = "teacher", _("Teacher qualification certificate")
    SCHOOL = "school", _("Private school licence")
    DOC_QUAL = "doc_qual", _("Physician qualification certificate")
    DOC_PRACTICE = "doc_practice", _("Physician practice certificate")
    NURSE = "nurse", _("Nurse practice certificate")
    PHARM = "pharm", _("Licensed pharmacist registration")
    MED_ORG = "med_org", _("Medical institution practice licence")
    DRUG_INFO = "drug_info", _("Internet drug information service certificate")
    LAWYER = "lawyer", _("Lawyer practice certificate")
    LEGAL_QUAL = "legal_qual", _("Legal profession qualification certificate")
    NOTARY = "notary", _("Notary practice certificate")
    LAW_FIRM = "law_firm", _("Law firm practice licence")
    NOTARY_OFFICE = "notary_office", _("Notary office practice licence")
    FORENSIC = "forensic", _("Forensic appraisal licence")

    @property
    def field(self) -> Category:
        """Return the category in which this qualification counts."""
        return _FIELD_OF[self]


_FIELD_OF: Final = {
    qualification: category
    for category, qualifications in {
        Category.NEWS: (QualificationType.NEWS_LICENCE, QualificationType.PRESS_CARD),
        Category.ECONOMY: (
            QualificationType.SEC_REG,
            QualificationType.SEC_ADVISER,
            QualificationType.FUND_REG,
            QualificationType.FUTURES_REG,
            QualificationType.CPA,
            QualificationType.ECONOMIST,
            QualificationType.ACCOUNTANT,
            QualificationType.TAX_AGENT,
            QualificationType.INSURANCE_REG,
            QualificationType.SEC_FUTURES_LICENCE,
            QualificationType.FINANCE_LICENCE,
            QualificationType.SEC_CONSULTING_LICENCE,
        ),
        Category.EDUCATION: (QualificationType.TEACHER, QualificationType.SCHOOL),
        Category.HEALTH: (
            QualificationType.DOC_QUAL,
            QualificationType.DOC_PRACTICE,
            QualificationType.NURSE,
            QualificationType.PHARM,
            QualificationType.MED_ORG,
            QualificationType.DRUG_INFO,
        ),
        Category.JUDICIAL: (
            QualificationType.LAWYER,
            QualificationType.LEGAL_QUAL,
            QualificationType.NOTARY,
            QualificationType.LAW_FIRM,
            QualificationType.NOTARY_OFFICE,
            QualificationType.FORENSIC,
        ),
    }.items()
    for qualification in qualifications
}


class CheckCode(models.TextChoices):
    """What an application is checked for; answers to the platform carry the member name."""

    FIELD_MISSING = "field_missing", _("Required field missing")
    ID_NUMBER_INVALID = "id_number_invalid", _("Identity number invalid")
    USCC_INVALID = "uscc_invalid", _("Unified social credit code invalid")
    MOBILE_INVALID = "mobile_invalid", _("Mobile number invalid")
    NATURE_MISMATCH = "nature_mismatch", _("Nature and code do not agree")
    IDENTITY_UNVERIFIED = "identity_unverified", _("Identity not verified")
    SUBJECT_CAP = "subject_cap", _("Too many accounts of one subject")
    MULTI_ACCOUNT = "multi_account", _("Further account of one subject")
    REGISTRATION_SIGNAL = "registration_signal", _("Unusual registrations")
    SUBJECT_BLACKLISTED = "subject_blacklisted", _("Subject on the blacklist")
    DUPLICATE = "duplicate", _("Same subject, same name")
    NAME_UNSAFE = "name_unsafe", _("Invisible characters in the name")
    NAME_BARRED = "name_barred", _("Barred name")
    NAME_RESERVED = "name_reserved", _("Reserved name")
    NAME_SIMILAR = "name_similar", _("Name close to a protected one")
    NAME_MISMATCH = "name_mismatch", _("Name claims what the subject is not")
    PROFILE_UNLAWFUL = "profile_unlawful", _("Unlawful term in the profile")
    QUALIFICATION_REQUIRED = "qualification_required", _("Qualification required")
    QUALIFICATION_EXPIRED = "qualification_expired", _("Qualification expired")
    NEWS_LICENCE_REQUIRED = "news_licence_required", _("News licence required")
    MINOR = "minor", _("Minor")


class CheckOutcome(models.TextChoices):
    """What one check asks for, mildest first: the worst of all decides."""

    PASS = "pass", _("Passed")
    IN_REVIEW = "in_review", _("A person decides")
    WAITING_MATERIAL = "waiting_material", _("Material is missing")
    REFUSED = "refused", _("Refused")


class ApplicationStatus(models.TextChoices):
    """Where an application for an account stands."""

    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    IN_REVIEW = "in_review", _("In review")
    WAITING_MATERIAL = "waiting_material", _("Waiting for material")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Statuses in which nothing is decided yet, so that the same name may not be asked for again.
OPEN_STATUSES: Final = frozenset(
    {
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.IN_REVIEW,
        ApplicationStatus.WAITING_MATERIAL,
    }
)


class VerificationMethod(models.TextChoices):
    """By what means a real-name provider confirms a subject."""

    MOBILE_THREE_ELEMENTS = "mobile_three_elements", _("Mobile number, name and number agree")
    ID_DOCUMENT = "id_document", _("Identity document")
    USCC = "uscc", _("Unified social credit code")
    LEGAL_REPRESENTATIVE = "legal_representative", _("Legal representative")
    MICRO_PAYMENT = "micro_payment", _("Micro-payment to the subject's bank account")
    NATIONAL_NETWORK_ID = "national_network_id", _("National network identity")


class AccountStatus(models.TextChoices):
    """What excludes everything else; whatever is temporary is a restriction."""

    ACTIVE = "active", _("Active")
    CLOSED = "closed", _("Closed")


class RestrictionKind(models.TextChoices):
    """What an account may not do for a time."""

    RESTRICT_FUNCTIONS = "restrict_functions", _("Functions restricted")
    SUSPEND_UPDATES = "suspend_updates", _("Updates suspended")
    STOP_ADVERTISING = "stop_advertising", _("Advertising stopped")
    SUSPEND_SERVICE = "suspend_service", _("Service suspended")


class GroundKind(models.TextChoices):
    """From which sort of act a restriction, bar or closure comes."""

    DECISION = "decision", _("Decision")
    CORRECTION = "correction", _("Correction of the profile")
    LIST = "list", _("List of names")
    QUALIFICATION = "qualification", _("Qualification")
    TRANSFER = "transfer", _("Transfer")
    DORMANCY = "dormancy", _("Dormancy")
    STOP = "stop", _("Closing at the operator’s wish")
    REPUDIATION = "repudiation", _("Identity used without consent")
    GUARDIAN = "guardian", _("Consent of the guardian")
    EMERGENCY = "emergency", _("Emergency hold")


class AccountFunction(models.TextChoices):
    """Single functions of an account that can be off while the rest goes on."""

    COMMENT = "comment", _("receiving comments")
    LIVE = "live", _("live broadcasts")
    DIRECT_MESSAGE = "direct_message", _("direct messages")
    MONETISE = "monetise", _("earning money")
    RECOMMEND = "recommend", _("being recommended")
    NEW_FOLLOWERS = "new_followers", _("new followers")
    RENAME = "rename", _("changing the name")
    ORIGINAL_MARK = "original_mark", _("marking works as original")


class FindingKind(models.TextChoices):
    """What can be noticed about an account."""

    METRIC_ALERT = "metric_alert", _("Unusual figures")
    CORRECTION_MISSED = "correction_missed", _("Correction not made")
    UNAPPROVED_TRANSFER = "unapproved_transfer", _("Transfer without approval")
    LICENCE_DEAD = "licence_dead", _("Qualification no longer valid")
    PATROL_FAILED = "patrol_failed", _("Patrol found a mismatch")
    AGREEMENT_MISSING = "agreement_missing", _("Service agreement not accepted")
    CATEGORY_MISMATCH = "category_mismatch", _("Content outside the category")
    IDENTITY_REPUDIATED = "identity_repudiated", _("Identity used without consent")
    AGENCY_WITHOUT_CONTRACT = "agency_without_contract", _("Agency without an agreement")
    CREDIT_ZERO = "credit_zero", _("Credit used up")


class FindingStatus(models.TextChoices):
    """Where a finding stands."""

    OPEN = "open", _("To be looked at")
    TAKEN_UP = "taken_up", _("Taken up")
    SET_ASIDE = "set_aside", _("Set aside")


class HoldKind(models.TextChoices):
    """Which open matter blocks what an operator wishes; a running measure is read from itself."""

    OPEN_CASE = "open_case", _("Case not closed")
    PENDING_CORRECTION = "pending_correction", _("Correction under way")
    PENDING_TRANSFER = "pending_transfer", _("Transfer under way")
    PENDING_STOP = "pending_stop", _("Closing at the operator’s wish under way")


class ListedNameKind(models.TextChoices):
    """Why a name is listed for screening."""

    BARRED = "barred", _("Barred")
    RESERVED = "reserved", _("Reserved")


class ApplicationSource(models.TextChoices):
    """Through which door an application came."""

    FILE = "file", _("Platform file")
    API = "api", _("Interface")
    CONSOLE = "console", _("Console")
    RESPONSE = "response", _("Public response page")


class AcceptanceMethod(models.TextChoices):
    """How an operator accepted the service agreement."""

    REGISTRATION = "registration", _("declared with the registration")
    CLICK = "click", _("accepted on the platform")
    SIGNATURE = "signature", _("signed on paper or electronically")
    TRANSFER = "transfer", _("declared when a transfer was confirmed")


class ConsentMethod(models.TextChoices):
    """How a person agreed to have the own name shown, or took that back."""

    CLICK = "click", _("agreed on the platform")
    SIGNATURE = "signature", _("signed on paper or electronically")
    LETTER = "letter", _("in writing to the platform")


class DisclosureItem(models.TextChoices):
    """What has to be public of an account, by the nature of its subject."""

    CATEGORY = "category", _("Category")
    OPERATOR = "operator", _("Operator")
    REGION = "region", _("Place of registration or operation")
    USCC = "uscc", _("Unified social credit code")
    CONTACT = "contact", _("Public contact")


class FollowAgreement(models.TextChoices):
    """By what people agreed to follow an account that was put before them."""

    BUTTON = "button", _("pressed a button of its own")
    UNTICKED_BOX = "unticked_box", _("ticked a box that was empty")
    DIALOGUE = "dialogue", _("confirmed in a dialogue")


class PublicState(models.TextChoices):
    """What everybody may know of where an account stands; why is told to the operator alone."""

    OPEN = "open", _("In service")
    UPDATES_SUSPENDED = "updates_suspended", _("Updates suspended")
    SERVICE_SUSPENDED = "service_suspended", _("Service suspended")
    CLOSED = "closed", _("Closed")


class Grade(models.TextChoices):
    """In which grade an account is managed, the best first."""

    A = "a", _("Grade A")
    B = "b", _("Grade B")
    C = "c", _("Grade C")
    D = "d", _("Grade D")
