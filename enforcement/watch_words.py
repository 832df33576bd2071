"""The words of the watch list; no rule lives here."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WatchBasis(models.TextChoices):
    """Why an account is watched more closely."""

    EARLIER_VIOLATIONS = "earlier_violations", _("Earlier violations")
    MANY_COMPLAINTS = "many_complaints", _("Many complaints")
    UNUSUAL_FIGURES = "unusual_figures", _("Unusual figures")
    BREAKING_EVENT = "breaking_event", _("Reports on a breaking event")
    AUTHORITY = "authority", _("Letter of an authority")
    LISTED_SUBJECT = "listed_subject", _("Other account of a listed subject")


class WatchStatus(models.TextChoices):
    """Where an entry of the watch list stands; its end by time is read from its date."""

    PROPOSED = "proposed", _("Waits for a second person")
    LISTED = "listed", _("Watched")
    RETURNED = "returned", _("Returned")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REMOVED = "removed", _("Removed")


class WatchPlace(models.TextChoices):
    """Where somebody looked at the watch list."""

    LIST = "list", _("list")
    PAGE = "page", _("page of the entry")
    ACCOUNT = "account", _("page of the account")
    DESK = "desk", _("desk")
