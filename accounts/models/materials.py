"""What applicants supplied on the public response page."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.applications import Application
from compliance.models import EvidenceFile, ResponseReceipt
from compliance.tables import TableKind


class ApplicationMaterial(models.Model):
    """That a file belongs to an application, with the answer that it came with."""

    table_kind = TableKind.LOG

    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        related_name="materials",
        verbose_name=_("application"),
    )
    file = models.OneToOneField(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="application_material",
        verbose_name=_("evidence file"),
    )
    receipt = models.ForeignKey(
        ResponseReceipt,
        on_delete=models.PROTECT,
        related_name="application_materials",
        verbose_name=_("receipt of an answer"),
    )
    # The words of the answer are kept as a file too: encrypted, and gone when it is erased.
    is_statement = models.BooleanField(_("words of the applicant"), default=False)
    attached_at = models.DateTimeField(_("attached at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("material of an application")
        verbose_name_plural = _("materials of applications")

    def __str__(self) -> str:
        return f"{self.application_id} {self.file_id}"
