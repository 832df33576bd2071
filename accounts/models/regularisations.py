"""Transfers made without approval: the time in which one may be put in order."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.models.accounts import PublicAccount, Restriction
from accounts.models.findings import Finding
from accounts.models.transfers import Transfer
from accounts.transfer_words import RegularisationStatus
from compliance.history import track_history
from compliance.models import Clock
from compliance.tables import TableKind
from compliance.workflow import StatusModel

# 补办: the two letters of the number by which people call one.
REGULARISATION_PREFIX: Final = "BB"


class Regularisation(StatusModel):
    """
    The time in which a transfer made without approval may be applied for; service rests meanwhile.

    `transfer` is the one by which it was regularised.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.REGULARISATION
    frozen_fields = ("account", "finding", "restriction", "opened_at")

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="regularisations",
        verbose_name=_("account"),
    )
    finding = models.OneToOneField(
        Finding,
        on_delete=models.PROTECT,
        related_name="regularisation",
        verbose_name=_("finding"),
    )
    restriction = models.OneToOneField(
        Restriction,
        on_delete=models.PROTECT,
        related_name="regularisation",
        verbose_name=_("restriction"),
    )
    # A new one where the notice did not arrive in time.
    clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, editable=False, related_name="regularisation"
    )
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=RegularisationStatus.choices,
        default=RegularisationStatus.OPEN,
        editable=False,
    )
    transfer = models.ForeignKey(
        Transfer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="regularises",
        verbose_name=_("transfer"),
    )
    opened_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("transfer without approval")
        verbose_name_plural = _("transfers without approval")
        permissions = [
            ("handle_regularisation", "Can act on transfers without approval"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="regularisation_account"),
            models.Index(fields=["status", "-id"], name="regularisation_status"),
            models.Index(fields=["-opened_at", "-id"], name="regularisation_opened"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(status=RegularisationStatus.OPEN),
                name="regularisation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(status__in=RegularisationStatus.values),
                name="regularisation_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status=RegularisationStatus.REGULARISED, transfer__isnull=False)
                | ~Q(status=RegularisationStatus.REGULARISED) & Q(transfer__isnull=True),
                name="regularisation_names_its_transfer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.account.name}"

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{REGULARISATION_PREFIX}{self.pk:08d}"

    @property
    def ground_ref(self) -> str:
        """By what restrictions and findings that rest on it name it."""
        return f"regularisation:{self.pk}"
