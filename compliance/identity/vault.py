"""The only place where identity data is encrypted, found again, revealed and erased."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import ActionRefused, IdentityErased
from compliance.grounds import Grounds
from compliance.identity import cipher, minors
from compliance.identity.keys import KEY_BYTES, identity_keys
from compliance.identity.masks import mask
from compliance.models import (
    ActionLog,
    BlindIndex,
    DataKey,
    IdentitySearch,
    IdentityValue,
    Person,
    Proposal,
    ProposalResult,
    Reveal,
    StaffUser,
)
from compliance.models.identity import IdentityField
from compliance.provisions import Provision
from compliance.roles import require_permission

# Our choices; no article sets them.
REVEALS_A_DAY = 50
IDENTITY_FINDS_SHOWN = 50


REVEAL = "compliance.reveal_identity"
# Says what somebody needs to be shown a value, where that is something of its own; else None.
PermissionSource = Callable[[IdentityValue], str | None]
_permission_sources: list[PermissionSource] = []


def register_reveal_permission(source: PermissionSource) -> None:
    """
    Let a package say whose values are shown by a permission of their own; called when apps are ready.

    Personal Information Protection Law, art. 51: who needs to see some values need not see all.
    """
    if source not in _permission_sources:
        _permission_sources.append(source)


def permission_to_reveal(value: IdentityValue) -> str:
    """Return what somebody has to be allowed who is shown a value."""
    named = (source(value) for source in _permission_sources)
    return next((each for each in named if each), REVEAL)


def draft_key() -> tuple[DataKey, bytes]:
    """Return an unsaved data key and its bytes, so that a bulk service can insert many at once."""
    rings = identity_keys()
    plain = secrets.token_bytes(KEY_BYTES)
    name = rings.wrapping.current
    algorithm = settings.IDENTITY_ALGORITHM
    wrapped = cipher.encrypt(algorithm, rings.wrapping[name], plain, b"data-key")
    return DataKey(algorithm=algorithm, wrapping_key=name, wrapped=wrapped), plain


def new_key() -> tuple[DataKey, bytes]:
    """Create a data key for one subject and return it with its bytes, for the values to come."""
    key, plain = draft_key()
    key.save(force_insert=True)
    return key, plain


def open_key(key: DataKey) -> bytes:
    """
    Return the bytes of a data key.

    :raises IdentityErased: if the key was destroyed.
    """
    if key.wrapped is None:
        raise IdentityErased
    ring = identity_keys().wrapping
    return cipher.decrypt(key.algorithm, ring[key.wrapping_key], bytes(key.wrapped), b"data-key")


def _place(key: DataKey, field: str) -> bytes:
    return f"identity-value:{key.pk}:{field}".encode()


def seal(key: DataKey, plain_key: bytes, field: str, value: str) -> IdentityValue:
    """Return an unsaved identity value, so that a bulk service can insert many at once."""
    return IdentityValue(
        key=key,
        field=field,
        ciphertext=cipher.encrypt(key.algorithm, plain_key, value.encode(), _place(key, field)),
        masked=mask(field, value),
    )


def store(key: DataKey, field: str, value: str, *, purposes: Sequence[str] = ()) -> IdentityValue:
    """
    Keep one value under the subject's key; each purpose makes it findable by that purpose.

    Personal Information Protection Law, art. 51: identity data is encrypted and de-identified.

    :raises IdentityErased: if the key was destroyed.
    """
    with transaction.atomic():
        kept = seal(key, open_key(key), field, value)
        kept.save(force_insert=True)
        BlindIndex.objects.bulk_create(index_rows(kept, value, purposes))
    return kept


def index_rows(kept: IdentityValue, value: str, purposes: Iterable[str]) -> list[BlindIndex]:
    """Return the unsaved index rows by which a saved value is found again."""
    version = identity_keys().index.current
    return [
        BlindIndex(value=kept, purpose=purpose, key_version=version, digest=digest(purpose, value))
        for purpose in purposes
    ]


def digest(purpose: str, value: str, *, key_version: str | None = None) -> bytes:
    """
    Return the keyed digest of a normalised value for one purpose.

    Another purpose gives another digest, so that two columns cannot be joined by it.
    """
    ring = identity_keys().index
    name = key_version or ring.current
    return hmac.digest(ring[name], f"{purpose}\x00{value}".encode(), hashlib.sha256)


def digests(purpose: str, value: str) -> list[bytes]:
    """Return the digests of a normalised value under every key version that is still kept."""
    return [digest(purpose, value, key_version=name) for name in identity_keys().index.keys]


def find(purpose: str, value: str) -> QuerySet[IdentityValue]:
    """Return the stored values that equal `value` under `purpose`, whatever key version."""
    return IdentityValue.objects.filter(
        indexes__purpose=purpose, indexes__digest__in=digests(purpose, value)
    )


def read(value: IdentityValue) -> str:
    """
    Return a value in the clear, for services that compute with it; people go through `reveal`.

    :raises IdentityErased: if the subject's key was destroyed.
    """
    key = value.key
    plain = cipher.decrypt(
        key.algorithm, open_key(key), bytes(value.ciphertext), _place(key, value.field)
    )
    return plain.decode()


def reveal(*, value: IdentityValue, actor: StaffUser, provision: Provision, reason: str) -> str:
    """
    Return a value in the clear to a person, after the reveal is on record.

    Personal Information Protection Law, art. 51: access is limited by permission and logged. The
    record is committed before the value is returned, so a page that then fails cannot hide it.
    Of a minor it is shown by an approval of a second person alone, once (Regulations on the
    Protection of Minors in Cyberspace, art. 36).

    :raises NotPermitted: if the actor's roles do not allow reveals.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if the day's quota is used up, or it is of a minor and nobody else has
        approved it, or that has lapsed.
    :raises IdentityErased: if the subject's key was destroyed.
    """
    require_permission(actor, permission_to_reveal(value))
    reason = audit.require_reason(reason)
    with transaction.atomic():
        # The person's row is the lock under which parallel reveals count each other.
        Person.objects.select_for_update(no_key=True).get(pk=actor.person_id)
        since = timezone.now() - timedelta(days=1)
        if Reveal.objects.filter(person=actor.person_id, at__gt=since).count() >= REVEALS_A_DAY:
            raise ActionRefused(_("Your quota of reveals for one day is used up."))
        plain = read(value)
        approval = _approval_needed(value, Grounds(actor=actor, provision=provision, reason=reason))
        Reveal.objects.create(
            value=value,
            person=actor.person,
            reason=reason,
            proposal=approval,
            approved_result=ProposalResult.APPROVED if approval is not None else None,
        )
        audit.record(
            action="compliance.identityvalue.reveal",
            target=value,
            actor=actor,
            provision=provision,
            reason=reason,
            changes={
                "field": value.field,
                **({"proposal": approval.pk} if approval is not None else {}),
            },
        )
    return plain


def _approval_needed(value: IdentityValue, grounds: Grounds) -> Proposal | None:
    if not minors.is_of_minor(value):
        minors.settle_age(value, grounds)
        return None
    approval = minors.standing_of(value, grounds["actor"].person).approval
    if approval is None:
        raise ActionRefused(
            _(
                "This is of a minor: somebody else has to approve first that it is shown. Ask for it "
                "on the page of the value; an approval holds for 30 minutes and one look."
            )
        )
    return approval


@dataclass(frozen=True)
class IdentityFinds:
    """What an identity search found: the newest values, and how many there are in all."""

    values: list[IdentityValue]
    count: int


def search(
    *,
    field: IdentityField,
    purpose: str,
    value: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> IdentityFinds:
    """
    Find the stored values that equal a normalised one, after the search is on record.

    Personal Information Protection Law, art. 51: access is limited by permission and logged. The
    search is committed before anything is returned, also where nothing is found, and every value
    that is shown has a row of its own, so that a subject's timeline says who came upon it. The
    value that was searched for is nowhere on record. Must not run inside a transaction.

    :raises NotPermitted: if the actor's roles do not allow identity searches.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if the day's quota is used up.
    """
    require_permission(actor, "compliance.search_identity")
    reason = audit.require_reason(reason)
    with transaction.atomic(durable=True):
        # The person's row is the lock under which parallel searches count each other.
        Person.objects.select_for_update(no_key=True).get(pk=actor.person_id)
        since = timezone.now() - timedelta(days=1)
        done = IdentitySearch.objects.filter(person=actor.person_id, at__gt=since).count()
        if done >= settings.IDENTITY_SEARCHES_A_DAY:
            raise ActionRefused(_("Your quota of identity searches for one day is used up."))
        found = find(purpose, value).distinct()
        count = found.count()
        values = list(found.order_by("-pk")[:IDENTITY_FINDS_SHOWN])
        entry = IdentitySearch.objects.create(
            person=actor.person, field=field, reason=reason, found=count
        )
        audit.record(
            action="compliance.identitysearch.search",
            target=entry,
            actor=actor,
            provision=provision,
            reason=reason,
            changes={"field": field, "found": count},
        )
        ActionLog.objects.bulk_create(
            audit.draft_record(
                action="compliance.identityvalue.find",
                target=each,
                actor=actor,
                provision=provision,
                reason=reason,
                changes={"search": entry.pk},
            )
            for each in values
        )
    return IdentityFinds(values, count)


def erase(*, key: DataKey, actor: StaffUser, provision: Provision, reason: str) -> None:
    """
    Destroy a subject's data key and indexes; ciphertexts stay and can no longer be read.

    Personal Information Protection Law, art. 51; every record and its proof stays as it is.

    :raises IdentityErased: if it was done before.
    :raises MissingReason: if the reason is blank.
    """
    with transaction.atomic():
        # Logged first: the database erases nothing that this transaction has not put on record.
        audit.record(
            action="compliance.datakey.erase",
            target=key,
            actor=actor,
            provision=provision,
            reason=reason,
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT heyan_erase_key(%s)", [key.pk])
            (was_there,) = cursor.fetchone()
        if not was_there:
            raise IdentityErased
