"""Evidence files: the encrypted original, the harmless copies drawn from it, and who looked."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models.identity import DataKey
from compliance.models.matters import Proposal, ProposalResult
from compliance.models.staff import Person
from compliance.tables import TableKind
from compliance.workflow import StatusModel, Workflow, arrow

ERASURE_APPROVALS = 2


class EvidenceStatus(models.TextChoices):
    """Where an evidence file stands."""

    QUARANTINED = "quarantined", _("Being checked")
    AVAILABLE = "available", _("Available")
    REFUSED = "refused", _("Refused")
    ERASED = "erased", _("Erased")


S = EvidenceStatus
EVIDENCE_FILE = Workflow(
    arrow("admit", {S.QUARANTINED}, S.AVAILABLE),
    arrow("refuse", {S.QUARANTINED}, S.REFUSED),
    arrow("erase", {S.AVAILABLE, S.REFUSED}, S.ERASED),
)


class EvidenceKind(models.TextChoices):
    """What a file is by its own first bytes, never by what it is called."""

    JPEG = "jpeg", _("JPEG picture")
    PNG = "png", _("PNG picture")
    GIF = "gif", _("GIF picture")
    WEBP = "webp", _("WebP picture")
    PDF = "pdf", _("PDF document")
    TEXT = "text", _("plain text")
    MP4 = "mp4", _("MP4 film or sound")
    WEBM = "webm", _("WebM film or sound")
    MP3 = "mp3", _("MP3 sound")
    WAV = "wav", _("WAV sound")


class Sensitivity(models.TextChoices):
    """What a colleague is to be warned of before a file is shown."""

    ORDINARY = "ordinary", _("ordinary")
    GORE = "gore", _("gore or cruelty")
    SEXUAL = "sexual", _("sexual content")
    IDENTITY_DOCUMENT = "identity_document", pgettext_lazy("evidence", "identity document")
    OTHER = "other", _("otherwise sensitive")


class EvidenceRefusal(models.TextChoices):
    """Why a file in quarantine was not admitted, as a sentence."""

    DAMAGED = (
        "damaged",
        _(
            "The file is damaged, or it is not what its first bytes say. Save it anew and attach it."
        ),
    )
    TOO_MANY_PIXELS = (
        "too_many_pixels",
        _("The picture has more pixels than can be opened safely. Attach it in a smaller size."),
    )
    TOO_MANY_FRAMES = (
        "too_many_frames",
        _("The animation has more frames than can be opened safely. Attach single pictures of it."),
    )
    TOO_MANY_PAGES = (
        "too_many_pages",
        _("The document has too many pages. Attach the pages that matter, or several documents."),
    )
    ENCRYPTED = (
        "encrypted",
        _("The document is protected by a password. Attach it without protection."),
    )
    TOO_COSTLY = (
        "too_costly",
        _("Opening the file takes more time or memory than is allowed. Attach it in simpler form."),
    )
    NOT_TEXT = (
        "not_text",
        _("The text cannot be read: save it in UTF-8 or GB18030 and attach it again."),
    )
    INFECTED = "infected", _("The virus scanner found something harmful in the file.")


class ScanResult(models.TextChoices):
    """What the virus scanner said."""

    NOT_SCANNED = "not_scanned", _("not scanned for viruses")
    CLEAN = "clean", _("scanned for viruses, nothing found")
    INFECTED = "infected", _("the virus scanner found something")


class EvidenceFile(StatusModel):
    """
    A file that somebody attached, as it came: encrypted under a key of its own, never changed.

    What it is attached to refers to it; `owner_kind` says which part of the product that is, and so
    who may see it. The name as it came is sealed too, because names of files name people.
    """

    table_kind = TableKind.RECORD
    workflow = EVIDENCE_FILE
    frozen_fields = (
        "owner_kind",
        "key",
        "sealed_name",
        "declared_type",
        "kind",
        "size",
        "sha256",
        "stored_as",
        "attached_by",
        "arrived_at",
    )

    owner_kind = models.CharField(max_length=60, editable=False)
    key = models.OneToOneField(
        DataKey, on_delete=models.PROTECT, related_name="evidence_file", editable=False
    )
    sealed_name = models.BinaryField(_("name, encrypted"))
    declared_type = models.CharField(_("declared type"), max_length=100, blank=True)
    kind = models.CharField(_("type"), max_length=8, choices=EvidenceKind.choices)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    # The SHA-256 of the encrypted bytes is their name in the store: it tells nothing and can be
    # checked without a key.
    stored_as = models.CharField(_("name in the store"), max_length=64, unique=True)
    sensitivity = models.CharField(
        _("sensitivity"),
        max_length=20,
        choices=Sensitivity.choices,
        default=Sensitivity.ORDINARY,
    )
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=EvidenceStatus.choices,
        default=EvidenceStatus.QUARANTINED,
        editable=False,
    )
    refusal = models.CharField(
        _("why it was refused"), max_length=20, choices=EvidenceRefusal.choices, blank=True
    )
    scan = models.CharField(
        _("virus scan"),
        max_length=12,
        choices=ScanResult.choices,
        default=ScanResult.NOT_SCANNED,
    )
    is_waiting_for_scanner = models.BooleanField(_("waits for the virus scanner"), default=False)
    # Codes of what was left out of the copies, and of what a reader has to know of them.
    # They have words on the page of the file, not as codes in its history.
    remarks = models.JSONField("remarks", default=list, blank=True)
    attached_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="attached_evidence",
        verbose_name=_("attached by"),
    )
    arrived_at = models.DateTimeField(_("arrived at"), db_default=Now(), editable=False)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    erasure_proposal = models.OneToOneField(
        Proposal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposal to erase it"),
    )
    erasure_result = models.CharField(max_length=12, null=True, blank=True, editable=False)
    erasure_approvals = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    # Instead of a proposal: a picture of an identity goes when its time is over.
    retention = models.OneToOneField(
        "compliance.RetentionErasure",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("erasure of an identity picture"),
    )

    history = track_history()

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        permissions = [
            ("look_at_evidence", "Can look at evidence of what one may see"),
            ("show_sensitive_evidence", "Can have sensitive evidence shown, on record"),
            ("take_out_evidence", "Can take out the original of evidence, with a reason"),
            ("rate_evidence", "Can change how sensitive evidence is"),
            ("propose_erasure", "Can propose that evidence is erased"),
            ("approve_erasure", "Can approve that evidence is erased"),
            ("approve_erasure_as_officer", "Can approve, as officer, that evidence is erased"),
        ]
        indexes = [
            models.Index(fields=["status", "id"], name="evidencefile_status"),
            # What the sweep of identity pictures looks through: what is still there, and no more.
            models.Index(
                fields=["owner_kind", "id"],
                condition=Q(sensitivity=Sensitivity.IDENTITY_DOCUMENT)
                & Q(status__in=[S.AVAILABLE, S.REFUSED]),
                name="evidencefile_identity_kept",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$", stored_as__regex=r"^[0-9a-f]{64}$"),
                name="evidencefile_digests",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidencefile_not_empty"),
            models.CheckConstraint(
                condition=Q(kind__in=EvidenceKind.values), name="evidencefile_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=S.REFUSED) | ~Q(refusal=""),
                name="evidencefile_refused_with_words",
            ),
            models.CheckConstraint(
                condition=Q(status=S.QUARANTINED, checked_at__isnull=True)
                | (~Q(status=S.QUARANTINED) & Q(checked_at__isnull=False)),
                name="evidencefile_out_of_quarantine_when_checked",
            ),
            models.CheckConstraint(
                condition=~Q(status=S.AVAILABLE) | Q(refusal=""),
                name="evidencefile_available_or_refused",
            ),
            # Evidence goes when two others have said so, a picture of an identity when its time is
            # over, and nothing otherwise.
            models.CheckConstraint(
                condition=~Q(status=S.ERASED)
                | Q(
                    retention__isnull=True,
                    erasure_proposal__isnull=False,
                    erasure_result__isnull=False,
                    erasure_result=ProposalResult.APPROVED,
                    erasure_approvals__isnull=False,
                    erasure_approvals=ERASURE_APPROVALS,
                )
                | Q(
                    retention__isnull=False,
                    erasure_result__isnull=True,
                    sensitivity=Sensitivity.IDENTITY_DOCUMENT,
                ),
                name="evidencefile_erased_by_two_approvals",
            ),
            models.CheckConstraint(
                condition=Q(retention__isnull=True) | Q(status=S.ERASED),
                name="evidencefile_retention_is_an_erasure",
            ),
            CompositeForeignKey(
                name="evidencefile_retention_is_its_own",
                fields=["retention", "id"],
                to="compliance.RetentionErasure",
                to_fields=["id", "file"],
            ),
            CompositeForeignKey(
                name="evidencefile_erasure_is_approved",
                fields=["erasure_proposal", "erasure_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            CompositeForeignKey(
                name="evidencefile_erasure_needs_two",
                fields=["erasure_proposal", "erasure_approvals"],
                to="compliance.Proposal",
                to_fields=["id", "approvals_needed"],
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call the file."""
        return f"ZJ{self.pk:08d}"

    @property
    def is_sensitive(self) -> bool:
        """Whether the file is veiled until somebody asks to see it."""
        return self.sensitivity != Sensitivity.ORDINARY


class CopyKind(models.TextChoices):
    """What was drawn from an original."""

    PICTURE = "picture", _("picture")
    PAGE = "page", _("page")
    TEXT = "text", _("text")


class EvidenceCopy(models.Model):
    """
    What staff sees of a file: drawn anew from it, without what acts or tells by itself.

    Inserted while the file is in quarantine or never; a trigger holds every door to it.
    """

    table_kind = TableKind.LOG

    file = models.ForeignKey(
        EvidenceFile, on_delete=models.PROTECT, related_name="copies", verbose_name=_("file")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=CopyKind.choices)
    number = models.PositiveSmallIntegerField(_("number"))
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    stored_as = models.CharField(_("name in the store"), max_length=64, unique=True)
    # A few grey dots, encrypted: what is shown of a sensitive picture before somebody asks.
    sealed_veil = models.BinaryField()

    class Meta:
        verbose_name = _("copy of an evidence file")
        verbose_name_plural = _("copies of evidence files")
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="evidencecopy_number"),
            models.CheckConstraint(
                condition=Q(kind__in=CopyKind.values), name="evidencecopy_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$", stored_as__regex=r"^[0-9a-f]{64}$"),
                name="evidencecopy_digests",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file}/{self.number}"
