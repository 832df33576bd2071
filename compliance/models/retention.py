"""Pictures of identities whose time was over: what stays on record of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.models.evidence import EvidenceFile
from compliance.models.limits import TimeLimit
from compliance.tables import TableKind


class RetentionErasure(models.Model):
    """That a picture of an identity was erased because its time was over, and by which limit."""

    table_kind = TableKind.LOG

    file = models.OneToOneField(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="retention_erasure",
        verbose_name=_("evidence file"),
    )
    # When the result was there that the picture was needed for.
    settled_at = models.DateTimeField(_("result since"))
    limit = models.ForeignKey(
        TimeLimit, on_delete=models.PROTECT, related_name="+", verbose_name=_("time limit")
    )
    copies = models.PositiveSmallIntegerField(_("copies erased with it"))
    at = models.DateTimeField(_("at"), editable=False)

    class Meta:
        verbose_name = _("erasure of an identity picture")
        verbose_name_plural = _("erasures of identity pictures")
        constraints = [
            # What an erased file refers to: the erasure of this file and of no other.
            models.UniqueConstraint(fields=["id", "file"], name="retentionerasure_key"),
        ]

    def __str__(self) -> str:
        return str(self.file)
