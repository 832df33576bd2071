"""What guardians agree to for minors who apply for an account, and that they take it back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.enums import ApplicationSource, IdType
from accounts.guardian_words import GuardianRelation, WithdrawalStatus
from accounts.models.accounts import Restriction
from accounts.models.applications import Application
from compliance.history import track_history
from compliance.models import EvidenceFile, IdentityValue, Person, ResponseReceipt, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel


class GuardianConsent(models.Model):
    """
    That a guardian agreed to a minor's account, and whether their identity was verified; a fact.

    Their particulars lie under the key of the minor's subject. Taken back it is by a
    `GuardianWithdrawal`, never by a change here.
    """

    table_kind = TableKind.LOG

    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        related_name="guardian_consents",
        verbose_name=_("application"),
    )
    relation = models.CharField(_("relation"), max_length=20, choices=GuardianRelation.choices)
    name = models.ForeignKey(
        IdentityValue, on_delete=models.PROTECT, related_name="+", verbose_name=_("name")
    )
    id_type = models.CharField(_("document type"), max_length=32, choices=IdType.choices)
    id_number = models.ForeignKey(
        IdentityValue, on_delete=models.PROTECT, related_name="+", verbose_name=_("document number")
    )
    mobile = models.ForeignKey(
        IdentityValue, on_delete=models.PROTECT, related_name="+", verbose_name=_("mobile number")
    )
    declaration = models.CharField(_("version of the declaration"), max_length=20)
    provider = models.CharField(_("provider"), max_length=40)
    methods_passed = models.JSONField(_("methods passed"), default=list)
    is_verified = models.BooleanField(_("identity verified"))
    source = models.CharField(_("source"), max_length=12, choices=ApplicationSource.choices)
    receipt = models.OneToOneField(
        ResponseReceipt,
        on_delete=models.PROTECT,
        null=True,
        related_name="guardian_consent",
        verbose_name=_("receipt of an answer"),
    )
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("consent of a guardian")
        verbose_name_plural = _("consents of guardians")
        indexes = [
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["is_verified", "-id"], name="guardianconsent_verified"),
            models.Index(fields=["relation", "-id"], name="guardianconsent_relation"),
            models.Index(fields=["-given_at", "-id"], name="guardianconsent_given"),
        ]
        constraints = [
            # What an approved application refers to.
            models.UniqueConstraint(fields=["id", "application"], name="guardianconsent_key"),
            models.CheckConstraint(
                condition=Q(relation__in=GuardianRelation.values),
                name="guardianconsent_relation_known",
            ),
            models.CheckConstraint(
                condition=~Q(declaration=""), name="guardianconsent_names_declaration"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class GuardianDocument(models.Model):
    """That a file shows that somebody is the guardian of a minor."""

    table_kind = TableKind.LOG

    consent = models.ForeignKey(
        GuardianConsent,
        on_delete=models.PROTECT,
        related_name="documents",
        verbose_name=_("consent of a guardian"),
    )
    file = models.OneToOneField(
        EvidenceFile,
        on_delete=models.PROTECT,
        related_name="guardian_document",
        verbose_name=_("evidence file"),
    )

    class Meta:
        verbose_name = _("document of a guardian")
        verbose_name_plural = _("documents of guardians")

    def __str__(self) -> str:
        return f"{self.consent_id} {self.file_id}"


class GuardianWithdrawal(StatusModel):
    """That a guardian took a consent back: the service rests until somebody decides."""

    table_kind = TableKind.RECORD
    workflow = workflows.GUARDIAN_WITHDRAWAL
    frozen_fields = ("consent", "source", "receipt", "received_at", "restriction")

    consent = models.OneToOneField(
        GuardianConsent,
        on_delete=models.PROTECT,
        related_name="withdrawal",
        verbose_name=_("consent of a guardian"),
    )
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=WithdrawalStatus.choices,
        default=WithdrawalStatus.OPEN,
        editable=False,
    )
    source = models.CharField(_("source"), max_length=12, choices=ApplicationSource.choices)
    receipt = models.OneToOneField(
        ResponseReceipt,
        on_delete=models.PROTECT,
        null=True,
        related_name="guardian_withdrawal",
        verbose_name=_("receipt of an answer"),
    )
    received_at = models.DateTimeField(_("received at"))
    restriction = models.OneToOneField(
        Restriction,
        on_delete=models.PROTECT,
        related_name="guardian_withdrawal",
        verbose_name=_("restriction"),
    )
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, related_name="guardian_withdrawal"
    )
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="decided_guardian_withdrawals",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    history = track_history()

    class Meta:
        verbose_name = _("withdrawal of a guardian’s consent")
        verbose_name_plural = _("withdrawals of guardians’ consents")
        permissions = [
            ("record_guardian_withdrawal", "Can record that a guardian takes a consent back"),
            ("decide_guardian_withdrawal", "Can decide after a guardian took a consent back"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="guardianwithdrawal_status"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["-received_at", "-id"], name="guardianwithdrawal_received"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=WithdrawalStatus.values),
                name="guardianwithdrawal_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status=WithdrawalStatus.OPEN)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="guardianwithdrawal_has_decider",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
