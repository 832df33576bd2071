"""Patrols: which accounts are verified again each month, by which rule, and what was found."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.enums import Category
from accounts.models.accounts import PublicAccount
from accounts.models.qualification_rules import LAID_SINCE
from accounts.patrol_words import PatrolItem, PatrolStatus, PointResult, RiskClass
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Person, Proposal, ProposalResult, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel


class PatrolRule(models.Model):
    """
    One version of how often accounts are verified again; a change is a new row.

    `capacity` is how many checks people can make in a month; what does not fit is shown as not
    covered.
    """

    table_kind = TableKind.LOG

    number = models.PositiveSmallIntegerField(_("version"), unique=True)
    focused_categories = ArrayField(
        models.CharField(max_length=20, choices=Category.choices),
        verbose_name=_("categories that are verified often"),
        default=list,
        blank=True,
    )
    focused_followers = models.PositiveBigIntegerField(
        _("followers from which an account is verified often")
    )
    focused_months = models.PositiveSmallIntegerField(_("months between checks, verified often"))
    ordinary_months = models.PositiveSmallIntegerField(_("months between checks, all others"))
    sample_permille = models.PositiveSmallIntegerField(_("monthly sample, in thousandths"))
    capacity = models.PositiveIntegerField(_("most checks in a month"))
    provision = models.CharField(_("provision"), max_length=60)
    effective_from = models.DateTimeField(_("in force from"))
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, related_name="patrol_rule", editable=False
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)

    class Meta:
        verbose_name = _("rule of patrols")
        verbose_name_plural = _("rules of patrols")
        permissions = [
            ("propose_patrol_rule", "Can propose how patrols go"),
            ("approve_patrol_rule", "Can approve how patrols go"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    focused_months__gte=1,
                    ordinary_months__gte=1,
                    sample_permille__lte=1000,
                    capacity__gte=1,
                ),
                name="patrolrule_can_be_kept",
            ),
            models.CheckConstraint(
                condition=Q(focused_categories__contained_by=Category.values),
                name="patrolrule_categories_known",
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
                name="patrolrule_changed_only_if_approved",
            ),
            CompositeForeignKey(
                name="patrolrule_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class PatrolRun(models.Model):
    """The patrol of one month: population, who was due, who was drawn, frozen as it was planned."""

    table_kind = TableKind.LOG

    month = models.DateField(_("month"), unique=True)
    rule = models.ForeignKey(
        PatrolRule, on_delete=models.PROTECT, related_name="runs", verbose_name=_("rule")
    )
    # With it anybody draws the same sample again.
    seed = models.CharField(_("seed of the sample"), max_length=40)
    # By class: {"focused": {"population": 10, "due": 3, "sampled": 1}, …}
    figures = models.JSONField(_("figures"), default=dict)
    planned_at = models.DateTimeField(_("planned at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("patrol")
        verbose_name_plural = _("patrols")
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="patrolrun_is_of_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class PatrolCheck(StatusModel):
    """The check of one account on a patrol; what did not fit into the month stays not covered."""

    table_kind = TableKind.RECORD
    workflow = workflows.PATROL_CHECK
    frozen_fields = ("run", "account", "risk_class", "is_due", "is_sampled", "work_item")

    run = models.ForeignKey(
        PatrolRun, on_delete=models.PROTECT, related_name="checks", verbose_name=_("patrol")
    )
    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="patrol_checks",
        verbose_name=_("account"),
    )
    risk_class = models.CharField(_("class"), max_length=12, choices=RiskClass.choices)
    is_due = models.BooleanField(_("due"))
    is_sampled = models.BooleanField(_("drawn"))
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=PatrolStatus.choices,
        default=PatrolStatus.OPEN,
        editable=False,
    )
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, null=True, blank=True, related_name="patrol_check"
    )
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="patrol_checks",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("check on patrol")
        verbose_name_plural = _("checks on patrol")
        permissions = [
            ("plan_patrol", "Can plan patrols"),
            ("check_patrol", "Can check accounts on patrol"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="patrolcheck_status"),
            models.Index(fields=["risk_class", "-id"], name="patrolcheck_class"),
            models.Index(fields=["account", "-decided_at"], name="patrolcheck_account"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "account"], name="patrolcheck_once_a_run"),
            models.CheckConstraint(
                condition=Q(risk_class__in=RiskClass.values, status__in=PatrolStatus.values),
                name="patrolcheck_class_and_status_known",
            ),
            models.CheckConstraint(
                condition=Q(is_due=True) | Q(is_sampled=True), name="patrolcheck_has_a_cause"
            ),
            models.CheckConstraint(
                condition=Q(status=PatrolStatus.NOT_COVERED, work_item__isnull=True)
                | ~Q(status=PatrolStatus.NOT_COVERED) & Q(work_item__isnull=False),
                name="patrolcheck_covered_is_work",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[PatrolStatus.OPEN, PatrolStatus.NOT_COVERED],
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                )
                | ~Q(status__in=[PatrolStatus.OPEN, PatrolStatus.NOT_COVERED])
                & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="patrolcheck_decision_has_person",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number by which people call the check."""
        return f"XC{self.pk:08d}"


class PatrolPoint(models.Model):
    """What came of one point of a check, in words, and what the machine had found of it."""

    table_kind = TableKind.LOG

    check_of = models.ForeignKey(
        PatrolCheck, on_delete=models.PROTECT, related_name="points", verbose_name=_("check")
    )
    item = models.CharField(_("point"), max_length=16, choices=PatrolItem.choices)
    result = models.CharField(_("result"), max_length=16, choices=PointResult.choices)
    words = models.TextField(_("in words"), blank=True)
    hint = models.TextField(_("what the machine had found"), blank=True)

    class Meta:
        verbose_name = _("point of a check")
        verbose_name_plural = _("points of checks")
        constraints = [
            models.UniqueConstraint(fields=["check_of", "item"], name="patrolpoint_once"),
            models.CheckConstraint(
                condition=Q(item__in=PatrolItem.values, result__in=PointResult.values),
                name="patrolpoint_known",
            ),
            models.CheckConstraint(
                condition=~Q(result=PointResult.FAIL) | ~Q(words=""),
                name="patrolpoint_failure_is_said",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()}: {self.get_result_display()}"
