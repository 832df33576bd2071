"""Evidence of a case: which files were attached to it; never detached, never exchanged."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.models import EvidenceFile, Person
from compliance.tables import TableKind
from enforcement.models.cases import Case


class CaseEvidence(models.Model):
    """That a file belongs to a case, what it shows, and who attached it."""

    table_kind = TableKind.LOG

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("case")
    )
    file = models.OneToOneField(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="case_evidence",
        verbose_name=_("evidence file"),
    )
    shows = models.TextField(_("what it shows"))
    attached_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("attached by")
    )
    attached_at = models.DateTimeField(_("attached at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("evidence of a case")
        verbose_name_plural = _("evidence of cases")
        permissions = [("attach_evidence", "Can attach evidence to a case")]
        constraints = [
            models.CheckConstraint(condition=~Q(shows=""), name="caseevidence_says_what_it_shows"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.file}"
