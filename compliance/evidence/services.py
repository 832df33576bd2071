"""Services for evidence: receive a file, check it, say how sensitive it is."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from compliance import audit
from compliance.context import record_language
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.evidence import access, scanner, storage
from compliance.evidence.incoming import IncomingFile
from compliance.evidence.processing import Drawn, Finding, open_safely
from compliance.evidence.scanner import ScannerUnavailable
from compliance.identity import cipher, minors, vault
from compliance.models import (
    EvidenceCopy,
    EvidenceFile,
    EvidenceKind,
    EvidenceRefusal,
    EvidenceStatus,
    ScanResult,
    Sensitivity,
    StaffUser,
)
from compliance.provisions import Provision
from compliance.roles import require_permission

CHECK_TASK = "compliance.check_evidence_file"
_NAME_PLACE = b"evidence:name"


def name_of(file: EvidenceFile) -> str:
    """
    Return the name that a file came with, as it came.

    :raises IdentityErased: if the file was erased.
    """
    key = file.key
    sealed = bytes(file.sealed_name)
    return cipher.decrypt(key.algorithm, vault.open_key(key), sealed, _NAME_PLACE).decode()


@transaction.atomic
def receive_file(
    *,
    incoming: IncomingFile,
    owner_kind: str,
    sensitivity: str = Sensitivity.ORDINARY,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> EvidenceFile:
    """
    Keep a file that has come in as evidence, in quarantine until it was checked.

    Public Account Provisions, art. 19 §2: records are kept. The caller attaches it to its own
    record in the same transaction, after it has asked whether the actor may. The file is in the
    store before the row is: where the transaction ends badly, the sweep removes the file.

    :raises InvalidInput: if the sensitivity is not one of ours.
    :raises MissingReason: if the reason is blank.
    """
    if sensitivity not in Sensitivity.values:
        raise InvalidInput(_("Say how sensitive the file is."))
    if not access.is_known(owner_kind) or incoming.kind is None:
        raise ValueError("A file needs an owner that is registered, and to be whole.")
    audit.require_reason(reason)
    key = incoming.key
    key.save(force_insert=True)
    sink = incoming.sink
    sink.place()
    file = EvidenceFile(
        owner_kind=owner_kind,
        key=key,
        sealed_name=cipher.encrypt(
            key.algorithm, incoming.plain_key, incoming.name.encode(), _NAME_PLACE
        ),
        declared_type=incoming.declared_type,
        kind=incoming.kind,
        size=sink.size,
        sha256=sink.sha256,
        stored_as=sink.stored_as,
        sensitivity=sensitivity,
        attached_by=actor.person,
        arrived_at=timezone.now(),
    )
    audit.create(
        file,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"sha256": file.sha256, "size": file.size, "kind": file.kind},
    )
    enqueue_check(file)
    return file


def enqueue_check(file: EvidenceFile) -> None:
    """Let the worker check a file; once is enough while it waits."""
    job = app.configure_task(CHECK_TASK, queueing_lock=f"{CHECK_TASK}:{file.pk}")
    # A refused insert must not spoil the caller's transaction.
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(file=file.pk)


@dataclass
class _Copies:
    """The copies that come out of the check, encrypted in the store but not yet anybody's."""

    file: EvidenceFile
    plain_key: bytes
    rows: list[EvidenceCopy] = field(default_factory=list)
    sinks: list[storage.Sink] = field(default_factory=list)

    def keep(self, drawn: Drawn) -> None:
        """Encrypt one copy."""
        algorithm = self.file.key.algorithm
        copy = EvidenceCopy(
            file=self.file,
            kind=drawn.kind,
            number=drawn.number,
            width=drawn.width,
            height=drawn.height,
            size=len(drawn.body),
            sealed_veil=cipher.encrypt(
                algorithm, self.plain_key, drawn.veil, veil_place(drawn.number)
            ),
        )
        sink = storage.Sink(algorithm, self.plain_key, storage.role_of(copy))
        self.sinks.append(sink)
        sink.write(drawn.body)
        sink.finish()
        copy.sha256, copy.stored_as = sink.sha256, sink.stored_as
        self.rows.append(copy)

    def place(self) -> None:
        """Make them the file's."""
        for sink in self.sinks:
            sink.place()
        EvidenceCopy.objects.bulk_create(self.rows)

    def discard(self) -> None:
        """Leave nothing behind that was not placed."""
        for sink in self.sinks:
            sink.discard()


