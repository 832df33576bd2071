"""Filings with the regulator: their way, their manifest, and their rows frozen in chunks."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import formats
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Clock, Matter, Person, Proposal, ProposalResult, Side
from compliance.tables import TableKind
from compliance.workflow import StatusModel
from reports import workflows
from reports.enums import (
    RELEASED_STATUSES,
    STANDING_STATUSES,
    ChunkKind,
    FilingCode,
    FilingStatus,
    MaskingProfile,
)

NUMBER_PREFIX = "BS"


class FilingQuerySet(models.QuerySet["Filing"]):
    """Named filters of filings."""

    def frozen(self) -> "FilingQuerySet":
        """Filings whose rows stand, withdrawn or not."""
        return self.filter(manifest_sha256__isnull=False)

    def standing(self) -> "FilingQuerySet":
        """Filings whose rows stand and that nobody withdrew or replaced."""
        return self.frozen().exclude(status__in=[FilingStatus.WITHDRAWN, FilingStatus.CORRECTED])

    def before(self, filing: "Filing") -> "FilingQuerySet":
        """Filings of the same form whose period ends where this one's begins or earlier."""
        return self.filter(code=filing.code, period_until__lte=filing.period_from)


FilingManager = models.Manager.from_queryset(FilingQuerySet)


class Filing(StatusModel):
    """
    One report on one period, from its preparation to the regulator's receipt.

    What is reported stands in the manifest and the chunks, which nothing changes; this row says
    only where the filing is on its way. `period_until` is the first day after the period.
    """

    table_kind = TableKind.RECORD
    workflow = workflows.FILING
    frozen_fields = (
        "code",
        "period_from",
        "period_until",
        "masking_profile",
        "prepared_by",
        "corrects",
        "matter",
    )

    code = models.CharField(_("form"), max_length=8, choices=FilingCode.choices)
    period_from = models.DateField(_("first day"))
    period_until = models.DateField(_("first day after the period"))
    masking_profile = models.CharField(
        _("what is masked"),
        max_length=20,
        choices=MaskingProfile.choices,
        default=MaskingProfile.MINIMAL,
    )
    status = models.CharField(
        _("state"),
        max_length=12,
        choices=FilingStatus.choices,
        default=FilingStatus.PREPARING,
        editable=False,
    )
    prepared_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="prepared_filings",
        verbose_name=_("prepared by"),
    )
    created_at = models.DateTimeField(_("opened at"), db_default=Now(), editable=False)
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="+")
    # Filled when the rows are frozen; the composite key below demands the manifest.
    manifest_sha256 = models.CharField(
        _("SHA-256 of the manifest"), max_length=64, null=True, blank=True
    )
    # The release that was asked for, with copies of what the proposal says; the composite keys
    # vouch for the copies and, once released, for the second person's approval.
    release_proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="filing"
    )
    release_clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, null=True, editable=False, related_name="filing"
    )
    requested_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("release asked for by"),
    )
    releaser_side = models.CharField(max_length=20, default=Side.RELEASER, editable=False)
    approvals_needed = models.PositiveSmallIntegerField(default=1, editable=False)
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    released_at = models.DateTimeField(
        pgettext_lazy("filing", "released at"), null=True, blank=True
    )
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True)
    filed_channel = models.CharField(_("filed how"), max_length=80, blank=True)
    receipt_number = models.CharField(_("receipt number"), max_length=80, blank=True)
    receipted_at = models.DateTimeField(_("receipted at"), null=True, blank=True)

    objects = FilingManager()
    history = track_history()

    class Meta:
        verbose_name = _("filing")
        verbose_name_plural = _("filings")
        permissions = [
            ("prepare_filing", "Can prepare filings and ask for their release"),
            ("release_filing", "Can release filings that somebody else prepared"),
            ("mark_filed", "Can record that a filing was handed in and receipted"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="filing_status"),
            models.Index(fields=["code", "period_until"], name="filing_period"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_until__gt=F("period_from")), name="filing_period_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(status=FilingStatus.PREPARING, manifest_sha256__isnull=True)
                | Q(status=FilingStatus.WITHDRAWN)
                | ~Q(status__in=[FilingStatus.PREPARING, FilingStatus.WITHDRAWN])
                & Q(manifest_sha256__isnull=False),
                name="filing_prepared_has_manifest",
            ),
            CompositeForeignKey(
                name="filing_manifest_is_real",
                fields=["id", "manifest_sha256"],
                to="reports.FilingManifest",
                to_fields=["filing", "sha256"],
            ),
            # "Not null" is said for each: a CHECK that comes out as NULL would let the row through.
            models.CheckConstraint(
                condition=Q(
                    status__in=RELEASED_STATUSES,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                    release_proposal__isnull=False,
                    requested_by__isnull=False,
                    released_at__isnull=False,
                )
                | Q(status=FilingStatus.WITHDRAWN)
                | ~Q(status__in=[*RELEASED_STATUSES, FilingStatus.WITHDRAWN])
                & Q(approved_result__isnull=True, released_at__isnull=True),
                name="filing_released_only_if_approved",
            ),
            models.CheckConstraint(
                condition=Q(releaser_side=Side.RELEASER, approvals_needed__gte=1),
                name="filing_release_needs_second_person",
            ),
            CompositeForeignKey(
                name="filing_approval_is_real",
                fields=["release_proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            CompositeForeignKey(
                name="filing_release_of_this_matter",
                fields=["release_proposal", "matter", "requested_by", "releaser_side"],
                to="compliance.Proposal",
                to_fields=["id", "matter", "proposer", "approver_side"],
            ),
            CompositeForeignKey(
                name="filing_release_approvals_are_real",
                fields=["release_proposal", "approvals_needed"],
                to="compliance.Proposal",
                to_fields=["id", "approvals_needed"],
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[*STANDING_STATUSES, FilingStatus.CORRECTED])
                | Q(filed_at__isnull=False) & ~Q(filed_channel=""),
                name="filing_filed_has_time_and_channel",
            ),
            models.CheckConstraint(
                condition=~Q(status=FilingStatus.RECEIPTED)
                | Q(receipted_at__isnull=False) & ~Q(receipt_number=""),
                name="filing_receipt_has_number",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")),
                name="filing_corrects_another",
            ),
            models.UniqueConstraint(
                fields=["code", "period_from", "period_until"],
                condition=Q(status__in=STANDING_STATUSES),
                name="filing_one_standing_per_period",
                violation_error_message=_(
                    "This period was already filed. Correct the filing that stands."
                ),
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=~Q(status=FilingStatus.WITHDRAWN),
                name="filing_one_correction",
                violation_error_message=_("A correction of this filing is already under way."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call the filing."""
        return f"{NUMBER_PREFIX}{self.pk:08d}"

    @property
    def last_day(self) -> date:
        """The last day of the period, as people name it."""
        return self.period_until - timedelta(days=1)

    @property
    def period_in_words(self) -> str:
        """The period from its first to its last day, both included."""
        return gettext("%(first)s to %(last)s, both days included") % {
            "first": formats.date_format(self.period_from, "Y-m-d"),
            "last": formats.date_format(self.last_day, "Y-m-d"),
        }


class FilingManifest(models.Model):
    """What a filing says of itself: period, rules, counts and digests; written with the rows."""

    table_kind = TableKind.LOG

    filing = models.OneToOneField(
        Filing, on_delete=models.PROTECT, related_name="manifest", verbose_name=_("filing")
    )
    content = models.TextField(_("manifest"))
    sha256 = models.CharField("SHA-256", max_length=64)
    row_count = models.PositiveIntegerField(_("rows"))
    snapshot_at = models.DateTimeField(_("state of the records at"))
    rule_catalogue = models.CharField(_("rule catalogue"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("manifest")
        verbose_name_plural = _("manifests")
        constraints = [
            # What the filing refers to.
            models.UniqueConstraint(fields=["filing", "sha256"], name="filingmanifest_key"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class FilingChunk(models.Model):
    """
    A piece of a filing's frozen bytes, compressed; in number order they are the whole.

    `sha256` and `size` are of the bytes before compression: another version of the compressor
    may press them differently.
    """

    table_kind = TableKind.LOG

    filing = models.ForeignKey(
        Filing, on_delete=models.PROTECT, related_name="chunks", verbose_name=_("filing")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ChunkKind.choices)
    number = models.PositiveIntegerField(_("number"))
    rows = models.PositiveIntegerField(_("rows"))
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    body = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("piece of a filing")
        verbose_name_plural = _("pieces of filings")
        constraints = [
            models.UniqueConstraint(fields=["filing", "kind", "number"], name="filingchunk_number"),
            models.CheckConstraint(
                condition=Q(kind__in=ChunkKind.values), name="filingchunk_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.kind} {self.number}"
