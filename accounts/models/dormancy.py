"""Accounts that nobody uses: by which rule, told when, suspended, ended, or in use again."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.dormancy_words import OPEN_DORMANCY, BatchStatus, DormancyKind, DormancyStatus
from accounts.enums import SubjectNature
from accounts.models.accounts import PublicAccount, Restriction
from accounts.models.qualification_rules import LAID_SINCE
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Clause, Matter, Proposal, ProposalResult, RuleVersion
from compliance.tables import TableKind
from compliance.workflow import StatusModel

# Public Account Provisions, art. 10 §2: more than six months.
LEAST_MONTHS = 6
MOST_IN_BATCH = 10_000


class DormancyRule(models.Model):
    """
    One version of what counts as dormant and which clause allows to act; a change is a new row.

    Without a clause nothing is done: art. 10 §2 gives a power only as the service agreement says.
    Acceptances of versions of the agreement before `since` do not count.
    """

    table_kind = TableKind.LOG

    number = models.PositiveSmallIntegerField(_("version"), unique=True)
    months = models.PositiveSmallIntegerField(_("months without login and use"))
    shell_months = models.PositiveSmallIntegerField(
        _("months without login of an account that never published")
    )
    exempt_natures = ArrayField(
        models.CharField(max_length=24, choices=SubjectNature.choices),
        verbose_name=_("natures that are exempt"),
        default=list,
        blank=True,
    )
    exempts_marked = models.BooleanField(_("accounts with a special mark are exempt"), default=True)
    clause_number = models.CharField(
        _("clause of the service agreement"), max_length=40, blank=True, default=""
    )
    since = models.ForeignKey(
        RuleVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("first version of the agreement that allows it"),
    )
    batch_size = models.PositiveSmallIntegerField(_("most terminations in one proposal"))
    provision = models.CharField(_("provision"), max_length=60)
    effective_from = models.DateTimeField(_("in force from"))
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, related_name="dormancy_rule", editable=False
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)

    class Meta:
        verbose_name = _("rule of dormancy")
        verbose_name_plural = _("rules of dormancy")
        permissions = [
            ("propose_dormancy_rule", "Can propose what counts as dormant"),
            ("approve_dormancy_rule", "Can approve what counts as dormant"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__gte=LEAST_MONTHS, shell_months__gte=LEAST_MONTHS),
                name="dormancyrule_six_months_at_least",
            ),
            models.CheckConstraint(
                condition=Q(batch_size__gte=1, batch_size__lte=MOST_IN_BATCH),
                name="dormancyrule_batch_can_be_read",
            ),
            models.CheckConstraint(
                condition=Q(exempt_natures__contained_by=SubjectNature.values),
                name="dormancyrule_natures_known",
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
                name="dormancyrule_changed_only_if_approved",
            ),
            CompositeForeignKey(
                name="dormancyrule_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class DormancySweep(models.Model):
    """One run through the accounts; its number is on everything that it began."""

    table_kind = TableKind.LOG

    as_of = models.DateField(_("as of"))
    rule = models.ForeignKey(
        DormancyRule, on_delete=models.PROTECT, related_name="sweeps", verbose_name=_("rule")
    )
    started_at = models.DateTimeField(_("started at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("sweep for dormant accounts")
        verbose_name_plural = _("sweeps for dormant accounts")
        indexes = [
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["-started_at", "-id"], name="dormancysweep_started"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number by which people call the sweep."""
        return f"DS{self.pk:06d}"


