"""Letters: notices as documents of their own that anybody can verify, and what was drawn of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.models.notices import Notice
from compliance.tables import TableKind

# 文书: the two letters of the number by which people call a letter.
LETTER_PREFIX = "WS"


class LetterQuerySet(models.QuerySet["Letter"]):
    """Named filters of letters."""

    def never_drawn(self) -> "LetterQuerySet":
        """Letters of which nothing was drawn yet."""
        return self.filter(renderings__isnull=True)


LetterManager = models.Manager.from_queryset(LetterQuerySet)


class Letter(models.Model):
    """
    A notice as a document with a number and a check code.

    Its words are those of the notice. What else is printed stands here as it was on that day:
    `form` names the layout and its fixed words, `headings` the lines of the text that are headings
    because the template says so, whatever else looks like one. Of the check code there is a keyed
    digest only; what it is made of beside a key outside the database is `nonce`, so that the same
    letter can be drawn again.
    """

    table_kind = TableKind.LOG

    notice = models.OneToOneField(
        Notice, on_delete=models.PROTECT, related_name="letter", verbose_name=_("notice")
    )
    form = models.PositiveSmallIntegerField(_("form"))
    headings = ArrayField(models.PositiveIntegerField(), verbose_name=_("headings"))
    issuer = models.CharField(_("issued by"), max_length=200)
    # Scheme and host under which it is verified; empty where the platform has named none.
    address = models.CharField(_("address"), max_length=200, blank=True)
    account_name = models.CharField(_("account name"), max_length=300, blank=True)
    nonce = models.BinaryField(max_length=32)
    key_version = models.CharField(max_length=40)
    digest = models.BinaryField(max_length=32, unique=True)
    issued_at = models.DateTimeField(_("issued at"), editable=False)

    objects = LetterManager()

    class Meta:
        verbose_name = pgettext_lazy("document", "letter")
        verbose_name_plural = _("letters")
        indexes = [models.Index(fields=["issued_at"], name="letter_issued")]
        constraints = [
            models.CheckConstraint(condition=~Q(issuer=""), name="letter_has_issuer"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call the letter."""
        return f"{LETTER_PREFIX}{self.pk:08d}"

    @property
    def title(self) -> str:
        """What the letter calls itself, in its own language: the first line of its text."""
        return self.notice.text.split("\n", 1)[0]


class LetterRendering(models.Model):
    """
    That a letter was drawn by one version of the renderer, and what the file was.

    The file itself is drawn again whenever somebody asks for it; what comes out has to be the same
    to the byte.
    """

    table_kind = TableKind.LOG

    letter = models.ForeignKey(
        Letter,
        on_delete=models.PROTECT,
        related_name="renderings",
        verbose_name=pgettext_lazy("document", "letter"),
    )
    renderer = models.CharField(_("renderer"), max_length=64)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("bytes"))
    rendered_at = models.DateTimeField(_("drawn at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("file of a letter")
        verbose_name_plural = _("files of letters")
        constraints = [
            models.UniqueConstraint(fields=["letter", "renderer"], name="letterrendering_once"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$") & Q(size__gt=0),
                name="letterrendering_has_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id}: {self.sha256[:12]}"
