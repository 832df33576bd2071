"""What the catalogue proposes for a violation: steps, what may be taken, what counts together."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import AccountFunction
from compliance.constraints import CompositeForeignKey
from compliance.tables import TableKind
from enforcement.enums import (
    OPEN_TERM_MEASURES,
    TERM_MEASURES,
    ApprovalOccasion,
    FactorDirection,
    MeasureCode,
)
from enforcement.models.catalogue import CatalogueVersion, ViolationType


def _here(zh: str, en: str) -> str:
    """Return the words in the language of the screen."""
    return en if (get_language() or "").startswith("en") else zh


class OfViolation(models.Model):
    """What a catalogue version says of one violation, and of its sub-codes that say nothing."""

    version = models.ForeignKey(
        CatalogueVersion,
        on_delete=models.PROTECT,
        related_name="%(class)s_rows",
        verbose_name=_("catalogue version"),
    )
    violation_type = models.ForeignKey(
        ViolationType,
        on_delete=models.PROTECT,
        related_name="%(class)s_rows",
        verbose_name=_("violation"),
    )
    provision = models.CharField(_("provision"), max_length=60)

    class Meta:
        abstract = True


class OffenceFamily(OfViolation):
    """Under which code earlier violations are counted; several violations may share one."""

    table_kind = TableKind.LOG

    code = models.CharField(_("counted as"), max_length=20)

    class Meta:
        verbose_name = _("offences counted together")
        verbose_name_plural = _("offences counted together")
        constraints = [
            models.UniqueConstraint(fields=["violation_type"], name="offencefamily_once"),
            models.CheckConstraint(condition=~Q(code=""), name="offencefamily_has_code"),
            CompositeForeignKey(
                name="offencefamily_of_its_version",
                fields=["violation_type", "version"],
                to="enforcement.ViolationType",
                to_fields=["id", "version"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.violation_type.code}: {self.code}"


class AllowedMeasure(OfViolation):
    """A measure that may be taken for a violation, from the first offence on or from a later one."""

    table_kind = TableKind.LOG

    measure = models.CharField(_("measure"), max_length=24, choices=MeasureCode.choices)
    from_offence = models.PositiveSmallIntegerField(_("from which offence on"), default=1)

    class Meta:
        verbose_name = _("measure allowed for a violation")
        verbose_name_plural = _("measures allowed for violations")
        constraints = [
            models.UniqueConstraint(
                fields=["violation_type", "measure"], name="allowedmeasure_once"
            ),
            models.CheckConstraint(
                condition=Q(from_offence__gte=1), name="allowedmeasure_from_first_offence"
            ),
            CompositeForeignKey(
                name="allowedmeasure_of_its_version",
                fields=["violation_type", "version"],
                to="enforcement.ViolationType",
                to_fields=["id", "version"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.violation_type.code}: {self.get_measure_display()}"


class LadderStep(OfViolation):
    """What is proposed for the n-th offence of a violation from a severity on."""

    table_kind = TableKind.LOG

    offence_number = models.PositiveSmallIntegerField(_("offence"))
    from_severity = models.PositiveSmallIntegerField(_("from which severity on"), default=1)
    # What belongs to the step and is no measure of an account, such as the removal of a text.
    note_zh = models.CharField(_("besides, in Chinese"), max_length=300, blank=True)
    note_en = models.CharField(_("besides, in English"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("step of the ladder")
        verbose_name_plural = _("steps of the ladder")
        constraints = [
            models.UniqueConstraint(
                fields=["violation_type", "offence_number", "from_severity"],
                name="ladderstep_once",
            ),
            # What a decision copies, so that its step is of the version it was proposed under.
            models.UniqueConstraint(fields=["id", "version"], name="ladderstep_version_key"),
            models.CheckConstraint(
                condition=Q(offence_number__gte=1, from_severity__gte=1, from_severity__lte=4),
                name="ladderstep_numbers_can_be",
            ),
            CompositeForeignKey(
                name="ladderstep_of_its_version",
                fields=["violation_type", "version"],
                to="enforcement.ViolationType",
                to_fields=["id", "version"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.violation_type.code} #{self.offence_number}"

    @property
    def note(self) -> str:
        """What belongs to the step besides measures, in the language of the screen."""
        return _here(self.note_zh, self.note_en)


class LadderMeasure(models.Model):
    """A measure of a step, with its term and the functions that it turns off."""

    table_kind = TableKind.LOG

    step = models.ForeignKey(LadderStep, on_delete=models.PROTECT, related_name="measures")
    measure = models.CharField(_("measure"), max_length=24, choices=MeasureCode.choices)
    term_days = models.PositiveSmallIntegerField(_("term in days"), null=True, blank=True)
    functions = ArrayField(
        models.CharField(max_length=24, choices=AccountFunction.choices),
        verbose_name=_("functions"),
        default=list,
        blank=True,
    )

    class Meta:
        verbose_name = _("measure of a step")
        verbose_name_plural = _("measures of steps")
        constraints = [
            models.UniqueConstraint(fields=["step", "measure"], name="laddermeasure_once"),
            models.CheckConstraint(
                condition=Q(measure__in=TERM_MEASURES, term_days__isnull=False, term_days__gte=1)
                | Q(measure__in=OPEN_TERM_MEASURES, term_days__isnull=False, term_days__gte=1)
                # Until what is to be corrected was corrected.
                | Q(measure=MeasureCode.SUSPEND_SERVICE, term_days__isnull=True)
                | ~Q(measure__in=TERM_MEASURES) & Q(term_days__isnull=True),
                name="laddermeasure_term_fits",
            ),
            models.CheckConstraint(
                condition=Q(measure=MeasureCode.RESTRICT_FUNCTIONS, functions__len__gte=1)
                | ~Q(measure=MeasureCode.RESTRICT_FUNCTIONS) & Q(functions__len=0),
                name="laddermeasure_functions_fit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.get_measure_display()}"


class Factor(models.Model):
    """What makes a violation weigh less or more than its step says; one step at most."""

    table_kind = TableKind.LOG

    version = models.ForeignKey(
        CatalogueVersion,
        on_delete=models.PROTECT,
        related_name="factors",
        verbose_name=_("catalogue version"),
    )
    code = models.CharField(_("code"), max_length=40)
    direction = models.CharField(_("direction"), max_length=8, choices=FactorDirection.choices)
    title_zh = models.CharField(_("title in Chinese"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=160)
    needs_approval = models.BooleanField(_("needs a second approval"), default=False)
    # Where it fits: one violation with its sub-codes, offences and severities up to a number.
    only_code = models.CharField(_("only for"), max_length=12, blank=True)
    up_to_offence = models.PositiveSmallIntegerField(_("up to which offence"), null=True)
    up_to_severity = models.PositiveSmallIntegerField(_("up to which severity"), null=True)
    provision = models.CharField(_("provision"), max_length=60)

    class Meta:
        verbose_name = _("mitigating or aggravating factor")
        verbose_name_plural = _("mitigating and aggravating factors")
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="factor_code"),
            models.UniqueConstraint(fields=["id", "version"], name="factor_version_key"),
            models.CheckConstraint(
                condition=Q(direction__in=FactorDirection.values), name="factor_direction_known"
            ),
            # What weighs less asks nobody for more.
            models.CheckConstraint(
                condition=Q(direction=FactorDirection.UP) | Q(needs_approval=False),
                name="factor_only_upward_needs_approval",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the language of the screen."""
        return _here(self.title_zh, self.title_en)


