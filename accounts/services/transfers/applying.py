"""Services that take in transfers: the transferee is examined and verified as at registration."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import (
    ApplicationSource,
    Category,
    CheckCode,
    HoldKind,
    IdType,
    QualificationType,
    SubjectNature,
)
from accounts.models import PublicAccount, Subject, Transfer, TransferCheck, TransferVerification
from accounts.rules.application_data import COLUMN_LIMITS, ApplicationData
from accounts.rules.applications import Conclusion, Examined, conclude, examine
from accounts.rules.check_results import CheckResult
from accounts.rules.explanations import explanation
from accounts.services.blacklist.matches import MatchDraft, record_matches
from accounts.services.blocks import require_free
from accounts.services.exit_policies import ExitPolicyInForce, exit_policy_in_force
from accounts.services.holds import holds_in_force, place_hold
from accounts.services.policies import Policy, policy_in_force
from accounts.services.registration import lock_registrations
from accounts.services.registration.facts import Registry
from accounts.services.registration.identity import SealedValues, is_public_body
from accounts.services.registration.storage import Decided, Entry, shown_region, store_subjects
from accounts.services.transfers.materials import Paper, attach_files, take_up
from accounts.services.verification import VerificationUnavailable, ask_all
from accounts.verification.provider import VerificationAnswer
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import StaffUser
from compliance.proposals import open_matter
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.staff import system_actor

SUBMIT: Final = "accounts.submit_transfer"
MATTER: Final = "transfer"
_PURPOSE: Final = "transfer"
# What cannot be read or is missing altogether is no application: it is told at the door.
_UNREADABLE: Final = frozenset(
    {
        CheckCode.FIELD_MISSING,
        CheckCode.ID_NUMBER_INVALID,
        CheckCode.USCC_INVALID,
        CheckCode.MOBILE_INVALID,
    }
)


# Which part of a transferee a check is about.
_ABOUT: Final = {
    CheckCode.ID_NUMBER_INVALID: "id_number",
    CheckCode.USCC_INVALID: "id_number",
    CheckCode.MOBILE_INVALID: "mobile",
}


class UnreadableTransferee(InvalidInput):
    """What was declared of a transferee cannot be read; `problems` says so part by part."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__(" ".join(words for _part, words in problems))


@dataclass(frozen=True, kw_only=True, repr=False)
class Transferee:
    """Who is to take an account over, as it was declared."""

    subject_nature: SubjectNature
    subject_name: str
    id_type: IdType
    id_number: str
    mobile: str
    contact: str
    registered_region: str
    operating_region: str
    business_scope: str = ""
    professional_background: str = ""
    qualification_type: str = ""
    qualification_number: str = ""
    qualification_issuer: str = ""
    qualification_valid_until: date | None = None

    def as_application(self, account: PublicAccount, at: datetime) -> ApplicationData:
        """Return the application that this would be, had the transferee registered the account."""
        declared = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        return ApplicationData(
            platform_uid=account.platform_uid,
            account_name=account.name,
            bio=account.bio,
            category=Category(account.category),
            applied_at=at,
            **declared,
        )


@dataclass(frozen=True, repr=False)
class ReadyTransfer:
    """A transfer whose transferee was examined and verified, ready to be stored."""

    account: PublicAccount
    examined: Examined
    answer: VerificationAnswer | None
    policy: Policy
    exits: ExitPolicyInForce
    digest: str


def verify_transferee(*, account: PublicAccount, transferee: Transferee) -> ReadyTransfer:
    """
    Examine a transferee and have its identity verified; nothing is stored.

    Public Account Provisions, art. 11 §2: who takes an account over is verified. Outside a
    transaction, as the provider may take seconds.

    :raises InvalidInput: if that nature takes over no accounts, or a value is too long.
    :raises UnreadableTransferee: if something is missing or cannot be read.
    :raises VerificationUnavailable: if the provider gave no answer.
    """
    now = timezone.now()
    policy, exits = policy_in_force(now), exit_policy_in_force(now)
    if transferee.subject_nature not in exits.limits.natures:
        raise InvalidInput(
            _("“%(nature)s” may not take an account over. Those who may: %(natures)s.")
            % {
                "nature": transferee.subject_nature.label,
                "natures": _(", ").join(
                    str(each.label) for each in SubjectNature if each in exits.limits.natures
                ),
            }
        )
    _require_lengths(transferee)
    data = transferee.as_application(account, now)
    examined = examine(data, policy.limits)
    problems = [each for each in examined.results if each.code in _UNREADABLE and not _ok(each)]
    if problems:
        raise UnreadableTransferee([part for each in problems for part in _by_part(each)])
    digest = vault.digest(_PURPOSE, audit.canonical_json(data.cells())).hex()
    (answer,) = ask_all([(examined, digest)])
    if isinstance(answer, VerificationUnavailable):
        raise answer
    return ReadyTransfer(account, examined, answer, policy, exits, digest)


def _by_part(problem: CheckResult) -> list[tuple[str, str]]:
    """Return a problem in words for each part of the transferee that it is about."""
    if problem.code != CheckCode.FIELD_MISSING:
        return [(_ABOUT[problem.code], explanation(problem))]
    return [
        (column, explanation(dataclasses.replace(problem, params={"fields": [column]})))
        for column in problem.params["fields"]
    ]


