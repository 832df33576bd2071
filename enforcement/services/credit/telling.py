"""What operators are told when a grade of credit changes, and when a repair is refused."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PublicAccount
from accounts.services.decision_texts import way_to_appeal
from accounts.services.invitations import ACCOUNT
from accounts.services.notices import instant_in_words
from compliance.errors import ActionRefused
from compliance.models import Audience, Notice, ProposalResult, StaffUser, Verdict
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft, write_notices
from enforcement.models import CreditEntry, CreditRepair, CreditScore
from enforcement.rules.credit import Credit, repairable_from
from enforcement.services.credit.counting import CreditChange, accounts_of, stored
from enforcement.services.credit.sources import rule_in_force
from enforcement.services.credit.words import (
    ServiceRules,
    changes_in_words,
    healing_in_words,
    reason_in_words,
    score_in_words,
    service_changes,
)

CHANGED: Final = "enforcement.credit_changed"
REPAIR_REFUSED: Final = "enforcement.credit_repair_refused"


def tell_change(change: CreditChange | None, *, actor: StaffUser) -> list[Notice]:
    """
    Tell the operators of every open account of a subject that its grade of credit changed.

    Public Account Provisions, art. 13 §1 and art. 20 §2: score before and after, why, which services
    change, when it heals, and how to appeal. A score that moves within its grade tells nobody but
    through the decision that moved it.
    """
    if change is None or not change.moves_services:
        return []
    at = change.score.counted_at
    rules = _rules(at)
    return write_notices(
        [
            _draft(
                CHANGED,
                change.score,
                account,
                occasion=_occasion(change, account),
                values=lambda _language, account=account: _values(
                    account, change.before, change.after, change.entry, at, rules
                ),
            )
            for account in accounts_of(change.subject)
        ],
        actor=actor,
    )


def tell_refusal(repair: CreditRepair, *, actor: StaffUser) -> list[Notice]:
    """
    Tell the operator that a repair was refused, why, when it may be asked for again, how to appeal.

    Public Account Provisions, art. 20 §2.
    """
    return write_notices(
        [
            _draft(
                REPAIR_REFUSED,
                repair,
                repair.account,
                values=lambda _language: _refusal_values(repair),
            )
        ],
        actor=actor,
    )


def _occasion(change: CreditChange, account: PublicAccount) -> str:
    # What heals in between is not written down, so an entry may leave the score as it was stored.
    entry = f":{change.entry.pk}" if change.entry is not None else ""
    return f"{change.score.version}{entry}:{account.pk}"


def _draft(
    purpose: str, about: Any, account: PublicAccount, *, values: Any, occasion: str = ""
) -> NoticeDraft:
    who = Reference(ACCOUNT, account.platform_uid)
    return NoticeDraft(
        purpose=purpose,
        audience=Audience.OPERATOR,
        about=about,
        subject=who,
        recipient=who,
        values=values,
        occasion=occasion,
    )


def _rules(at: datetime) -> ServiceRules:
    return ServiceRules.in_force(rule_in_force(at).terms, at)


def _values(
    account: PublicAccount,
    before: Credit,
    after: Credit,
    entry: CreditEntry | None,
    at: datetime,
    rules: ServiceRules,
) -> dict[str, str]:
    nature = account.subject.nature
    return {
        "platform_uid": account.platform_uid,
        "account_name": account.name,
        "changed_at": instant_in_words(at),
        "before": score_in_words(before.score, before.grade),
        "after": score_in_words(after.score, after.grade),
        "told": reason_in_words(entry, before, after),
        "services": changes_in_words(
            service_changes(before.services_grade, after.services_grade, nature, rules)
        ),
        "heals": healing_in_words(after, rules.credit),
        "appeal": way_to_appeal(at),
    }


def _compose_change(about_id: str, _language: str) -> Mapping[str, str]:
    score = CreditScore.objects.select_related("subject").get(pk=about_id)
    accounts = accounts_of(score.subject)
    if not accounts:
        raise ActionRefused(_("This subject has no open account any more."))
    versions = list(score.history.order_by("-history_id")[:2])
    entry = (
        CreditEntry.objects.select_related("decision", "repair")
        .filter(subject=score.subject, at=score.counted_at)
        .order_by("-pk")
        .first()
    )
    at = score.counted_at
    return _values(accounts[0], stored(versions[-1]), stored(score), entry, at, _rules(at))


def _refusal_values(repair: CreditRepair) -> dict[str, str]:
    refused = repair.proposal.approvals.filter(verdict=Verdict.RETURN).order_by("-pk").first()
    if refused is None:
        raise ActionRefused(_("This application was not refused."))
    now = timezone.now()
    version = rule_in_force(now)
    score = CreditScore.objects.filter(subject=repair.subject_id).first()
    again = repairable_from(score.frozen_on if score else None, version.terms)
    return {
        "number": repair.number,
        "platform_uid": repair.account.platform_uid,
        "account_name": repair.account.name,
        "decided_at": instant_in_words(refused.at),
        "told": refused.reason,
        "again": _("A repair can be applied for again.") if again is not None else "",
        "appeal": way_to_appeal(now),
    }


def _compose_refusal(about_id: str, _language: str) -> Mapping[str, str]:
    return _refusal_values(
        CreditRepair.objects.select_related("account", "proposal").get(pk=about_id)
    )


def _latest_change() -> Example | None:
    latest = CreditScore.objects.order_by("-counted_at").first()
    return Example(str(latest.pk), str(latest)) if latest is not None else None


def _latest_refusal() -> Example | None:
    refused = CreditRepair.objects.filter(proposal__outcome__result=ProposalResult.RETURNED)
    latest = refused.order_by("-pk").first()
    return Example(str(latest.pk), latest.number) if latest is not None else None


_ACCOUNT: Final = (
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
)
_WHY: Final = (
    Placeholder(name="told", label=gettext_lazy("reason told to the operator")),
    Placeholder(name="appeal", label=gettext_lazy("how and until when to appeal")),
)

PURPOSES: Final = (
    Purpose(
        code=CHANGED,
        label=gettext_lazy("grade of credit that changed"),
        audiences=(Audience.OPERATOR,),
        placeholders=(
            *_ACCOUNT,
            Placeholder(name="changed_at", label=gettext_lazy("since when")),
            Placeholder(name="before", label=gettext_lazy("credit before"), is_required=True),
            Placeholder(name="after", label=gettext_lazy("credit now"), is_required=True),
            Placeholder(
                name="services", label=gettext_lazy("which services change"), is_required=True
            ),
            Placeholder(name="heals", label=gettext_lazy("when it heals"), is_required=True),
            *_WHY,
        ),
        compose=_compose_change,
        latest=_latest_change,
        reasons_in="told",
        appeal_in="appeal",
    ),
    Purpose(
        code=REPAIR_REFUSED,
        label=gettext_lazy("repair of credit that was refused"),
        audiences=(Audience.OPERATOR,),
        placeholders=(
            *_ACCOUNT,
            Placeholder(name="number", label=gettext_lazy("number of the application")),
            Placeholder(name="decided_at", label=gettext_lazy("when it was decided")),
            Placeholder(name="again", label=gettext_lazy("when it can be applied for again")),
            *_WHY,
        ),
        compose=_compose_refusal,
        latest=_latest_refusal,
        reasons_in="told",
        appeal_in="appeal",
    ),
)
