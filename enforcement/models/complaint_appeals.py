"""Appeals of complainants against the answer to a complaint; the operator never learns of one."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Clock, Matter, Person, Side, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.complaint_appeal_words import (
    OPEN_COMPLAINT_APPEALS,
    ComplaintAppealOutcome,
    ComplaintAppealStatus,
    ContestedAnswer,
)
from enforcement.complaint_words import ComplaintKind
from enforcement.models.cases import Case
from enforcement.models.complaints import Complaint, ComplaintMessage

S = ComplaintAppealStatus
# 复核: the two letters of the number by which people call one.
COMPLAINT_APPEAL_PREFIX: Final = "FH"


class ComplaintAppealQuerySet(models.QuerySet["ComplaintAppeal"]):
    """Named filters of appeals of complainants."""

    def open(self) -> "ComplaintAppealQuerySet":
        """Those on which nobody has decided yet."""
        return self.filter(status__in=OPEN_COMPLAINT_APPEALS)

    def about_accounts(self) -> "ComplaintAppealQuerySet":
        """Those that are not for the eyes of the compliance officers alone."""
        return self.exclude(complaint__kind=ComplaintKind.PLATFORM)


ComplaintAppealManager = models.Manager.from_queryset(ComplaintAppealQuerySet)


class ComplaintAppeal(StatusModel):
    """
    That a complainant contests the answer to their complaint, once, and by whom that is heard.

    Its words and files are messages and files of the complaint, under the complainant's key. `matter`
    is the complaint's by a composite key: whoever hears it takes part there on a side of their own.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.COMPLAINT_APPEAL
    frozen_fields = (
        "complaint",
        "matter",
        "contested",
        "told_before",
        "case",
        "filed_at",
        "decision_clock",
        "hearing_side",
    )

    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="appeals", verbose_name=_("complaint")
    )
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    contested = models.CharField(
        pgettext_lazy("appeal of a complainant", "contested"),
        max_length=12,
        choices=ContestedAnswer.choices,
    )
    # What the complainant was told: a complaint that is taken up again has no answer any more.
    told_before = models.TextField(_("told before"))
    # What the complaint had joined: whoever decided that case does not hear this either.
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("case")
    )
    filed_at = models.DateTimeField(_("filed at"))
    status = models.CharField(
        _("state"), max_length=12, choices=S.choices, default=S.FILED, editable=False
    )
    decision_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, related_name="complaint_appeal"
    )
    # A new item after each question; the earlier ones stay closed.
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, related_name="complaint_appeal"
    )
    # Whoever asked or decided first.
    handler = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="complaint_appeals_taken_up",
        verbose_name=_("taken up by"),
    )
    hearing_side = models.CharField(
        max_length=20, choices=Side.choices, default=Side.APPEAL, editable=False
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = ComplaintAppealManager()
    history = track_history()

    class Meta:
        verbose_name = _("appeal of a complainant")
        verbose_name_plural = _("appeals of complainants")
        permissions = [("hear_complaint_appeal", "Can hear appeals of complainants")]
        indexes = [
            models.Index(fields=["status", "-id"], name="complaintappeal_status"),
            models.Index(fields=["contested", "-id"], name="complaintappeal_contested"),
            models.Index(fields=["-filed_at", "-id"], name="complaintappeal_filed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"],
                name="complaintappeal_once_per_complaint",
                violation_error_message=_("You appealed already; it is heard once."),
            ),
            # What questions and rulings copy.
            models.UniqueConstraint(
                fields=["id", "matter", "hearing_side"], name="complaintappeal_hearing_key"
            ),
            CompositeForeignKey(
                name="complaintappeal_matter_of_complaint",
                fields=["complaint", "matter"],
                to="enforcement.Complaint",
                to_fields=["id", "matter"],
            ),
            # Whoever handled the complaint took part on another side, and nobody has two.
            CompositeForeignKey(
                name="complaintappeal_handler_took_part",
                fields=["matter", "handler", "hearing_side"],
                to="compliance.Participation",
                to_fields=["matter", "person", "side"],
            ),
            models.CheckConstraint(
                condition=Q(hearing_side=Side.APPEAL), name="complaintappeal_has_its_side"
            ),
            models.CheckConstraint(
                condition=Q(contested__in=ContestedAnswer.values, status__in=S.values)
                & ~Q(told_before=""),
                name="complaintappeal_says_against_what",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[S.WAITING, S.DECIDED], handler__isnull=False)
                | Q(status__in=[S.FILED, S.WITHDRAWN]),
                name="complaintappeal_heard_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN_COMPLAINT_APPEALS, ended_at__isnull=True)
                | ~Q(status__in=OPEN_COMPLAINT_APPEALS) & Q(ended_at__isnull=False),
                name="complaintappeal_end_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call it; it opens nothing."""
        return f"{COMPLAINT_APPEAL_PREFIX}{self.pk:08d}"


class ComplaintAppealQuestion(models.Model):
    """That a handler asked the complainant, and until when the answer is waited for."""

    table_kind = TableKind.LOG

    appeal = models.ForeignKey(
        ComplaintAppeal,
        on_delete=models.PROTECT,
        related_name="questions",
        verbose_name=_("appeal of a complainant"),
    )
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    # The question itself lies with all else that was said, under the complainant's key.
    message = models.OneToOneField(
        ComplaintMessage, on_delete=models.PROTECT, related_name="appeal_question"
    )
    asked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    hearing_side = models.CharField(max_length=20, choices=Side.choices, editable=False)
    asked_at = models.DateTimeField(_("asked at"))
    clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, related_name="complaint_appeal_question"
    )

    class Meta:
        verbose_name = _("question in an appeal of a complainant")
        verbose_name_plural = _("questions in appeals of complainants")
        constraints = [
            CompositeForeignKey(
                name="complaintappealquestion_of_its_appeal",
                fields=["appeal", "matter", "hearing_side"],
                to="enforcement.ComplaintAppeal",
                to_fields=["id", "matter", "hearing_side"],
            ),
            CompositeForeignKey(
                name="complaintappealquestion_by_a_handler",
                fields=["matter", "asked_by", "hearing_side"],
                to="compliance.Participation",
                to_fields=["matter", "person", "side"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.asked_at:%Y-%m-%d}"


class ComplaintAppealRuling(models.Model):
    """What was decided on the appeal of a complainant, and what they are told; said once."""

    table_kind = TableKind.LOG

    appeal = models.OneToOneField(ComplaintAppeal, on_delete=models.PROTECT, related_name="ruling")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=12, choices=ComplaintAppealOutcome.choices)
    text = models.TextField(_("told to the complainant"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    hearing_side = models.CharField(max_length=20, choices=Side.choices, editable=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("outcome of an appeal of a complainant")
        verbose_name_plural = _("outcomes of appeals of complainants")
        indexes = [models.Index(fields=["outcome", "-id"], name="complaintappealruling_outcome")]
        constraints = [
            CompositeForeignKey(
                name="complaintappealruling_of_its_appeal",
                fields=["appeal", "matter", "hearing_side"],
                to="enforcement.ComplaintAppeal",
                to_fields=["id", "matter", "hearing_side"],
            ),
            CompositeForeignKey(
                name="complaintappealruling_by_a_handler",
                fields=["matter", "person", "hearing_side"],
                to="compliance.Participation",
                to_fields=["matter", "person", "side"],
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=ComplaintAppealOutcome.values) & ~Q(text=""),
                name="complaintappealruling_says_what_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appeal} {self.get_outcome_display()}"
