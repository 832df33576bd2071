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
# Policies were laid in several versions, all of the days that followed.
POLICIES_LAID_UNTIL = datetime(2021, 2, 28, 16, tzinfo=UTC)


def _changed_only_if_approved(laid: Q) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(laid, proposal__isnull=True, approved_result__isnull=True)
        | Q(
            proposal__isnull=False,
            approved_result__isnull=False,
            approved_result=ProposalResult.APPROVED,
        ),
        name="%(class)s_changed_only_if_approved",
    )


def _approval_is_real() -> CompositeForeignKey:
    return CompositeForeignKey(
        name="%(class)s_approval_is_real",
        fields=["proposal", "approved_result"],
        to="compliance.ProposalOutcome",
        to_fields=["proposal", "result"],
    )


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
            _changed_only_if_approved(Q(effective_from=LAID_SINCE)),
            _approval_is_real(),
        ]

    def __str__(self) -> str:
        return self.label


class Policy(Formula):
    """A version of limits and lists of which migrations have laid several, one after the other."""

    class Meta(Formula.Meta):
        abstract = True
        constraints = [
            _changed_only_if_approved(Q(effective_from__lt=POLICIES_LAID_UNTIL)),
            _approval_is_real(),
        ]


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
