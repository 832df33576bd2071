"""What leaves the product: streams, deliveries, attempts."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.models.commands import PlatformCommand
from compliance.models.notices import Channel, Notice
from compliance.models.staff import Person
from compliance.tables import TableKind


class Stream(models.Model):
    """The last number given out for one subject on one channel; its row orders the writers."""

    table_kind = TableKind.RECORD

    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=100)
    last_sequence = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "subject_type", "subject_id"], name="stream_of_subject"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.subject_type} {self.subject_id}"


class DeliveryState(models.TextChoices):
    """Where a delivery stands, as read from its row and the clock; nothing stores it."""

    HELD = "held", _("Held back")
    WAITING = "waiting", _("Waiting")
    LEASED = "leased", _("Being sent")
    RETRYING = "retrying", _("To be tried again")
    DELIVERED = "delivered", _("Delivered")
    DEAD = "dead", _("Undeliverable")
    CANCELLED = "cancelled", _("Cancelled")
    GIVEN_UP = "given_up", _("Given up")


OPEN_DELIVERY = Q(delivered_at__isnull=True, cancelled_at__isnull=True, given_up_at__isnull=True)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Named filters of deliveries."""

    def open(self) -> "DeliveryQuerySet":
        """Deliveries of which nobody can say yet that they ended."""
        return self.filter(OPEN_DELIVERY)

    def dead(self) -> "DeliveryQuerySet":
        """Deliveries that stop their stream until a person acts."""
        return self.open().filter(dead_at__isnull=False)

    def in_state(self, state: str, now: datetime) -> "DeliveryQuerySet":
        """Deliveries that are in one state at `now`."""
        leased = Q(leased_until__isnull=False, leased_until__gt=now)
        living = OPEN_DELIVERY & Q(dead_at__isnull=True)
        return self.filter(
            {
                DeliveryState.DELIVERED: Q(delivered_at__isnull=False),
                DeliveryState.CANCELLED: Q(cancelled_at__isnull=False),
                DeliveryState.GIVEN_UP: Q(given_up_at__isnull=False),
                DeliveryState.DEAD: OPEN_DELIVERY & Q(dead_at__isnull=False),
                DeliveryState.LEASED: living & leased,
                DeliveryState.RETRYING: living & ~leased & Q(lease__gt=0),
                DeliveryState.HELD: living & Q(lease=0, not_before__gt=now),
                DeliveryState.WAITING: living & Q(lease=0, not_before__lte=now),
            }[DeliveryState(state)]
        )


DeliveryManager = models.Manager.from_queryset(DeliveryQuerySet)


