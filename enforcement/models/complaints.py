"""Complaints: what somebody told us of an account or of ourselves, sealed off from its operator."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import PublicAccount, Repudiation
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import (
    Clock,
    DataKey,
    EvidenceFile,
    IdentityValue,
    Matter,
    NoticeLanguage,
    Person,
    WorkItem,
)
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.complaint_words import (
    ABOUT_IDENTITY,
    ComplaintKind,
    ComplaintMessageKind,
    ComplaintOutcome,
    ComplaintRefusal,
    ComplaintSource,
    ComplaintStatus,
    ComplaintTeam,
    ContactKind,
)
from enforcement.models.cases import Case

S = ComplaintStatus
# 投诉: the two letters of the number by which people call one.
COMPLAINT_PREFIX: Final = "TS"
_DECIDED: Final = (S.DECIDED, S.FED_BACK, S.CLOSED)


class Complainant(models.Model):
    """
    Whoever complains: a key of their own, and by what they are reached, if they want to be.

    Nobody outside sees it. Complaints by one contact are one complainant's; whoever leaves none is
    a new one each time.
    """

    table_kind = TableKind.LOG

    key = models.OneToOneField(DataKey, on_delete=models.PROTECT, related_name="complainant")
    contact_kind = models.CharField(
        _("reached by"), max_length=8, choices=ContactKind.choices, blank=True
    )
    contact = models.ForeignKey(
        IdentityValue,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("complainant", "contact"),
    )
    known_since = models.DateTimeField(_("known since"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("complainant")
        verbose_name_plural = _("complainants")
        constraints = [
            models.CheckConstraint(
                condition=Q(contact_kind="", contact__isnull=True)
                | Q(contact_kind__in=["mobile", "email"], contact__isnull=False),
                name="complainant_contact_is_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    """Named filters of complaints."""

    def about_accounts(self) -> ComplaintQuerySet:
        """Complaints about accounts: those about the platform are not for everybody's eyes."""
        return self.exclude(kind=ComplaintKind.PLATFORM)


ComplaintManager = models.Manager.from_queryset(ComplaintQuerySet)


