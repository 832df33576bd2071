"""Services for the service agreement: what operators accepted, and who has not yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AcceptanceMethod, AccountStatus
from accounts.models import (
    AccountActivity,
    AgreementAcceptance,
    Application,
    PublicAccount,
    Transfer,
)
from compliance import audit
from compliance.errors import InvalidInput
from compliance.models import DocumentKind, RuleVersion, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.rulebook.documents import version_in_force

RECORD: Final = "accounts.add_agreementacceptance"
# Our choice; more in one call would keep its rows locked for too long.
MOST_AT_ONCE: Final = 10_000
LONGEST_REFERENCE: Final = 120

# Only ever forward: an old acceptance that arrives late does not take a newer one back.
_MARK: Final = """
UPDATE accounts_accountactivity AS a SET agreed_version_id = newest.version_id
FROM (
    SELECT DISTINCT ON (c.account_id) c.account_id, c.version_id, v.effective_date
    FROM accounts_agreementacceptance c JOIN compliance_ruleversion v ON v.id = c.version_id
    JOIN accounts_publicaccount p ON p.id = c.account_id
    WHERE c.account_id = ANY(%s) AND c.transfer_id IS NOT DISTINCT FROM p.transfer_id
    ORDER BY c.account_id, v.effective_date DESC
) AS newest
WHERE a.account_id = newest.account_id AND a.agreed_version_id IS DISTINCT FROM newest.version_id
"""


@dataclass(frozen=True)
class Acceptance:
    """What the platform says about one account: who accepted which version, when and how."""

    platform_uid: str
    version: str
    accepted_at: datetime
    source_ref: str
    method: str = AcceptanceMethod.CLICK


@dataclass(frozen=True)
class Recorded:
    """What became of a push of acceptances."""

    new: int
    known: int
    # The accounts that there are not.
    unknown: tuple[str, ...]


@transaction.atomic
def record_acceptances(
    *,
    acceptances: Sequence[Acceptance],
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Recorded:
    """
    Record many acceptances of the service agreement at once, each of them once however often sent.

    Public Account Provisions, art. 6 §2: the platform signs a service agreement with each operator.
    The first acceptance of a version that arrives is the one on record; one log row for all.

    :raises NotPermitted: if the actor may not record acceptances.
    :raises InvalidInput: if a version, an instant, a method or a reference does not do; nothing is
        recorded then.
    """
    require_permission(actor, RECORD)
    if len(acceptances) > MOST_AT_ONCE:
        raise InvalidInput(
            _("At most %(count)s acceptances are taken at once.") % {"count": MOST_AT_ONCE}
        )
    versions = _versions_named({each.version for each in acceptances})
    for each in acceptances:
        _check(each, versions[each.version])
    numbers = dict(
        PublicAccount.objects.filter(
            platform_uid__in={each.platform_uid for each in acceptances}
        ).values_list("platform_uid", "pk")
    )
    known = [each for each in acceptances if each.platform_uid in numbers]
    new = _insert(
        AgreementAcceptance(
            account_id=numbers[each.platform_uid],
            version=versions[each.version],
            accepted_at=each.accepted_at,
            method=each.method,
            source_ref=each.source_ref.strip(),
        )
        for each in known
    )
    unknown = {each.platform_uid for each in acceptances} - set(numbers)
    document = next(iter(versions.values())).document if versions else None
    if document is not None:
        audit.record(
            action="compliance.ruledocument.accept",
            target=document,
            actor=actor,
            provision=provision,
            reason=reason,
            changes={"new": new, "known": len(known) - new, "unknown": len(unknown)},
        )
    return Recorded(new=new, known=len(known) - new, unknown=tuple(sorted(unknown)))


def _versions_named(labels: set[str]) -> dict[str, RuleVersion]:
    found = {
        each.label: each
        for each in RuleVersion.objects.standing()
        .filter(document__kind=DocumentKind.SERVICE_AGREEMENT, label__in=labels)
        .select_related("document")
    }
    missing = sorted(labels - set(found))
    if missing:
        raise InvalidInput(
            _("The service agreement has no version %(label)s.") % {"label": missing[0]}
        )
    return found


def _check(acceptance: Acceptance, version: RuleVersion) -> None:
    said = {"uid": acceptance.platform_uid}
    reference = acceptance.source_ref.strip()
    if not reference or len(reference) > LONGEST_REFERENCE or audit.UNSEEN.search(reference):
        raise InvalidInput(_("%(uid)s: name where the acceptance is on record.") % said)
    if acceptance.method not in AcceptanceMethod.values:
        raise InvalidInput(_("%(uid)s: say how it was accepted.") % said)
    if timezone.is_naive(acceptance.accepted_at) or acceptance.accepted_at > timezone.now():
        raise InvalidInput(_("%(uid)s: the acceptance lies in the future.") % said)
    if version.announced_at is not None and acceptance.accepted_at < version.announced_at:
        raise InvalidInput(
            _("%(uid)s: version %(label)s was not announced yet at that time.")
            % {**said, "label": version.label}
        )


def _insert(rows: Iterable[AgreementAcceptance]) -> int:
    """Insert what is not there yet, bring the accounts' marks up to date, return how many were new."""
    found = list(rows)
    _name_operators(found)
    unique = {
        (each.account_id, each.version_id, each.transfer_id): each for each in reversed(found)
    }
    accounts = sorted({each.account_id for each in found})
    # Locked in one order, so that two pushes never wait for each other in a circle and the second
    # one sees what the first has recorded.
    list(
        AccountActivity.objects.select_for_update(no_key=True)
        .filter(account__in=accounts)
        .order_by("account")
        .values_list("pk")
    )
    there = set(
        AgreementAcceptance.objects.filter(account__in=accounts).values_list(
            "account", "version", "transfer"
        )
    )
    fresh = [each for key, each in unique.items() if key not in there]
    AgreementAcceptance.objects.bulk_create(fresh, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [accounts])
    return len(fresh)