def veil_place(number: int) -> bytes:
    """Return what the veil of a copy is bound to besides the key."""
    return f"evidence:veil:{number}".encode()


def check_file(
    *, file: EvidenceFile, actor: StaffUser, provision: Provision, reason: str
) -> EvidenceFile:
    """
    Check a file in quarantine and draw its copies; it is available then, or refused with words.

    Our choice, no article: nobody at work opens what a stranger has sent. Not one transaction:
    the scanner and the process that opens the file may take their time. Checking twice is
    harmless, the first to end decides.

    :raises ScannerUnavailable: if a scanner is configured and gives no verdict; the file waits.
    :raises DamagedFile: if the store does not have what the row says; the file waits.
    """
    file = EvidenceFile.objects.select_related("key").get(pk=file.pk)
    if file.status != EvidenceStatus.QUARANTINED:
        return file
    try:
        scan = scanner.scan(lambda: storage.read_original(file))
    except ScannerUnavailable:
        _let_wait(file, actor=actor, provision=provision, reason=reason)
        raise
    copies = _Copies(file, vault.open_key(file.key))
    try:
        if scan == ScanResult.INFECTED:
            finding = Finding(EvidenceRefusal.INFECTED)
        else:
            finding = open_safely(
                EvidenceKind(file.kind), lambda: storage.read_original(file), copies.keep
            )
        with suppress(TransitionRefused):
            _settle(file, scan, finding, copies, actor=actor, provision=provision, reason=reason)
    finally:
        copies.discard()
    return file


@transaction.atomic
def _let_wait(file: EvidenceFile, *, actor: StaffUser, provision: Provision, reason: str) -> None:
    audit.lock(file)
    if file.status == EvidenceStatus.QUARANTINED and not file.is_waiting_for_scanner:
        audit.amend(
            file,
            "wait_for_scanner",
            actor=actor,
            provision=provision,
            reason=reason,
            is_waiting_for_scanner=True,
        )


@transaction.atomic
def _settle(
    file: EvidenceFile,
    scan: ScanResult,
    finding: Finding,
    copies: _Copies,
    *,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    audit.lock(file)
    fields: dict[str, Any] = {
        "scan": scan,
        "is_waiting_for_scanner": False,
        "checked_at": timezone.now(),
        "remarks": list(finding.remarks),
    }
    if finding.refusal is not None:
        with record_language():
            why = str(finding.refusal.label)
        fields |= {"refusal": finding.refusal, "remarks": []}
        audit.move(file, "refuse", actor=actor, provision=provision, reason=why, **fields)
        return
    if file.status == EvidenceStatus.QUARANTINED:
        copies.place()
    audit.move(file, "admit", actor=actor, provision=provision, reason=reason, **fields)


@transaction.atomic
def rate_file(
    *,
    file: EvidenceFile,
    sensitivity: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    expected_version: int | None = None,
) -> None:
    """
    Change how sensitive a file is; nothing else of it ever changes.

    Our choice, no article: who has to look at such things all day is warned first.

    :raises NotPermitted: if the actor may not, or may not see the file.
    :raises InvalidInput: if the sensitivity is not one of ours, or the one it has.
    :raises ActionRefused: if it shows a document of a minor.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if somebody else was first.
    """
    require_permission(actor, "compliance.rate_evidence")
    access.require_view(file, actor)
    if sensitivity not in Sensitivity.values:
        raise InvalidInput(_("Say how sensitive the file is."))
    audit.lock(file, expected_version=expected_version)
    if file.sensitivity == sensitivity:
        raise InvalidInput(_("The file is rated so already."))
    if minors.shows_minor(file):
        raise ActionRefused(_("It shows a document of a minor and stays hidden as one."))
    audit.amend(
        file,
        "rate",
        actor=actor,
        provision=provision,
        reason=reason,
        sensitivity=sensitivity,
    )
