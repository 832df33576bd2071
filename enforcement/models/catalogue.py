"""The versioned catalogue: violations, measures, and whose approval each measure needs."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from compliance.tables import TableKind
from enforcement.enums import MeasureCode


class CatalogueVersionQuerySet(models.QuerySet["CatalogueVersion"]):
    """Named filters of catalogue versions."""

    def in_force(self, now: datetime) -> "CatalogueVersion":
        """Return the version that is in force at `now`."""
        return self.filter(effective_from__lte=now).latest("effective_from")


CatalogueVersionManager = models.Manager.from_queryset(CatalogueVersionQuerySet)


class CatalogueVersion(models.Model):
    """One version of the catalogue, in force from an instant on; a change is a new version."""

    table_kind = TableKind.LOG

    label = models.CharField(_("version"), max_length=40, unique=True)
    effective_from = models.DateTimeField(_("in force from"), unique=True)
    provision = models.CharField(_("provision"), max_length=60)

    objects = CatalogueVersionManager()

    class Meta:
        verbose_name = _("catalogue version")
        verbose_name_plural = _("catalogue versions")

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

    class Meta:
        verbose_name = _("violation type")
        verbose_name_plural = _("violation types")
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="violationtype_code"),
            models.CheckConstraint(
                condition=Q(
                    lowest_severity__gte=1,
                    highest_severity__lte=4,
                    default_severity__gte=F("lowest_severity"),
                    default_severity__lte=F("highest_severity"),
                ),
                name="violationtype_severity_1_to_4",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

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
