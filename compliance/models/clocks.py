"""Clocks: when a step has to be done, every start, pause and stop, and what came too late."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.history import CurrentTransaction, TransactionIdField
from compliance.models.limits import LimitUnit, TimeLimit, step_in_words
from compliance.models.matters import Proposal, ProposalResult
from compliance.models.staff import Person
from compliance.provisions import Provision
from compliance.tables import TableKind


class ClockState(models.TextChoices):
    """Whether a clock runs."""

    RUNNING = "running", _("running")
    PAUSED = "paused", _("standing still")
    STOPPED = "stopped", _("stopped")


class ClockEventKind(models.TextChoices):
    """What can happen to a clock."""

    START = "start", _("started")
    PAUSE = "pause", _("paused")
    RESUME = "resume", _("resumed")
    STOP = "stop", _("stopped")
    EXTEND = "extend", _("extended")
    REPROJECT = "reproject", _("due date computed anew")


class Clock(models.Model):
    """
    The clock of one step of one matter; at commit it equals its newest event.

    Without a limit it carries a date that somebody else has set: an authority's letter, or what was
    promised before clocks were kept. `is_window` marks time that somebody outside is given.
    """

    table_kind = TableKind.RECORD
    frozen_fields = ("step", "limit", "is_window", "started_at")
    # What the guard compares with the newest of these rows.
    mirrors_newest = "events"
    mirrored_fields = ("state", "due_at", "warn_at", "extension", "stopped_at")

    step = models.CharField(_("step"), max_length=60)
    limit = models.ForeignKey(
        TimeLimit,
        on_delete=models.PROTECT,
        null=True,
        related_name="clocks",
        verbose_name=_("time limit"),
    )
    extension = models.ForeignKey(
        TimeLimit,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("extended to"),
    )
    is_window = models.BooleanField(_("time that somebody outside is given"), default=False)
    started_at = models.DateTimeField(_("started at"))
    due_at = models.DateTimeField(_("due at"))
    warn_at = models.DateTimeField(_("warned from"))
    state = models.CharField(
        _("state"), max_length=8, choices=ClockState.choices, default=ClockState.RUNNING
    )
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        permissions = [
            ("propose_extension", "Can ask for the extension of a time limit"),
            ("approve_extension", "Can approve the extension of a time limit"),
            ("take_over_breach", "Can take over what was not done in time"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state=ClockState.RUNNING), name="clock_running_due"
            ),
            models.Index(
                fields=["warn_at"], condition=Q(state=ClockState.RUNNING), name="clock_running_warn"
            ),
            models.Index(fields=["step", "started_at"], name="clock_step"),
        ]
        constraints = [
            # What a work item refers to, so that the queue shows this date and no other.
            models.UniqueConstraint(fields=["id", "due_at"], name="clock_due_key"),
            models.CheckConstraint(
                condition=Q(state=ClockState.STOPPED, stopped_at__isnull=False)
                | Q(
                    state__in=[ClockState.RUNNING, ClockState.PAUSED],
                    stopped_at__isnull=True,
                ),
                name="clock_stopped_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_label} #{self.pk}"

    @property
    def step_label(self) -> str:
        """Return the step in words."""
        return step_in_words(self.step)

    @property
    def is_stopped_late(self) -> bool:
        """Whether it was stopped after it was due."""
        return self.stopped_at is not None and self.stopped_at > self.due_at


class ClockEvent(models.Model):
    """
    Something that happened to a clock, and what the clock says since then.

    The composite key ties each event to the one before it, so that a clock cannot be paused twice
    or run on after it was stopped.
    """

    table_kind = TableKind.LOG

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("what happened"), max_length=12, choices=ClockEventKind.choices)
    at = models.DateTimeField(_("at"))
    previous = models.PositiveSmallIntegerField(null=True)
    previous_state = models.CharField(max_length=8, null=True, choices=ClockState.choices)
    previous_at = models.DateTimeField(null=True)
    state = models.CharField(_("state"), max_length=8, choices=ClockState.choices)
    due_at = models.DateTimeField(_("due at"))
    warn_at = models.DateTimeField(_("warned from"))
    extension = models.ForeignKey(TimeLimit, on_delete=models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(_("stopped at"), null=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    provision = models.CharField(_("provision"), max_length=60, choices=Provision.choices)
    reason = models.TextField(_("reason"))
    # The second person's approval of an extension.
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, related_name="+")
    approved_result = models.CharField(max_length=12, null=True)
    transaction_id = TransactionIdField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        verbose_name = _("event of a clock")
        verbose_name_plural = _("events of clocks")
        constraints = [
            models.UniqueConstraint(fields=["clock", "number"], name="clockevent_number"),
            models.UniqueConstraint(
                fields=["clock", "number", "state", "at"], name="clockevent_key"
            ),
            CompositeForeignKey(
                name="clockevent_follows_previous",
                fields=["clock", "previous", "previous_state", "previous_at"],
                to="compliance.ClockEvent",
                to_fields=["clock", "number", "state", "at"],
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=ClockEventKind.START,
                    number=1,
                    previous__isnull=True,
                    previous_state__isnull=True,
                    previous_at__isnull=True,
                    state=ClockState.RUNNING,
                )
                | (
                    Q(
                        previous__isnull=False,
                        number=F("previous") + 1,
                        previous_at__isnull=False,
                        at__gte=F("previous_at"),
                        previous_state__isnull=False,
                    )
                    & (
                        Q(
                            kind=ClockEventKind.PAUSE,
                            previous_state=ClockState.RUNNING,
                            state=ClockState.PAUSED,
                        )
                        | Q(
                            kind=ClockEventKind.RESUME,
                            previous_state=ClockState.PAUSED,
                            state=ClockState.RUNNING,
                        )
                        | Q(
                            kind=ClockEventKind.STOP,
                            previous_state__in=[ClockState.RUNNING, ClockState.PAUSED],
                            state=ClockState.STOPPED,
                        )
                        | Q(
                            kind__in=[ClockEventKind.EXTEND, ClockEventKind.REPROJECT],
                            previous_state__in=[ClockState.RUNNING, ClockState.PAUSED],
                            state=F("previous_state"),
                        )
                    )
                ),
                name="clockevent_alternates",
            ),
            models.CheckConstraint(
                condition=Q(state=ClockState.STOPPED, stopped_at__isnull=False, stopped_at=F("at"))
                | ~Q(state=ClockState.STOPPED) & Q(stopped_at__isnull=True),
                name="clockevent_stopped_has_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="clockevent_has_reason"),
            models.UniqueConstraint(
                fields=["clock"],
                condition=Q(kind=ClockEventKind.EXTEND),
                name="clockevent_extended_once",
                violation_error_message=_("This time limit was extended already."),
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=ClockEventKind.EXTEND,
                    extension__isnull=False,
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                )
                | ~Q(kind=ClockEventKind.EXTEND)
                & Q(proposal__isnull=True, approved_result__isnull=True),
                name="clockevent_extended_only_if_approved",
            ),
            CompositeForeignKey(
                name="clockevent_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id}/{self.number} {self.kind}"


class ClockExtension(models.Model):
    """That somebody asked for more time on a clock; the proposal says what became of it."""

    table_kind = TableKind.LOG

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="extensions_asked")
    limit = models.ForeignKey(TimeLimit, on_delete=models.PROTECT, related_name="+")
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, related_name="clock_extension"
    )

    class Meta:
        verbose_name = _("extension asked for")
        verbose_name_plural = _("extensions asked for")

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.limit_id}"


class ClockWarning(models.Model):
    """That most of a clock's time was gone before its step was done."""

    table_kind = TableKind.LOG

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="warnings")
    due_at = models.DateTimeField(_("due at"))
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("warning before a due date")
        verbose_name_plural = _("warnings before due dates")
        constraints = [
            models.UniqueConstraint(fields=["clock", "due_at"], name="clockwarning_once"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.due_at:%Y-%m-%d %H:%M}"


class ClockBreach(models.Model):
    """That a step was not done when it was due; nobody edits it away."""

    table_kind = TableKind.LOG

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="breaches")
    due_at = models.DateTimeField(_("due at"))
    at = models.DateTimeField(_("on record since"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("missed due date")
        verbose_name_plural = _("missed due dates")
        indexes = [models.Index(fields=["due_at"], name="clockbreach_due")]
        constraints = [
            models.UniqueConstraint(fields=["clock", "due_at"], name="clockbreach_once"),
            models.CheckConstraint(condition=Q(at__gte=F("due_at")), name="clockbreach_after_due"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.due_at:%Y-%m-%d %H:%M}"


class EscalationLevel(models.Model):
    """Whom a missed due date is laid before, and how long after it; a change is a new row."""

    table_kind = TableKind.LOG

    number = models.PositiveSmallIntegerField(_("level"))
    role = models.CharField(_("role"), max_length=60)
    delay = models.PositiveSmallIntegerField(_("so long after it was due"))
    unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices)
    effective_from = models.DateTimeField(_("in force from"))

    class Meta:
        verbose_name = _("escalation level")
        verbose_name_plural = _("escalation levels")
        constraints = [
            models.UniqueConstraint(
                fields=["number", "effective_from"], name="escalationlevel_effective"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.role}"


class ClockEscalation(models.Model):
    """That a missed due date was laid before a role."""

    table_kind = TableKind.LOG

    breach = models.ForeignKey(ClockBreach, on_delete=models.PROTECT, related_name="escalations")
    level = models.ForeignKey(EscalationLevel, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=60)
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = [
            models.UniqueConstraint(fields=["breach", "role"], name="clockescalation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.breach_id}: {self.role}"


class EscalationTakeover(models.Model):
    """Who took an escalation over, and what they do about it."""

    table_kind = TableKind.LOG

    escalation = models.OneToOneField(
        ClockEscalation, on_delete=models.PROTECT, primary_key=True, related_name="takeover"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken over by")
    )
    reason = models.TextField(_("what is done about it"))
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("escalation taken over")
        verbose_name_plural = _("escalations taken over")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="escalationtakeover_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.escalation_id}: {self.person_id}"
