"""Subjects: who runs accounts, and how their identity was verified."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.enums import IdType, SubjectNature
from compliance.history import track_history
from compliance.models import DataKey, IdentityValue
from compliance.tables import TableKind
from compliance.workflow import VersionedModel


class Subject(VersionedModel):
    """
    A person or body that runs accounts, known by one document or code.

    Its identity data stands in identity values under a key of its own; an organisation's name and
    code are public and stand here.
    """

    table_kind = TableKind.RECORD

    key = models.OneToOneField(DataKey, on_delete=models.PROTECT, related_name="subject")
    nature = models.CharField(_("nature"), max_length=24, choices=SubjectNature.choices, blank=True)
    id_type = models.CharField(
        _("document type"), max_length=32, choices=IdType.choices, blank=True
    )
    id_number = models.ForeignKey(
        IdentityValue,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("document number"),
    )
    name = models.ForeignKey(
        IdentityValue, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("name")
    )
    organisation_name = models.CharField(_("name of the organisation"), max_length=200, blank=True)
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    is_minor = models.BooleanField(_("minor"), default=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    history = track_history()

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        indexes = [
            models.Index(fields=["uscc"], name="subject_uscc"),
            models.Index(
                fields=["organisation_name", "id"],
                condition=~models.Q(organisation_name=""),
                name="subject_organisation_name",
            ),
            # One for each filter of the list, whose pages go by the number from the newest.
            models.Index(fields=["nature", "-id"], name="subject_nature"),
            models.Index(fields=["id_type", "-id"], name="subject_id_type"),
            models.Index(fields=["-id"], condition=models.Q(is_minor=True), name="subject_minor"),
        ]

    def __str__(self) -> str:
        return self.shown_name or f"#{self.pk}"

    @property
    def shown_name(self) -> str:
        """The organisation's name, or what may be shown of a person's."""
        if self.organisation_name:
            return self.organisation_name
        return self.name.masked if self.name is not None else ""


class RealNameVerification(models.Model):
    """One answer of a verification provider about one method; a record of fact."""

    table_kind = TableKind.LOG

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="verifications")
    application = models.ForeignKey(
        "accounts.Application", on_delete=models.PROTECT, related_name="verifications"
    )
    method = models.CharField(_("method"), max_length=40)
    is_verified = models.BooleanField(_("verified"))
    provider = models.CharField(_("provider"), max_length=40)
    reference = models.CharField(_("provider's reference"), max_length=80, blank=True)
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("real-name verification")
        verbose_name_plural = _("real-name verifications")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "method", "at"], name="verification_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method}: {self.is_verified}"