def _name_operators(rows: Sequence[AgreementAcceptance]) -> None:
    """Say of each acceptance who ran the account then: none speaks for whoever took it over later."""
    changes: dict[int, list[tuple[datetime, int]]] = {}
    taken_over = Transfer.objects.filter(
        account__in={each.account_id for each in rows}, effective_at__isnull=False
    ).order_by("effective_at")
    for account, at, number in taken_over.values_list("account", "effective_at", "pk"):
        if at is not None:
            changes.setdefault(account, []).append((at, number))
    for each in rows:
        before = [
            number
            for at, number in changes.get(each.account_id, ())
            if each.transfer_id is None and at <= each.accepted_at
        ]
        if before:
            each.transfer_id = before[-1]


def accept_with_transfer(transfer: Transfer, *, at: datetime) -> None:
    """
    Record what a confirmed transfer declares: the agreement in force is accepted by the new operator.

    Public Account Provisions, art. 6 §2. Part of the transfer and logged with it; what the earlier
    operator accepted counts no longer. Where no agreement is in force, nothing is accepted.
    """
    AccountActivity.objects.filter(account=transfer.account_id).update(agreed_version=None)
    version = version_in_force(DocumentKind.SERVICE_AGREEMENT, timezone.localdate(at))
    if version is None:
        return
    _insert(
        [
            AgreementAcceptance(
                account_id=transfer.account_id,
                version=version,
                transfer=transfer,
                accepted_at=at,
                method=AcceptanceMethod.TRANSFER,
                source_ref=transfer.ground_ref,
            )
        ]
    )


def accept_with_registration(
    accounts: Sequence[PublicAccount], applications: Sequence[Application], *, at: datetime
) -> None:
    """
    Record what approved applications declare: the agreement that was in force when they applied.

    Public Account Provisions, art. 6 §2. The platform shows the agreement before it lets anybody
    apply, so whoever hands an application in declares that it was accepted. It is part of the
    approval and logged with it. Where no agreement was in force, nothing was accepted.
    """
    in_force: dict[date, RuleVersion | None] = {}
    rows = []
    for account, application in zip(accounts, applications, strict=True):
        accepted_at = min(application.applied_at or at, at)
        day = timezone.localdate(accepted_at)
        if day not in in_force:
            in_force[day] = version_in_force(DocumentKind.SERVICE_AGREEMENT, day)
        version = in_force[day]
        if version is not None:
            rows.append(
                AgreementAcceptance(
                    account=account,
                    version=version,
                    accepted_at=accepted_at,
                    method=AcceptanceMethod.REGISTRATION,
                    source_ref=f"application:{application.pk}",
                )
            )
    if rows:
        _insert(rows)


def without_agreement(day: date) -> QuerySet[PublicAccount]:
    """
    Return the active accounts whose operators have not accepted the agreement in force on `day`.

    Public Account Provisions, art. 6 §2. Who accepted an announced version ahead has accepted.
    """
    present = version_in_force(DocumentKind.SERVICE_AGREEMENT, day)
    if present is None:
        return PublicAccount.objects.none()
    return PublicAccount.objects.filter(lacks(present), status=AccountStatus.ACTIVE)


def lacks(present: RuleVersion) -> Q:
    """Return the condition that an account's operator accepted nothing or only earlier versions."""
    # Earlier versions are few and by number: an index answers, however many accounts there are.
    earlier = list(
        RuleVersion.objects.filter(
            document=present.document_id, effective_date__lt=present.effective_date
        ).values_list("pk", flat=True)
    )
    return Q(activity__agreed_version__isnull=True) | Q(activity__agreed_version__in=earlier)
