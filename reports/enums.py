"""The words in which filings are recorded; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FilingCode(models.TextChoices):
    """Which form a filing follows."""

    R05 = "R05", _("R05 Complaints and what became of them")
    R06 = "R06", _("R06 Appeals and what became of them")
    R07 = "R07", _("R07 Handling of violations by account")
    R12 = "R12", _("R12 Consistency of decisions")


class FilingStatus(models.TextChoices):
    """Where a filing stands."""

    PREPARING = "preparing", _("Being prepared")
    PREPARED = "prepared", _("Prepared")
    REVIEWED = "reviewed", _("Reviewed")
    RELEASED = "released", pgettext_lazy("filing", "Released")
    FILED = "filed", _("Filed")
    RECEIPTED = "receipted", _("Receipted")
    CORRECTED = "corrected", _("Corrected by a later filing")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Statuses that nobody reaches without a second person's release.
RELEASED_STATUSES: Final = (
    FilingStatus.RELEASED,
    FilingStatus.FILED,
    FilingStatus.RECEIPTED,
    FilingStatus.CORRECTED,
)
# The regulator holds it and no later filing stands in its place.
STANDING_STATUSES: Final = (FilingStatus.FILED, FilingStatus.RECEIPTED)


class MaskingProfile(models.TextChoices):
    """How much of a person a filing shows."""

    MINIMAL = "minimal", _("Account and nature of its subject, no person's identity")


class ChunkKind(models.TextChoices):
    """What a stored piece of a filing holds."""

    ROWS = "rows_jsonl", _("Rows as JSON lines")
    CSV = "csv", _("CSV")
    # What a statistic was counted from; shown to colleagues, in no file that is handed over.
    RECORDS = "records", _("Records behind the figures")


class OutputFormat(models.TextChoices):
    """In which form a filing is handed over."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    JSON = "json", "JSON"
    HTML = "html", _("Page to print")


class PeriodKind(models.TextChoices):
    """For how long a period is on which figures are published."""

    MONTH = "month", _("month")
    HALF_YEAR = "half_year", _("half-year")