class Delivery(models.Model):
    """
    One notice or command on its way over one channel, and how far it has come.

    Its state is read from what stands here and from the clock (`state`), so that no job has to run
    for a hold or a lease to end. `message_id` is the same at each attempt; `sequence` numbers what
    goes out about one subject over one channel, and a later one never overtakes. `lease` counts the
    attempts that were begun; what came of each is a `DeliveryAttempt`.
    """

    table_kind = TableKind.RECORD
    frozen_fields = (
        "message_id",
        "channel",
        "notice",
        "command",
        "subject_type",
        "subject_id",
        "sequence",
        "not_before",
        "created_at",
    )

    message_id = models.UUIDField(_("number of the message"), default=uuid.uuid4, unique=True)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    notice = models.ForeignKey(
        Notice,
        on_delete=models.PROTECT,
        null=True,
        related_name="deliveries",
        verbose_name=_("notice"),
    )
    command = models.OneToOneField(
        PlatformCommand,
        on_delete=models.PROTECT,
        null=True,
        related_name="delivery",
        verbose_name=_("command to the platform"),
    )
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(_("told about"), max_length=100)
    sequence = models.PositiveBigIntegerField(_("number in its stream"))
    created_at = models.DateTimeField(_("created at"))
    not_before = models.DateTimeField(_("held back until"))
    next_at = models.DateTimeField(_("next attempt at"))
    leased_until = models.DateTimeField(_("being sent until"), null=True, blank=True)
    lease = models.PositiveIntegerField(_("attempts"), default=0)
    # Attempts before somebody had it sent anew do not count towards giving up again.
    forgiven = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    dead_at = models.DateTimeField(_("undeliverable since"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )
    ended_reason = models.TextField(_("why it ended"), blank=True)

    objects = DeliveryManager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        permissions = [
            ("cancel_delivery", "Can cancel what others wrote while it is not sent"),
            ("resend_delivery", "Can send anew or give up what is undeliverable"),
            ("view_own_notices", "Can see the deliveries of own notices"),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                condition=OPEN_DELIVERY & Q(dead_at__isnull=True),
                name="delivery_due",
            ),
            models.Index(
                fields=["channel", "subject_type", "subject_id", "sequence"],
                condition=OPEN_DELIVERY,
                name="delivery_open_in_stream",
            ),
            models.Index(
                fields=["dead_at"],
                condition=OPEN_DELIVERY & Q(dead_at__isnull=False),
                name="delivery_dead",
            ),
            models.Index(fields=["subject_type", "subject_id", "-id"], name="delivery_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "subject_type", "subject_id", "sequence"],
                name="delivery_one_per_place",
            ),
            models.UniqueConstraint(
                fields=["notice", "channel"], name="delivery_once_per_notice_and_channel"
            ),
            models.CheckConstraint(
                condition=Q(notice__isnull=False, command__isnull=True)
                & ~Q(channel=Channel.COMMAND)
                | Q(notice__isnull=True, command__isnull=False, channel=Channel.COMMAND),
                name="delivery_of_one_thing",
            ),
            models.CheckConstraint(
                condition=OPEN_DELIVERY
                | Q(delivered_at__isnull=False, cancelled_at__isnull=True, given_up_at__isnull=True)
                | Q(delivered_at__isnull=True, cancelled_at__isnull=False, given_up_at__isnull=True)
                | Q(
                    delivered_at__isnull=True, cancelled_at__isnull=True, given_up_at__isnull=False
                ),
                name="delivery_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(lease=0),
                name="delivery_cancelled_before_it_was_sent",
            ),
            models.CheckConstraint(
                condition=Q(given_up_at__isnull=True) | Q(dead_at__isnull=False),
                name="delivery_given_up_only_if_dead",
            ),
            models.CheckConstraint(
                condition=Q(
                    cancelled_at__isnull=True,
                    given_up_at__isnull=True,
                    ended_by__isnull=True,
                    ended_reason="",
                )
                | (Q(cancelled_at__isnull=False) | Q(given_up_at__isnull=False))
                & Q(ended_by__isnull=False)
                & ~Q(ended_reason=""),
                name="delivery_ended_by_somebody_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def state(self, now: datetime) -> DeliveryState:
        """Return where the delivery stands at `now`."""
        ended = (
            (self.delivered_at, DeliveryState.DELIVERED),
            (self.cancelled_at, DeliveryState.CANCELLED),
            (self.given_up_at, DeliveryState.GIVEN_UP),
            (self.dead_at, DeliveryState.DEAD),
        )
        for at, state in ended:
            if at is not None:
                return state
        if self.leased_until is not None and self.leased_until > now:
            return DeliveryState.LEASED
        if self.lease:
            return DeliveryState.RETRYING
        return DeliveryState.HELD if self.not_before > now else DeliveryState.WAITING


class AttemptResult(models.TextChoices):
    """What came of one attempt; a class of results, never the words of the other side."""

    DELIVERED = "delivered", _("accepted")
    REFUSED = "refused", _("refused for good by the other side")
    REDIRECTED = "redirected", _("sent elsewhere, which is not followed")
    TRY_LATER = "try_later", _("asked to come back later")
    FAILED = "failed", _("failed on the other side")
    UNREACHABLE = "unreachable", _("could not be reached")
    TIMED_OUT = "timed_out", _("no answer in time")
    ADDRESS_REFUSED = "address_refused", _("the address is not allowed")
    NO_ADDRESS = "no_address", _("there is no address")
    NOT_SET_UP = "not_set_up", _("the channel is not set up")
    INTERRUPTED = "interrupted", _("interrupted: the worker ended in the middle")


class DeliveryAttempt(models.Model):
    """What came of one attempt to deliver; holds no address and nothing that was said."""

    table_kind = TableKind.LOG

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField(_("attempt"))
    result = models.CharField(_("result"), max_length=20, choices=AttemptResult.choices)
    status_code = models.PositiveSmallIntegerField(_("status code"), null=True, blank=True)
    began_at = models.DateTimeField(_("began at"))
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "number"], name="deliveryattempt_once_per_number"
            ),
            models.CheckConstraint(
                condition=Q(result__in=AttemptResult.values), name="deliveryattempt_result_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.number}: {self.result}"


class SandboxMessage(models.Model):
    """What the sandbox received in place of the platform, a mailbox or a telephone."""

    table_kind = TableKind.LOG

    message_id = models.UUIDField(_("number of the message"), unique=True)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    masked_address = models.CharField(_("address, masked"), max_length=120, blank=True)
    body = models.TextField(_("content"))
    received_at = models.DateTimeField(_("received at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("message in the sandbox")
        verbose_name_plural = _("messages in the sandbox")

    def __str__(self) -> str:
        return str(self.message_id)


class WorkerPulse(models.Model):
    """When the worker last carried out a job; one row."""

    table_kind = TableKind.WORK

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("sign of life of the worker")
        verbose_name_plural = _("signs of life of the worker")

    def __str__(self) -> str:
        return self.name
