"""Changes of what everybody sees of an account: what it was, what it is to be, what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.enums import ApplicationSource, Category, CheckCode, CheckOutcome
from accounts.models.accounts import PublicAccount
from accounts.models.applications import Application, RegistrationPolicy
from accounts.models.avatars import AvatarImage
from accounts.models.subjects import Subject
from accounts.profile_words import (
    OPEN_STATUSES,
    ProfileChangeStatus,
    ProfilePart,
    ProfileReviewReason,
)
from compliance.history import track_history
from compliance.models import Matter, Person, WorkItem
from compliance.tables import TableKind
from compliance.workflow import StatusModel

S = ProfileChangeStatus
# 变更: the two letters of the number by which people call one.
PROFILE_CHANGE_PREFIX: Final = "BG"


class ProfileChangeQuerySet(models.QuerySet["ProfileChange"]):
    """Named filters of changes."""

    def open(self) -> ProfileChangeQuerySet:
        """Changes on which nothing was decided yet."""
        return self.filter(status__in=sorted(OPEN_STATUSES))

    def shown(self) -> ProfileChangeQuerySet:
        """Changes with what a page about one shows."""
        return self.select_related(
            "account",
            "subject__name",
            "subject__id_number",
            "avatar_before",
            "avatar_after",
            "work_item__clock",
            "decided_by",
        ).defer("avatar_before__body", "avatar_after__body")


ProfileChangeManager = models.Manager.from_queryset(ProfileChangeQuerySet)


class ProfileChange(StatusModel):
    """
    One wish to change what everybody sees of an account, with the state it was made upon.

    Before and after are whole profiles; `parts` says in which of them they differ. Nothing of a
    wish is ever changed: another wish is another row.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.PROFILE_CHANGE
    frozen_fields = (
        "account",
        "subject",
        "source",
        "platform_ref",
        "parts",
        "name_before",
        "name_after",
        "bio_before",
        "bio_after",
        "category_before",
        "category_after",
        "avatar_before",
        "avatar_after",
        "passed_checks",
        "review_reason",
        "policy",
        "received_at",
    )

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="profile_changes",
        verbose_name=_("account"),
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="+", verbose_name=_("subject")
    )
    source = models.CharField(_("source"), max_length=12, choices=ApplicationSource.choices)
    platform_ref = models.CharField(_("number of the platform"), max_length=100, blank=True)
    parts = ArrayField(
        models.CharField(max_length=12, choices=ProfilePart.choices), verbose_name=_("what changes")
    )
    name_before = models.CharField(_("name before"), max_length=200)
    name_after = models.CharField(_("name afterwards"), max_length=200)
    bio_before = models.TextField(_("introduction before"), blank=True)
    bio_after = models.TextField(_("introduction afterwards"), blank=True)
    category_before = models.CharField(
        _("category before"), max_length=20, choices=Category.choices
    )
    category_after = models.CharField(
        _("category afterwards"), max_length=20, choices=Category.choices
    )
    avatar_before = models.ForeignKey(
        AvatarImage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("avatar before"),
    )
    avatar_after = models.ForeignKey(
        AvatarImage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("avatar afterwards"),
    )
    passed_checks = ArrayField(
        models.CharField(max_length=32, choices=CheckCode.choices),
        verbose_name=_("checks passed"),
        default=list,
    )
    review_reason = models.CharField(
        _("why a person looks although no check found anything"),
        max_length=32,
        choices=ProfileReviewReason.choices,
        blank=True,
    )
    # The version of the limits by which it was checked.
    policy = models.ForeignKey(
        RegistrationPolicy,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("registration policy"),
    )
    received_at = models.DateTimeField(_("received at"), db_default=Now(), editable=False)
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=ProfileChangeStatus.choices,
        default=ProfileChangeStatus.SUBMITTED,
        editable=False,
    )
    is_automated = models.BooleanField(_("decided by the checks alone"), default=False)
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, null=True, related_name="+")
    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, null=True, related_name="profile_change"
    )
    decided_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="decided_profile_changes",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    # Told to the operator; a colleague's note goes into the reason of the log.
    decision_reason = models.TextField(_("reason told to the operator"), blank=True)

    objects = ProfileChangeManager()
    history = track_history()

    class Meta:
        verbose_name = _("change of a profile")
        verbose_name_plural = _("changes of profiles")
        permissions = [
            ("submit_profilechange", "Can hand in changes of profiles"),
            ("review_profilechange", "Can review changes of profiles"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="profilechange_account"),
            models.Index(fields=["status", "-id"], name="profilechange_status"),
            models.Index(fields=["source", "-id"], name="profilechange_source"),
            models.Index(fields=["is_automated", "-id"], name="profilechange_automated"),
            models.Index(fields=["-received_at", "-id"], name="profilechange_received"),
            models.Index(fields=["platform_ref"], name="profilechange_platform_ref"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            GinIndex(fields=["parts"], name="profilechange_parts"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ProfileChangeStatus.values),
                name="profilechange_status_known",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(status__in=sorted(OPEN_STATUSES)),
                name="profilechange_one_open",
            ),
            models.UniqueConstraint(
                fields=["account", "platform_ref"],
                condition=~Q(platform_ref=""),
                name="profilechange_once_per_number",
            ),
            models.CheckConstraint(condition=~Q(parts=[]), name="profilechange_changes_something"),
            models.CheckConstraint(
                condition=Q(status__in=[*sorted(OPEN_STATUSES), S.WITHDRAWN])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="profilechange_decision_has_decider",
            ),
            models.CheckConstraint(
                condition=~Q(status=S.REFUSED) | ~Q(decision_reason=""),
                name="profilechange_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=S.IN_REVIEW) | Q(work_item__isnull=False),
                name="profilechange_review_has_item",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.account.name}"

    @property
    def reference(self) -> str:
        """The number by which people call it."""
        return f"{PROFILE_CHANGE_PREFIX}{self.pk:08d}"

    @property
    def is_open(self) -> bool:
        """Whether nothing was decided yet."""
        return self.status in OPEN_STATUSES

    @property
    def parts_in_words(self) -> list[str]:
        """What changes, in words."""
        return [str(ProfilePart(each).label) for each in self.parts]

    @staticmethod
    def worded_parts(parts: Sequence[str]) -> str:
        """Return parts of a profile in one line."""
        return gettext(", ").join(str(ProfilePart(each).label) for each in parts)


class ProfileChangeCheck(models.Model):
    """One check that a change did not pass: its code, and what the explanation is made of."""

    table_kind = TableKind.LOG

    change = models.ForeignKey(ProfileChange, on_delete=models.PROTECT, related_name="checks")
    code = models.CharField(_("check"), max_length=32, choices=CheckCode.choices)
    outcome = models.CharField(_("effect"), max_length=20, choices=CheckOutcome.choices)
    reason_key = models.CharField(_("reason"), max_length=60)
    params = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("check of a change that did not pass")
        verbose_name_plural = _("checks of changes that did not pass")

    def __str__(self) -> str:
        return f"{self.change_id} {self.code}"


class ApplicationAvatar(models.Model):
    """The avatar that goes with an application; the latest counts."""

    table_kind = TableKind.LOG

    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        related_name="avatars",
        verbose_name=_("application"),
    )
    image = models.ForeignKey(
        AvatarImage, on_delete=models.PROTECT, related_name="+", verbose_name=_("picture")
    )
    received_at = models.DateTimeField(_("received at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("avatar of an application")
        verbose_name_plural = _("avatars of applications")

    def __str__(self) -> str:
        return f"{self.application_id} {self.image_id}"
