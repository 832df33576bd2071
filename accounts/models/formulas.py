"""What all versioned formulas of accounts have in common, and those of powers."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.models import Proposal, ProposalResult
from compliance.tables import TableKind

# The day from which public accounts are governed by the provisions (art. 23); what migrations lay
# is in force from then on.
LAID_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)


class Formula(models.Model):
    """
    A version of a formula, from a date on; another one is a new row that somebody else approved.

    The content holds plain values; the rules of each formula read them and refuse what cannot be.
    """

    table_kind = TableKind.LOG

    label = models.CharField(_("version"), max_length=40, unique=True)
    effective_from = models.DateTimeField(_("in force from"), unique=True)
    content = models.JSONField(_("formula"))
    provision = models.CharField(_("provision"), max_length=60)
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    proposal__isnull=True, approved_result__isnull=True, effective_from=LAID_SINCE
                )
                | Q(
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                ),
                name="%(class)s_changed_only_if_approved",
            ),
            CompositeForeignKey(
                name="%(class)s_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
        ]

    def __str__(self) -> str:
        return self.label


class EligibilityRule(Formula):
    """A version of who may earn with an account."""

    class Meta(Formula.Meta):
        verbose_name = _("rule of who may earn")
        verbose_name_plural = _("rules of who may earn")
        permissions = [
            ("propose_formula", "Can propose how accounts are graded, watched and entitled"),
            ("approve_formula", "Can approve how accounts are graded, watched and entitled"),
        ]


class CommentPowerRule(Formula):
    """A version of the table of powers over comments, by nature and credit of the subject."""

    class Meta(Formula.Meta):
        verbose_name = _("table of powers over comments")
        verbose_name_plural = _("tables of powers over comments")
