"""The versioned catalogue: violations, measures, and whose approval each measure needs."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.models import Person, Proposal, ProposalResult
from compliance.models.limits import LAID_SINCE, SHORTEST_ANNOUNCEMENT
from compliance.tables import TableKind
from enforcement.enums import MeasureCode


class CatalogueVersionQuerySet(models.QuerySet["CatalogueVersion"]):
    """Named filters of catalogue versions."""

    def in_force(self, now: datetime) -> "CatalogueVersion":
        """Return the version that is in force at `now`."""
        return self.filter(effective_from__lte=now).latest("effective_from")


CatalogueVersionManager = models.Manager.from_queryset(CatalogueVersionQuerySet)


class CatalogueVersion(models.Model):
    """
    One version of the catalogue, in force from an instant on; a change is a new version.

    What migrations lay is in force from the day of the provisions; every later version carries the
    proposal that others approved and is announced before it binds.
    """

    table_kind = TableKind.LOG

    label = models.CharField(_("version"), max_length=40, unique=True)
    effective_from = models.DateTimeField(_("in force from"), unique=True)
    provision = models.CharField(_("provision"), max_length=60)
    # Within how many months before a decision earlier ones of the same subject count.
    recidivism_months = models.PositiveSmallIntegerField(
        _("months within which earlier decisions count"), default=12
    )
    announced_at = models.DateTimeField(_("announced at"), null=True, editable=False)
    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="catalogue_version",
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)

    objects = CatalogueVersionManager()

    class Meta:
        verbose_name = _("catalogue version")
        verbose_name_plural = _("catalogue versions")
        permissions = [
            ("propose_catalogue", "Can propose changes of the catalogue of violations"),
            ("approve_catalogue", "Can approve changes of the catalogue as supervisor"),
            ("approve_catalogue_as_officer", "Can approve changes of the catalogue as officer"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(recidivism_months__gte=1, recidivism_months__lte=60),
                name="catalogueversion_months_can_be",
            ),
            models.CheckConstraint(
                condition=Q(
                    proposal__isnull=True,
                    approved_result__isnull=True,
                    announced_at__isnull=True,
                    effective_from=LAID_SINCE,
                )
                | Q(
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                    announced_at__isnull=False,
                ),
                name="catalogueversion_changed_only_if_approved",
            ),
            models.CheckConstraint(
                condition=Q(announced_at__isnull=True)
                | Q(effective_from__gte=F("announced_at") + SHORTEST_ANNOUNCEMENT),
                name="catalogueversion_announced_seven_days_before",
            ),
            CompositeForeignKey(
                name="catalogueversion_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
        ]

    def __str__(self) -> str:
        return str(_("Version %(label)s") % {"label": self.label})


class ViolationType(models.Model):
    """A violation of art. 18 or a kind of it, V01–V10 and their sub-codes."""

    table_kind = TableKind.LOG

    version = models.ForeignKey(
        CatalogueVersion,
        on_delete=models.PROTECT,
        related_name="violation_types",
        verbose_name=_("catalogue version"),
    )
    code = models.CharField(_("code"), max_length=12)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subtypes",
        verbose_name=_("is a sub-code of"),
    )
    title_zh = models.CharField(_("title in Chinese"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=160)
    provision = models.CharField(_("provision"), max_length=60)
    default_severity = models.PositiveSmallIntegerField(_("default severity"))
    lowest_severity = models.PositiveSmallIntegerField(_("lowest severity"))
    highest_severity = models.PositiveSmallIntegerField(_("highest severity"))
    # The vague ones: a sub-code and a cited statute say what is meant.
    needs_subtype = models.BooleanField(_("needs a sub-code"), default=False)
    needs_statute = models.BooleanField(_("needs a cited statute"), default=False)
    # Points of credit by severity 1 to 4; none where a severity takes none, empty where none does.
    deductions = ArrayField(
        models.PositiveSmallIntegerField(null=True),
        verbose_name=_("points of credit"),
        default=list,
        blank=True,
    )

    class Meta:
        verbose_name = _("violation type")
        verbose_name_plural = _("violation types")
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="violationtype_code"),
            # What rows of the same version copy, so that none refers to another version.
            models.UniqueConstraint(fields=["id", "version"], name="violationtype_version_key"),
            models.CheckConstraint(
                condition=Q(
                    lowest_severity__gte=1,
                    highest_severity__lte=4,
                    default_severity__gte=F("lowest_severity"),
                    default_severity__lte=F("highest_severity"),
                ),
                name="violationtype_severity_1_to_4",
            ),
            models.CheckConstraint(
                condition=Q(deductions__len__in=[0, 4]), name="violationtype_points_by_severity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def points_at(self, severity: int) -> int:
        """Return how many points of credit a decision with this severity takes."""
        return (self.deductions[severity - 1] if self.deductions else None) or 0

    @property
    def title(self) -> str:
        """The title in the language of the screen."""
        return self.title_en if (get_language() or "").startswith("en") else self.title_zh


class MeasureType(models.Model):
    """A measure as the catalogue allows it: its number in art. 19 §2, whether it has a term."""

    table_kind = TableKind.LOG

    version = models.ForeignKey(
        CatalogueVersion,
        on_delete=models.PROTECT,
        related_name="measure_types",
        verbose_name=_("catalogue version"),
    )
    measure = models.CharField(_("measure"), max_length=24, choices=MeasureCode.choices)
    number = models.CharField(_("number"), max_length=4)
    provision = models.CharField(_("provision"), max_length=60)
    has_term = models.BooleanField(_("has a term"))
    longest_days = models.PositiveSmallIntegerField(
        _("longest term in days"), null=True, blank=True
    )
    is_reported = models.BooleanField(_("is reported to the regulator"))
    needs_hearing = models.BooleanField(_("the operator is heard before"), default=False)

    class Meta:
        verbose_name = _("measure of the catalogue")
        verbose_name_plural = _("measures of the catalogue")
        constraints = [
            models.UniqueConstraint(fields=["version", "measure"], name="measuretype_measure"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_measure_display()}"


class ApprovalRule(models.Model):
    """Which approvals a measure needs when its term is longer than `longer_than_days`."""

    table_kind = TableKind.LOG

    measure_type = models.ForeignKey(
        MeasureType, on_delete=models.PROTECT, related_name="approval_rules"
    )
    longer_than_days = models.PositiveSmallIntegerField(
        _("for terms longer than (days)"), default=0
    )
    # One permission an approver; their number is the number of approvals.
    permissions = ArrayField(models.CharField(max_length=120), verbose_name=_("approvers"))

    class Meta:
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")
        constraints = [
            models.UniqueConstraint(
                fields=["measure_type", "longer_than_days"], name="approvalrule_step"
            ),
            # No measure comes from one person or from a program alone.
            models.CheckConstraint(
                condition=Q(permissions__len__gte=1, permissions__len__lte=2),
                name="approvalrule_one_or_two_approvers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_type}: {len(self.permissions)}"


class CatalogueDraft(models.Model):
    """
    What somebody is changing in the catalogue and has not proposed yet; nobody decides by it.

    `changes` holds the rows of each table that differ from those of `base`, by what they are
    called: {"LadderStep": {"V06/2/1": {...}, "V06/5/1": None}}; None takes a row away.
    """

    table_kind = TableKind.WORK

    owner = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    base = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="+")
    changes = models.JSONField(_("changes"), default=dict)
    version = models.PositiveIntegerField(_("version"), default=1)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("draft of a catalogue version")
        verbose_name_plural = _("drafts of catalogue versions")

    def __str__(self) -> str:
        return f"{self.base} #{self.pk}"
