"""Services that take in qualifications and the documents that show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import AccountStatus, ApplicationSource
from accounts.models import (
    PublicAccount,
    Qualification,
    QualificationDocument,
    QualificationRule,
    Subject,
)
from accounts.qualification_words import OPEN_STATUSES, HolderKind, QualificationStatus
from accounts.services.qualifications.catalogue import rule_in_force
from compliance import audit
from compliance.clocks import start_clock
from compliance.context import record_language
from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence import services as evidence
from compliance.evidence.incoming import IncomingFile
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import BlindIndex, IdentityValue, Sensitivity, Side, StaffUser, WorkItem
from compliance.models.identity import IdentityField
from compliance.proposals import open_matter
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import open_item

SUBMIT: Final = "accounts.submit_qualification"
MATTER: Final = "qualification"
QUEUE: Final = "qualifications"
OWNER_KIND: Final = "accounts.qualification"
REVIEW_STEP: Final = "qualification_review"
RECHECK_STEP: Final = "qualification_recheck"
# Our choices; no article sets them.
LONGEST_NUMBER: Final = 200
LONGEST_WORDS: Final = 200
_RENEWABLE: Final = (QualificationStatus.VERIFIED, QualificationStatus.EXPIRED)


@dataclass(frozen=True, kw_only=True)
class QualificationDraft:
    """A qualification as it is handed in; `renews` is the one that it takes the place of."""

    type: str
    number: str
    holder: str = ""
    issuer: str = ""
    scope: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    renews: Qualification | None = None


def normal_number(number: str) -> str:
    """Return a number as it is compared: without blanks, letters large."""
    return "".join(number.split()).upper()


def number_purpose(type_: str) -> str:
    """Return the purpose under which qualifications are found by their number."""
    return f"qualification:{type_}"


def with_number(type_: str, number: str) -> QuerySet[Qualification]:
    """Return the qualifications of a type that carry a number, of whichever account."""
    purpose = number_purpose(type_)
    return Qualification.objects.filter(
        type=type_,
        number__indexes__purpose=purpose,
        number__indexes__digest__in=vault.digests(purpose, normal_number(number)),
    ).distinct()


@transaction.atomic
def submit_qualification(
    *,
    account: PublicAccount,
    draft: QualificationDraft,
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Qualification:
    """
    Take in a qualification for an account and put it into the queue of those to review.

    Public Account Provisions, art. 9 §1: background and qualification are asked for and verified.
    Number and a person's name go under the key of the subject.

    :raises NotPermitted: if the actor may not hand in qualifications.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if the type is not accepted, or number or term cannot be.
    :raises ActionRefused: if the account is closed, has this very document already, or what is to
        be renewed cannot be.
    :raises IdentityErased: if the subject's identity data was erased.
    """
    require_permission(actor, SUBMIT)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(account)
    rule = _check(account, draft)
    subject = Subject.objects.select_related("key", "name").get(pk=account.subject_id)
    holder_name, organisation = _holder(subject, rule, draft)
    clock = start_clock(step=REVIEW_STEP, **grounds)
    matter = open_matter(MATTER)
    qualification = Qualification(
        account=account,
        subject=subject,
        type=draft.type,
        rule=rule,
        number=_seal_number(subject, draft),
        holder_name=holder_name,
        holder_organisation=organisation,
        issuer=draft.issuer.strip(),
        scope=draft.scope.strip(),
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        renews=draft.renews,
        source=source,
        received_at=timezone.now(),
        matter=matter,
        work_item=open_item(queue=QUEUE, clock=clock, matter=matter, side=Side.DECIDED),
    )
    audit.create(qualification, **grounds)
    index_numbers([qualification])
    audit.move(qualification, "take_in", **grounds)
    return qualification


def _check(account: PublicAccount, draft: QualificationDraft) -> QualificationRule:
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed; no qualification is taken in for it."))
    rule = rule_in_force(draft.type, timezone.now())
    if not rule.is_accepted:
        raise InvalidInput(
            _("“%(type)s” is no longer accepted.") % {"type": rule.get_code_display()}
        )
    if not draft.number.strip() or len(draft.number) > LONGEST_NUMBER:
        raise InvalidInput(
            _("Give the number of the document, at most %(count)s characters.")
            % {"count": LONGEST_NUMBER}
        )
    check_term(draft.valid_from, draft.valid_until)
    twins = with_number(draft.type, draft.number).filter(account=account)
    if draft.renews is not None:
        _check_renewal(account, draft)
        twins = twins.exclude(pk=draft.renews.pk)
    twin = twins.filter(status__in=[*OPEN_STATUSES, QualificationStatus.VERIFIED]).first()
    if twin is not None:
        raise ActionRefused(
            _(
                "The account has this very document already, as %(reference)s (%(state)s). A new "
                "term is handed in as its renewal."
            )
            % {"reference": twin.reference, "state": twin.get_status_display()}
        )
    return rule


def _check_renewal(account: PublicAccount, draft: QualificationDraft) -> None:
    old = draft.renews
    assert old is not None
    audit.lock(old)
    if old.account_id != account.pk or old.type != draft.type:
        raise InvalidInput(_("A renewal is of the same account and the same type."))
    if old.status not in _RENEWABLE:
        raise ActionRefused(
            _("%(reference)s cannot be renewed while its state is “%(state)s”.")
            % {"reference": old.reference, "state": old.get_status_display()}
        )
    waiting = old.renewals.open().first()
    if waiting is not None:
        raise ActionRefused(
            _("A renewal waits for its review already: %(reference)s.")
            % {"reference": waiting.reference}
        )


def check_term(valid_from: date | None, valid_until: date | None) -> None:
    """
    Refuse a term that cannot be, or that is over.

    :raises InvalidInput: if it ends before it begins or before today.
    """
    if valid_from is not None and valid_until is not None and valid_until < valid_from:
        raise InvalidInput(_("The document cannot end before it begins."))
    if valid_until is not None and valid_until < timezone.localdate():
        raise InvalidInput(_("The document ended on %(day)s already.") % {"day": valid_until})


def _holder(
    subject: Subject, rule: QualificationRule, draft: QualificationDraft
) -> tuple[IdentityValue | None, str]:
    name = draft.holder.strip()
    if not name and draft.renews is not None:
        return draft.renews.holder_name, draft.renews.holder_organisation
    if rule.holder == HolderKind.ORGANISATION and subject.organisation_name:
        return None, name or subject.organisation_name
    # Of a person, or of a business that is a person under another name.
    if name:
        return vault.store(subject.key, IdentityField.NAME, name), ""
    return subject.name, ""


def _seal_number(subject: Subject, draft: QualificationDraft) -> IdentityValue:
    return vault.store(subject.key, IdentityField.QUALIFICATION_NUMBER, draft.number.strip())


def index_numbers(qualifications: Sequence[Qualification]) -> None:
    """Let sealed numbers be found again, so that one document for two accounts is noticed."""
    BlindIndex.objects.bulk_create(
        row
        for each in qualifications
        if each.number is not None
        for row in vault.index_rows(
            each.number, normal_number(vault.read(each.number)), (number_purpose(each.type),)
        )
    )


def elsewhere(qualification: Qualification) -> list[Qualification]:
    """
    Return qualifications of other accounts that carry the same number, erased ones not.

    Our choice, no article: one document that several accounts show is looked at twice.
    """
    if qualification.number is None:
        return []
    purpose = number_purpose(qualification.type)
    digests = qualification.number.indexes.filter(purpose=purpose).values_list("digest", flat=True)
    found = Qualification.objects.filter(
        type=qualification.type,
        number__indexes__purpose=purpose,
        number__indexes__digest__in=[bytes(each) for each in digests],
    ).exclude(account=qualification.account_id)
    return list(found.select_related("account").distinct().order_by("-pk")[:20])


@transaction.atomic
def attach_documents(
    *,
    qualification: Qualification,
    files: Sequence[IncomingFile],
    shows: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[QualificationDocument]:
    """
    Attach files to a qualification for good: they are never detached and never exchanged.

    Public Account Provisions, art. 9 §1. A person's certificate is an identity document: whoever
    looks at it is put on record.

    :raises NotPermitted: if the actor may not hand in qualifications.
    :raises InvalidInput: if it is not said what the files show.
    :raises ActionRefused: if the qualification is decided for good, or has one of the files already.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, SUBMIT)
    shows = shows.strip()
    if not shows or len(shows) > LONGEST_WORDS:
        raise InvalidInput(
            _("Say what the files show, in at most %(count)s characters.")
            % {"count": LONGEST_WORDS}
        )
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(qualification)
    if qualification.status not in (*OPEN_STATUSES, QualificationStatus.VERIFIED):
        raise ActionRefused(
            _("%(reference)s is decided; hand the document in anew.")
            % {"reference": qualification.reference}
        )
    is_persons = qualification.holder_name_id is not None
    attached = []
    for incoming in files:
        _refuse_twin(qualification, incoming)
        file = evidence.receive_file(
            incoming=incoming,
            owner_kind=OWNER_KIND,
            sensitivity=Sensitivity.IDENTITY_DOCUMENT if is_persons else Sensitivity.ORDINARY,
            **grounds,
        )
        attached.append(
            QualificationDocument.objects.create(
                qualification=qualification, file=file, shows=shows, attached_by=actor.person
            )
        )
    audit.record(
        action="accounts.qualification.attach_evidence",
        target=qualification,
        changes={
            "files": [{"number": each.file.number, "sha256": each.file.sha256} for each in attached]
        },
        actor=actor,
        provision=provision,
        reason=_with_files(grounds["reason"], attached),
    )
    return attached


def _with_files(reason: str, attached: Sequence[QualificationDocument]) -> str:
    with record_language():
        listed = _("; ").join(f"{each.file.number} SHA-256 {each.file.sha256}" for each in attached)
        count = ngettext("%(count)s file", "%(count)s files", len(attached)) % {
            "count": len(attached)
        }
        return _("%(reason)s (%(count)s: %(files)s)") % {
            "reason": reason,
            "count": count,
            "files": listed,
        }


def _refuse_twin(qualification: Qualification, incoming: IncomingFile) -> None:
    twin = (
        qualification.documents.filter(file__sha256=incoming.sink.sha256)
        .select_related("file")
        .first()
    )
    if twin is not None:
        raise ActionRefused(
            _("This very file is attached already, as %(number)s.") % {"number": twin.file.number}
        )


def documents_of(qualification: Qualification) -> list[QualificationDocument]:
    """Return what was attached, in the order of its arrival."""
    return list(
        qualification.documents.select_related("file__key", "file__attached_by").order_by("pk")
    )


def open_work_item(qualification: Qualification) -> WorkItem | None:
    """Return the item in which a qualification waits for a review, if it does."""
    return WorkItem.objects.open().filter(qualification=qualification).first()
