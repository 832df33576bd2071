"""The working-day calendar: the State Council's yearly notices, each version as it was entered."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.history import CurrentTransaction, TransactionIdField
from compliance.models.matters import Proposal, ProposalResult
from compliance.models.staff import Person
from compliance.tables import TableKind


class CalendarSource(models.TextChoices):
    """Where the working days of a year come from."""

    LIBRARY = "library", _("calendar library")
    NOTICE = "notice", _("notice entered in the console")
    FILE = "file", _("notice read in on the command line")


class CalendarNotice(models.Model):
    """The working days of one year; a correction is a new row, and the newest of a year counts."""

    table_kind = TableKind.LOG

    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=12, choices=CalendarSource.choices)
    title = models.CharField(_("number or title of the notice"), max_length=200)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now(), editable=False)
    reason = models.TextField(_("reason"))
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, related_name="calendar_notice"
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    transaction_id = TransactionIdField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        verbose_name = _("working-day notice")
        verbose_name_plural = _("working-day notices")
        indexes = [models.Index(fields=["year", "-id"], name="calendarnotice_newest")]
        constraints = [
            models.UniqueConstraint(fields=["id", "year"], name="calendarnotice_year_key"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(reason=""), name="calendarnotice_has_title_and_reason"
            ),
            models.CheckConstraint(
                condition=Q(
                    source=CalendarSource.NOTICE,
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                )
                | Q(source__in=[CalendarSource.LIBRARY, CalendarSource.FILE])
                & Q(proposal__isnull=True, approved_result__isnull=True),
                name="calendarnotice_entered_only_if_approved",
            ),
            CompositeForeignKey(
                name="calendarnotice_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.title}"


class CalendarDay(models.Model):
    """A day of a notice that differs from Monday to Friday; written with the notice or never."""

    table_kind = TableKind.LOG

    notice = models.ForeignKey(CalendarNotice, on_delete=models.PROTECT, related_name="days")
    year = models.PositiveSmallIntegerField(_("year"))
    date = models.DateField(_("day"))
    is_working_day = models.BooleanField(_("worked"))
    name = models.CharField(_("occasion"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("day of a working-day notice")
        verbose_name_plural = _("days of working-day notices")
        constraints = [
            models.UniqueConstraint(fields=["notice", "date"], name="calendarday_once"),
            models.CheckConstraint(
                condition=Q(date__year=F("year")), name="calendarday_in_year_of_notice"
            ),
            models.CheckConstraint(
                condition=Q(date__iso_week_day__gte=6, is_working_day=True)
                | Q(date__iso_week_day__lte=5, is_working_day=False),
                name="calendarday_differs_from_the_week",
            ),
            CompositeForeignKey(
                name="calendarday_of_notice",
                fields=["notice", "year"],
                to="compliance.CalendarNotice",
                to_fields=["id", "year"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
