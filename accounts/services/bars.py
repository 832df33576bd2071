"""Services for bars on registration, known by a keyed digest only."""

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.blacklist_words import BarField
from accounts.enums import GroundKind, IdType
from accounts.models import BlacklistEntry, IdentityBar, Subject
from accounts.rules.identity_numbers import IdentityKey, identity_key
from compliance import audit
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.identity.keys import identity_keys
from compliance.models import StaffUser
from compliance.provisions import Provision

MOBILE_PURPOSE = "bar:mobile"
NAME_PURPOSE = "bar:name"


def bar_purpose(id_type: IdType) -> str:
    """Return the purpose under which bars on registration are found."""
    return f"bar:{id_type.value}"


def identity_of(subject: Subject) -> IdentityKey:
    """
    Return by what number a subject is barred.

    :raises ActionRefused: if no valid document number of the subject is known.
    :raises IdentityErased: if the subject's key was destroyed.
    """
    if subject.id_number is None:
        raise ActionRefused(_("No valid document number of this subject is known."))
    return identity_key(IdType(subject.id_type), vault.read(subject.id_number))


def bars_of(subject: Subject) -> QuerySet[IdentityBar]:
    """
    Return every bar on the document number of the subject, lifted ones too.

    :raises IdentityErased: if the subject's key was destroyed.
    """
    bars = IdentityBar.objects.filter(field=BarField.ID_NUMBER)
    if subject.id_number is None:
        return bars.none()
    key = identity_of(subject)
    digests = vault.digests(bar_purpose(key.id_type), key.number)
    # Of a lifted one the digest is gone: the record alone says whose it was.
    return bars.filter(Q(digest__in=digests) | Q(subject=subject, digest__isnull=True))


def is_barred(subject: Subject) -> bool:
    """Return whether a bar in force has the document number of the subject."""
    return bars_of(subject).filter(removed_at__isnull=True).exists()


@transaction.atomic
def bar_identity(
    *,
    subject: Subject,
    ground_kind: GroundKind,
    ground_ref: str,
    review_date: date,
    entry: BlacklistEntry | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> IdentityBar:
    """
    Bar the document number of a subject from registering again.

    Public Account Provisions, art. 19 §1: a platform keeps a blacklist. Who may order it is the
    matter of the service that decides; this one records the fact.

    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if no valid document number of the subject is known.
    """
    key = identity_of(subject)
    bar = IdentityBar(
        entry=entry,
        subject=subject,
        id_type=key.id_type,
        key_version=identity_keys().index.current,
        digest=vault.digest(bar_purpose(key.id_type), key.number),
        ground_kind=ground_kind,
        ground_ref=ground_ref,
        review_date=review_date,
    )
    return audit.create(bar, actor=actor, provision=provision, reason=reason)


def mark_alike(entry: BlacklistEntry, field: BarField, value: str, grounds: Grounds) -> IdentityBar:
    """
    Keep a digest of what an entry's subject has besides its number: who has the same is looked at.

    Opinions on Platform Responsibility, point 3: accounts do not come back. It refuses nobody.
    """
    purpose = MOBILE_PURPOSE if field == BarField.MOBILE else NAME_PURPOSE
    bar = IdentityBar(
        entry=entry,
        subject=entry.subject,
        field=field,
        id_type=entry.subject.id_type,
        key_version=identity_keys().index.current,
        digest=vault.digest(purpose, value),
        ground_kind=GroundKind.DECISION,
        ground_ref=entry.ground_ref,
        review_date=entry.review_date,
    )
    return audit.create(bar, **grounds)


@transaction.atomic
def lift_identity_bar(
    *, bar: IdentityBar, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Lift one bar and erase its digest; another one on the same number stays.

    Public Account Provisions, art. 19 §1; Personal Information Protection Law, art. 47: what is
    not needed any more is erased. No history and no log holds the digest.

    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if it was lifted before.
    """
    audit.lock(bar)
    if bar.removed_at is not None:
        raise ActionRefused(_("This bar was lifted before."))
    audit.amend(
        bar, "lift", actor=actor, provision=provision, reason=reason, removed_at=timezone.now()
    )
    # The database has erased it in the same statement.
    bar.digest = None
