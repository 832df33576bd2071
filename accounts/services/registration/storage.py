"""How decided applications are stored: subjects, applications, checks, accounts, set-based."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.catalogue_files import catalogue
from accounts.enums import (
    ApplicationSource,
    ApplicationStatus,
    CheckCode,
    IdType,
    QualificationType,
)
from accounts.models import (
    AccountActivity,
    Application,
    ApplicationAvatar,
    ApplicationCheck,
    PublicAccount,
    RealNameVerification,
    Subject,
)
from accounts.rules.applications import Conclusion, Examined
from accounts.rules.identity_numbers import IdentityKey
from accounts.rules.provinces import province_of
from accounts.services.agreements import accept_with_registration
from accounts.services.blacklist.matches import MatchDraft, record_matches
from accounts.services.decision_texts import text_of_refusal, text_of_request
from accounts.services.invitations import invite_for_material
from accounts.services.name_keys import index_accounts
from accounts.services.notices import write_notices
from accounts.services.policies import Policy
from accounts.services.qualifications.registration import submit_with_registration
from accounts.services.registration.facts import Registry, stored_fold
from accounts.services.registration.identity import (
    SealedValues,
    Vault,
    draft_keys,
    is_public_body,
)
from accounts.verification.provider import VerificationAnswer
from compliance import bulk_audit
from compliance.bulk_audit import Move
from compliance.clocks import start_clocks
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import Clock, DataKey, Matter, Side, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.staff import system_actor

MATTER = "application"
QUEUE = "applications"

_ARROWS = {
    ApplicationStatus.APPROVED: "approve_by_checks",
    ApplicationStatus.REFUSED: "refuse_by_checks",
    ApplicationStatus.IN_REVIEW: "send_to_review",
    ApplicationStatus.WAITING_MATERIAL: "ask_for_material",
}
_BY_CHECKS = "由登记核验自动得出"
# Which clock runs while an application is in that state.
CLOCKS = {
    ApplicationStatus.IN_REVIEW: "application_review",
    ApplicationStatus.WAITING_MATERIAL: "application_material",
}


@dataclass
class Decided:
    """An application with everything that was found about it."""

    examined: Examined
    conclusion: Conclusion
    answer: VerificationAnswer | None
    digest: str


@dataclass(frozen=True)
class Entry:
    """Who hands applications in, through which door, and why; the same for a whole batch."""

    source: ApplicationSource
    actor: StaffUser
    provision: Provision
    reason: str

    @property
    def by_actor(self) -> Grounds:
        """Return the grounds of an act of whoever hands in."""
        return Grounds(actor=self.actor, provision=self.provision, reason=self.reason)


def store(
    batch: Sequence[Decided], registry: Registry, policy: Policy, entry: Entry
) -> list[Application]:
    """
    Store decided applications in their order and return them.

    Public Account Provisions, art. 8 §1 and art. 15 §1. Identity data goes under the key of its
    subject; every audited row has its history in this transaction.
    """
    now = timezone.now()
    by_checks = Grounds(actor=system_actor(), provision=entry.provision, reason=_BY_CHECKS)
    subjects, sealed = store_subjects(batch, registry, entry, now)
    review = _start_clocks(batch, ApplicationStatus.IN_REVIEW, now, by_checks)
    applications = _store_applications(batch, subjects, sealed, policy, entry, now, review)
    _store_findings(batch, applications)
    record_matches(
        [
            MatchDraft(found=registry.bars.matches(each.examined), application=application)
            for each, application in zip(batch, applications, strict=True)
        ],
        by_checks,
    )
    material = _start_clocks(batch, ApplicationStatus.WAITING_MATERIAL, now, by_checks)
    bulk_audit.move_many(
        [
            Move(
                application,
                _ARROWS[each.conclusion.outcome],
                _decision(each.conclusion, by_checks["actor"], now, material.get(number)),
            )
            for number, (each, application) in enumerate(zip(batch, applications, strict=True))
        ],
        **by_checks,
    )
    create_accounts(
        [each for each in applications if each.status == ApplicationStatus.APPROVED],
        at=now,
        **by_checks,
    )
    invite_for_material(applications, **by_checks)
    write_notices(applications, actor=by_checks["actor"])
    return applications


def _decision(
    conclusion: Conclusion, system: StaffUser, now: datetime, material: Clock | None
) -> dict[str, Any]:
    is_decided = conclusion.outcome in {ApplicationStatus.APPROVED, ApplicationStatus.REFUSED}
    text = ""
    if conclusion.outcome == ApplicationStatus.REFUSED:
        text = text_of_refusal(conclusion.hits, now)
    elif material is not None:
        text = text_of_request(conclusion.hits, material)
    return {
        "is_automated": is_decided,
        "decided_by": system.person if is_decided else None,
        "decided_at": now if is_decided else None,
        "decision_reason": text,
        "material_clock": material,
    }


def _start_clocks(
    batch: Sequence[Decided], outcome: ApplicationStatus, now: datetime, by_checks: Grounds
) -> dict[int, Clock]:
    """Return a clock for each application with that outcome, by its number in the batch."""
    numbers = [number for number, each in enumerate(batch) if each.conclusion.outcome == outcome]
    clocks = start_clocks(step=CLOCKS[outcome], count=len(numbers), at=now, **by_checks)
    return dict(zip(numbers, clocks, strict=True))


def store_subjects(
    batch: Sequence[Decided], registry: Registry, entry: Entry, now: datetime
) -> tuple[list[Subject], list[SealedValues]]:
    """
    Return for each application its subject, found or created, and its sealed values.

    Public Account Provisions, art. 8 §1. Also for whoever takes an account over.
    """
    # Without a valid number nobody can be known again: such an application has a subject to itself.
    holders: list[IdentityKey | int] = [
        each.examined.identity or number for number, each in enumerate(batch)
    ]
    stored: dict[IdentityKey | int, Subject] = dict(registry.subjects.items())
    fresh = [holder for holder in dict.fromkeys(holders) if holder not in stored]
    keys: dict[IdentityKey | int, tuple[DataKey, bytes]] = dict(
        zip(fresh, draft_keys(len(fresh)), strict=True)
    )
    for holder in holders:
        if holder not in keys:
            key = stored[holder].key
            keys[holder] = (key, vault.open_key(key))
    first = {holder: number for number, holder in reversed(list(enumerate(holders)))}
    values = Vault()
    sealed = [
        values.seal_application(
            each.examined,
            keys[holder],
            is_first=holder not in stored and first[holder] == number,
        )
        for number, (each, holder) in enumerate(zip(batch, holders, strict=True))
    ]
    values.insert()
    drafts = {
        holder: _subject(batch[first[holder]].examined, keys[holder][0], sealed[first[holder]], now)
        for holder in fresh
    }
    bulk_audit.create_many(list(drafts.values()), **entry.by_actor)
    stored.update(drafts)
    return [stored[holder] for holder in holders], sealed


def _subject(examined: Examined, key: DataKey, sealed: SealedValues, now: datetime) -> Subject:
    data = examined.data
    identity = examined.identity
    is_body = is_public_body(examined)
    return Subject(
        key=key,
        nature=data.subject_nature or "",
        id_type=data.id_type or "",
        # Only a valid number stands for the subject; another one is what an application said.
        id_number=sealed.id_number if identity is not None else None,
        name=sealed.subject_name,
        organisation_name=data.subject_name.strip() if is_body else "",
        uscc=examined.id_number if is_body and data.id_type == IdType.USCC else "",
        is_minor=bool(examined.is_minor),
        created_at=now,
    )


def _store_applications(
    batch: Sequence[Decided],
    subjects: Sequence[Subject],
    sealed: Sequence[SealedValues],
    policy: Policy,
    entry: Entry,
    now: datetime,
    review: dict[int, Clock],
) -> list[Application]:
    matters = _open_matters(batch)
    items = _open_items(batch, policy, review, matters)
    applications = [
        _application(
            each,
            values,
            subject=subject,
            matter=matters.get(number),
            work_item=items.get(number),
            policy=policy.row,
            source=entry.source,
            received_at=now,
        )
        for number, (each, subject, values) in enumerate(zip(batch, subjects, sealed, strict=True))
    ]
    bulk_audit.create_many(applications, **entry.by_actor)
    return applications


def _open_matters(batch: Sequence[Decided]) -> dict[int, Matter]:
    people_decide = {ApplicationStatus.IN_REVIEW, ApplicationStatus.WAITING_MATERIAL}
    matters = {
        number: Matter(kind=MATTER)
        for number, each in enumerate(batch)
        if each.conclusion.outcome in people_decide
    }
    Matter.objects.bulk_create(matters.values())
    return matters


def _open_items(
    batch: Sequence[Decided],
    policy: Policy,
    clocks: dict[int, Clock],
    matters: dict[int, Matter],
) -> dict[int, WorkItem]:
    items = {
        number: WorkItem(
            queue=QUEUE,
            clock=clock,
            due_at=clock.due_at,
            weight=policy.weight_of([hit.code.value for hit in batch[number].conclusion.hits]),
            matter=matters[number],
            side=Side.DECIDED,
        )
        for number, clock in clocks.items()
    }
    WorkItem.objects.bulk_create(items.values())
    return items


def shown_region(examined: Examined, region: str) -> str:
    """Return as much of a place as may stand in the clear: of a person the province."""
    if is_public_body(examined):
        return region.strip()
    return province_of(region, catalogue("provinces"))


def _application(each: Decided, sealed: SealedValues, **columns: Any) -> Application:
    examined = each.examined
    data = examined.data
    is_body = is_public_body(examined)
    qualification = data.qualification_type.strip().lower()
    return Application(
        platform_uid=data.platform_uid,
        account_name=data.account_name,
        folded_name=stored_fold(examined.folded_name),
        bio=data.bio,
        category=data.category or "",
        subject_nature=data.subject_nature or "",
        organisation_name=data.subject_name.strip() if is_body else "",
        id_type=data.id_type or "",
        registered_region=shown_region(examined, data.registered_region),
        operating_region=shown_region(examined, data.operating_region),
        business_scope=data.business_scope,
        qualification_type=qualification if qualification in QualificationType.values else "",
        qualification_issuer=data.qualification_issuer.strip(),
        qualification_valid_until=data.qualification_valid_until,
        applied_at=data.applied_at,
        content_digest=each.digest,
        passed_checks=[code.value for code in each.conclusion.passed],
        review_reason=each.conclusion.review_reason or "",
        needs_guardian=any(hit.code == CheckCode.MINOR for hit in each.conclusion.hits),
        **vars(sealed),
        **columns,
    )


def _store_findings(batch: Sequence[Decided], applications: Sequence[Application]) -> None:
    pairs = list(zip(batch, applications, strict=True))
    ApplicationCheck.objects.bulk_create(
        ApplicationCheck(
            application=application,
            code=hit.code,
            outcome=hit.outcome,
            reason_key=hit.reason,
            params=dict(hit.params),
        )
        for each, application in pairs
        for hit in each.conclusion.hits
    )
    RealNameVerification.objects.bulk_create(
        RealNameVerification(
            subject_id=application.subject_id,
            application=application,
            method=result.method,
            is_verified=result.is_verified,
            provider=each.answer.provider,
            reference=result.reference,
        )
        for each, application in pairs
        if each.answer is not None
        for result in each.answer.results
    )


def create_accounts(
    applications: Sequence[Application],
    *,
    at: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[PublicAccount]:
    """
    Create the accounts of approved applications, each with the row for what is pushed of it.

    Public Account Provisions, art. 8 §1, art. 6 §2 and art. 9 §1: with the account stands which
    service agreement its operator accepted, and what it showed waits for its own review.
    """
    avatars = dict(
        ApplicationAvatar.objects.filter(application__in=applications)
        .order_by("pk")
        .values_list("application", "image")
    )
    accounts = [
        PublicAccount(
            platform_uid=application.platform_uid,
            name=application.account_name.strip(),
            folded_name=application.folded_name,
            bio=application.bio,
            category=application.category,
            avatar_id=avatars.get(application.pk),
            subject_id=application.subject_id,
            application=application,
            registered_at=at,
        )
        for application in applications
    ]
    bulk_audit.create_many(accounts, actor=actor, provision=provision, reason=reason)
    AccountActivity.objects.bulk_create(AccountActivity(account=account) for account in accounts)
    index_accounts(accounts)
    accept_with_registration(accounts, applications, at=at)
    submit_with_registration(
        accounts,
        applications,
        Grounds(actor=actor, provision=provision, reason=reason),
        at=at,
    )
    return accounts
