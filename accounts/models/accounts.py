"""Public accounts, what the platform reports of them, and the facts that limit them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import workflows
from accounts.enums import AccountStatus, Category, Grade, GroundKind, RestrictionKind
from accounts.models.applications import Application
from accounts.models.avatars import AvatarImage
from accounts.models.subjects import Subject
from accounts.qualification_words import function_in_words
from compliance.history import track_history
from compliance.models import RuleVersion
from compliance.tables import TableKind
from compliance.workflow import StatusModel, VersionedModel

if TYPE_CHECKING:
    from accounts.models.transfers import Transfer


class PublicAccount(StatusModel):
    """An account of the platform and the subject that runs it."""

    table_kind = TableKind.RECORD
    workflow = workflows.ACCOUNT

    platform_uid = models.CharField(
        _("account number of the platform"), max_length=100, unique=True
    )
    name = models.CharField(_("account name"), max_length=200)
    folded_name = models.CharField(_("folded name"), max_length=400, editable=False)
    bio = models.TextField(_("introduction"), blank=True)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    # What is shown is its copy; which picture it is only the service that sets profiles changes.
    avatar = models.ForeignKey(
        AvatarImage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
        verbose_name=_("avatar"),
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="accounts", verbose_name=_("subject")
    )
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="account", verbose_name=_("application")
    )
    # By which the present subject runs it; none where it is the one that registered it.
    transfer = models.OneToOneField(
        "accounts.Transfer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("transfer"),
    )
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=AccountStatus.choices,
        default=AccountStatus.ACTIVE,
        editable=False,
    )
    registered_at = models.DateTimeField(_("registered at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_ground_kind = models.CharField(
        _("ground of the closure"), max_length=20, choices=GroundKind.choices, blank=True
    )
    closed_ground_ref = models.CharField(_("reference of the ground"), max_length=60, blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("public account")
        verbose_name_plural = _("public accounts")
        indexes = [
            models.Index(fields=["folded_name"], name="publicaccount_folded_name"),
            models.Index(fields=["subject", "status"], name="publicaccount_subject"),
            models.Index(fields=["status", "-id"], name="publicaccount_status"),
            models.Index(fields=["category", "-id"], name="publicaccount_category"),
            models.Index(fields=["-registered_at", "-id"], name="publicaccount_registered"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status=AccountStatus.ACTIVE, closed_at__isnull=True, closed_ground_ref=""
                )
                | Q(status=AccountStatus.CLOSED, closed_at__isnull=False)
                & ~Q(closed_ground_kind=""),
                name="publicaccount_closure_has_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.platform_uid})"

    @property
    def particulars(self) -> Application | Transfer:
        """What the subject that runs the account now has declared of itself."""
        return self.application if self.transfer is None else self.transfer


class AccountActivity(models.Model):
    """What the platform pushes about an account all the time; neither audited nor versioned."""

    table_kind = TableKind.RECORD

    account = models.OneToOneField(
        PublicAccount, on_delete=models.PROTECT, primary_key=True, related_name="activity"
    )
    last_login_at = models.DateTimeField(_("last login"), null=True, blank=True)
    last_publish_at = models.DateTimeField(_("last publication"), null=True, blank=True)
    followers = models.PositiveBigIntegerField(_("followers"), default=0)
    # A province, or a country abroad; never an address of the network.
    ip_region = models.CharField(_("IP region"), max_length=40, blank=True, db_default="")
    # The latest of the account's grades, for lists of millions; empty where it has none.
    grade = models.CharField(
        _("grade"), max_length=1, choices=Grade.choices, blank=True, default="", editable=False
    )
    # The latest version of the service agreement among the acceptances, for lists of millions; what
    # counts are the acceptances themselves.
    agreed_version = models.ForeignKey(
        RuleVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("accepted version of the service agreement"),
    )

    class Meta:
        verbose_name = _("account activity")
        verbose_name_plural = _("account activity")
        indexes = [
            models.Index(fields=["agreed_version", "-account"], name="accountactivity_agreed"),
            models.Index(fields=["grade", "-account"], name="accountactivity_grade"),
        ]

    def __str__(self) -> str:
        return str(self.account_id)


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    """Named filters of restrictions."""

    def in_force(self, now: datetime) -> RestrictionQuerySet:
        """Restrictions in force at `now`; a term ends by comparison, no job has to run."""
        return self.filter(
            Q(in_force_until__isnull=True) | Q(in_force_until__gt=now),
            Q(ended_at__isnull=True) | Q(ended_at__gt=now),
            in_force_from__lte=now,
        )

    def for_account(self, account: PublicAccount) -> RestrictionQuerySet:
        """Restrictions of one account."""
        return self.filter(account=account)


RestrictionManager = models.Manager.from_queryset(RestrictionQuerySet)


class Restriction(VersionedModel):
    """Something an account may not do for a time, owned by one ground; ending it ends only itself."""

    table_kind = TableKind.RECORD
    frozen_fields = ("account", "kind", "functions", "in_force_from", "ground_kind", "ground_ref")

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="restrictions",
        verbose_name=_("account"),
    )
    kind = models.CharField(_("kind"), max_length=24, choices=RestrictionKind.choices)
    functions = ArrayField(
        models.CharField(max_length=40), verbose_name=_("functions"), default=list, blank=True
    )
    in_force_from = models.DateTimeField(_("from"))
    in_force_until = models.DateTimeField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended early at"), null=True, blank=True)
    ground_kind = models.CharField(_("ground"), max_length=20, choices=GroundKind.choices)
    ground_ref = models.CharField(_("reference of the ground"), max_length=60)

    objects = RestrictionManager()
    history = track_history()

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        indexes = [
            models.Index(fields=["account", "in_force_until"], name="restriction_account"),
            models.Index(fields=["ground_kind", "ground_ref"], name="restriction_ground"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["kind", "-id"], name="restriction_kind"),
            models.Index(fields=["-in_force_from", "-id"], name="restriction_from"),
            models.Index(fields=["ground_ref"], name="restriction_ground_ref"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True) | Q(in_force_until__gt=F("in_force_from")),
                name="restriction_term_is_positive",
            ),
            models.CheckConstraint(
                condition=~Q(kind=RestrictionKind.RESTRICT_FUNCTIONS) | ~Q(functions=[]),
                name="restriction_names_functions",
            ),
            models.CheckConstraint(condition=~Q(ground_ref=""), name="restriction_has_ground"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    @staticmethod
    def worded_functions(names: Sequence[str]) -> str:
        """Return what the functions of an account are called, in one line."""
        return gettext(", ").join(function_in_words(name) for name in names)