class ApprovalCondition(models.Model):
    """Whose approval a decision needs besides, by its subject, its factors and its deviation."""

    table_kind = TableKind.LOG

    version = models.ForeignKey(
        CatalogueVersion,
        on_delete=models.PROTECT,
        related_name="approval_conditions",
        verbose_name=_("catalogue version"),
    )
    occasion = models.CharField(_("occasion"), max_length=16, choices=ApprovalOccasion.choices)
    # From how many followers, from how many steps below; nothing for the other occasions.
    threshold = models.PositiveIntegerField(_("from how many on"), default=1)
    permissions = ArrayField(models.CharField(max_length=120), verbose_name=_("approvers"))
    provision = models.CharField(_("provision"), max_length=60)

    class Meta:
        verbose_name = _("approval by subject or deviation")
        verbose_name_plural = _("approvals by subject or deviation")
        constraints = [
            models.UniqueConstraint(fields=["version", "occasion"], name="approvalcondition_once"),
            models.CheckConstraint(
                condition=Q(occasion__in=ApprovalOccasion.values),
                name="approvalcondition_occasion_known",
            ),
            models.CheckConstraint(
                condition=Q(permissions__len__gte=1, permissions__len__lte=2),
                name="approvalcondition_one_or_two_approvers",
            ),
            # Whoever goes beyond the ladder is answered for by two.
            models.CheckConstraint(
                condition=~Q(occasion=ApprovalOccasion.HEAVIER) | Q(permissions__len=2),
                name="approvalcondition_heavier_has_two",
            ),
        ]

    def __str__(self) -> str:
        return self.get_occasion_display()
