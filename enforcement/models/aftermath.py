"""What follows a decision: the duty to report it."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.history import track_history
from compliance.models import Clock, Person
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.enums import ReportDutyStatus
from enforcement.models.decisions import Decision


class ReportDuty(StatusModel):
    """The duty to report one decision to the regulator, written with the decision."""

    table_kind = TableKind.RECORD
    workflow = workflows.REPORT_DUTY
    frozen_fields = ("decision", "clock")

    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, related_name="report_duty", verbose_name=_("decision")
    )
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=ReportDutyStatus.choices,
        default=ReportDutyStatus.DUE,
        editable=False,
    )
    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="report_duty")
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    sent_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    channel = models.CharField(_("sent how"), max_length=80, blank=True)
    receipt_number = models.CharField(_("receipt number"), max_length=80, blank=True)
    receipted_at = models.DateTimeField(_("receipted at"), null=True, blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("report duty")
        verbose_name_plural = _("report duties")
        permissions = [("send_report", "Can report decisions to the regulator")]
        indexes = [models.Index(fields=["status"], name="reportduty_status")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=ReportDutyStatus.DUE, sent_at__isnull=True)
                | ~Q(status=ReportDutyStatus.DUE) & Q(sent_at__isnull=False),
                name="reportduty_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReportDutyStatus.RECEIPTED) | ~Q(receipt_number=""),
                name="reportduty_receipt_has_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision.number}: {self.get_status_display()}"

    @property
    def due_at(self) -> datetime:
        """When it has to be reported: the date of its clock, and no other."""
        return self.clock.due_at
