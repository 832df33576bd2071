"""Services for filing rule documents with the regulator, and the figures about it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import (
    FILED_KINDS,
    DocumentKind,
    RuleDocument,
    RuleFiling,
    RuleFilingReceipt,
    RuleVersion,
    RuleWithdrawal,
    StaffUser,
)
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.rulebook.documents import standings, texts_of
from compliance.rulebook.texts import editable_text

FILE: Final = "compliance.file_rule"


class FilingState(StrEnum):
    """Where a version stands with the regulator."""

    NOT_FILED = "not_filed"
    FILED = "filed"
    RECEIPTED = "receipted"


STATE_LABELS: Final[dict[FilingState, Promise]] = {
    FilingState.NOT_FILED: gettext_lazy("not filed"),
    FilingState.FILED: gettext_lazy("filed, no receipt yet"),
    FilingState.RECEIPTED: gettext_lazy("filed and receipted"),
}


def document_text(version: RuleVersion) -> str:
    """Return a version as one text: title, version and date, then the clauses."""
    head = f"{version.document.title}\n版本 {version.label}，自 {version.effective_date} 起施行"
    return f"{head}\n\n{editable_text(texts_of(version))}\n"


def file_name(version: RuleVersion) -> str:
    """Return the name under which the text of a version is handed out."""
    return f"{version.document.code}-{version.label}.txt"


@transaction.atomic
def file_version(
    *,
    version: RuleVersion,
    filed_with: str,
    filed_on: date,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> RuleFiling:
    """
    Record that a version was handed in to the regulator, with exactly the text that was.

    Public Account Provisions, art. 7 §3: rules, convention and agreement are filed with the
    provincial authority. The record does not send anything.

    :raises NotPermitted: if the actor may not record filings.
    :raises InvalidInput: if the authority or the day do not do, or such documents are not filed.
    :raises ActionRefused: if it was withdrawn.
    """
    require_permission(actor, FILE)
    filed_with = filed_with.strip()
    if version.document.kind not in FILED_KINDS:
        raise InvalidInput(_("Documents of this kind are not filed with the regulator."))
    if RuleWithdrawal.objects.filter(version=version).exists():
        raise ActionRefused(_("This version was withdrawn: there is nothing to file."))
    if not filed_with or len(filed_with) > 120 or audit.UNSEEN.search(filed_with):
        raise InvalidInput(_("Say with which authority it was filed."))
    if filed_on > timezone.localdate():
        raise InvalidInput(_("The day of the filing lies ahead."))
    content = document_text(version).encode()
    filing = RuleFiling.objects.create(
        version=version,
        filed_with=filed_with,
        filed_on=filed_on,
        filed_by=actor.person,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    audit.record(
        action="compliance.rulefiling.file",
        target=filing,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"version": version.pk, "sha256": filing.sha256},
    )
    return filing


@transaction.atomic
def receipt_rule_filing(
    *,
    filing: RuleFiling,
    receipt_number: str,
    received_on: date,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> RuleFilingReceipt:
    """
    Record the regulator's confirmation of a filing.

    Public Account Provisions, art. 7 §3.

    :raises NotPermitted: if the actor may not record filings.
    :raises InvalidInput: if the number or the day do not do.
    :raises ActionRefused: if it is confirmed already.
    """
    require_permission(actor, FILE)
    receipt_number = receipt_number.strip()
    if not receipt_number or len(receipt_number) > 80 or audit.UNSEEN.search(receipt_number):
        raise InvalidInput(_("Give the number of the receipt."))
    if not filing.filed_on <= received_on <= timezone.localdate():
        raise InvalidInput(_("A receipt comes after the filing and not in the future."))
    # The document's row is the lock: two receipts at once see each other.
    audit.lock(filing.version.document)
    if RuleFilingReceipt.objects.filter(filing=filing).exists():
        raise ActionRefused(_("This filing is confirmed already."))
    receipt = RuleFilingReceipt.objects.create(
        filing=filing,
        receipt_number=receipt_number,
        received_on=received_on,
        recorded_by=actor.person,
    )
    audit.record(
        action="compliance.rulefiling.receipt",
        target=filing,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    return receipt


@dataclass(frozen=True)
class FiledVersion:
    """A version that has to be filed, with its filings, the newest first."""

    version: RuleVersion
    filings: tuple[RuleFiling, ...]

    @property
    def state(self) -> FilingState:
        """Where it stands: one confirmed filing is enough."""
        if any(each.is_receipted for each in self.filings):
            return FilingState.RECEIPTED
        return FilingState.FILED if self.filings else FilingState.NOT_FILED

    @property
    def filing(self) -> RuleFiling | None:
        """The filing that counts: the confirmed one, else the newest."""
        receipted = [each for each in self.filings if each.is_receipted]
        return next(iter([*receipted, *self.filings]), None)


def filings_of(versions: Iterable[RuleVersion]) -> dict[int, FiledVersion]:
    """Return versions with their filings, by the number of the version, in one query."""
    known = {each.pk: each for each in versions}
    filings: dict[int, list[RuleFiling]] = {number: [] for number in known}
    rows = (
        RuleFiling.objects.filter(version__in=list(known))
        .select_related("receipt", "filed_by")
        .defer("content")
        .order_by("-filed_on", "-pk")
    )
    for filing in rows:
        filings[filing.version_id].append(filing)
    return {
        number: FiledVersion(version, tuple(filings[number])) for number, version in known.items()
    }


def present_filings(day: date) -> list[FiledVersion]:
    """
    Return what has to be filed on `day`: each published version in force or announced.

    Public Account Provisions, art. 7 §3.
    """
    documents = RuleDocument.objects.filter(kind__in=FILED_KINDS).order_by("kind", "code")
    versions = [version for each in standings(documents, day) for version in each.present]
    found = filings_of(versions)
    return [found[version.pk] for version in versions]


def unfiled(day: date) -> list[FiledVersion]:
    """Return the published versions that the regulator has not, or has not confirmed."""
    return [each for each in present_filings(day) if each.state != FilingState.RECEIPTED]


@dataclass(frozen=True)
class RuleFilingFigure:
    """A row of R01, the list of rules filed with the regulator."""

    kind: str
    title: str
    version: str
    effective_date: date
    change_summary: str
    publication_path: str
    publication_date: date | None
    filed_with: str
    filed_on: date | None
    receipt_number: str
    state: str
    file_sha256: str
    contact_post: str


def rule_filing_figures(day: date) -> list[RuleFilingFigure]:
    """
    Return the rows of R01 on `day`: every version in force or announced of what must exist.

    Public Account Provisions, art. 7 §3. The nine systems are listed with the rest though they are
    not filed; the contact is the post of whoever filed, never a name.
    """
    documents = RuleDocument.objects.exclude(kind=DocumentKind.LAW).order_by("kind", "code")
    order = DocumentKind.values
    found = sorted(standings(documents, day), key=lambda each: order.index(each.document.kind))
    versions = [version for each in found for version in each.present]
    filed = filings_of(versions)
    return [_figure(filed[version.pk]) for version in versions]


def _figure(each: FiledVersion) -> RuleFilingFigure:
    version, filing = each.version, each.filing
    document = version.document
    announced = version.announced_at
    receipt = getattr(filing, "receipt", None) if filing is not None else None
    is_filed_kind = document.kind in FILED_KINDS
    return RuleFilingFigure(
        kind=document.get_kind_display(),
        title=document.title,
        version=version.label,
        effective_date=version.effective_date,
        change_summary=version.change_summary,
        publication_path=publication_path(version),
        publication_date=timezone.localdate(announced) if announced is not None else None,
        filed_with=filing.filed_with if filing is not None else "",
        filed_on=filing.filed_on if filing is not None else None,
        receipt_number=receipt.receipt_number if receipt is not None else "",
        state=str(STATE_LABELS[each.state]) if is_filed_kind else _("is not filed"),
        file_sha256=filing.sha256 if filing is not None else "",
        contact_post=filing.filed_by.post if filing is not None else "",
    )


def publication_path(version: RuleVersion) -> str:
    """Return where everybody reads a version, or "" where the document is not published."""
    document = version.document
    if not document.is_public:
        return ""
    return reverse("public:rule_version", args=[document.code, version.label])