def _ok(result: CheckResult) -> bool:
    return result.outcome.value == "pass"


def _require_lengths(transferee: Transferee) -> None:
    for each in dataclasses.fields(transferee):
        value = getattr(transferee, each.name)
        longest = COLUMN_LIMITS[each.name]
        if isinstance(value, str) and (len(value) > longest or "\x00" in value):
            raise InvalidInput(
                _("“%(field)s” has at most %(count)s characters.")
                % {"field": each.name, "count": longest}
            )


@transaction.atomic
def apply_for_transfer(
    *,
    ready: ReadyTransfer,
    papers: Sequence[Paper] = (),
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Transfer:
    """
    Take in a transfer of an account; whatever a check found waits for a person.

    Public Account Provisions, art. 11 §2, with the checks of art. 8, 9 §1 and 10 on the transferee.
    No check refuses by itself: two sides are affected, and the one would learn of the other. With
    all papers it goes into review, otherwise the operator is asked for them. From now on the account
    can be neither transferred again nor closed at the operator's wish.

    :raises NotPermitted: if the actor may not hand in transfers.
    :raises MissingReason: if the reason is blank.
    :raises Blocked: with the open matters and running measures that stand in the way.
    :raises ActionRefused: if the account is closed, or is the transferee's already.
    """
    require_permission(actor, SUBMIT)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    now = timezone.now()
    account = ready.account
    audit.lock(account)
    if account.name != ready.examined.data.account_name:
        raise ActionRefused(_("The account has another name now; hand the transfer in again."))
    require_free(account, now)
    lock_registrations([ready.examined])
    registry = Registry([ready.examined], ready.policy.limits.signal_burst_hours)
    conclusion = _conclude(ready, registry)
    decided = Decided(ready.examined, conclusion, ready.answer, ready.digest)
    (subject,), (sealed,) = store_subjects(
        [decided], registry, Entry(source, actor, provision, grounds["reason"]), now
    )
    if subject.pk == account.subject_id:
        raise ActionRefused(_("The account is run by this very subject already."))
    transfer = _transfer(ready, subject, sealed, conclusion, source, now)
    audit.create(transfer, **grounds)
    _store_findings(transfer, conclusion, ready.answer)
    record_matches(
        [MatchDraft(found=registry.bars.matches(ready.examined), transfer=transfer)],
        Grounds(actor=system_actor(), provision=provision, reason=grounds["reason"]),
    )
    place_hold(
        account=account,
        kind=HoldKind.PENDING_TRANSFER,
        ground_ref=transfer.ground_ref,
        actor=actor,
        provision=Provision.PUBLIC_ACCOUNT_11_2,
        reason=grounds["reason"],
    )
    attach_files(transfer, papers, grounds)
    take_up(transfer, grounds)
    return transfer


def _conclude(ready: ReadyTransfer, registry: Registry) -> Conclusion:
    """Return every check of the transferee; the name that the account has already is no hit."""
    facts = registry.facts(ready.examined, ready.answer.fact() if ready.answer else None)
    uid = ready.account.platform_uid
    near = tuple(hit for hit in facts.near if hit.known.platform_uid != uid)
    known = dataclasses.replace(facts, near=near, protected_until=None)
    return conclude(ready.examined, known, ready.policy.limits)


def _transfer(
    ready: ReadyTransfer,
    subject: Subject,
    sealed: SealedValues,
    conclusion: Conclusion,
    source: ApplicationSource,
    now: datetime,
) -> Transfer:
    account, examined = ready.account, ready.examined
    data = examined.data
    assert data.subject_nature is not None
    assert data.id_type is not None
    from_subject = Subject.objects.get(pk=account.subject_id)
    qualification = data.qualification_type.strip().lower()
    verified = CheckCode.IDENTITY_UNVERIFIED in conclusion.passed
    return Transfer(
        account=account,
        source=source,
        from_subject=from_subject,
        from_nature=from_subject.nature,
        subject=subject,
        subject_nature=data.subject_nature,
        organisation_name=data.subject_name.strip() if is_public_body(examined) else "",
        id_type=data.id_type,
        registered_region=shown_region(examined, data.registered_region),
        operating_region=shown_region(examined, data.operating_region),
        business_scope=data.business_scope,
        qualification_type=qualification if qualification in QualificationType.values else "",
        qualification_issuer=data.qualification_issuer.strip(),
        qualification_valid_until=data.qualification_valid_until,
        applied_at=now,
        policy=ready.exits.row,
        open_cases=holds_in_force(account).filter(kind=HoldKind.OPEN_CASE).count(),
        is_verified=verified,
        matter=open_matter(MATTER),
        **vars(sealed),
    )


def _store_findings(
    transfer: Transfer, conclusion: Conclusion, answer: VerificationAnswer | None
) -> None:
    TransferCheck.objects.bulk_create(
        TransferCheck(
            transfer=transfer,
            code=hit.code,
            outcome=hit.outcome,
            reason_key=hit.reason,
            params=dict(hit.params),
        )
        for hit in conclusion.hits
    )
    if answer is not None:
        TransferVerification.objects.bulk_create(
            TransferVerification(
                transfer=transfer,
                method=result.method,
                is_verified=result.is_verified,
                provider=answer.provider,
                reference=result.reference,
            )
            for result in answer.results
        )
