"""Services that put a rumour on record, and name the contents and accounts in which it stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import PublicAccount
from compliance import audit, work
from compliance.clocks import start_clock
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.models import Rumour, RumourAccount, RumourContent, RumourStep
from enforcement.rumour_words import RumourSource, RumourStatus, RumourStepCode, StepOutcome

HANDLE: Final = "enforcement.handle_rumour"
QUEUE: Final = "rumours"
# The time limit for what a rumour in each state waits for.
LIMIT_OF: Final = {
    RumourStatus.WARNED: "rumour_finding",
    RumourStatus.FOUND: "rumour_tracing",
    RumourStatus.TRACED: "rumour_verdict",
    RumourStatus.IDENTIFIED: "rumour_refutation",
    RumourStatus.REFUTED: "rumour_elimination",
    RumourStatus.ELIMINATED: "rumour_conclusion",
}
# Our choices; no article sets them.
WEIGHT: Final = 20
LONGEST_CLAIM: Final = 2000
LONGEST_REFERENCE: Final = 400
MOST_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Named:
    """An account in which a rumour stands, and the content, if one was named."""

    platform_uid: str
    content_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class RumourDraft:
    """What is said, who warned of it and when, and where it stands as far as that is known."""

    claim: str
    source: str
    source_ref: str = ""
    warned_at: datetime | None = None
    named: Sequence[Named] = ()


def require_past(at: datetime | None) -> datetime:
    """
    Return when something was done; without a word now.

    :raises InvalidInput: if it is still to come.
    """
    now = timezone.now()
    if at is None:
        return now
    if at > now:
        raise InvalidInput(_("Say when it was done: a time that is past."))
    return at


@transaction.atomic
def open_rumour(
    *, draft: RumourDraft, actor: StaffUser, provision: Provision, reason: str
) -> Rumour:
    """
    Put a rumour on record with the warning, the first of its six steps, and let it wait for the next.

    Public Account Provisions, art. 13 §2. The reason says what the warning was.

    :raises NotPermitted: if the actor may not handle rumours.
    :raises InvalidInput: if it is not said what is said or who warned of it, the warning is still to
        come, or an account is unknown.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, HANDLE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    claim, source_ref = draft.claim.strip(), draft.source_ref.strip()
    if not claim or len(claim) > LONGEST_CLAIM or audit.UNSEEN.search(claim):
        raise InvalidInput(_("Write in plain words what is said."))
    if draft.source not in RumourSource.values:
        raise InvalidInput(_("Say where the warning comes from."))
    if draft.source == RumourSource.AUTHORITY and not source_ref:
        raise InvalidInput(_("Give the number of the authority’s alert."))
    warned_at = require_past(draft.warned_at)
    now = timezone.now()
    clock = start_clock(step=LIMIT_OF[RumourStatus.WARNED], at=now, **grounds)
    rumour = Rumour(
        claim=claim,
        source=draft.source,
        source_ref=source_ref,
        work_item=work.open_item(queue=QUEUE, clock=clock, weight=WEIGHT),
        opened_by=actor.person,
        opened_at=now,
    )
    audit.create(rumour, **grounds)
    RumourStep.objects.create(
        rumour=rumour,
        round=rumour.round,
        step=RumourStepCode.WARNING,
        outcome=StepOutcome.DONE,
        text=grounds["reason"],
        done_at=warned_at,
        person=actor.person,
    )
    _name(rumour, draft.named, grounds)
    return rumour


@transaction.atomic
def name_contents(
    *,
    rumour: Rumour,
    named: Sequence[Named],
    fence: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> int:
    """
    Name further accounts and contents in which a rumour stands; return how many were new.

    Public Account Provisions, art. 13 §2. Staff or the platform name them; nothing is looked for here.

    :raises NotPermitted: if the actor may not handle rumours.
    :raises StaleLease: if the actor does not hold the rumour.
    :raises InvalidInput: if nothing is named, or an account is unknown.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, HANDLE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    work.require_lease(work_item=rumour.work_item, actor=actor, fence=fence)
    audit.lock(rumour)
    if not named:
        raise InvalidInput(_("Name at least one account."))
    return _name(rumour, named, grounds)


def _name(rumour: Rumour, named: Sequence[Named], grounds: Grounds) -> int:
    if len(named) > MOST_AT_ONCE:
        raise InvalidInput(_("At most %(count)s are named at once.") % {"count": MOST_AT_ONCE})
    accounts = _accounts(named)
    known = set(rumour.accounts.values_list("account_id", flat=True))
    fresh = [each for each in accounts.values() if each.pk not in known]
    for account in fresh:
        audit.create(
            RumourAccount(rumour=rumour, account=account, added_by=grounds["actor"].person),
            **grounds,
        )
    standing = set(rumour.contents.values_list("content_ref", flat=True))
    contents = {
        each.content_ref.strip(): accounts[each.platform_uid.strip()]
        for each in named
        if each.content_ref.strip() and each.content_ref.strip() not in standing
    }
    if any(len(each) > LONGEST_REFERENCE for each in contents):
        raise InvalidInput(
            _("A number or address has at most %(count)s characters.")
            % {"count": LONGEST_REFERENCE}
        )
    RumourContent.objects.bulk_create(
        RumourContent(
            rumour=rumour, content_ref=each, account=account, added_by=grounds["actor"].person
        )
        for each, account in contents.items()
    )
    if fresh or contents:
        audit.record(
            action="enforcement.rumour.name_contents",
            target=rumour,
            **grounds,
            changes={
                "accounts": [each.platform_uid for each in fresh],
                "contents": list(contents),
            },
        )
    return len(fresh) + len(contents)


def _accounts(named: Iterable[Named]) -> dict[str, PublicAccount]:
    wanted = list(dict.fromkeys(each.platform_uid.strip() for each in named))
    found = {
        each.platform_uid: each for each in PublicAccount.objects.filter(platform_uid__in=wanted)
    }
    unknown = [each for each in wanted if each not in found]
    if unknown:
        raise InvalidInput(
            _("No account has this number: %(numbers)s.")
            % {"numbers": _(", ").join(unknown[:5]) or _("(empty)")}
        )
    return {uid: found[uid] for uid in wanted}


def read_named(text: str) -> list[Named]:
    """
    Return what is named line by line: an account number, and after a blank the content, if any.

    Our choice of form, no article.
    """
    lines = [each.split(None, 1) for each in text.splitlines() if each.strip()]
    return [Named(each[0], each[1].strip() if len(each) > 1 else "") for each in lines]
