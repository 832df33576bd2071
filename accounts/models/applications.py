"""Applications for an account, as the platform sent them, and what was found about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.enums import (
    ApplicationSource,
    ApplicationStatus,
    Category,
    CheckCode,
    CheckOutcome,
    IdType,
    QualificationType,
    SubjectNature,
)
from accounts.models.formulas import Policy
from accounts.models.subjects import Subject
from accounts.repudiation_words import RepudiationStatus
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Clock, IdentityValue, Matter, Person, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Named filters of applications."""

    def counting(self) -> ApplicationQuerySet:
        """Applications that take a place under the cap of their subject."""
        return self.standing_in_the_name().filter(
            status__in=[ApplicationStatus.APPROVED, ApplicationStatus.IN_REVIEW]
        )

    def standing_in_the_name(self) -> ApplicationQuerySet:
        """Applications but those whose account has left the name that they gave."""
        return self.exclude(account__repudiations__status=RepudiationStatus.UPHELD)

    def with_identity(self) -> ApplicationQuerySet:
        """Applications with the masked forms of their identity data, for a page about one."""
        return self.select_related(
            "subject",
            "subject_name",
            "id_number",
            "mobile",
            "contact",
            "professional_background",
            "qualification_number",
        )

    def open(self) -> ApplicationQuerySet:
        """Applications on which nothing was decided yet."""
        return self.filter(
            status__in=[
                ApplicationStatus.SUBMITTED,
                ApplicationStatus.IN_REVIEW,
                ApplicationStatus.WAITING_MATERIAL,
            ]
        )


ApplicationManager = models.Manager.from_queryset(ApplicationQuerySet)


def _identity(label: StrPromise) -> models.ForeignKey:
    return models.ForeignKey(
        IdentityValue, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=label
    )


class Application(StatusModel):
    """
    One application for one account.

    What was declared stands here or, where it is identity data, behind references to identity
    values; `content_digest` is a keyed digest by which the same application is known again.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.APPLICATION
    frozen_fields = (
        "platform_uid",
        "content_digest",
        "applied_at",
        "account_name",
        "bio",
        "subject",
    )

    platform_uid = models.CharField(
        _("account number of the platform"), max_length=100, unique=True
    )
    status = models.CharField(
        _("state"),
        max_length=20,
        choices=ApplicationStatus.choices,
        default=ApplicationStatus.SUBMITTED,
        editable=False,
    )
    source = models.CharField(_("source"), max_length=12, choices=ApplicationSource.choices)
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="applications", verbose_name=_("subject")
    )
    account_name = models.CharField(_("account name"), max_length=200, blank=True)
    folded_name = models.CharField(_("folded name"), max_length=400, blank=True, editable=False)
    bio = models.TextField(_("introduction"), blank=True)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices, blank=True)
    subject_nature = models.CharField(
        _("nature"), max_length=24, choices=SubjectNature.choices, blank=True
    )
    organisation_name = models.CharField(_("name of the organisation"), max_length=200, blank=True)
    subject_name = _identity(_("name"))
    id_type = models.CharField(
        _("document type"), max_length=32, choices=IdType.choices, blank=True
    )
    id_number = _identity(_("document number"))
    mobile = _identity(_("mobile number"))
    contact = _identity(_("contact"))
    registered_address = _identity(_("place of registration"))
    registered_region = models.CharField(_("place of registration"), max_length=200, blank=True)
    operating_address = _identity(_("place of operation"))
    operating_region = models.CharField(_("place of operation"), max_length=200, blank=True)
    business_scope = models.TextField(_("business scope"), blank=True)
    professional_background = _identity(_("professional background"))
    qualification_type = models.CharField(
        _("qualification"), max_length=32, choices=QualificationType.choices, blank=True
    )
    qualification_number = _identity(_("qualification number"))
    qualification_issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    qualification_valid_until = models.DateField(_("valid until"), null=True, blank=True)
    applied_at = models.DateTimeField(_("applied at"), null=True)
    received_at = models.DateTimeField(_("received at"), db_default=Now(), editable=False)
    content_digest = models.CharField(max_length=64, editable=False)
    passed_checks = ArrayField(
        models.CharField(max_length=32, choices=CheckCode.choices),
        verbose_name=_("checks passed"),
        default=list,
    )
    review_reason = models.CharField(
        _("why a person looks although no check found anything"),
        max_length=32,
        blank=True,
        editable=False,
    )
    policy = models.ForeignKey(
        "accounts.RegistrationPolicy",
        on_delete=models.PROTECT,
        related_name="applications",
        verbose_name=_("registration policy"),
    )
    is_automated = models.BooleanField(_("decided by the checks alone"), default=False)
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, null=True, related_name="+")
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, null=True, related_name="application"
    )
    # The applicant's own time for material; the review's clock is the work item's.
    material_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, editable=False, related_name="application"
    )
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="decided_applications",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    # Whether an approval has to rest on the consent of a guardian; who has come of age needs none.
    needs_guardian = models.BooleanField(
        _("needs the consent of a guardian"), default=False, editable=False
    )
    guardian_consent = models.ForeignKey(
        "accounts.GuardianConsent",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("consent of a guardian"),
    )
    # Told to the applicant; a colleague's note goes into the reason of the log.
    decision_reason = models.TextField(_("reason told to the applicant"), blank=True)

    objects = ApplicationManager()
    history = track_history()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        permissions = [
            ("register_account", "Can hand in applications"),
            ("review_application", "Can review applications"),
            ("withdraw_application", "Can withdraw applications for the applicant"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="application_status"),
            models.Index(fields=["subject", "folded_name"], name="application_subject_name"),
            models.Index(fields=["folded_name"], name="application_folded_name"),
            # One for each filter of the list, whose pages go by the number from the newest.
            models.Index(fields=["category", "-id"], name="application_category"),
            models.Index(fields=["subject_nature", "-id"], name="application_nature"),
            models.Index(fields=["is_automated", "-id"], name="application_automated"),
            models.Index(fields=["-received_at", "-id"], name="application_received"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ApplicationStatus.values), name="application_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[ApplicationStatus.APPROVED, ApplicationStatus.REFUSED])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="application_decision_has_decider",
            ),
            models.CheckConstraint(
                condition=~Q(status=ApplicationStatus.REFUSED) | ~Q(decision_reason=""),
                name="application_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=ApplicationStatus.APPROVED, needs_guardian=True)
                | Q(guardian_consent__isnull=False),
                name="application_minor_has_consent",
                violation_error_message=_("A minor’s account needs the consent of a guardian."),
            ),
            CompositeForeignKey(
                name="application_consent_is_its_own",
                fields=["guardian_consent", "id"],
                to="accounts.GuardianConsent",
                to_fields=["id", "application"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform_uid} {self.account_name}"


class ApplicationCheck(models.Model):
    """One check that an application did not pass: its code, and what the explanation is made of."""

    table_kind = TableKind.LOG

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="checks")
    code = models.CharField(_("check"), max_length=32, choices=CheckCode.choices)
    outcome = models.CharField(_("effect"), max_length=20, choices=CheckOutcome.choices)
    reason_key = models.CharField(_("reason"), max_length=60)
    params = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("check that did not pass")
        verbose_name_plural = _("checks that did not pass")
        indexes = [models.Index(fields=["application"], name="applicationcheck_application")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.code}"


class RegistrationPolicy(Policy):
    """A version of the limits by which applications and changes of profiles are checked."""

    class Meta(Policy.Meta):
        verbose_name = _("registration policy")
        verbose_name_plural = _("registration policies")
