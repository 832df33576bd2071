"""By what each type of qualification is checked: versions that others approved."""

from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import Category, QualificationType
from accounts.qualification_words import ChecklistItem, HolderKind, ValidityRule
from compliance.constraints import CompositeForeignKey
from compliance.models import Proposal, ProposalResult
from compliance.tables import TableKind

# The day from which public accounts are governed by the provisions (art. 23); the versions that a
# migration lays are in force from then on.
LAID_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)


class QualificationRule(models.Model):
    """
    One version of how a type of qualification is checked; a change is a new row.

    `number_lengths` is a hint to whoever looks, never a ground of refusal: what numbers look like
    is nowhere laid down for all issuers. `opens_field` says whether the type alone suffices for
    publishing in its field.
    """

    table_kind = TableKind.LOG

    code = models.CharField(_("type"), max_length=32, choices=QualificationType.choices)
    number = models.PositiveSmallIntegerField(_("version"))
    field = models.CharField(
        pgettext_lazy("qualification", "field"), max_length=20, choices=Category.choices
    )
    holder = models.CharField(_("given to"), max_length=12, choices=HolderKind.choices)
    issuer = models.CharField(_("issuer"), max_length=120)
    number_lengths = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("usual lengths of the number"),
        default=list,
        blank=True,
    )
    validity = models.CharField(_("validity"), max_length=8, choices=ValidityRule.choices)
    months = models.PositiveSmallIntegerField(
        _("months of a term, or between two checks"), null=True, blank=True
    )
    renewal_days = models.PositiveSmallIntegerField(
        _("days before the end by which to apply for renewal"), null=True, blank=True
    )
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("reminders, days before the end"),
        default=list,
        blank=True,
    )
    checklist = ArrayField(
        models.CharField(max_length=24, choices=ChecklistItem.choices),
        verbose_name=_("checklist"),
    )
    opens_field = models.BooleanField(_("suffices for publishing in the field"), default=True)
    is_accepted = models.BooleanField(_("is accepted"), default=True)
    provision = models.CharField(_("provision"), max_length=60)
    effective_from = models.DateTimeField(_("in force from"))
    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.PROTECT,
        null=True,
        related_name="qualification_rule",
        editable=False,
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)

    class Meta:
        verbose_name = _("type of qualification")
        verbose_name_plural = _("types of qualifications")
        permissions = [
            ("propose_qualification_rule", "Can propose how a type of qualification is checked"),
            ("approve_qualification_rule", "Can approve how a type of qualification is checked"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="qualificationrule_number"),
            models.CheckConstraint(
                condition=Q(code__in=QualificationType.values, field__in=Category.values),
                name="qualificationrule_type_known",
            ),
            models.CheckConstraint(
                condition=Q(checklist__len__gt=0, checklist__contained_by=ChecklistItem.values),
                name="qualificationrule_checklist_known",
            ),
            models.CheckConstraint(
                condition=~Q(validity=ValidityRule.RECHECK) | Q(months__isnull=False, months__gt=0),
                name="qualificationrule_recheck_has_interval",
            ),
            models.CheckConstraint(
                condition=Q(
                    proposal__isnull=True,
                    approved_result__isnull=True,
                    effective_from=LAID_SINCE,
                    number=1,
                )
                | Q(
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                ),
                name="qualificationrule_changed_only_if_approved",
            ),
            CompositeForeignKey(
                name="qualificationrule_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} {self.number}"

    @property
    def items(self) -> list[ChecklistItem]:
        """The checklist in its order."""
        return [ChecklistItem(code) for code in self.checklist]
