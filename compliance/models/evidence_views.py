"""Who was shown what of evidence, and what of minors somebody asks to be shown."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.models.evidence import EvidenceFile, Sensitivity
from compliance.models.matters import Proposal, ProposalResult
from compliance.models.staff import Person
from compliance.tables import TableKind


class ViewedPart(models.TextChoices):
    """What of a file somebody was shown."""

    COPY = "copy", _("the copy")
    ORIGINAL = "original", _("the original")


class RequestedPicture(models.Model):
    """That a proposal asks to be shown this file, a picture of a document of a minor."""

    table_kind = TableKind.LOG

    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.PROTECT,
        related_name="requested_pictures",
        verbose_name=_("proposal"),
    )
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="requests")

    class Meta:
        verbose_name = _("picture asked for")
        verbose_name_plural = _("pictures asked for")
        constraints = [
            # What a look refers to, so that nothing is shown that nobody asked for.
            models.UniqueConstraint(fields=["proposal", "file"], name="requestedpicture_key"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.file_id}"


class EvidenceView(models.Model):
    """
    That a person was shown sensitive evidence, or took an original out, when and why.

    A picture of a document of a minor by a proposal that somebody else approved, each part once.
    """

    table_kind = TableKind.LOG

    file = models.ForeignKey(
        EvidenceFile, on_delete=models.PROTECT, related_name="views", verbose_name=_("file")
    )
    part = models.CharField(_("what was shown"), max_length=8, choices=ViewedPart.choices)
    number = models.PositiveSmallIntegerField(_("number of the copy"), null=True, blank=True)
    sensitivity = models.CharField(_("sensitivity"), max_length=20, choices=Sensitivity.choices)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="evidence_views", verbose_name=_("person")
    )
    reason = models.TextField(_("reason"))
    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.PROTECT,
        null=True,
        related_name="evidence_views",
        editable=False,
        verbose_name=_("proposal"),
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("look at evidence")
        verbose_name_plural = _("looks at evidence")
        indexes = [
            models.Index(fields=["person", "at"], name="evidenceview_person_at"),
            models.Index(fields=["file", "at"], name="evidenceview_file_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="evidenceview_has_reason"),
            models.CheckConstraint(
                condition=Q(part=ViewedPart.COPY, number__isnull=False)
                | Q(part=ViewedPart.ORIGINAL, number__isnull=True),
                name="evidenceview_part",
            ),
            models.CheckConstraint(
                condition=Q(proposal__isnull=True, approved_result__isnull=True)
                | Q(
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                ),
                name="evidenceview_only_if_approved",
            ),
            CompositeForeignKey(
                name="evidenceview_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            CompositeForeignKey(
                name="evidenceview_was_asked_for",
                fields=["proposal", "file"],
                to="compliance.RequestedPicture",
                to_fields=["proposal", "file"],
            ),
            models.UniqueConstraint(
                fields=["proposal", "file", "part", "number"],
                condition=Q(proposal__isnull=False),
                nulls_distinct=False,
                name="evidenceview_once_an_approval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.file_id}"
