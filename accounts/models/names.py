"""Names to screen against, and identities that may not register."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.blacklist_words import BarField
from accounts.enums import GroundKind, IdType, ListedNameKind
from compliance.history import track_history
from compliance.tables import TableKind
from compliance.workflow import VersionedModel


class ListedNameQuerySet(models.QuerySet["ListedName"]):
    """Named filters of listed names."""

    def in_force(self) -> "ListedNameQuerySet":
        """Names that were not taken off the list, and whose time is not over."""
        return self.kept().exclude(in_force_until__lte=timezone.now())

    def kept(self) -> "ListedNameQuerySet":
        """Names that were not taken off the list, also those whose time is over."""
        return self.filter(removed_at__isnull=True)


ListedNameManager = models.Manager.from_queryset(ListedNameQuerySet)


class ListedName(VersionedModel):
    """A barred name (nobody may use it) or a reserved one (a person clears the genuine holder)."""

    table_kind = TableKind.RECORD
    frozen_fields = ("kind", "name", "folded_name", "in_force_until")

    kind = models.CharField(_("kind"), max_length=12, choices=ListedNameKind.choices)
    name = models.CharField(_("name"), max_length=200)
    folded_name = models.CharField(_("folded name"), max_length=400, editable=False)
    reason = models.CharField(_("reason"), max_length=200)
    ground_kind = models.CharField(_("ground"), max_length=20, choices=GroundKind.choices)
    ground_ref = models.CharField(_("reference of the ground"), max_length=120, blank=True)
    listed_at = models.DateTimeField(_("listed at"), db_default=Now(), editable=False)
    # Until when, by comparison with the time; without end where it is empty.
    in_force_until = models.DateTimeField(_("until"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    objects = ListedNameManager()
    history = track_history()

    class Meta:
        verbose_name = _("listed name")
        verbose_name_plural = _("listed names")
        permissions = [("add_names", "Can load lists of names")]
        indexes = [
            models.Index(
                fields=["folded_name", "kind"],
                condition=Q(removed_at__isnull=True),
                name="listedname_in_force",
            ),
            # Which lengths occur is read off this index, whatever the number of names.
            models.Index(
                "kind",
                Length("folded_name"),
                condition=Q(removed_at__isnull=True),
                name="listedname_lengths",
            ),
            # What was listed on a ground, in force or not: for the timeline of an account.
            models.Index(fields=["ground_ref"], name="listedname_ground"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["kind", "-id"], name="listedname_kind"),
            models.Index(fields=["ground_kind", "-id"], name="listedname_ground_kind"),
            models.Index(fields=["folded_name"], name="listedname_folded"),
        ]
        constraints = [
            # The same name may be barred by two decisions; each bar ends with its own ground.
            models.UniqueConstraint(
                fields=["kind", "name", "ground_kind", "ground_ref"],
                condition=Q(removed_at__isnull=True),
                name="listedname_once_per_ground",
            ),
            models.CheckConstraint(condition=~Q(folded_name=""), name="listedname_folds"),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True) | Q(in_force_until__gt=F("listed_at")),
                name="listedname_term_is_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IdentityBarQuerySet(models.QuerySet["IdentityBar"]):
    """Named filters of bars."""

    def in_force(self) -> "IdentityBarQuerySet":
        """Bars that were not lifted."""
        return self.filter(removed_at__isnull=True)


IdentityBarManager = models.Manager.from_queryset(IdentityBarQuerySet)


class IdentityBar(VersionedModel):
    """
    That the holder of a document number may not register, known by a keyed digest only.

    Of a blacklist entry there are further ones, of a mobile number or an organisation's name, which
    refuse nobody: whoever has the same is looked at by a person. The digest is erased with the bar.
    """

    table_kind = TableKind.RECORD

    entry = models.ForeignKey(
        "accounts.BlacklistEntry",
        on_delete=models.PROTECT,
        null=True,
        related_name="bars",
        verbose_name=_("blacklist entry"),
    )
    subject = models.ForeignKey(
        "accounts.Subject",
        on_delete=models.PROTECT,
        null=True,
        related_name="bars",
        verbose_name=_("subject"),
    )
    field = models.CharField(
        _("what it stands for"),
        max_length=12,
        choices=BarField.choices,
        default=BarField.ID_NUMBER,
    )
    id_type = models.CharField(_("document type"), max_length=32, choices=IdType.choices)
    key_version = models.CharField(max_length=40)
    digest = models.BinaryField(max_length=32, null=True)
    ground_kind = models.CharField(_("ground"), max_length=20, choices=GroundKind.choices)
    ground_ref = models.CharField(_("reference of the ground"), max_length=60)
    listed_at = models.DateTimeField(_("listed at"), db_default=Now(), editable=False)
    review_date = models.DateField(_("review due"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    # A keyed digest is erased with what it points at, which history could not be.
    objects = IdentityBarManager()
    history = track_history(excluded=("digest",))

    class Meta:
        verbose_name = _("bar on registration")
        verbose_name_plural = _("bars on registration")
        indexes = [
            models.Index(
                fields=["digest", "id_type"],
                condition=Q(removed_at__isnull=True),
                name="identitybar_in_force",
            ),
            # Those that were lifted, too, for the page of a subject.
            models.Index(fields=["digest"], name="identitybar_digest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(field__in=BarField.values), name="identitybar_field_known"
            ),
            # Lifted ones from before digests were erased know no subject.
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, digest__isnull=False)
                | Q(removed_at__isnull=False) & (Q(digest__isnull=True) | Q(subject__isnull=True)),
                name="identitybar_digest_only_while_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
