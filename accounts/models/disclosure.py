"""What everybody may see of accounts: consents, public contacts, and what is missing."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.enums import ConsentMethod, DisclosureItem
from accounts.models.accounts import PublicAccount
from accounts.models.subjects import Subject
from compliance.tables import TableKind


class DisclosureConsent(models.Model):
    """That a person agreed to have the own name shown with an account, or took that back."""

    table_kind = TableKind.LOG

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="disclosure_consents",
        verbose_name=_("account"),
    )
    # Whose consent it is: with another operator it says nothing.
    subject = models.ForeignKey(
        Subject,
        on_delete=models.PROTECT,
        related_name="disclosure_consents",
        verbose_name=_("subject"),
    )
    is_given = models.BooleanField(_("given"))
    at = models.DateTimeField(_("at"))
    method = models.CharField(_("how"), max_length=20, choices=ConsentMethod.choices)
    source_ref = models.CharField(_("reference of the source"), max_length=120)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("consent to show the name")
        verbose_name_plural = _("consents to show the name")
        indexes = [
            models.Index(fields=["account", "-at"], name="disclosureconsent_account"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["is_given", "-id"], name="disclosureconsent_given"),
            models.Index(fields=["method", "-id"], name="disclosureconsent_method"),
            models.Index(fields=["-at", "-id"], name="disclosureconsent_at"),
            models.Index(fields=["source_ref"], name="disclosureconsent_source"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "source_ref", "is_given"], name="disclosureconsent_once"
            ),
            models.CheckConstraint(
                condition=Q(method__in=ConsentMethod.values) & ~Q(source_ref=""),
                name="disclosureconsent_names_its_source",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class PublicContact(models.Model):
    """By what an organisation lets everybody reach it; empty where it took that back."""

    table_kind = TableKind.LOG

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="public_contacts",
        verbose_name=_("account"),
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="+", verbose_name=_("subject")
    )
    contact = models.CharField(_("public contact"), max_length=200, blank=True)
    source_ref = models.CharField(_("reference of the source"), max_length=120)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("public contact")
        verbose_name_plural = _("public contacts")
        indexes = [
            models.Index(fields=["account", "-id"], name="publiccontact_account"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["-recorded_at", "-id"], name="publiccontact_recorded"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(source_ref=""), name="publiccontact_names_its_source"
            ),
        ]

    def __str__(self) -> str:
        return self.contact


class Disclosure(models.Model):
    """
    Which items of one account have to be public and are missing, as found when last checked.

    Computed from what is public, for lists of millions; neither audited nor versioned.
    """

    table_kind = TableKind.RECORD

    account = models.OneToOneField(
        PublicAccount,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="disclosure",
        verbose_name=_("account"),
    )
    missing = ArrayField(
        models.CharField(max_length=12, choices=DisclosureItem.choices),
        verbose_name=_("missing items"),
        default=list,
        blank=True,
    )
    is_complete = models.BooleanField(_("complete"))
    checked_at = models.DateTimeField(_("checked at"))

    class Meta:
        verbose_name = _("public disclosure")
        verbose_name_plural = _("public disclosures")
        permissions = [("follow_disclosure", "Can follow what is missing from disclosures")]
        indexes = [
            models.Index(fields=["is_complete", "-account"], name="disclosure_complete"),
            models.Index(fields=["checked_at"], name="disclosure_checked"),
            GinIndex(fields=["missing"], name="disclosure_missing"),
        ]

    def __str__(self) -> str:
        return str(self.account_id)
