"""The service that drafts a list: who is on it, who is left out and why, what it would take."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.models import PublicAccount
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser
from compliance.proposals import open_matter, take_part
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.set_audit import create_rows
from enforcement.bulk_words import BulkItemStatus, LeftOutBecause
from enforcement.enums import (
    OPEN_DECISIONS,
    TAKEN_DECISIONS,
    ApprovalOccasion,
    CaseSource,
    DeviationKind,
    MeasureCode,
)
from enforcement.models import (
    ApprovalCondition,
    BulkDecision,
    BulkItem,
    Case,
    CreditScore,
    Decision,
)
from enforcement.models.bulk import MOST_ACCOUNTS
from enforcement.rules.hearings import is_heard_first
from enforcement.services.bulk.contents import SLOTS, Origin, words_in_bytes
from enforcement.services.bulk.lists import Entry, doubled
from enforcement.services.decision_content import (
    DecisionWords,
    check_order,
    check_words,
)
from enforcement.services.ladder import OFFICIAL

PROPOSE: Final = "enforcement.propose_bulkdecision"
MATTER: Final = "bulk_decision"
# About what only one account has: its contents, or what is wrong with its own particulars.
DECIDED_ALONE: Final = (
    MeasureCode.ORDER_CORRECTION,
    MeasureCode.HANDLE_CONTENT,
    MeasureCode.LABEL,
)


@dataclass(frozen=True)
class Looked:
    """What the catalogue says of one account: which offence it is, how the measures stand to it."""

    offence_number: int | None
    deviation: str
    problem: str


@transaction.atomic
def draft_bulk(
    *,
    entries: Sequence[Entry],
    words: DecisionWords,
    origin: Origin | None = None,
    lead_case: Case | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> BulkDecision:
    """
    Draft one decision on the accounts of a list, and look at each of them; nothing is decided.

    Public Account Provisions, art. 19 §2; Opinions on Platform Responsibility, point 2. Words and
    list are fixed with the draft: whoever wants another one drafts anew. Accounts on which it is not
    possible stay on the list with the reason.

    :raises NotPermitted: if the actor may not propose decisions on many accounts.
    :raises InvalidInput: if the words do not do, or fewer than two known accounts are on the list.
    :raises ActionRefused: if the operator is heard before one of the measures.
    """
    require_permission(actor, PROPOSE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    origin = origin or Origin()
    now = timezone.now()
    _check_origin(origin)
    check_words(words, now=now, today=timezone.localdate(now))
    require_possible_for_many(words)
    words = replace(words, is_automated=False, counted_at=now, more_slots=SLOTS)
    accounts, unknown = _accounts_of(entries)
    looked = _look_at(list(accounts.values()), words, now)
    rows = _rows(accounts, entries, looked, words)
    matter = open_matter(MATTER)
    take_part(matter, actor, Side.DECIDED)
    bulk = audit.create(
        BulkDecision(
            matter=matter,
            violation_type=words.violation_type,
            severity=words.severity,
            words=audit.canonical_json(
                words_in_bytes(words, origin, unknown=unknown, doubled=doubled(entries))
            ),
            count=len(accounts),
            list_sha256=list_digest(
                zip(rows["place"], accounts, rows["line"], rows["left_out"], strict=True)
            ),
            lead_case=lead_case,
            drafted_by=actor.person,
            drafted_at=now,
        ),
        **grounds,
    )
    create_rows(
        BulkItem,
        each=rows,
        common={"bulk": bulk.pk, "of_count": bulk.count},
        grounds=grounds,
    )
    return bulk


def list_digest(lines: Iterable[tuple[int, str, str, str]]) -> str:
    """Return the digest of a list: of each account its place, its number, its facts, whether it counts."""
    text = audit.canonical_json([list(each) for each in lines])
    return hashlib.sha256(text.encode()).hexdigest()


def require_possible_for_many(words: DecisionWords) -> None:
    """
    Refuse measures that are decided for each account alone.

    Our choice, no article: whoever is heard first is heard on a case of their own, a termination
    rests on a ground of each account, and contents and what is to be corrected are those of one.

    :raises ActionRefused: naming what stands against it.
    """
    if any(order.measure == MeasureCode.TERMINATE for order in words.measures):
        raise ActionRefused(
            _(
                "A termination rests on what one account missed: decide it in the account's own case."
            )
        )
    alone = [each.measure for each in words.measures if each.measure in DECIDED_ALONE]
    if alone:
        raise ActionRefused(
            _(
                "These measures are about contents or particulars of one account: decide them in its "
                "own case and not on a list: %(measures)s."
            )
            % {"measures": _(", ").join(str(MeasureCode(each).label) for each in alone)}
        )
    types = words.types
    heard = [
        each.measure
        for each in words.measures
        if each.measure in types and is_heard_first([types[each.measure].needs_hearing])
    ]
    if heard:
        raise ActionRefused(
            _(
                "Before this measure each operator is heard, so it is decided in a case of its own "
                "and not on a list: %(measures)s."
            )
            % {"measures": _(", ").join(str(MeasureCode(each).label) for each in heard)}
        )


def _check_origin(origin: Origin) -> None:
    if origin.source not in CaseSource.values or origin.source == CaseSource.FINDING:
        raise InvalidInput(_("Say where the cases come from."))
    if origin.source == CaseSource.AUTHORITY and not origin.source_ref.strip():
        raise InvalidInput(_("Give the number of the authority's letter."))


def _accounts_of(entries: Sequence[Entry]) -> tuple[dict[str, PublicAccount], list[str]]:
    """Return the accounts of a list in its order, and the numbers that nobody has."""
    wanted = list(dict.fromkeys(each.platform_uid for each in entries))
    if len(wanted) > MOST_ACCOUNTS:
        raise InvalidInput(
            _("A list has at most %(count)s accounts: divide it.") % {"count": f"{MOST_ACCOUNTS:,}"}
        )
    known = {
        each.platform_uid: each
        for each in PublicAccount.objects.filter(platform_uid__in=wanted).select_related(
            "subject", "activity"
        )
    }
    if len(known) < 2:
        raise InvalidInput(
            _("A list has at least two accounts that are known here; decide one in its own case.")
        )
    accounts = {uid: known[uid] for uid in wanted if uid in known}
    return accounts, [uid for uid in wanted if uid not in known]


def _look_at(
    accounts: Sequence[PublicAccount], words: DecisionWords, now: datetime
) -> dict[int, Looked]:
    """
    Return what the catalogue says of each account, by its key.

    Accounts that cannot differ in it share one look: no list of thousands asks a question each.
    """
    subjects = {each.subject_id for each in accounts}
    known = set(
        Decision.objects.filter(
            status__in=TAKEN_DECISIONS, account__subject__in=subjects
        ).values_list("account__subject_id", flat=True)
    ) | set(
        Decision.objects.filter(status__in=TAKEN_DECISIONS, subject__in=subjects).values_list(
            "subject_id", flat=True
        )
    )
    least = many_followers(words)
    shared: dict[tuple[Any, ...], Looked] = {}
    found = {}
    for account in accounts:
        key = (
            account.subject_id if account.subject_id in known else None,
            account.subject.nature in OFFICIAL,
            followers_of(account) >= least,
        )
        if key not in shared:
            shared[key] = _look(account, words)
        found[account.pk] = shared[key]
    return found


def _look(account: PublicAccount, words: DecisionWords) -> Looked:
    try:
        checked = check_order(words, account=account)
    except ActionRefused as refusal:
        return Looked(None, "", str(refusal))
    if sorted(checked.slots) != sorted(SLOTS):
        return Looked(None, "", _("It needs other approvals than those of a list."))
    weighed = checked.weighed
    return Looked(
        weighed.proposal.proposed.offence_number,
        "" if weighed.found.kind == DeviationKind.NONE else str(weighed.found.kind),
        "",
    )


def many_followers(words: DecisionWords) -> int:
    """Return from how many followers on the catalogue asks for more care."""
    return (
        ApprovalCondition.objects.filter(
            version=words.violation_type.version_id, occasion=ApprovalOccasion.FOLLOWERS
        )
        .values_list("threshold", flat=True)
        .get()
    )


def followers_of(account: PublicAccount) -> int:
    """Return how many followers an account has, as far as the platform has said."""
    activity = getattr(account, "activity", None)
    return activity.followers if activity is not None else 0


def _rows(
    accounts: dict[str, PublicAccount],
    entries: Sequence[Entry],
    looked: dict[int, Looked],
    words: DecisionWords,
) -> dict[str, list[Any]]:
    """Return the items of a list by columns."""
    lines = {each.platform_uid: each.line for each in reversed(entries)}
    under_way = set(
        Decision.objects.filter(
            account__in=accounts.values(), status__in=OPEN_DECISIONS
        ).values_list("account_id", flat=True)
    )
    scores = dict(
        CreditScore.objects.filter(
            subject__in={each.subject_id for each in accounts.values()}
        ).values_list("subject_id", "score")
    )
    points = words.violation_type.points_at(words.severity)
    least = many_followers(words)
    taken: set[int] = set()
    rows: dict[str, list[Any]] = {}
    for place, (uid, account) in enumerate(accounts.items(), start=1):
        look = looked[account.pk]
        left_out, problem = _stands_against(account, account.pk in under_way, look)
        is_first = not left_out and account.subject_id not in taken
        if is_first:
            taken.add(account.subject_id)
        followers = followers_of(account)
        for name, value in {
            "place": place,
            "account": account.pk,
            "line": lines[uid],
            "nature": str(account.subject.nature),
            "followers": followers,
            "needs_care": account.subject.nature in OFFICIAL or followers >= least,
            "offence_number": None if left_out else look.offence_number,
            "deviation": "" if left_out else look.deviation,
            "points": points if is_first else 0,
            "credit_before": scores.get(account.subject_id),
            "left_out": str(left_out),
            "status": str(BulkItemStatus.LEFT_OUT if left_out else BulkItemStatus.WAITING),
            "problem": problem,
        }.items():
            rows.setdefault(name, []).append(value)
    return rows


def _stands_against(
    account: PublicAccount, is_under_way: bool, look: Looked
) -> tuple[LeftOutBecause | str, str]:
    if account.status != AccountStatus.ACTIVE:
        return LeftOutBecause.CLOSED, str(LeftOutBecause.CLOSED.label)
    if is_under_way:
        return LeftOutBecause.OPEN_DECISION, str(LeftOutBecause.OPEN_DECISION.label)
    if look.problem:
        return LeftOutBecause.REFUSED, look.problem
    return "", ""
