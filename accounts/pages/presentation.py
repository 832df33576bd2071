"""How applications and accounts are worded for the pages that show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, CheckOutcome, ListedNameKind, RestrictionKind
from accounts.models import Application, PublicAccount
from accounts.pages.addresses import account_url
from accounts.qualification_words import function_in_words
from accounts.rules.applications import ReviewReason
from accounts.rules.check_results import CheckResult
from accounts.rules.effective_state import EffectiveState, Stop
from accounts.rules.explanations import differences_in_words, explanation, review_explanation
from accounts.rules.screening.near_names import LIVE
from accounts.services.real_identity import is_confirmed, methods_confirmed
from accounts.services.registration import stored_checks
from accounts.services.restrictions import state_of
from compliance.models import IdentityValue, StaffUser
from compliance.pages.reveal import reveal_url
from compliance.ui.kit import Badge, Check, Fact

_TONES = {
    CheckOutcome.REFUSED: "danger",
    CheckOutcome.WAITING_MATERIAL: "warning",
    CheckOutcome.IN_REVIEW: "info",
}


def instant(at: datetime | None) -> str:
    """Return an instant as people in the office read it; none is nothing."""
    return date_format(timezone.localtime(at), "Y-m-d H:i") if at is not None else ""


def check_of(result: CheckResult) -> Check:
    """Return what came of one check, explained."""
    return Check(
        code=result.code.name,
        title=result.code.label,
        outcome=result.outcome.label,
        tone=_TONES.get(result.outcome, ""),
        explanation=explanation(result),
    )


def checks_of(application: Application) -> list[Check]:
    """Return the checks that an application did not pass, explained."""
    checks = checks_in_words(stored_checks(application))
    if application.review_reason:
        reason = ReviewReason(application.review_reason)
        checks.append(
            Check(
                code=reason.name,
                title=_("Review without a hit"),
                outcome=CheckOutcome.IN_REVIEW.label,
                tone="info",
                explanation=review_explanation(reason),
            )
        )
    return checks


def verification_fact(application: Application) -> Fact:
    """Return by which methods the provider's latest answer confirmed who applies."""
    methods = methods_confirmed(application)
    confirmed = _(", ").join(str(each.label) for each in methods) or _("by no method")
    if is_confirmed(application):
        return Fact(_("Real-name verification"), _("Confirmed: %(by)s") % {"by": confirmed})
    return Fact(
        _("Real-name verification"),
        _("Not confirmed by enough methods (%(by)s)") % {"by": confirmed},
        hint=_("Without verified identity the application cannot be approved."),
    )


def checks_in_words(results: Iterable[CheckResult]) -> list[Check]:
    """Return checks as a page shows them, each with its explanation."""
    return [check_of(each) for each in results]


@dataclass(frozen=True)
class NameHit:
    """Another name beside the one wished for, and why the two are taken for each other."""

    listed: str
    kind: str
    why: str
    url: str = ""
    """The page of the account where the other name is a live one."""


def name_hits(results: Iterable[CheckResult]) -> list[NameHit]:
    """Return the names that an account name was found to equal, contain or come close to."""
    found = [
        hit
        for check in results
        for hit in (*check.params.get("hits", ()), *check.params.get("near", ()))
    ]
    uids = [hit["platform_uid"] for hit in found if hit["kind"] == LIVE]
    accounts = {
        account.platform_uid: account
        for account in PublicAccount.objects.filter(platform_uid__in=uids)
    }
    return [_name_hit(hit, accounts) for hit in found]


def _name_hit(hit: Mapping[str, Any], accounts: Mapping[str, PublicAccount]) -> NameHit:
    name, why = str(hit["name"]), differences_in_words(hit["why"])
    if hit["kind"] != LIVE:
        return NameHit(name, str(ListedNameKind(hit["kind"]).label), why)
    account = accounts[hit["platform_uid"]]
    kind = _("Account %(uid)s") % {"uid": account.platform_uid}
    return NameHit(name, kind, why, account_url(account))


def declared_facts(application: Application, staff: StaffUser) -> list[Fact]:
    """Return what was declared; identity data masked, with the way to reveal it."""

    labels = {
        column.name: str(column.verbose_name) for column in Application._meta.local_concrete_fields
    }

    def fact(name: str, value: object = None) -> Fact:
        declared = getattr(application, name)
        if isinstance(declared, IdentityValue):
            return Fact(labels[name], declared.masked, url=reveal_url(declared, staff))
        return Fact(labels[name], declared if value is None else value)

    is_public = bool(application.organisation_name)
    return [
        fact("platform_uid"),
        fact("account_name"),
        fact("bio"),
        fact("category", application.get_category_display()),
        fact("subject_nature", application.get_subject_nature_display()),
        fact("organisation_name") if is_public else fact("subject_name"),
        fact("id_type", application.get_id_type_display()),
        fact("id_number"),
        fact("mobile"),
        fact("contact"),
        fact("registered_region"),
        fact("operating_region"),
        fact("business_scope"),
        fact("professional_background"),
        fact("qualification_type", application.get_qualification_type_display()),
        fact("qualification_number"),
        fact("qualification_issuer"),
        fact("qualification_valid_until"),
        fact("applied_at"),
    ]


def accounts_of_subject(application: Application) -> list[Fact]:
    """Return the other accounts of the subject, each with a link to its page."""
    accounts = PublicAccount.objects.filter(subject=application.subject_id).order_by("-id")[:20]
    return [
        Fact(
            account.name,
            account.get_status_display(),
            hint=account.platform_uid,
            url=account_url(account),
        )
        for account in accounts
    ]


def _until(stop: Stop) -> str:
    if stop.until is None:
        return _("without end")
    shown = date_format(timezone.localtime(stop.until), "SHORT_DATETIME_FORMAT")
    return _("until %(time)s") % {"time": shown}


def standing_badge(account: PublicAccount, now: datetime) -> Badge:
    """Return in one word what holds of an account now, with a colour."""
    state = state_of(account, now)
    if not state.is_open:
        return Badge(text=AccountStatus.CLOSED.label, tone="danger")
    if state.service is not None:
        return Badge(text=RestrictionKind.SUSPEND_SERVICE.label, tone="danger")
    if state.publishing is not None:
        return Badge(text=RestrictionKind.SUSPEND_UPDATES.label, tone="warning")
    if not state.is_unrestricted:
        return Badge(text=_("Limited"), tone="warning")
    return Badge(text=AccountStatus.ACTIVE.label, tone="good")


def state_in_words(account: PublicAccount, now: datetime) -> str:
    """Return what an account may not do now, in one line."""
    state: EffectiveState = state_of(account, now)
    if not state.is_open:
        return _("Closed")
    parts = []
    if state.service is not None:
        parts.append(_("Service suspended %(until)s") % {"until": _until(state.service)})
    else:
        if state.publishing is not None:
            parts.append(_("No updates %(until)s") % {"until": _until(state.publishing)})
        if state.advertising is not None:
            parts.append(_("No advertising %(until)s") % {"until": _until(state.advertising)})
    parts += [
        _("“%(function)s” off %(until)s")
        % {"function": function_in_words(name), "until": _until(stop)}
        for name, stop in state.functions_off.items()
    ]
    return _("; ").join(parts) or _("Unrestricted")
