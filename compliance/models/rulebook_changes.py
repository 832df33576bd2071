"""What is proposed about rule documents, what was withdrawn, and what was filed of them."""

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.models.matters import Proposal, ProposalResult
from compliance.models.rulebook import RuleDocument, RuleVersion
from compliance.models.staff import Person
from compliance.tables import TableKind


class ChangeKind(models.TextChoices):
    """What a change of a rule document is."""

    VERSION = "version", _("new version")
    WITHDRAWAL = "withdrawal", _("withdrawal of an announced version")


class RuleChangeQuerySet(models.QuerySet["RuleChange"]):
    """Named filters of changes."""

    def open(self) -> "RuleChangeQuerySet":
        """Changes that still wait for approval."""
        return self.filter(proposal__outcome__isnull=True)


RuleChangeManager = models.Manager.from_queryset(RuleChangeQuerySet)


class RuleChange(models.Model):
    """A proposal about a rule document: a new version, or the withdrawal of an announced one."""

    table_kind = TableKind.LOG

    document = models.ForeignKey(
        RuleDocument,
        on_delete=models.PROTECT,
        related_name="changes",
        verbose_name=_("rule document"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ChangeKind.choices)
    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.PROTECT,
        related_name="rule_change",
        verbose_name=_("proposal"),
    )
    withdraws = models.ForeignKey(
        RuleVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version to be withdrawn"),
    )

    objects = RuleChangeManager()

    class Meta:
        verbose_name = _("change of a rule document")
        verbose_name_plural = _("changes of rule documents")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.VERSION, withdraws__isnull=True)
                | Q(kind=ChangeKind.WITHDRAWAL, withdraws__isnull=False),
                name="rulechange_names_what_it_withdraws",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.get_kind_display()} #{self.pk}"


class RuleWithdrawal(models.Model):
    """That an announced version was withdrawn before its date; it never comes into force."""

    table_kind = TableKind.LOG

    version = models.OneToOneField(
        RuleVersion,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="withdrawal",
        verbose_name=_("rule version"),
    )
    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.PROTECT,
        related_name="rule_withdrawal",
        verbose_name=_("proposal"),
    )
    approved_result = models.CharField(
        max_length=12, choices=ProposalResult.choices, editable=False
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"))
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("withdrawal of a rule version")
        verbose_name_plural = _("withdrawals of rule versions")
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_result=ProposalResult.APPROVED),
                name="rulewithdrawal_only_if_approved",
            ),
            CompositeForeignKey(
                name="rulewithdrawal_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="rulewithdrawal_has_reason"),
        ]

    def __str__(self) -> str:
        return str(self.version_id)


class RuleFiling(models.Model):
    """That a version was handed in to the regulator: to whom, when, and exactly which bytes."""

    table_kind = TableKind.LOG

    version = models.ForeignKey(
        RuleVersion,
        on_delete=models.PROTECT,
        related_name="filings",
        verbose_name=_("rule version"),
    )
    filed_with = models.CharField(_("filed with"), max_length=120)
    filed_on = models.DateField(_("filed on"))
    filed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("filed by")
    )
    content = models.BinaryField(_("text that was filed"))
    sha256 = models.CharField(_("SHA-256 of the text"), max_length=64)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("filing of a rule version")
        verbose_name_plural = _("filings of rule versions")
        constraints = [
            models.CheckConstraint(condition=~Q(filed_with=""), name="rulefiling_says_with_whom"),
            models.CheckConstraint(
                condition=Q(
                    sha256=Func(
                        Func(F("content"), function="sha256", output_field=models.BinaryField()),
                        Value("hex"),
                        function="encode",
                        output_field=models.CharField(),
                    )
                ),
                name="rulefiling_digest_is_of_its_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.filed_on}"

    @property
    def is_receipted(self) -> bool:
        """Whether the regulator confirmed it."""
        return getattr(self, "receipt", None) is not None


class RuleFilingReceipt(models.Model):
    """The regulator's confirmation of a filing."""

    table_kind = TableKind.LOG

    filing = models.OneToOneField(
        RuleFiling,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="receipt",
        verbose_name=_("filing"),
    )
    receipt_number = models.CharField(_("receipt number"), max_length=80)
    received_on = models.DateField(_("received on"))
    recorded_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("receipt of a filed rule version")
        verbose_name_plural = _("receipts of filed rule versions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(receipt_number=""), name="rulefilingreceipt_has_number"
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_number
