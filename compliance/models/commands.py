"""Commands to the platform: what it is ordered to do about an account, and what it answered."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.history import track_history
from compliance.tables import TableKind
from compliance.workflow import StatusModel, Workflow, arrow


class CommandStatus(models.TextChoices):
    """Where a command to the platform stands."""

    ORDERED = "ordered", _("Ordered")
    DELIVERED = "delivered", _("Delivered")
    CONFIRMED = "confirmed", _("Confirmed")
    FAILED = "failed", _("Failed")


# The platform may answer before we have written down that it was told.
UNANSWERED = (CommandStatus.ORDERED, CommandStatus.DELIVERED)
COMMAND = Workflow(
    arrow("deliver", {CommandStatus.ORDERED}, CommandStatus.DELIVERED),
    arrow("confirm", UNANSWERED, CommandStatus.CONFIRMED),
    arrow("fail", UNANSWERED, CommandStatus.FAILED),
)

# What the platform is told to do, in words; each package names its own kinds when apps are ready.
_command_labels: dict[str, str | Promise] = {}


def name_command(kind: str, label: str | Promise) -> None:
    """Give a kind of command its name on the screens; called when apps are ready."""
    _command_labels[kind] = label


class PlatformCommandQuerySet(models.QuerySet["PlatformCommand"]):
    """Named filters of commands."""

    def unanswered(self) -> "PlatformCommandQuerySet":
        """Commands of which the platform has not said what became of them."""
        return self.filter(status__in=UNANSWERED)

    def overdue(self, ordered_before: datetime) -> "PlatformCommandQuerySet":
        """Commands that are unanswered for too long."""
        return self.unanswered().filter(ordered_at__lt=ordered_before)

    def not_carried_out(self) -> "PlatformCommandQuerySet":
        """Commands that failed and that nobody has ordered again."""
        return self.filter(status=CommandStatus.FAILED, repeated_by__isnull=True)


PlatformCommandManager = models.Manager.from_queryset(PlatformCommandQuerySet)


class PlatformCommand(StatusModel):
    """
    Something that the platform's own systems have to do, and what they said became of it.

    `payload` is canonical JSON and says how things are to be, not what to change: a command that
    arrives twice does no harm.
    """

    table_kind = TableKind.RECORD
    workflow = COMMAND
    frozen_fields = (
        "reference",
        "kind",
        "subject_type",
        "subject_id",
        "payload",
        "ground_ref",
        "ordered_at",
        "repeats",
    )

    reference = models.UUIDField(_("number of the command"), default=uuid.uuid4, unique=True)
    kind = models.CharField(_("kind"), max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(_("concerns"), max_length=100)
    payload = models.TextField(_("content"))
    ground_ref = models.CharField(_("reference of the ground"), max_length=60, blank=True)
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=CommandStatus.choices,
        default=CommandStatus.ORDERED,
        editable=False,
    )
    ordered_at = models.DateTimeField(_("ordered at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer_code = models.SlugField(_("answer of the platform"), max_length=60, blank=True)
    repeats = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="repeated_by",
        verbose_name=_("repeats"),
    )

    objects = PlatformCommandManager()
    history = track_history()

    class Meta:
        verbose_name = _("command to the platform")
        verbose_name_plural = _("commands to the platform")
        permissions = [
            ("confirm_platformcommand", "Can say what became of a command"),
            ("repeat_platformcommand", "Can order a failed command again"),
        ]
        indexes = [
            models.Index(
                fields=["ordered_at"],
                condition=Q(status__in=UNANSWERED),
                name="platformcommand_open",
            ),
            models.Index(
                fields=["subject_type", "subject_id", "-id"], name="platformcommand_subject"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=UNANSWERED, answered_at__isnull=True)
                | ~Q(status__in=UNANSWERED) & Q(answered_at__isnull=False),
                name="platformcommand_answer_has_time",
            ),
            models.CheckConstraint(condition=~Q(payload=""), name="platformcommand_has_payload"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.subject_id}"

    @property
    def kind_label(self) -> str:
        """Return in words what the platform is told to do."""
        return str(_command_labels.get(self.kind, self.kind))
