"""Work items, the leases by which one person at a time works on each, and how they change hands."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.exclusions import may_hold
from compliance.models.clocks import Clock
from compliance.models.matters import Matter, Proposal, Side
from compliance.models.staff import Person
from compliance.tables import TableKind


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    """Named filters of work items."""

    def open(self) -> "WorkItemQuerySet":
        """Items that still wait for somebody."""
        return self.filter(closed_at__isnull=True)

    def overdue(self, now: datetime) -> "WorkItemQuerySet":
        """Open items past their due instant."""
        return self.open().filter(due_at__lt=now)

    def held_by(self, person: Person, now: datetime) -> "WorkItemQuerySet":
        """Open items that `person` holds at `now`."""
        return self.open().filter(lease__holder=person, lease__until__gt=now)

    def free(self, now: datetime) -> "WorkItemQuerySet":
        """Open items that nobody holds at `now`."""
        return self.open().filter(Q(lease__isnull=True) | Q(lease__until__lte=now))

    def holdable_by(self, person_number: int) -> "WorkItemQuerySet":
        """Items that nothing keeps a person from, as the database itself decides it."""
        condition = may_hold("%s", item="compliance_workitem")
        # The text is ours; the number is a parameter, as often as the text asks for it.
        asked = [person_number] * condition.count("%s")
        return self.annotate(
            is_holdable=RawSQL(condition, asked, output_field=models.BooleanField())  # noqa: S611
        ).filter(is_holdable=True)


WorkItemManager = models.Manager.from_queryset(WorkItemQuerySet)


class WorkItem(models.Model):
    """
    Something in a queue, with the instant it is due and its weight among equals.

    `due_at` is the clock's: the composite key below refuses any other, and carries a new date here.
    `matter` and `side` say in which matter and on which side whoever decides it takes part, and
    `proposal` on whose proposal a verdict is waited for: by them the database knows who may not
    hold it.
    """

    table_kind = TableKind.RECORD
    frozen_fields = ("queue", "clock", "opened_at", "matter", "side", "proposal")

    queue = models.CharField(_("queue"), max_length=60)
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="work_items")
    due_at = models.DateTimeField(_("due at"))
    weight = models.SmallIntegerField(_("weight"), default=0)
    opened_at = models.DateTimeField(_("opened at"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    matter = models.ForeignKey(
        Matter,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="work_items",
        verbose_name=_("matter"),
    )
    side = models.CharField(_("side"), max_length=20, choices=Side.choices, blank=True)
    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="work_items",
        verbose_name=_("proposal"),
    )

    objects = WorkItemManager()

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        indexes = [
            models.Index(
                fields=["queue", "due_at", "-weight", "id"],
                condition=Q(closed_at__isnull=True),
                name="workitem_next",
            ),
            # All queues together, as the lists of the desk walk them.
            models.Index(
                fields=["due_at", "-weight", "id"],
                condition=Q(closed_at__isnull=True),
                name="workitem_due",
            ),
        ]
        permissions = [("assign_work", "Can take over and hand over what others hold")]
        constraints = [
            models.CheckConstraint(
                condition=Q(matter__isnull=False) | Q(proposal__isnull=True, side=""),
                name="workitem_side_of_a_matter",
            ),
            CompositeForeignKey(
                name="workitem_due_with_its_clock",
                fields=["clock", "due_at"],
                to="compliance.Clock",
                to_fields=["id", "due_at"],
                follows=True,
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Lease(models.Model):
    """Who holds a work item until when; `fence` rises at each take and never falls."""

    table_kind = TableKind.RECORD

    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, primary_key=True, related_name="lease"
    )
    holder = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="leases", verbose_name=_("holder")
    )
    until = models.DateTimeField(_("until"))
    fence = models.PositiveBigIntegerField(_("fence"), default=1)

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")
        indexes = [models.Index(fields=["holder", "until"], name="lease_holder")]
        constraints = [models.CheckConstraint(condition=Q(fence__gte=1), name="lease_fence_counts")]

    def __str__(self) -> str:
        return f"{self.work_item_id}: {self.holder_id}"


class Skip(models.Model):
    """That a person passed over an item for a while, so that "next" offers another one."""

    table_kind = TableKind.LOG

    work_item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="skips")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="skips")
    until = models.DateTimeField(_("until"))
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("passed-over item")
        verbose_name_plural = _("passed-over items")
        indexes = [models.Index(fields=["person", "work_item", "until"], name="skip_person")]

    def __str__(self) -> str:
        return f"{self.work_item_id}: {self.person_id}"


class HandOver(models.Model):
    """That somebody gave an item to a named colleague, who accepts it by opening it."""

    table_kind = TableKind.RECORD
    frozen_fields = ("work_item", "fence", "giver", "receiver", "reason", "at")

    work_item = models.ForeignKey(
        WorkItem,
        on_delete=models.PROTECT,
        related_name="hand_overs",
        verbose_name=_("work item"),
    )
    # That of the lease by which the receiver got it: with another one it is no longer theirs.
    fence = models.PositiveBigIntegerField(_("fence"))
    giver = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("handed over by")
    )
    receiver = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="received_items",
        verbose_name=_("handed over to"),
    )
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.UniqueConstraint(fields=["work_item", "fence"], name="handover_once_per_fence"),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")), name="handover_to_somebody_else"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="handover_has_reason"),
        ]
        indexes = [
            models.Index(
                fields=["receiver"],
                condition=Q(accepted_at__isnull=True),
                name="handover_to_accept",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.work_item_id}: {self.giver.name} → {self.receiver.name}"
