"""Invitations to answer on the public response page, and what was received there."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.history import track_history
from compliance.models.clocks import Clock
from compliance.tables import TableKind
from compliance.workflow import StatusModel, Workflow, arrow

RECEIPT_PREFIX = "HZ"


class InvitationStatus(models.TextChoices):
    """Where an invitation to answer stands; that its time is over is read from the clock."""

    OPEN = "open", _("Waits for an answer")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("No longer open")


INVITATION = Workflow(
    arrow("answer", {InvitationStatus.OPEN}, InvitationStatus.ANSWERED),
    arrow("close", {InvitationStatus.OPEN}, InvitationStatus.CLOSED),
)


class ResponseInvitationQuerySet(models.QuerySet["ResponseInvitation"]):
    """Named filters of invitations."""

    def open(self) -> "ResponseInvitationQuerySet":
        """Invitations that were neither answered nor closed; the time of some may be over."""
        return self.filter(status=InvitationStatus.OPEN)

    def about(self, *records: models.Model) -> "ResponseInvitationQuerySet":
        """Invitations about records of one kind, the oldest first."""
        if not records:
            return self.none()
        return self.filter(
            about_type=records[0]._meta.label_lower, about_id__in=[str(each.pk) for each in records]
        ).order_by("pk")


ResponseInvitationManager = models.Manager.from_queryset(ResponseInvitationQuerySet)


class ResponseInvitation(StatusModel):
    """
    That somebody without a login is asked for something, once, until an instant.

    `about` and `recipient` are references, for the floor knows neither. Of the code by which the
    page is opened there is a keyed digest only; what it is made of beside a key outside the
    database is `nonce`, so that it can be made once more when it is sent.
    """

    table_kind = TableKind.RECORD
    workflow = INVITATION
    frozen_fields = (
        "kind",
        "about_type",
        "about_id",
        "recipient_type",
        "recipient_id",
        "clock",
        "fixed_until",
        "nonce",
        "key_version",
        "digest",
        "opened_at",
    )

    kind = models.CharField(_("kind"), max_length=60)
    about_type = models.CharField(max_length=60)
    about_id = models.CharField(_("about"), max_length=60)
    recipient_type = models.CharField(max_length=40)
    recipient_id = models.CharField(_("recipient"), max_length=100)
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=InvitationStatus.choices,
        default=InvitationStatus.OPEN,
        editable=False,
    )
    # Until when: what the clock of the step says, or an instant that somebody has set.
    clock = models.ForeignKey(
        Clock, on_delete=models.PROTECT, null=True, blank=True, related_name="response_invitations"
    )
    fixed_until = models.DateTimeField(_("until"), null=True, blank=True)
    nonce = models.BinaryField(max_length=32)
    key_version = models.CharField(max_length=40)
    digest = models.BinaryField(max_length=32, unique=True)
    opened_at = models.DateTimeField(_("opened at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = ResponseInvitationManager()
    history = track_history(excluded=("nonce", "digest"))

    class Meta:
        verbose_name = _("invitation to answer")
        verbose_name_plural = _("invitations to answer")
        indexes = [
            models.Index(fields=["about_type", "about_id"], name="responseinvitation_about"),
            models.Index(fields=["recipient_type", "recipient_id"], name="responseinvitation_who"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about_type", "about_id", "recipient_type", "recipient_id"],
                condition=Q(status=InvitationStatus.OPEN),
                name="responseinvitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(clock__isnull=False, fixed_until__isnull=True)
                | Q(clock__isnull=True, fixed_until__isnull=False),
                name="responseinvitation_has_one_end",
            ),
            models.CheckConstraint(
                condition=Q(status=InvitationStatus.OPEN, ended_at__isnull=True)
                | ~Q(status=InvitationStatus.OPEN) & Q(ended_at__isnull=False),
                name="responseinvitation_end_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=InvitationStatus.values),
                name="responseinvitation_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def until(self) -> datetime:
        """Return until when an answer is taken: the date that staff sees too."""
        if self.clock is not None:
            return self.clock.due_at
        assert self.fixed_until is not None
        return self.fixed_until


class ResponseReceipt(models.Model):
    """That an answer came in, when, and how much of what; what it says lies with its matter."""

    table_kind = TableKind.LOG

    invitation = models.OneToOneField(
        ResponseInvitation,
        on_delete=models.PROTECT,
        related_name="receipt",
        verbose_name=_("invitation to answer"),
    )
    received_at = models.DateTimeField(_("received at"))
    # For each field of the form: how many characters, which choice, or the digests of its files.
    received = models.JSONField(_("what was received"))

    class Meta:
        verbose_name = _("receipt of an answer")
        verbose_name_plural = _("receipts of answers")

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call the receipt."""
        return f"{RECEIPT_PREFIX}{self.pk:08d}"


class WrongCodes(models.Model):
    """How many wrong codes came from one address lately; the address is a keyed digest only."""

    table_kind = TableKind.WORK

    address = models.BinaryField(max_length=32, primary_key=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("wrong codes of an address")
        verbose_name_plural = _("wrong codes of addresses")
        indexes = [models.Index(fields=["since"], name="wrongcodes_since")]

    def __str__(self) -> str:
        return str(self.count)
