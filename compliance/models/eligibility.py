"""Who is kept from a matter, who is away, and who stands in for whom."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from compliance.history import track_history
from compliance.models.matters import Matter
from compliance.models.staff import Person
from compliance.models.work import WorkItem
from compliance.tables import TableKind
from compliance.workflow import VersionedModel

# Our choice; no article sets it. Longer is a role to be given, not a deputy.
LONGEST_DEPUTY = timedelta(days=30)


class Recusal(models.Model):
    """
    That a person keeps out of a matter for good, with the reason.

    A fact that nobody takes back: whoever might be biased does not become unbiased by pressing.
    Only an item that belongs to no matter is named itself.
    """

    table_kind = TableKind.LOG

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="recusals", verbose_name=_("person")
    )
    matter = models.ForeignKey(
        Matter,
        on_delete=models.PROTECT,
        null=True,
        related_name="recusals",
        verbose_name=_("matter"),
    )
    work_item = models.ForeignKey(
        WorkItem,
        on_delete=models.PROTECT,
        null=True,
        related_name="recusals",
        verbose_name=_("work item"),
    )
    reason = models.TextField(_("reason"))
    recorded_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        permissions = [("recuse_others", "Can keep a colleague out of a matter")]
        constraints = [
            models.UniqueConstraint(fields=["person", "matter"], name="recusal_once_per_matter"),
            models.UniqueConstraint(fields=["person", "work_item"], name="recusal_once_per_item"),
            models.CheckConstraint(
                condition=Q(matter__isnull=False, work_item__isnull=True)
                | Q(matter__isnull=True, work_item__isnull=False),
                name="recusal_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="recusal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} / {self.matter_id or self.work_item_id}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Named filters of absences."""

    def running(self, now: datetime) -> "AbsenceQuerySet":
        """Absences of those who are away at `now`."""
        return self.filter(
            Q(ended_at__isnull=True) | Q(ended_at__gt=now),
            absent_from__lte=now,
            absent_until__gt=now,
        )

    def to_come(self, now: datetime) -> "AbsenceQuerySet":
        """Absences that run at `now` or are still to begin."""
        return self.filter(ended_at__isnull=True, absent_until__gt=now)


AbsenceManager = models.Manager.from_queryset(AbsenceQuerySet)


class Absence(VersionedModel):
    """That a person is away from one instant to another; ended early when they come back."""

    table_kind = TableKind.RECORD
    frozen_fields = ("person", "absent_from", "absent_until", "entered_by")

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="absences", verbose_name=_("person")
    )
    absent_from = models.DateTimeField(_("absent from"))
    absent_until = models.DateTimeField(_("absent until"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    entered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )

    objects = AbsenceManager()
    history = track_history()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        permissions = [("enter_absence", "Can enter the absence of a colleague")]
        indexes = [models.Index(fields=["absent_until", "person"], name="absence_until")]
        constraints = [
            models.CheckConstraint(
                condition=Q(absent_until__gt=F("absent_from")), name="absence_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        first, last = (
            date_format(timezone.localtime(each), "SHORT_DATETIME_FORMAT")
            for each in (self.absent_from, self.absent_until)
        )
        return f"{self.person.name}: {first} – {last}"


class DeputyQuerySet(models.QuerySet["Deputy"]):
    """Named filters of deputies."""

    def valid(self, now: datetime) -> "DeputyQuerySet":
        """Those who stand in for others at `now`."""
        return self.filter(ended_at__isnull=True, valid_from__lte=now, valid_until__gt=now)

    def to_come(self, now: datetime) -> "DeputyQuerySet":
        """Those who stand in at `now` or are still to begin."""
        return self.filter(ended_at__isnull=True, valid_until__gt=now)


DeputyManager = models.Manager.from_queryset(DeputyQuerySet)


class Deputy(VersionedModel):
    """
    That a person may give one kind of approval for a while, though no role of theirs carries it.

    Named by somebody else, for all matters or for one. It counts as long as the comparison with
    the clock says so; nothing has to run for it to end.
    """

    table_kind = TableKind.RECORD
    frozen_fields = (
        "deputy",
        "permission",
        "matter",
        "given_by",
        "reason",
        "valid_from",
        "valid_until",
    )

    deputy = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="deputyships", verbose_name=_("deputy")
    )
    permission = models.CharField(_("permission"), max_length=120)
    matter = models.ForeignKey(
        Matter,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deputies",
        verbose_name=_("matter"),
    )
    given_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("named by")
    )
    reason = models.TextField(_("reason"))
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = DeputyManager()
    history = track_history()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        indexes = [models.Index(fields=["deputy", "valid_until"], name="deputy_person")]
        constraints = [
            # What an approval given as deputy refers to.
            models.UniqueConstraint(fields=["id", "deputy"], name="deputy_key"),
            models.CheckConstraint(
                condition=~Q(given_by=F("deputy")), name="deputy_named_by_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="deputy_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__lte=F("valid_from") + LONGEST_DEPUTY),
                name="deputy_for_a_month_at_most",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="deputy_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id}: {self.permission}"
