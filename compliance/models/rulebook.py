"""Rule documents with versions and clauses that decisions cite."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.history import CurrentTransaction, TransactionIdField, track_history
from compliance.models.matters import Proposal, ProposalResult
from compliance.tables import TableKind
from compliance.workflow import VersionedModel


class DocumentKind(models.TextChoices):
    """What sort of rule document it is; the last nine are the management systems of art. 6 §1."""

    LAW = "law", _("law or regulation")
    MANAGEMENT_RULES = "management_rules", _("management rules")
    CONVENTION = "convention", _("platform convention")
    SERVICE_AGREEMENT = "service_agreement", _("service agreement")
    ACCOUNT_REGISTRATION = "account_registration", _("system for account registration")
    CONTENT_SECURITY = "content_security", _("system for information content security")
    ECOLOGY_GOVERNANCE = "ecology_governance", _("system for ecology governance")
    EMERGENCY_RESPONSE = "emergency_response", _("system for emergency response")
    NETWORK_SECURITY = "network_security", _("system for network security")
    DATA_SECURITY = "data_security", _("system for data security")
    PERSONAL_INFORMATION = "personal_information", _("system for personal-information protection")
    INTELLECTUAL_PROPERTY = "intellectual_property", _("system for intellectual property")
    CREDIT_EVALUATION = "credit_evaluation", _("system for credit evaluation")


# Public Account Provisions, art. 6 §1: the systems that a platform has.
MANAGEMENT_SYSTEMS = (
    DocumentKind.ACCOUNT_REGISTRATION,
    DocumentKind.CONTENT_SECURITY,
    DocumentKind.ECOLOGY_GOVERNANCE,
    DocumentKind.EMERGENCY_RESPONSE,
    DocumentKind.NETWORK_SECURITY,
    DocumentKind.DATA_SECURITY,
    DocumentKind.PERSONAL_INFORMATION,
    DocumentKind.INTELLECTUAL_PROPERTY,
    DocumentKind.CREDIT_EVALUATION,
)
# Art. 6 §2 and art. 7 §3: what is published, agreed to, and filed with the regulator.
FILED_KINDS = (
    DocumentKind.MANAGEMENT_RULES,
    DocumentKind.CONVENTION,
    DocumentKind.SERVICE_AGREEMENT,
)
# What a decision on an account may rest on; the systems bind the platform itself.
CITED_KINDS = (DocumentKind.LAW, *FILED_KINDS)
# There may be many of these, and one of every other kind.
MANY_OF_A_KIND = (DocumentKind.LAW, DocumentKind.MANAGEMENT_RULES)
# An address below the rules that is no document.
TAKEN_CODES = ("time-limits",)


class RuleDocument(VersionedModel):
    """A document whose clauses a decision may cite, or a system that the platform must have."""

    table_kind = TableKind.RECORD
    frozen_fields = ("code", "kind", "is_public")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=24, choices=DocumentKind.choices)
    title = models.CharField(_("title"), max_length=200)
    is_public = models.BooleanField(_("published"), default=True)

    history = track_history()

    class Meta:
        verbose_name = _("rule document")
        verbose_name_plural = _("rule documents")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="ruledocument_kind_known"
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=~Q(kind__in=MANY_OF_A_KIND),
                name="ruledocument_one_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=CITED_KINDS) | Q(is_public=True),
                name="ruledocument_rules_are_public",
            ),
            models.CheckConstraint(
                condition=~Q(code__in=TAKEN_CODES), name="ruledocument_code_is_free"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RuleVersionQuerySet(models.QuerySet["RuleVersion"]):
    """Named filters of rule versions."""

    def standing(self) -> "RuleVersionQuerySet":
        """Versions that were not withdrawn before their date."""
        return self.filter(withdrawal__isnull=True)

    def in_force(self, day: date) -> "RuleVersionQuerySet":
        """The one version of each document that is in force on `day`; no job has to run."""
        newest = (
            self.model._default_manager.filter(withdrawal__isnull=True, effective_date__lte=day)
            .order_by("document_id", "-effective_date")
            .distinct("document_id")
        )
        return self.filter(pk__in=newest.values("pk"))

    def announced(self, day: date) -> "RuleVersionQuerySet":
        """Versions that will come into force after `day`."""
        return self.standing().filter(effective_date__gt=day)


RuleVersionManager = models.Manager.from_queryset(RuleVersionQuerySet)


class RuleVersion(models.Model):
    """
    One version of a rule document, in force from a date on; its text never changes.

    It is inserted when its proposal is approved, and announced with that; versions without a
    proposal were laid by a migration. A trigger of the database holds what was approved, the days
    between announcement and date, and the order of dates (`heyan_rule_version_in_order`).
    """

    table_kind = TableKind.LOG

    document = models.ForeignKey(
        RuleDocument,
        on_delete=models.PROTECT,
        related_name="versions",
        verbose_name=_("rule document"),
    )
    label = models.CharField(_("version"), max_length=40)
    effective_date = models.DateField(_("in force from"))
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True)
    change_summary = models.TextField(_("what changes"), blank=True, default="")
    # For a service agreement: the last day on which operators may still work under the old one.
    accept_until = models.DateField(_("to be accepted until"), null=True, blank=True)
    clauses_sha256 = models.CharField(
        _("SHA-256 of the clauses"), max_length=64, blank=True, default=""
    )
    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rule_version",
        verbose_name=_("proposal"),
    )
    approved_result = models.CharField(
        max_length=12, choices=ProposalResult.choices, null=True, editable=False
    )
    transaction_id = TransactionIdField(db_default=CurrentTransaction(), editable=False)

    objects = RuleVersionManager()

    class Meta:
        verbose_name = _("rule version")
        verbose_name_plural = _("rule versions")
        permissions = [
            ("propose_rule", "Can propose versions of rule documents"),
            ("approve_rule", "Can approve versions of rule documents"),
            ("approve_rule_as_officer", "Can approve rule versions as compliance officer"),
            ("file_rule", "Can record filings of rule documents"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["document", "label"], name="ruleversion_label"),
            models.UniqueConstraint(
                fields=["document", "effective_date"], name="ruleversion_effective"
            ),
            models.CheckConstraint(
                condition=Q(
                    proposal__isnull=True, approved_result__isnull=True, announced_at__isnull=True
                )
                | Q(
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                    announced_at__isnull=False,
                ),
                name="ruleversion_announced_only_if_approved",
            ),
            CompositeForeignKey(
                name="ruleversion_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            models.CheckConstraint(
                condition=Q(accept_until__isnull=True) | Q(accept_until__gte=F("effective_date")),
                name="ruleversion_accepted_after_its_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.label}"


class Clause(models.Model):
    """A clause of a rule version, as it is quoted to the person affected."""

    table_kind = TableKind.LOG

    rule_version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="clauses")
    # From 1 on; clauses that a migration laid have none and stand as they were laid.
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    chapter = models.CharField(_("chapter"), max_length=120, blank=True, default="")
    number = models.CharField(_("clause"), max_length=40)
    heading = models.CharField(_("heading"), max_length=120, blank=True, default="")
    text = models.TextField(_("text"))
    provision = models.CharField(_("provision"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        constraints = [
            models.UniqueConstraint(fields=["rule_version", "number"], name="clause_number"),
            models.UniqueConstraint(
                fields=["rule_version", "position"],
                condition=Q(position__gt=0),
                name="clause_position",
            ),
        ]
        indexes = [models.Index(fields=["number", "-id"], name="clause_by_number")]

    def __str__(self) -> str:
        return f"{self.rule_version} {self.number}"
