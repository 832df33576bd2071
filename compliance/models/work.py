"""Work items and the leases by which one person at a time works on each."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.models.clocks import Clock
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


WorkItemManager = models.Manager.from_queryset(WorkItemQuerySet)


class WorkItem(models.Model):
    """
    Something in a queue, with the instant it is due and its weight among equals.

    `due_at` is the clock's: the composite key below refuses any other, and carries a new date here.
    """

    table_kind = TableKind.RECORD
    frozen_fields = ("queue", "clock", "opened_at")

    queue = models.CharField(_("queue"), max_length=60)
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="work_items")
    due_at = models.DateTimeField(_("due at"))
    weight = models.SmallIntegerField(_("weight"), default=0)
    opened_at = models.DateTimeField(_("opened at"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

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
        ]
        constraints = [
            CompositeForeignKey(
                name="workitem_due_with_its_clock",
                fields=["clock", "due_at"],
                to="compliance.Clock",
                to_fields=["id", "due_at"],
                follows=True,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.queue} #{self.pk}"


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
