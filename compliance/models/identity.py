"""Identity data: values under a key of their own, keyed indexes, and who looked at them."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.models.matters import Proposal, ProposalResult
from compliance.models.staff import Person
from compliance.tables import TableKind


class IdentityField(models.TextChoices):
    """What kind of identity data a value is."""

    NAME = "name", _("name")
    ID_NUMBER = "id_number", _("document number")
    MOBILE = "mobile", _("mobile number")
    CONTACT = "contact", _("contact")
    ADDRESS = "address", _("address")
    BACKGROUND = "background", _("professional background")
    QUALIFICATION_NUMBER = "qualification_number", _("qualification number")
    STATEMENT = "statement", _("words of a complainant")


class DataKey(models.Model):
    """The key of one subject's identity data, wrapped by a key outside the database."""

    table_kind = TableKind.KEPT

    algorithm = models.CharField(_("algorithm"), max_length=20)
    wrapping_key = models.CharField(_("wrapping key"), max_length=40)
    wrapped = models.BinaryField(_("wrapped key"), null=True)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    class Meta:
        verbose_name = _("data key")
        verbose_name_plural = _("data keys")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=True, erased_at__isnull=False)
                | models.Q(wrapped__isnull=False, erased_at__isnull=True),
                name="datakey_erased_or_present",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class IdentityValue(models.Model):
    """One piece of identity data, encrypted and bound to its key and field; never changed."""

    table_kind = TableKind.LOG

    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="values")
    field = models.CharField(_("field"), max_length=24, choices=IdentityField.choices)
    ciphertext = models.BinaryField(_("ciphertext"))
    masked = models.CharField(_("masked"), max_length=80)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("identity value")
        verbose_name_plural = _("identity values")
        permissions = [
            ("reveal_identity", "Can reveal identity data, with a reason, on record"),
            ("search_identity", "Can search by an exact identity value, on record"),
        ]

    def __str__(self) -> str:
        return self.masked


class BlindIndex(models.Model):
    """A keyed digest by which a value is found again; erased with the subject, never in history."""

    table_kind = TableKind.KEPT

    value = models.ForeignKey(IdentityValue, on_delete=models.CASCADE, related_name="indexes")
    purpose = models.CharField(max_length=40)
    key_version = models.CharField(max_length=40)
    digest = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("keyed index of an identity value")
        verbose_name_plural = _("keyed indexes of identity values")
        constraints = [
            models.UniqueConstraint(
                fields=["value", "purpose", "key_version"], name="blindindex_once"
            ),
            # One subject per identity, so that caps and bars count all its accounts.
            models.UniqueConstraint(
                fields=["digest", "purpose", "key_version"],
                condition=models.Q(purpose__startswith="subject:"),
                name="blindindex_one_subject_per_identity",
            ),
        ]
        indexes = [
            models.Index(fields=["digest", "purpose", "key_version"], name="blindindex_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}#{self.pk}"


class RequestedReveal(models.Model):
    """That a proposal asks to be shown this value, once; a second person approves the whole of it."""

    table_kind = TableKind.LOG

    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.PROTECT,
        related_name="requested_reveals",
        verbose_name=_("proposal"),
    )
    value = models.ForeignKey(IdentityValue, on_delete=models.PROTECT, related_name="requests")

    class Meta:
        verbose_name = _("value asked for")
        verbose_name_plural = _("values asked for")
        constraints = [
            # What a reveal refers to, so that nothing is shown that nobody asked for.
            models.UniqueConstraint(fields=["proposal", "value"], name="requestedreveal_key"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.value_id}"


class Reveal(models.Model):
    """
    That a person was shown a value in the clear, why, and on which page.

    Of a minor it rests on a proposal that somebody else approved: once, and soon after.
    """

    table_kind = TableKind.LOG

    value = models.ForeignKey(IdentityValue, on_delete=models.PROTECT, related_name="reveals")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="reveals", verbose_name=_("person")
    )
    reason = models.TextField(_("reason"))
    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.PROTECT,
        null=True,
        related_name="reveals",
        editable=False,
        verbose_name=_("proposal"),
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")
        permissions = [
            ("approve_minor_reveal", "Can approve that identity data of a minor is revealed")
        ]
        indexes = [models.Index(fields=["person", "at"], name="reveal_person_at")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="reveal_has_reason"),
            models.CheckConstraint(
                condition=models.Q(proposal__isnull=True, approved_result__isnull=True)
                | models.Q(
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                ),
                name="reveal_only_if_approved",
            ),
            CompositeForeignKey(
                name="reveal_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            CompositeForeignKey(
                name="reveal_was_asked_for",
                fields=["proposal", "value"],
                to="compliance.RequestedReveal",
                to_fields=["proposal", "value"],
            ),
            models.UniqueConstraint(fields=["proposal", "value"], name="reveal_once_an_approval"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.value_id}"


class IdentitySearch(models.Model):
    """That a person searched by an exact identity value: of which sort, why; never the value."""

    table_kind = TableKind.LOG

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="identity_searches", verbose_name=_("person")
    )
    field = models.CharField(_("field"), max_length=24, choices=IdentityField.choices)
    reason = models.TextField(_("reason"))
    found = models.PositiveIntegerField(_("values found"))
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("identity search")
        verbose_name_plural = _("identity searches")
        indexes = [models.Index(fields=["person", "at"], name="identitysearch_person_at")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="identitysearch_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
