"""How people agreed to follow accounts that the platform put before them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import FollowAgreement
from accounts.models import FollowConsent, PublicAccount
from accounts.services.disclosure.recording import Pushed
from compliance import audit
from compliance.errors import InvalidInput
from compliance.models import ActionLog, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission

RECORD: Final = "accounts.add_followconsent"
LONGEST_QUESTION: Final = 2_000
LONGEST_PROOF: Final = 200
LONGEST_CAMPAIGN: Final = 100
_SAME: Final = ("asked", "agreement", "shown_to", "agreed", "began_at", "ended_at", "proof_ref")


@dataclass(frozen=True)
class CampaignConsent:
    """What people were asked in one campaign about one account, and how many agreed."""

    campaign: str
    platform_uid: str
    asked: str
    agreement: str
    shown_to: int
    agreed: int
    began_at: datetime
    proof_ref: str
    ended_at: datetime | None = None


@transaction.atomic
def record_follow_consents(
    *,
    consents: Sequence[CampaignConsent],
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Pushed:
    """
    Record how people agreed to follow accounts in campaigns, each campaign and account once.

    Public Account Provisions, art. 12 §2: nobody is made to follow an account without being told
    and agreeing. Only how many agreed is kept, nobody's name. One log row for each account.

    :raises NotPermitted: if the actor may not record them.
    :raises InvalidInput: if it is not said what people were asked or where the proof is, if figures
        cannot be, or if the campaign stands on record with other content; nothing is recorded then.
    """
    require_permission(actor, RECORD)
    now = timezone.now()
    for each in consents:
        _check(each, now)
    accounts = {
        account.platform_uid: account
        for account in PublicAccount.objects.filter(
            platform_uid__in={each.platform_uid for each in consents}
        )
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    }
    there = {
        (each.campaign, each.account_id): each
        for each in FollowConsent.objects.filter(
            account__in=accounts.values(), campaign__in={each.campaign for each in consents}
        )
    }
    fresh: dict[tuple[str, int], FollowConsent] = {}
    for each in consents:
        account = accounts.get(each.platform_uid)
        if account is None:
            continue
        row = FollowConsent(
            account=account, **{k: v for k, v in asdict(each).items() if k != "platform_uid"}
        )
        key = (each.campaign, account.pk)
        known = there.get(key) or fresh.get(key)
        if known is None:
            fresh[key] = row
        elif any(getattr(known, name) != getattr(row, name) for name in _SAME):
            raise InvalidInput(
                _("%(campaign)s: this campaign stands on record with other content.")
                % {"campaign": each.campaign}
            )
    FollowConsent.objects.bulk_create(fresh.values())
    ActionLog.objects.bulk_create(
        audit.draft_record(
            action="accounts.publicaccount.record_follow_consent",
            target=row.account,
            actor=actor,
            provision=provision,
            reason=reason,
            changes={"campaign": row.campaign},
        )
        for row in fresh.values()
    )
    unknown = [each.platform_uid for each in consents if each.platform_uid not in accounts]
    return Pushed(
        new=len(fresh),
        known=len(consents) - len(unknown) - len(fresh),
        unknown=tuple(sorted(set(unknown))),
    )


def _check(consent: CampaignConsent, now: datetime) -> None:
    said = {"campaign": consent.campaign}
    words = (
        (consent.campaign, LONGEST_CAMPAIGN),
        (consent.asked, LONGEST_QUESTION),
        (consent.proof_ref, LONGEST_PROOF),
    )
    if any(
        not text.strip() or len(text) > longest or audit.UNSEEN.search(text)
        for text, longest in words
    ):
        raise InvalidInput(
            _("%(campaign)s: name the campaign, what people were asked and where the proof is.")
            % said
        )
    if consent.agreement not in FollowAgreement.values:
        raise InvalidInput(_("%(campaign)s: say how people agreed.") % said)
    if not 0 <= consent.agreed <= consent.shown_to:
        raise InvalidInput(_("%(campaign)s: more people agreed than were asked.") % said)
    ends = consent.ended_at or consent.began_at
    if consent.began_at > now or ends < consent.began_at:
        raise InvalidInput(_("%(campaign)s: the campaign ends before it begins.") % said)
