"""The way of an application from what was handed in to what is stored."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from accounts.enums import ApplicationSource
from accounts.models import Application
from accounts.rules.application_data import ApplicationData
from accounts.rules.applications import Examined, conclude, examine
from accounts.rules.identity_numbers import IdentityKey
from accounts.services.policies import Policy, policy_in_force
from accounts.services.registration.facts import Registry, subject_purpose
from accounts.services.registration.results import (
    Registered,
    RegistrationConflict,
    stored_checks,
)
from accounts.services.registration.storage import Decided, Entry, store
from accounts.services.verification import VerificationUnavailable, ask_all
from accounts.verification.provider import VerificationAnswer
from compliance import audit
from compliance.errors import ActionRefused
from compliance.identity import vault
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission

# Large enough that the statements of a batch cost little a row, small enough that its locks are
# held for less than a second. Our choice.
BATCH = 200
_PURPOSE = "application"
# Either of two numbers identifies an advisory lock; this one is ours.
_LOCK = "SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) AS number"

Outcome = Registered | ActionRefused


@dataclass
class _Row:
    """One application on its way."""

    data: ApplicationData
    digests: list[str]
    examined: Examined
    answer: VerificationAnswer | VerificationUnavailable | None = None

    @property
    def digest(self) -> str:
        return self.digests[0]


def register_account(
    *,
    data: ApplicationData,
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Registered:
    """
    Decide one application for an account and store it with everything that was found.

    Public Account Provisions, art. 8 §1, art. 9 §1, art. 10 and art. 15 §1. An account number that
    is already registered with the same content changes nothing and returns what is stored.

    :raises NotPermitted: if the actor may not hand in applications.
    :raises MissingReason: if the reason is blank.
    :raises RegistrationConflict: if the account number is registered with other content.
    :raises VerificationUnavailable: if the identity could not be verified now; nothing is stored.
    """
    (outcome,) = register_batch(
        rows=[data], source=source, actor=actor, provision=provision, reason=reason
    )
    if isinstance(outcome, ActionRefused):
        raise outcome
    return outcome


@dataclass(frozen=True)
class Verified:
    """An application whose identity was verified, ready to be decided and stored."""

    row: _Row
    policy: Policy


def verify_application(*, data: ApplicationData) -> Verified:
    """
    Examine an application and have its identity verified; nothing is stored.

    Public Account Provisions, art. 8 §1. For a door that keeps its answer in the transaction that
    stores the application: a provider is asked before it begins.
    """
    policy = policy_in_force(timezone.now())
    (row,), _stored_before = _ask([data], policy)
    return Verified(row, policy)


def register_verified(
    *,
    verified: Verified,
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Registered:
    """
    Decide a verified application and store it, within the transaction of whoever calls.

    Public Account Provisions, art. 8 §1, art. 9 §1, art. 10 and art. 15 §1. As `register_account`.

    :raises NotPermitted: if the actor may not hand in applications.
    :raises MissingReason: if the reason is blank.
    :raises RegistrationConflict: if the account number is registered with other content.
    :raises VerificationUnavailable: if the identity could not be verified.
    """
    require_permission(actor, "accounts.register_account")
    entry = Entry(source, actor, provision, audit.require_reason(reason))
    with transaction.atomic():
        (outcome,) = _settle([verified.row], verified.policy, entry)
    if isinstance(outcome, ActionRefused):
        raise outcome
    return outcome


def register_batch(
    *,
    rows: Iterable[ApplicationData],
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Iterator[Outcome]:
    """
    Decide applications in their order and store them, a batch a transaction.

    Public Account Provisions, art. 8 §1, art. 9 §1, art. 10 and art. 15 §1. As `register_account`,
    with refusals of single rows returned in their place. About forty statements a batch, so a fifth
    of a statement a row in a long file.

    :raises NotPermitted: if the actor may not hand in applications.
    :raises MissingReason: if the reason is blank.
    :raises VerificationUnavailable: if a whole batch found nobody to verify it; rows before it are
        stored, rows after it are not.
    """
    require_permission(actor, "accounts.register_account")
    entry = Entry(source, actor, provision, audit.require_reason(reason))
    return _outcomes(rows, entry)


def _outcomes(rows: Iterable[ApplicationData], entry: Entry) -> Iterator[Outcome]:
    for batch in _batches(rows):
        policy = policy_in_force(timezone.now())
        yield from _register(batch, policy, entry)


def _batches(rows: Iterable[ApplicationData]) -> Iterator[list[ApplicationData]]:
    """Yield the rows in batches of which none holds one account number twice."""
    batch: dict[str, ApplicationData] = {}
    for data in rows:
        if len(batch) == BATCH or data.platform_uid in batch:
            yield list(batch.values())
            batch = {}
        batch[data.platform_uid] = data
    if batch:
        yield list(batch.values())


def _digests(data: ApplicationData) -> list[str]:
    """Return the keyed digests of a whole application, that of the present key first."""
    text = audit.canonical_json(data.cells())
    current = vault.digest(_PURPOSE, text)
    others = [each for each in vault.digests(_PURPOSE, text) if each != current]
    return [each.hex() for each in (current, *others)]


def _register(batch: list[ApplicationData], policy: Policy, entry: Entry) -> list[Outcome]:
    rows, stored = _ask(batch, policy)
    if len(stored) == len(rows):
        return [_outcome(row, stored, {}) for row in rows]
    # Durable: inside somebody's transaction the provider would have been waited for with it.
    with transaction.atomic(durable=True):
        return _settle(rows, policy, entry)


def _ask(batch: list[ApplicationData], policy: Policy) -> tuple[list[_Row], dict[str, Application]]:
    """Examine applications and have identities verified; return what was registered before too."""
    rows = [_Row(data, _digests(data), examine(data, policy.limits)) for data in batch]
    stored = _stored(rows)
    fresh = [row for row in rows if row.data.platform_uid not in stored]
    # Before the transaction: a provider may take seconds, and locks are not held that long.
    answers = ask_all([(row.examined, row.digest) for row in fresh])
    for row, answer in zip(fresh, answers, strict=True):
        row.answer = answer
    _refuse_if_unreachable(fresh)
    return rows, stored


def _settle(rows: Sequence[_Row], policy: Policy, entry: Entry) -> list[Outcome]:
    """Decide and store, within a transaction, what is not registered by now."""
    lock_registrations(row.examined for row in rows)
    # Whoever was faster has committed by now.
    stored = _stored(rows)
    fresh = [row for row in rows if row.data.platform_uid not in stored]
    new = _decide_and_store(fresh, policy, entry)
    return [_outcome(row, stored, new) for row in rows]


def _refuse_if_unreachable(fresh: Sequence[_Row]) -> None:
    asked = [row.answer for row in fresh if row.answer is not None]
    failed = [each for each in asked if isinstance(each, VerificationUnavailable)]
    # One number may fail for itself; when all do, the rest of a file would only wait in vain.
    if len(failed) > 1 and len(failed) == len(asked):
        raise failed[0]


def _stored(rows: Sequence[_Row]) -> dict[str, Application]:
    return {
        application.platform_uid: application
        for application in Application.objects.filter(
            platform_uid__in=[row.data.platform_uid for row in rows]
        ).prefetch_related("checks")
    }


def lock_registrations(batch: Iterable[Examined]) -> None:
    """
    Let nobody else decide about the same account numbers and identities until the commit.

    Our choice, no article. A subject that is not there yet cannot be locked as a row, so the keyed
    digests stand for them. One order for everybody, so that two files with the same people never
    wait for each other.
    """
    marks = set()
    for examined in batch:
        marks.add(hashlib.sha256(examined.data.platform_uid.encode()).digest())
        if examined.identity is not None:
            marks.add(_mark_of(examined.identity))
    _lock(marks)


def lock_identity(identity: IdentityKey) -> None:
    """
    Let nobody register under an identity until the commit.

    Our choice, no article. Whoever lists a subject either sees an account that was registered just
    before, or the registration sees the entry.
    """
    _lock({_mark_of(identity)})


def _mark_of(identity: IdentityKey) -> bytes:
    return vault.digest(subject_purpose(identity.id_type), identity.number)


def _lock(marks: set[bytes]) -> None:
    numbers = sorted({int.from_bytes(mark[:8], "big", signed=True) for mark in marks})
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [numbers])


def _decide_and_store(rows: Sequence[_Row], policy: Policy, entry: Entry) -> dict[str, Registered]:
    answered = [row for row in rows if not isinstance(row.answer, VerificationUnavailable)]
    if not answered:
        return {}
    limits = policy.limits
    registry = Registry([row.examined for row in answered], limits.signal_burst_hours)
    decided: list[Decided] = []
    for row in answered:
        answer = row.answer if isinstance(row.answer, VerificationAnswer) else None
        facts = registry.facts(row.examined, answer.fact() if answer else None)
        conclusion = conclude(row.examined, facts, limits)
        registry.add(row.examined, conclusion)
        decided.append(Decided(row.examined, conclusion, answer, row.digest))
    applications = store(decided, registry, policy, entry)
    return {
        application.platform_uid: Registered(application, each.conclusion.hits, is_new=True)
        for application, each in zip(applications, decided, strict=True)
    }


def _outcome(row: _Row, stored: dict[str, Application], new: dict[str, Registered]) -> Outcome:
    uid = row.data.platform_uid
    if uid in new:
        return new[uid]
    if uid in stored:
        application = stored[uid]
        if application.content_digest not in row.digests:
            return RegistrationConflict(application)
        return Registered(application, stored_checks(application), is_new=False)
    assert isinstance(row.answer, VerificationUnavailable)
    return row.answer
