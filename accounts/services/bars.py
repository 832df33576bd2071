"""Services for bars on registration, known by a keyed digest only."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import GroundKind, IdType
from accounts.models import IdentityBar, Subject
from accounts.rules.identity_numbers import identity_key
from compliance import audit
from compliance.errors import ActionRefused
from compliance.identity import vault
from compliance.identity.keys import identity_keys
from compliance.models import StaffUser
from compliance.provisions import Provision


def bar_purpose(id_type: IdType) -> str:
    """Return the purpose under which bars on registration are found."""
    return f"bar:{id_type.value}"


def bars_of(subject: Subject) -> QuerySet[IdentityBar]:
    """
    Return every bar on the document number of the subject, lifted ones too.

    :raises IdentityErased: if the subject's key was destroyed.
    """
    if subject.id_number is None:
        return IdentityBar.objects.none()
    key = identity_key(IdType(subject.id_type), vault.read(subject.id_number))
    digests = vault.digests(bar_purpose(key.id_type), key.number)
    return IdentityBar.objects.filter(digest__in=digests)


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
    if subject.id_number is None:
        raise ActionRefused(_("No valid document number of this subject is known."))
    key = identity_key(IdType(subject.id_type), vault.read(subject.id_number))
    bar = IdentityBar(
        id_type=key.id_type,
        key_version=identity_keys().index.current,
        digest=vault.digest(bar_purpose(key.id_type), key.number),
        ground_kind=ground_kind,
        ground_ref=ground_ref,
        review_date=review_date,
    )
    return audit.create(bar, actor=actor, provision=provision, reason=reason)


@transaction.atomic
def lift_identity_bar(
    *, bar: IdentityBar, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Lift one bar; another one on the same number stays.

    Public Account Provisions, art. 19 §1.

    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if it was lifted before.
    """
    audit.lock(bar)
    if bar.removed_at is not None:
        raise ActionRefused(_("This bar was lifted before."))
    audit.amend(
        bar, "lift", actor=actor, provision=provision, reason=reason, removed_at=timezone.now()
    )
