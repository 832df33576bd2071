"""Corrections of profiles: what was found, until when it is to be put right, what was answered."""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.correction_words import (
    OPEN_STATUSES,
    AnswerKind,
    AnswerSource,
    CorrectionGround,
    CorrectionStatus,
    Mismatch,
)
from accounts.models.accounts import PublicAccount
from compliance.history import track_history
from compliance.models import (
    Clause,
    Clock,
    EvidenceFile,
    Matter,
    Person,
    ResponseReceipt,
    WorkItem,
)
from compliance.tables import TableKind
from compliance.workflow import StatusModel

S = CorrectionStatus
# 改正: the two letters of the number by which people call one.
CORRECTION_PREFIX: Final = "GZ"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Named filters of corrections."""

    def open(self) -> CorrectionQuerySet:
        """Corrections that still suspend the service of an account."""
        return self.filter(status__in=sorted(OPEN_STATUSES))


CorrectionManager = models.Manager.from_queryset(CorrectionQuerySet)


class Correction(StatusModel):
    """
    That a profile does not agree with who runs the account, and what becomes of that.

    `facts` are told to the operator, `private_note` never is. The profile as it was found is kept
    as it stood then; until when it is to be corrected is what the clock says, and nothing else.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.CORRECTION
    frozen_fields = (
        "account",
        "mismatches",
        "ground",
        "facts",
        "clause",
        "private_note",
        "profile_found",
        "origin_ref",
        "ordered_by",
        "ordered_at",
        "matter",
    )

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="corrections",
        verbose_name=_("account"),
    )
    mismatches = ArrayField(
        models.CharField(max_length=8, choices=Mismatch.choices), verbose_name=_("what is wrong")
    )
    ground = models.CharField(_("in what way"), max_length=16, choices=CorrectionGround.choices)
    facts = models.TextField(_("facts told to the operator"))
    # The clause in force then; its text never changes.
    clause = models.ForeignKey(
        Clause, on_delete=models.PROTECT, related_name="+", verbose_name=_("clause cited")
    )
    private_note = models.TextField(_("private note, never told"), blank=True)
    profile_found = models.JSONField(_("profile as it was found"))
    # The finding from which it was ordered ("finding:5"); empty where somebody saw it directly.
    origin_ref = models.CharField(_("comes from"), max_length=60, blank=True)
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=CorrectionStatus.choices,
        default=CorrectionStatus.ORDERED,
        editable=False,
    )
    # The operator's own time. A new one where the notice did not arrive in time.
    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="correction")
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="+")
    # Where an answer waits for its review: a new item for each answer.
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, null=True, related_name="correction"
    )
    ordered_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="ordered_corrections",
        verbose_name=_("ordered by"),
    )
    ordered_at = models.DateTimeField(_("ordered at"), db_default=Now(), editable=False)
    # Copied from the outbox when the time is over or the operator refuses: the proof of delivery.
    notice_delivered_at = models.DateTimeField(_("notice delivered at"), null=True, blank=True)
    lapsed_at = models.DateTimeField(_("not corrected since"), null=True, blank=True)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_corrections",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_reason = models.TextField(_("reason told to the operator"), blank=True)

    objects = CorrectionManager()
    history = track_history()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        permissions = [
            ("order_correction", "Can order corrections of profiles"),
            ("review_correction", "Can review corrected profiles"),
            ("withdraw_correction", "Can withdraw orders to correct a profile"),
            ("answer_correction", "Can hand in answers of operators"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="correction_account"),
            models.Index(fields=["status", "-id"], name="correction_status"),
            models.Index(fields=["ground", "-id"], name="correction_ground"),
            models.Index(fields=["-ordered_at", "-id"], name="correction_ordered"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            GinIndex(fields=["mismatches"], name="correction_mismatches"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(status__in=sorted(OPEN_STATUSES)),
                name="correction_one_open",
                violation_error_message=_("A correction of this account is open already."),
            ),
            models.CheckConstraint(
                condition=Q(mismatches__len__gte=1, mismatches__contained_by=list(Mismatch.values)),
                name="correction_names_what_is_wrong",
            ),
            models.CheckConstraint(
                condition=Q(status__in=CorrectionStatus.values, ground__in=CorrectionGround.values),
                name="correction_status_and_ground_known",
            ),
            models.CheckConstraint(condition=~Q(facts=""), name="correction_has_facts"),
            models.CheckConstraint(
                condition=~Q(status=S.SUBMITTED) | Q(work_item__isnull=False),
                name="correction_answer_is_reviewed",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[S.ACCEPTED, S.WITHDRAWN])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="correction_decision_has_decider",
            ),
            models.CheckConstraint(
                condition=~Q(status=S.WITHDRAWN) | ~Q(decision_reason=""),
                name="correction_withdrawal_has_reason",
            ),
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=~Q(status=S.OVERDUE)
                | Q(
                    notice_delivered_at__isnull=False,
                    lapsed_at__isnull=False,
                    lapsed_at__gt=F("notice_delivered_at"),
                ),
                name="correction_overdue_only_if_told",
            ),
            models.CheckConstraint(
                condition=~Q(status=S.REFUSED) | Q(refused_at__isnull=False),
                name="correction_refusal_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=S.TERMINATED) | Q(notice_delivered_at__isnull=False),
                name="correction_terminated_only_if_told",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{CORRECTION_PREFIX}{self.pk:08d}"

    @property
    def mismatches_in_words(self) -> str:
        """What is wrong, in one line."""
        return gettext(", ").join(str(Mismatch(each).label) for each in self.mismatches)


class CorrectionAnswer(models.Model):
    """What an operator answered: another profile, an objection, or that nothing is corrected."""

    table_kind = TableKind.LOG

    correction = models.ForeignKey(
        Correction,
        on_delete=models.PROTECT,
        related_name="answers",
        verbose_name=_("correction"),
    )
    kind = models.CharField(_("answer"), max_length=12, choices=AnswerKind.choices)
    # None: the answer leaves it as it is; an introduction may be given up.
    name = models.CharField(_("new account name"), max_length=200, null=True, blank=True)
    bio = models.TextField(_("new introduction"), null=True, blank=True)
    is_avatar_changed = models.BooleanField(_("picture was changed"), default=False)
    source = models.CharField(_("source"), max_length=12, choices=AnswerSource.choices)
    receipt = models.OneToOneField(
        ResponseReceipt,
        on_delete=models.PROTECT,
        null=True,
        related_name="correction_answer",
        verbose_name=_("receipt of an answer"),
    )
    # None for a refusal, which nobody has to review.
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, null=True, related_name="correction_answer"
    )
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("answer to a correction")
        verbose_name_plural = _("answers to corrections")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AnswerKind.values, source__in=AnswerSource.values),
                name="correctionanswer_known",
            ),
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.CORRECTED)
                & (Q(name__isnull=False) | Q(bio__isnull=False) | Q(is_avatar_changed=True))
                | ~Q(kind=AnswerKind.CORRECTED)
                & Q(name__isnull=True, bio__isnull=True, is_avatar_changed=False),
                name="correctionanswer_changes_if_it_corrects",
            ),
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.REFUSAL, work_item__isnull=True)
                | ~Q(kind=AnswerKind.REFUSAL) & Q(work_item__isnull=False),
                name="correctionanswer_is_reviewed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.correction} {self.get_kind_display()}"


class CorrectionDocument(models.Model):
    """That a file came with an answer; what the operator wrote is kept as a file too."""

    table_kind = TableKind.LOG

    answer = models.ForeignKey(
        CorrectionAnswer,
        on_delete=models.PROTECT,
        related_name="documents",
        verbose_name=_("answer to a correction"),
    )
    file = models.OneToOneField(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="correction_document",
        verbose_name=_("evidence file"),
    )
    is_statement = models.BooleanField(_("words of the operator"), default=False)
    attached_at = models.DateTimeField(_("attached at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("document of an answer")
        verbose_name_plural = _("documents of answers")

    def __str__(self) -> str:
        return f"{self.answer_id} {self.file_id}"
