"""Keyed digests by which complaints are found again: never in a table with history."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.tables import TableKind
from enforcement.models.complaints import Complaint


class ComplaintCode(models.Model):
    """
    The code by which a complaint is followed: a keyed digest of it, never the code.

    A table without history: no other row copies what could be tried against a key that leaked.
    """

    table_kind = TableKind.LOG

    complaint = models.OneToOneField(
        Complaint, on_delete=models.PROTECT, related_name="code", verbose_name=_("complaint")
    )
    digest = models.BinaryField(_("digest of the code"), max_length=32, unique=True)
    opens_until = models.DateTimeField(_("opens until"))

    class Meta:
        verbose_name = _("code of a complaint")
        verbose_name_plural = _("codes of complaints")

    def __str__(self) -> str:
        return f"#{self.pk}"


class ComplaintLikeness(models.Model):
    """A keyed digest of who complains of what about whom, by which the same is known again."""

    table_kind = TableKind.LOG

    complaint = models.OneToOneField(
        Complaint, on_delete=models.PROTECT, related_name="likeness", verbose_name=_("complaint")
    )
    digest = models.BinaryField(_("digest"), max_length=32)

    class Meta:
        verbose_name = _("likeness of a complaint")
        verbose_name_plural = _("likenesses of complaints")
        indexes = [models.Index(fields=["digest"], name="complaintlikeness_digest")]

    def __str__(self) -> str:
        return f"#{self.pk}"
