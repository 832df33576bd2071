"""Rule documents with versions and clauses that decisions cite, and published time limits."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.history import track_history
from compliance.provisions import Provision
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
        indexes = [models.Index(fields=["number", "-id"], name="clause_by_number")]

    def __str__(self) -> str:
        return f"{self.rule_version} {self.number}"


class LimitUnit(models.TextChoices):
    """In what a time limit is counted."""

    HOUR = "hour", _("hours")
    DAY = "day", _("calendar days")
    WORKING_DAY = "working_day", _("working days")


# Where no article names a number.
PLATFORM_DEFAULT = "platform-default"
STEP_LABELS: dict[str, Promise] = {
    "application_review": _("review of an application"),
    "application_material": _("supply of material by the applicant"),
    "proposal_approval": _("approval of a proposal"),
    "case_decision": _("decision on a case"),
    "hearing_window": _("statement of the operator"),
    "regulator_report": _("report of a decision to the regulator"),
    "appeal_window": _("appeal"),
    "appeal_window_warning": _("appeal against a warning"),
    "filing_release": _("release of a filing"),
}


class TimeLimit(models.Model):
    """A time limit for a step of the work, from a date on; a change is a new row."""

    table_kind = TableKind.LOG

    code = models.CharField(_("step"), max_length=60)
    amount = models.PositiveSmallIntegerField(_("amount"))
    unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices)
    provision = models.CharField(_("provision"), max_length=60)
    effective_from = models.DateTimeField(_("in force from"))

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        constraints = [
            models.UniqueConstraint(fields=["code", "effective_from"], name="timelimit_effective"),
        ]

    def __str__(self) -> str:
        return f"{self.step_label}: {self.amount} {self.get_unit_display()}"

    @property
    def step_label(self) -> str:
        """Return the step in words; a step of a later version than ours by its code."""
        return str(STEP_LABELS.get(self.code, self.code))

    @property
    def provision_label(self) -> str:
        """Return in words where the limit comes from."""
        if self.provision == PLATFORM_DEFAULT:
            return gettext("set by the platform")
        return str(dict(Provision.choices).get(self.provision, self.provision))
