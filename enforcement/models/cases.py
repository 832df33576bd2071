"""Cases: what is looked into about an account, with the evidence as it was on arrival."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import PublicAccount
from compliance.history import track_history
from compliance.models import Matter, Person, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from enforcement import workflows
from enforcement.enums import CaseSource, CaseStatus

NUMBER_PREFIX = "AJ"


class Case(StatusModel):
    """The root of enforcement: one matter about one account."""

    table_kind = TableKind.RECORD
    workflow = workflows.CASE
    frozen_fields = ("account", "source", "opened_by", "matter")

    account = models.ForeignKey(
        PublicAccount, on_delete=models.PROTECT, related_name="cases", verbose_name=_("account")
    )
    source = models.CharField(_("source"), max_length=12, choices=CaseSource.choices)
    # The letter of an authority, the number of a complaint: what the source is called there.
    source_ref = models.CharField(_("reference of the source"), max_length=80, blank=True)
    summary = models.TextField(_("what is to be looked into"))
    content_ref = models.CharField(
        _("number or address of the content"), max_length=400, blank=True
    )
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=CaseStatus.choices,
        default=CaseStatus.OPEN,
        editable=False,
    )
    opened_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="opened_cases", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="+")
    # A new item each time the case waits for a decision; the earlier ones stay closed.
    work_item = models.OneToOneField(WorkItem, on_delete=models.PROTECT, related_name="case")

    history = track_history()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [
            ("open_case", "Can open and work on cases"),
            ("close_case", "Can close cases"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="case_account"),
            models.Index(fields=["status", "-id"], name="case_status"),
            # One for each filter of the list, whose pages go by the number from the newest.
            models.Index(fields=["source", "-id"], name="case_source"),
            models.Index(fields=["-opened_at", "-id"], name="case_opened"),
        ]
        constraints = [
            # What a decision copies, so that it cannot be about another account.
            models.UniqueConstraint(fields=["id", "account"], name="case_account_key"),
            models.CheckConstraint(condition=~Q(summary=""), name="case_has_summary"),
            models.CheckConstraint(
                condition=~Q(source=CaseSource.AUTHORITY) | ~Q(source_ref=""),
                name="case_of_authority_has_letter",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call the case."""
        return f"{NUMBER_PREFIX}{self.pk:08d}"


class CaseSnapshot(models.Model):
    """The account as it was when the case was opened; canonical JSON with its digest."""

    table_kind = TableKind.LOG

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="snapshots")
    content = models.TextField(_("content"))
    sha256 = models.CharField("SHA-256", max_length=64)
    taken_at = models.DateTimeField(_("taken at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")

    def __str__(self) -> str:
        return self.sha256[:12]