class DormancyBatch(StatusModel):
    """Terminations that were proposed together, and what became of them."""

    table_kind = TableKind.RECORD
    workflow = workflows.DORMANCY_BATCH
    frozen_fields = ("sweep", "matter", "proposal", "count", "proposed_at")

    sweep = models.ForeignKey(
        DormancySweep, on_delete=models.PROTECT, related_name="batches", verbose_name=_("sweep")
    )
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="dormancy_batch")
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, related_name="dormancy_batch", editable=False
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    count = models.PositiveIntegerField(_("accounts"))
    proposed_at = models.DateTimeField(_("proposed at"))
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=BatchStatus.choices,
        default=BatchStatus.PROPOSED,
        editable=False,
    )

    history = track_history()

    class Meta:
        verbose_name = _("batch of terminations")
        verbose_name_plural = _("batches of terminations")
        permissions = [
            ("approve_dormancybatch", "Can approve terminations for dormancy"),
            ("approve_dormancybatch_as_officer", "Can approve large batches of terminations"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="dormancybatch_status"),
            models.Index(fields=["-proposed_at", "-id"], name="dormancybatch_proposed"),
        ]
        constraints = [
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=Q(
                    status__in=[BatchStatus.PROPOSED, BatchStatus.RETURNED],
                    approved_result__isnull=True,
                )
                | Q(
                    status__in=[BatchStatus.APPROVED, BatchStatus.DONE],
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                ),
                name="dormancybatch_carried_out_only_if_approved",
            ),
            CompositeForeignKey(
                name="dormancybatch_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number by which people call the batch."""
        return f"DB{self.pk:06d}"


class DormancyQuerySet(models.QuerySet["Dormancy"]):
    """Named filters of dormancies."""

    def open(self) -> "DormancyQuerySet":
        """Those in which nothing has ended yet."""
        return self.filter(status__in=OPEN_DORMANCY)


DormancyManager = models.Manager.from_queryset(DormancyQuerySet)


class Dormancy(StatusModel):
    """
    That one account was found dormant, what its operator was told, and what became of it.

    `idle_since` is the last login or publication, or the registration where there was neither.
    `clause` is the clause of the agreement that the operator accepted, in that version.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.DORMANCY
    frozen_fields = ("account", "sweep", "kind", "clause", "idle_since", "noticed_at", "return_by")

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="dormancies",
        verbose_name=_("account"),
    )
    sweep = models.ForeignKey(
        DormancySweep, on_delete=models.PROTECT, related_name="dormancies", verbose_name=_("sweep")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=DormancyKind.choices)
    clause = models.ForeignKey(
        Clause, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("clause")
    )
    idle_since = models.DateTimeField(_("not used since"))
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=DormancyStatus.choices,
        default=DormancyStatus.NOTICED,
        editable=False,
    )
    noticed_at = models.DateTimeField(_("operator told at"))
    return_by = models.DateTimeField(_("to return until"))
    suspended_at = models.DateTimeField(_("suspended at"), null=True, blank=True)
    terminate_from = models.DateTimeField(_("termination from"), null=True, blank=True)
    restriction = models.OneToOneField(
        Restriction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dormancy",
        verbose_name=_("restriction"),
    )
    batch = models.ForeignKey(
        DormancyBatch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dormancies",
        verbose_name=_("batch of terminations"),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = DormancyManager()
    history = track_history()

    class Meta:
        verbose_name = _("dormant account")
        verbose_name_plural = _("dormant accounts")
        permissions = [
            ("sweep_dormancy", "Can sweep for dormant accounts"),
            ("handle_dormancy", "Can take accounts out of dormancy"),
            ("undo_dormancy", "Can undo terminations for dormancy"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="dormancy_status"),
            models.Index(fields=["kind", "-id"], name="dormancy_kind"),
            models.Index(fields=["-noticed_at", "-id"], name="dormancy_told"),
            # What the days bring: whose notice, whose suspension is over.
            models.Index(
                fields=["return_by", "id"],
                condition=Q(status=DormancyStatus.NOTICED),
                name="dormancy_noticed",
            ),
            models.Index(
                fields=["terminate_from", "id"],
                condition=Q(status=DormancyStatus.SUSPENDED),
                name="dormancy_suspended",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(status__in=OPEN_DORMANCY),
                name="dormancy_one_open",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DormancyKind.values, status__in=DormancyStatus.values),
                name="dormancy_kind_and_status_known",
            ),
            models.CheckConstraint(
                condition=Q(return_by__gt=F("noticed_at")), name="dormancy_told_beforehand"
            ),
            models.CheckConstraint(
                condition=Q(suspended_at__isnull=True)
                | Q(suspended_at__gte=F("return_by"), terminate_from__gt=F("suspended_at")),
                name="dormancy_suspended_after_notice",
            ),
            models.CheckConstraint(
                condition=Q(status=DormancyStatus.NOTICED, suspended_at__isnull=True)
                | Q(status__in=[DormancyStatus.RETURNED, DormancyStatus.DROPPED])
                | Q(
                    status__in=[
                        DormancyStatus.SUSPENDED,
                        DormancyStatus.PROPOSED,
                        DormancyStatus.TERMINATED,
                        DormancyStatus.UNDONE,
                    ],
                    suspended_at__isnull=False,
                    restriction__isnull=False,
                ),
                name="dormancy_suspended_before_termination",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        DormancyStatus.PROPOSED,
                        DormancyStatus.TERMINATED,
                        DormancyStatus.UNDONE,
                    ],
                    batch__isnull=False,
                )
                | Q(
                    status__in=[
                        DormancyStatus.NOTICED,
                        DormancyStatus.SUSPENDED,
                        DormancyStatus.RETURNED,
                        DormancyStatus.DROPPED,
                    ],
                    batch__isnull=True,
                ),
                name="dormancy_ends_only_in_a_batch",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN_DORMANCY, ended_at__isnull=True)
                | ~Q(status__in=OPEN_DORMANCY) & Q(ended_at__isnull=False),
                name="dormancy_end_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number by which people call the dormancy of an account."""
        return self.reference_of(self.pk)

    @staticmethod
    def reference_of(number: int) -> str:
        """Return what the dormancy of a number is called."""
        return f"DM{number:08d}"

    @property
    def ground_ref(self) -> str:
        """What restriction and closure name as their ground."""
        return self.ground_ref_of(self.pk)

    @staticmethod
    def ground_ref_of(number: int) -> str:
        """Return what restriction and closure name as their ground, of the dormancy of a number."""
        return f"dormancy:{number}"
