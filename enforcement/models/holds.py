"""Emergency holds: what one person may stop at once, until a second person has looked."""

from datetime import datetime
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import PublicAccount
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Clock, Person, Proposal, ProposalResult, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.hearing_words import RUNNING_HOLDS, HoldGround, HoldScope, HoldStatus
from enforcement.models.cases import Case

# 紧急: the two letters of the number by which people call one.
HOLD_PREFIX: Final = "JJ"


class EmergencyHoldQuerySet(models.QuerySet["EmergencyHold"]):
    """Named filters of emergency holds."""

    def running(self, now: datetime) -> "EmergencyHoldQuerySet":
        """Holds that stop something at `now`; the end comes by comparison, no job has to run."""
        return self.filter(status__in=RUNNING_HOLDS, in_force_until__gt=now)

    def over(self, now: datetime) -> "EmergencyHoldQuerySet":
        """Holds whose time is over at `now` but of which nobody was told yet."""
        return self.filter(status__in=RUNNING_HOLDS, in_force_until__lte=now)


EmergencyHoldManager = models.Manager.from_queryset(EmergencyHoldQuerySet)


class EmergencyHold(StatusModel):
    """
    Something that one person stopped at once because nobody could wait.

    `facts` are told to the operator. It holds until `in_force_until` and not a moment longer: the
    end of the time for its confirmation, then, once confirmed, the longest time that is published.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.EMERGENCY_HOLD
    frozen_fields = (
        "case",
        "account",
        "scope",
        "content_ref",
        "ground",
        "facts",
        "proposal",
        "placed_by",
        "placed_at",
    )

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="emergency_holds", verbose_name=_("case")
    )
    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="emergency_holds",
        verbose_name=_("account"),
    )
    scope = models.CharField(_("what is stopped"), max_length=8, choices=HoldScope.choices)
    content_ref = models.CharField(
        _("number or address of the content"), max_length=400, blank=True
    )
    ground = models.CharField(_("why at once"), max_length=16, choices=HoldGround.choices)
    facts = models.TextField(_("facts told to the operator"))
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=HoldStatus.choices,
        default=HoldStatus.PLACED,
        editable=False,
    )
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, related_name="emergency_hold"
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, related_name="emergency_hold"
    )
    # How long a confirmed one may last at most; None while it waits for its confirmation.
    clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, editable=False, related_name="emergency_hold"
    )
    placed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("placed by")
    )
    placed_at = models.DateTimeField(_("placed at"))
    in_force_until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_reason = models.TextField(_("why it ended"), blank=True)

    objects = EmergencyHoldManager()
    history = track_history()

    class Meta:
        verbose_name = _("emergency hold")
        verbose_name_plural = _("emergency holds")
        permissions = [
            ("place_hold", "Can place emergency holds"),
            ("confirm_hold", "Can confirm emergency holds"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="emergencyhold_account"),
            models.Index(fields=["status", "-id"], name="emergencyhold_status"),
            models.Index(fields=["-placed_at", "-id"], name="emergencyhold_placed"),
            models.Index(
                fields=["in_force_until"],
                condition=Q(status__in=RUNNING_HOLDS),
                name="emergencyhold_running",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(status__in=RUNNING_HOLDS),
                name="emergencyhold_one_running_per_case",
                violation_error_message=_("An emergency hold of this case is running already."),
            ),
            # Whoever was not confirmed does not go on by placing it again.
            models.UniqueConstraint(
                fields=["case", "placed_by"],
                name="emergencyhold_once_per_person",
                violation_error_message=_("You placed an emergency hold in this case before."),
            ),
            CompositeForeignKey(
                name="emergencyhold_account_of_case",
                fields=["case", "account"],
                to="enforcement.Case",
                to_fields=["id", "account"],
            ),
            models.CheckConstraint(
                condition=Q(
                    scope__in=HoldScope.values,
                    ground__in=HoldGround.values,
                    status__in=HoldStatus.values,
                ),
                name="emergencyhold_words_known",
            ),
            models.CheckConstraint(
                condition=Q(scope=HoldScope.CONTENT) & ~Q(content_ref="")
                | ~Q(scope=HoldScope.CONTENT) & Q(content_ref=""),
                name="emergencyhold_names_its_content",
            ),
            models.CheckConstraint(condition=~Q(facts=""), name="emergencyhold_has_facts"),
            models.CheckConstraint(
                condition=Q(in_force_until__gt=F("placed_at")),
                name="emergencyhold_term_is_positive",
            ),
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=~Q(status__in=[HoldStatus.CONFIRMED, HoldStatus.EXPIRED])
                | Q(
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                    clock__isnull=False,
                ),
                name="emergencyhold_confirmed_by_another",
            ),
            CompositeForeignKey(
                name="emergencyhold_confirmation_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            models.CheckConstraint(
                condition=Q(status__in=RUNNING_HOLDS, ended_at__isnull=True)
                | ~Q(status__in=RUNNING_HOLDS) & Q(ended_at__isnull=False),
                name="emergencyhold_end_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call it."""
        return f"{HOLD_PREFIX}{self.pk:08d}"

    def is_running(self, now: datetime) -> bool:
        """Return whether it stops something at `now`."""
        return self.status in RUNNING_HOLDS and now < self.in_force_until