class Complaint(StatusModel):
    """
    One complaint, and how far it has come: received, told apart, dealt with, answered.

    What the complainant wrote lies in messages under the complainant's key. Nothing here says who
    complains.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.COMPLAINT
    frozen_fields = (
        "complainant",
        "kind",
        "account",
        "content_ref",
        "source",
        "source_ref",
        "language",
        "received_at",
        "matter",
        "acknowledgement_clock",
    )

    complainant = models.ForeignKey(
        Complainant,
        on_delete=models.PROTECT,
        related_name="complaints",
        verbose_name=_("complainant"),
    )
    kind = models.CharField(
        pgettext_lazy("complaint", "kind"), max_length=20, choices=ComplaintKind.choices
    )
    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        null=True,
        related_name="complaints",
        verbose_name=_("account"),
    )
    content_ref = models.CharField(
        _("number or address of the content"), max_length=400, blank=True
    )
    source = models.CharField(_("source"), max_length=8, choices=ComplaintSource.choices)
    # The number of a letter, or what the platform's system calls it.
    source_ref = models.CharField(_("reference of the source"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=NoticeLanguage.choices)
    status = models.CharField(
        _("state"), max_length=16, choices=S.choices, default=S.SUBMITTED, editable=False
    )
    team = models.CharField(_("queue"), max_length=8, choices=ComplaintTeam.choices)
    received_at = models.DateTimeField(_("received at"))
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="+")
    # A new item for each stage, with the time limit of that stage; the earlier ones stay closed.
    work_item = models.OneToOneField(WorkItem, on_delete=models.PROTECT, related_name="complaint")
    acknowledgement_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, related_name="acknowledged_complaint"
    )
    acceptance_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, related_name="accepted_complaint"
    )
    decision_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, related_name="decided_complaint"
    )
    material_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, related_name="supplied_complaint"
    )
    feedback_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, related_name="fed_back_complaint"
    )
    # Until when the complainant may appeal against what they were told.
    appeal_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, related_name="contestable_complaint"
    )
    refusal = models.CharField(
        _("why not accepted"), max_length=16, choices=ComplaintRefusal.choices, blank=True
    )
    outcome = models.CharField(
        pgettext_lazy("complaint", "outcome"),
        max_length=12,
        choices=ComplaintOutcome.choices,
        blank=True,
    )
    # What the complainant is told: words of ours, nothing of theirs and of no operator's identity.
    told = models.TextField(_("told to the complainant"), blank=True)
    is_abusive = models.BooleanField(_("made to harm"), default=False)
    # Over because an answer never came; it goes on where the answer comes after all.
    is_lapsed = models.BooleanField(_("over for want of an answer"), default=False)
    case = models.ForeignKey(
        Case,
        on_delete=models.PROTECT,
        null=True,
        related_name="complaints",
        verbose_name=_("case"),
    )
    # The claim by which the victim of a false identity has the account repudiated.
    repudiation = models.ForeignKey(
        Repudiation,
        on_delete=models.PROTECT,
        null=True,
        related_name="complaints",
        verbose_name=_("claim of a disputed identity"),
    )
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="decided_complaints",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    fed_back_at = models.DateTimeField(_("complainant told at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = ComplaintManager()
    history = track_history()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        permissions = [
            ("enter_complaint", "Can enter complaints that came by telephone or letter"),
            ("handle_complaint", "Can handle complaints about accounts"),
            ("handle_platform_complaint", "Can handle complaints about the platform"),
            ("reveal_complainant", "Can reveal how complainants are reached, on record"),
            ("view_platform_complaint", "Can view complaints about the platform"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="complaint_status"),
            models.Index(fields=["kind", "-id"], name="complaint_kind"),
            models.Index(fields=["source", "-id"], name="complaint_source"),
            models.Index(fields=["team", "-id"], name="complaint_team"),
            models.Index(fields=["outcome", "-id"], name="complaint_outcome"),
            models.Index(fields=["account", "-id"], name="complaint_account"),
            models.Index(fields=["-received_at", "-id"], name="complaint_received"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=ComplaintKind.values,
                    source__in=ComplaintSource.values,
                    status__in=S.values,
                    team__in=ComplaintTeam.values,
                    language__in=NoticeLanguage.values,
                    refusal__in=["", *ComplaintRefusal.values],
                    outcome__in=["", *ComplaintOutcome.values],
                ),
                name="complaint_words_known",
            ),
            models.CheckConstraint(
                condition=Q(kind=ComplaintKind.PLATFORM, account__isnull=True, case__isnull=True)
                | ~Q(kind=ComplaintKind.PLATFORM) & Q(account__isnull=False),
                name="complaint_is_about_an_account_or_us",
            ),
            # Nobody who decides on accounts gets to see what is said about the platform.
            models.CheckConstraint(
                condition=Q(kind=ComplaintKind.PLATFORM, team=ComplaintTeam.PLATFORM)
                | ~Q(kind=ComplaintKind.PLATFORM) & ~Q(team=ComplaintTeam.PLATFORM),
                name="complaint_about_us_has_its_queue",
            ),
            models.CheckConstraint(
                condition=Q(status=S.NOT_ACCEPTED) & ~Q(refusal="")
                | ~Q(status=S.NOT_ACCEPTED) & Q(refusal=""),
                name="complaint_not_accepted_says_why",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=_DECIDED,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    feedback_clock__isnull=False,
                )
                & ~Q(outcome="")
                | ~Q(status__in=_DECIDED) & Q(outcome="", feedback_clock__isnull=True),
                name="complaint_decided_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[*_DECIDED, S.NOT_ACCEPTED]) | ~Q(told=""),
                name="complaint_answer_has_reasons",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[S.FED_BACK, S.CLOSED], fed_back_at__isnull=False)
                | ~Q(status__in=[S.FED_BACK, S.CLOSED]) & Q(fed_back_at__isnull=True),
                name="complaint_fed_back_has_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[S.NOT_ACCEPTED, S.CLOSED, S.WITHDRAWN], ended_at__isnull=False
                )
                | ~Q(status__in=[S.NOT_ACCEPTED, S.CLOSED, S.WITHDRAWN]) & Q(ended_at__isnull=True),
                name="complaint_end_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status=S.WAITING_MATERIAL, material_clock__isnull=False)
                | ~Q(status=S.WAITING_MATERIAL),
                name="complaint_waits_until_a_date",
            ),
            models.CheckConstraint(
                condition=Q(is_abusive=False)
                | Q(outcome=ComplaintOutcome.NOT_UPHELD)
                | Q(refusal=ComplaintRefusal.ABUSIVE),
                name="complaint_abusive_only_if_unfounded",
            ),
            models.CheckConstraint(
                condition=Q(is_lapsed=False) | Q(status=S.WITHDRAWN, material_clock__isnull=False),
                name="complaint_lapsed_only_if_asked",
            ),
            # What an appeal of the complainant copies.
            models.UniqueConstraint(fields=["id", "matter"], name="complaint_matter_key"),
            models.CheckConstraint(
                condition=Q(repudiation__isnull=True) | Q(kind__in=sorted(ABOUT_IDENTITY)),
                name="complaint_repudiation_only_of_identity",
            ),
            CompositeForeignKey(
                name="complaint_case_of_its_account",
                fields=["case", "account"],
                to="enforcement.Case",
                to_fields=["id", "account"],
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call it; it opens nothing."""
        return f"{COMPLAINT_PREFIX}{self.pk:08d}"


class ComplaintMessage(models.Model):
    """Words between the complainant and us, sealed under the complainant's key, and when."""

    table_kind = TableKind.LOG

    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="messages", verbose_name=_("complaint")
    )
    kind = models.CharField(
        pgettext_lazy("message", "kind"), max_length=12, choices=ComplaintMessageKind.choices
    )
    words = models.OneToOneField(
        IdentityValue, on_delete=models.PROTECT, related_name="+", verbose_name=_("words")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("message of a complaint")
        verbose_name_plural = _("messages of complaints")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ComplaintMessageKind.values),
                name="complaintmessage_kind_known",
            ),
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(kind=ComplaintMessageKind.COMPLAINT),
                name="complaintmessage_one_complaint",
            ),
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(kind=ComplaintMessageKind.APPEAL),
                name="complaintmessage_one_appeal",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ComplaintFile(models.Model):
    """That a file belongs to a complaint; it was never the operator's to see."""

    table_kind = TableKind.LOG

    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="files", verbose_name=_("complaint")
    )
    file = models.OneToOneField(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="complaint_file",
        verbose_name=_("evidence file"),
    )
    attached_at = models.DateTimeField(_("attached at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("file of a complaint")
        verbose_name_plural = _("files of complaints")

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.file_id}"
