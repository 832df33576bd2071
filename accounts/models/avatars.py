"""Pictures of accounts, each kept once, and those that only their holders may show."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.history import track_history
from compliance.tables import TableKind
from compliance.workflow import VersionedModel


class AvatarImage(models.Model):
    """
    One picture, known by the SHA-256 of what was sent; kept and shown is a small copy drawn anew.

    `looks` are 64-bit digests of what it looks like, whole and without its rim; a picture without
    any shape has none.
    """

    table_kind = TableKind.LOG

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    body = models.BinaryField(_("copy"))
    width = models.PositiveSmallIntegerField(_("width"))
    height = models.PositiveSmallIntegerField(_("height"))
    looks = ArrayField(models.BigIntegerField(), verbose_name=_("looks"), default=list)
    received_at = models.DateTimeField(_("received at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("avatar")
        verbose_name_plural = _("avatars")
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="avatarimage_has_digest"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class ReservedAvatarQuerySet(models.QuerySet["ReservedAvatar"]):
    """Named filters of reserved pictures."""

    def in_force(self) -> "ReservedAvatarQuerySet":
        """Pictures that were not taken off the list."""
        return self.filter(removed_at__isnull=True)


ReservedAvatarManager = models.Manager.from_queryset(ReservedAvatarQuerySet)


class ReservedAvatar(VersionedModel):
    """An emblem or logo; whoever else shows something like it is looked at by a person."""

    table_kind = TableKind.RECORD
    frozen_fields = ("image", "name", "holder_uscc")

    image = models.ForeignKey(
        AvatarImage, on_delete=models.PROTECT, related_name="reserved", verbose_name=_("picture")
    )
    name = models.CharField(_("name"), max_length=200)
    reason = models.CharField(_("reason"), max_length=200)
    # Of an organisation, which is public.
    holder_uscc = models.CharField(
        _("unified social credit code of the holder"), max_length=18, blank=True
    )
    listed_at = models.DateTimeField(_("listed at"), db_default=Now(), editable=False)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    objects = ReservedAvatarManager()
    history = track_history()

    class Meta:
        verbose_name = _("reserved avatar")
        verbose_name_plural = _("reserved avatars")
        permissions = [("add_avatars", "Can list reserved avatars and take them off")]
        indexes = [
            models.Index(fields=["name"], name="reservedavatar_name"),
            models.Index(fields=["holder_uscc"], name="reservedavatar_holder"),
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["-listed_at", "-id"], name="reservedavatar_listed"),
            models.Index(fields=["-removed_at", "-id"], name="reservedavatar_removed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["image"],
                condition=Q(removed_at__isnull=True),
                name="reservedavatar_listed_once",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(reason=""), name="reservedavatar_says_what_and_why"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReservedAvatarKey(models.Model):
    """One of the keys under which a reserved picture in force is found by what looks like it."""

    table_kind = TableKind.WORK

    pk = models.CompositePrimaryKey("key", "avatar")
    key = models.BigIntegerField()
    avatar = models.ForeignKey(
        ReservedAvatar, on_delete=models.PROTECT, db_index=False, related_name="+"
    )

    class Meta:
        verbose_name = _("key of a reserved avatar")
        verbose_name_plural = _("keys of reserved avatars")

    def __str__(self) -> str:
        return f"{self.key}: {self.avatar_id}"
