"""What is noticed about an account, and open matters that block what its operator wishes."""

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.enums import FindingKind, FindingStatus, HoldKind
from accounts.models.accounts import PublicAccount
from compliance.history import track_history
from compliance.models import Person, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel, VersionedModel

FINDING_PREFIX = "FX"

# What figures of findings are called; each part of the product names its own when apps are ready.
_figure_labels: dict[str, str | Promise] = {}


def name_figure(code: str, label: str | Promise) -> None:
    """Give a figure of findings its name on the screens; called when apps are ready."""
    _figure_labels[code] = label


class FindingQuerySet(models.QuerySet["Finding"]):
    """Named filters of findings."""

    def open(self) -> "FindingQuerySet":
        """Findings that still wait for somebody."""
        return self.filter(status=FindingStatus.OPEN)


FindingManager = models.Manager.from_queryset(FindingQuerySet)


class Finding(StatusModel):
    """
    Something noticed about an account that a person has to look at; by itself it changes nothing.

    `ground_ref` is what it rests on ("correction:5"), `taken_up_as` what became of it ("case:7").
    `facts` and `figures` hold no identity data.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.FINDING
    frozen_fields = ("account", "kind", "facts", "figures", "ground_ref", "found_at", "work_item")

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="findings",
        verbose_name=_("account"),
    )
    kind = models.CharField(_("kind"), max_length=24, choices=FindingKind.choices)
    facts = models.TextField(_("what was found"))
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    ground_ref = models.CharField(_("reference of the ground"), max_length=60)
    found_at = models.DateTimeField(_("found at"))
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=FindingStatus.choices,
        default=FindingStatus.OPEN,
        editable=False,
    )
    work_item = models.OneToOneField(WorkItem, on_delete=models.PROTECT, related_name="finding")
    taken_up_as = models.CharField(_("taken up as"), max_length=60, blank=True)
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_findings",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = FindingManager()
    history = track_history()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        permissions = [
            ("record_finding", "Can record findings"),
            ("handle_finding", "Can handle findings"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="finding_account"),
            models.Index(fields=["status", "-id"], name="finding_status"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["kind", "-id"], name="finding_kind"),
            models.Index(fields=["-found_at", "-id"], name="finding_found"),
            models.Index(fields=["ground_ref"], name="finding_ground_ref"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "ground_ref"],
                condition=Q(status=FindingStatus.OPEN),
                name="finding_one_open",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=FindingKind.values, status__in=FindingStatus.values),
                name="finding_kind_and_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(facts="") & ~Q(ground_ref=""), name="finding_has_facts_and_ground"
            ),
            models.CheckConstraint(
                condition=Q(
                    status=FindingStatus.OPEN, decided_by__isnull=True, decided_at__isnull=True
                )
                | ~Q(status=FindingStatus.OPEN)
                & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="finding_decision_has_person",
            ),
            models.CheckConstraint(
                condition=Q(status=FindingStatus.TAKEN_UP) & ~Q(taken_up_as="")
                | ~Q(status=FindingStatus.TAKEN_UP) & Q(taken_up_as=""),
                name="finding_taken_up_as_something",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call the finding."""
        return f"{FINDING_PREFIX}{self.pk:08d}"

    @property
    def shown_figures(self) -> list[tuple[str, str]]:
        """Return the figures with their names; one that nobody named by its code."""
        return [
            (str(_figure_labels.get(code, code)), str(value))
            for code, value in self.figures.items()
        ]


class HoldQuerySet(models.QuerySet["Hold"]):
    """Named filters of holds."""

    def in_force(self) -> "HoldQuerySet":
        """Holds that nothing has released."""
        return self.filter(released_at__isnull=True)


HoldManager = models.Manager.from_queryset(HoldQuerySet)


class Hold(VersionedModel):
    """An open matter that blocks a transfer of the account, or closing it at the operator's wish."""

    table_kind = TableKind.RECORD
    frozen_fields = ("account", "kind", "ground_ref", "placed_at")

    account = models.ForeignKey(
        PublicAccount, on_delete=models.PROTECT, related_name="holds", verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=HoldKind.choices)
    ground_ref = models.CharField(_("reference of the ground"), max_length=60)
    placed_at = models.DateTimeField(_("since"))
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    objects = HoldManager()
    history = track_history()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        indexes = [
            models.Index(fields=["account", "-id"], name="hold_account"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["kind", "-id"], name="hold_kind"),
            models.Index(fields=["-placed_at", "-id"], name="hold_placed"),
            models.Index(fields=["ground_ref"], name="hold_ground_ref"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "ground_ref"],
                condition=Q(released_at__isnull=True),
                name="hold_one_in_force",
            ),
            models.CheckConstraint(condition=Q(kind__in=HoldKind.values), name="hold_kind_known"),
            models.CheckConstraint(condition=~Q(ground_ref=""), name="hold_has_ground"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.ground_ref}"
