"""The words in which powers of accounts, agencies and their agreements are recorded; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EarningBehaviour(models.TextChoices):
    """By what an account can earn: the four that art. 14 §1 names."""

    ECOMMERCE = "ecommerce", _("Selling goods")
    ADVERTISING = "advertising", _("Publishing advertisements")
    PAID_KNOWLEDGE = "paid_knowledge", _("Paid knowledge")
    TIPS = "tips", _("Tips from the public")


class EarningStatus(models.TextChoices):
    """Where an application for earning stands; one that was granted is a right in force."""

    SUBMITTED = "submitted", _("Submitted")
    GRANTED = "granted", _("In force")
    REFUSED = "refused", _("Refused")
    LOST = "lost", _("Lost")
    GIVEN_UP = "given_up", _("Given up")


class CreditGrade(models.TextChoices):
    """The credit of a subject, the best first."""

    A = "a", _("Credit A")
    B = "b", _("Credit B")
    C = "c", _("Credit C")
    D = "d", _("Credit D")
    E = "e", _("Credit E")
    Z = "z", _("Credit Z (frozen)")


# Our choice, no article: whose credit nobody has rated yet is trusted until it is.
UNRATED: Final = CreditGrade.A


class CreditService(models.TextChoices):
    """What goes by credit beside comments, earning and transfers, which have formulas of their own."""

    BOOST = "boost", _("Boost of recommendations")
    OPEN_COMMENTS = "open_comments", _("Comments shown before they are reviewed")
    RENAME = "rename", _("Changing the name")
    MORE_ACCOUNTS = "more_accounts", _("More accounts than the cap")


class CommentPower(models.TextChoices):
    """What an account may do with the comments below what it publishes."""

    REPLY = "reply", _("Reply")
    PIN = "pin", _("Pin to the top")
    FOLD = "fold", _("Fold")
    DELETE = "delete", _("Delete")
    REPORT = "report", _("Report to the platform")
    BLOCK_USER = "block_user", _("Keep somebody from commenting")
    SELECT = "select", _("Select before comments are shown")
    CLOSE = "close", _("Close comments")


class FormulaCode(models.TextChoices):
    """Which versioned formulas of accounts there are."""

    GRADES = "grades", _("Grades of accounts")
    METRICS = "metrics", _("Unusual figures")
    EARNING = "earning", _("Who may earn")
    COMMENTS = "comments", _("Powers over comments")
    REGISTRATION = "registration", _("Registration")
    PROFILES = "profiles", _("Changes of profiles")
    CLAIMS = "claims", _("Names that claim something")
    EXITS = "exits", _("Transfers and stops")
    CREDIT = "credit", _("Credit")
    CONSISTENCY = "consistency", _("Consistency")


class AffiliationKind(models.TextChoices):
    """How an account is tied to the platform."""

    OWN = "own", _("the platform’s own")
    AFFILIATED = "affiliated", _("of whom the platform is tied to")


class AgencyStatus(models.TextChoices):
    """Where an agency stands."""

    REGISTERED = "registered", _("On the register")
    STRUCK_OFF = "struck_off", _("Off the register")


class ContractStatus(models.TextChoices):
    """Where an agreement with an agency stands; that it ends soon is computed, not stored."""

    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    WAITING_MATERIAL = "waiting_material", _("Waiting for material")
    IN_FORCE = "in_force", _("In force")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", pgettext_lazy("agreement", "Ended")
    TERMINATED = "terminated", _("Ended early")


# Statuses in which nothing is decided yet.
OPEN_CONTRACTS: Final = frozenset(
    {ContractStatus.SUBMITTED, ContractStatus.IN_REVIEW, ContractStatus.WAITING_MATERIAL}
)
