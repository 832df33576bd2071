"""Rule documents with versions and clauses that decisions cite."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.history import track_history
from compliance.tables import TableKind
from compliance.workflow import VersionedModel


class DocumentKind(models.TextChoices):
    """What sort of rule document it is."""

    LAW = "law", _("law or regulation")
    MANAGEMENT_RULES = "management_rules", _("management rules")
    CONVENTION = "convention", _("platform convention")
    SERVICE_AGREEMENT = "service_agreement", _("service agreement")


class RuleDocument(VersionedModel):
    """A document whose clauses a decision may cite."""

    table_kind = TableKind.RECORD

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=24, choices=DocumentKind.choices)
    title = models.CharField(_("title"), max_length=200)

    history = track_history()

    class Meta:
        verbose_name = _("rule document")
        verbose_name_plural = _("rule documents")

    def __str__(self) -> str:
        return self.title


class RuleVersion(models.Model):
    """One version of a rule document, in force from a date on; its text never changes."""

    table_kind = TableKind.LOG

    document = models.ForeignKey(
        RuleDocument,
        on_delete=models.PROTECT,
        related_name="versions",
        verbose_name=_("rule document"),
    )
    label = models.CharField(_("version"), max_length=40)
    effective_date = models.DateField(_("in force from"))

    class Meta:
        verbose_name = _("rule version")
        verbose_name_plural = _("rule versions")
        constraints = [
            models.UniqueConstraint(fields=["document", "label"], name="ruleversion_label"),
            models.UniqueConstraint(
                fields=["document", "effective_date"], name="ruleversion_effective"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.label}"


class Clause(models.Model):
    """A clause of a rule version, as it is quoted to the person affected."""

    table_kind = TableKind.LOG

    rule_version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="clauses")
    number = models.CharField(_("clause"), max_length=40)
    text = models.TextField(_("text"))
    provision = models.CharField(_("provision"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        constraints = [
            models.UniqueConstraint(fields=["rule_version", "number"], name="clause_number"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_version} {self.number}"
