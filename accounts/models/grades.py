"""Grades of accounts: the formula by its version, and what it gave when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Grade
from accounts.models.accounts import PublicAccount
from accounts.models.formulas import Formula
from compliance.tables import TableKind


class GradeRule(Formula):
    """A version of the formula by which accounts are graded; another one is a new row."""

    class Meta(Formula.Meta):
        verbose_name = _("formula of grades")
        verbose_name_plural = _("formulas of grades")


def _score(label: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=4, decimal_places=1)  # type: ignore[arg-type]


class AccountGrade(models.Model):
    """
    What an account was graded at an instant, with what it was graded by; the latest counts.

    Written where anything about it changed, so that the rows are its history.
    """

    table_kind = TableKind.LOG

    account = models.ForeignKey(
        PublicAccount, on_delete=models.PROTECT, related_name="grades", verbose_name=_("account")
    )
    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices)
    quality = _score(_("quality of content"))
    reach = _score(_("reach"))
    credit = _score(_("credit of the subject"))
    total = _score(_("total"))
    is_credit_neutral = models.BooleanField(_("credit unknown, neutral value"))
    # The medians of the window: {days, followers, views, click_rate, interaction}.
    facts = models.JSONField(_("figures"))
    rule = models.ForeignKey(
        GradeRule, on_delete=models.PROTECT, related_name="grades", verbose_name=_("rule")
    )
    graded_at = models.DateTimeField(_("graded at"))

    class Meta:
        verbose_name = _("grade of an account")
        verbose_name_plural = _("grades of accounts")
        indexes = [models.Index(fields=["account", "-id"], name="accountgrade_account")]
        constraints = [
            models.CheckConstraint(
                condition=Q(grade__in=Grade.values), name="accountgrade_grade_known"
            ),
            models.CheckConstraint(
                condition=Q(quality__range=(0, 100), reach__range=(0, 100))
                & Q(credit__range=(0, 100), total__range=(0, 100)),
                name="accountgrade_scores_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.grade}"
