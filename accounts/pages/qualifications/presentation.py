"""How qualifications are worded for the pages that show them."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import ChecklistTick, IssuerLookup, Qualification, QualificationRule
from accounts.pages.addresses import account_url
from accounts.pages.presentation import instant
from accounts.pages.shown_files import files_context
from accounts.qualification_words import (
    LookupResult,
    QualificationStatus,
    ValidityRule,
)
from accounts.rules.qualifications import is_unusual_number
from accounts.services.qualifications.catalogue import rule_in_force
from accounts.services.qualifications.checking import lookups_of, ticks_of
from accounts.services.qualifications.submission import documents_of, elsewhere
from compliance.errors import IdentityErased
from compliance.identity import vault
from compliance.models import StaffUser
from compliance.pages.reveal import reveal_url
from compliance.ui.kit import Badge, Check, Fact

TONES: Final = {
    QualificationStatus.SUBMITTED: "info",
    QualificationStatus.IN_REVIEW: "info",
    QualificationStatus.WAITING_MATERIAL: "warning",
    QualificationStatus.VERIFIED: "good",
    QualificationStatus.REFUSED: "danger",
    QualificationStatus.WITHDRAWN: "",
    QualificationStatus.EXPIRED: "danger",
    QualificationStatus.REVOKED: "danger",
    QualificationStatus.RENEWED: "",
}
# As the reminders of the catalogue: within so many days an end is shown as near.
SOON: Final = 90


def qualification_url(qualification: Qualification) -> str:
    """Return the address of a qualification's page."""
    return reverse("admin:qualification", args=[qualification.pk])


def day(value: date | None) -> str:
    """Return a day as people in the office read it; none is nothing."""
    return date_format(value, "Y-m-d") if value is not None else ""


def days_until(qualification: Qualification) -> int | None:
    """Return how many days a verified qualification is still valid, or None without an end."""
    if qualification.valid_until is None or qualification.status != QualificationStatus.VERIFIED:
        return None
    return (qualification.valid_until - timezone.localdate()).days


def state_badge(qualification: Qualification) -> Badge:
    """Return how a qualification stands now; that it ends soon is computed on the day."""
    left = days_until(qualification)
    if left is not None and left < 0:
        return Badge(text=QualificationStatus.EXPIRED.label, tone="danger")
    if left is not None and left <= SOON:
        text = ngettext("Ends in %(days)s day", "Ends in %(days)s days", left) % {"days": left}
        return Badge(text=text, tone="warning")
    status = QualificationStatus(qualification.status)
    return Badge(text=status.label, tone=TONES[status])


def qualification_facts(qualification: Qualification, staff: StaffUser) -> list[Fact]:
    """Return what is known of a qualification; identity data masked, with the way to reveal it."""
    rule, number, holder = qualification.rule, qualification.number, qualification.holder_name
    account = qualification.account
    facts = [
        Fact(_("Account"), account.name, hint=account.platform_uid, url=account_url(account)),
        Fact(
            _("Qualification"),
            qualification.get_type_display(),
            hint=qualification.field.label,
        ),
        Fact(
            _("Number"),
            number.masked if number is not None else "",
            hint=_unusual(qualification, rule),
            url=reveal_url(number, staff),
            is_code=True,
        ),
        Fact(_("Holder"), qualification.holder, url=reveal_url(holder, staff)),
        Fact(
            _("Issuer"),
            qualification.issuer,
            hint=_("usually: %(issuer)s") % {"issuer": rule.issuer},
        ),
        Fact(_("Scope of practice"), qualification.scope),
        Fact(_("Valid from"), day(qualification.valid_from)),
        Fact(
            _("Valid until"),
            day(qualification.valid_until) or validity_in_words(rule),
            hint=validity_in_words(rule) if qualification.valid_until is not None else "",
        ),
    ]
    if qualification.next_check_on is not None:
        facts.append(Fact(_("Next check"), day(qualification.next_check_on)))
    if qualification.renews is not None:
        old = qualification.renews
        facts.append(Fact(_("Renews"), old.reference, url=qualification_url(old), is_code=True))
    if qualification.decided_at is not None and qualification.decided_by is not None:
        facts.append(
            Fact(
                _("Decided at"),
                instant(qualification.decided_at),
                hint=qualification.decided_by.name,
            )
        )
    return facts


def validity_in_words(rule: QualificationRule) -> str:
    """Return how long documents of a type are good for."""
    words = str(rule.get_validity_display())
    if rule.months is None:
        return words
    every = (
        ngettext("every %(months)s month", "every %(months)s months", rule.months)
        if rule.validity == ValidityRule.RECHECK
        else ngettext("usually %(months)s month", "usually %(months)s months", rule.months)
    )
    return _("%(validity)s, %(months)s") % {
        "validity": words,
        "months": every % {"months": rule.months},
    }


def _unusual(qualification: Qualification, rule: QualificationRule) -> str:
    """Return a hint where the number has none of the usual lengths; never what it is."""
    if qualification.number is None or not rule.number_lengths:
        return ""
    try:
        is_unusual = is_unusual_number(vault.read(qualification.number), rule.number_lengths)
    except IdentityErased:
        return ""
    lengths = _(", ").join(str(each) for each in rule.number_lengths)
    if not is_unusual:
        return ""
    return _("unusual length; usually %(lengths)s characters") % {"lengths": lengths}


@dataclass(frozen=True)
class ChecklistRow:
    """One point of the checklist as the form shows it."""

    code: str
    label: str
    value: str
    remark: str
    said: str


def checklist_rows(qualification: Qualification, posted: Any | None = None) -> list[ChecklistRow]:
    """Return the points to look at, with what was found of each or what was just typed."""
    rule = rule_in_force(qualification.type, timezone.now())
    ticks = ticks_of(qualification.work_item)
    rows = []
    for item in rule.items:
        tick = ticks.get(item.value)
        value, remark = "", tick.remark if tick else ""
        if tick is not None:
            value = "yes" if tick.is_met else "no"
        if posted is not None:
            value = posted.get(f"tick-{item.value}", value)
            remark = posted.get(f"remark-{item.value}", remark)
        rows.append(
            ChecklistRow(item.value, str(item.label), value, remark, _said(tick) if tick else "")
        )
    return rows


def _said(tick: ChecklistTick) -> str:
    return _("%(time)s by %(name)s") % {"time": instant(tick.at), "name": tick.person.name}


def checks_made(qualification: Qualification) -> list[Check]:
    """Return what was found at the last review, for a page that only shows."""
    checks = [
        Check(
            code=code,
            title=str(tick.get_item_display()),
            outcome=_("Met") if tick.is_met else _("Not met"),
            tone="good" if tick.is_met else "danger",
            explanation=_("; ").join(part for part in (tick.remark, _said(tick)) if part),
        )
        for code, tick in ticks_of(qualification.work_item).items()
    ]
    return [*checks, *(lookup_check(each) for each in lookups_of(qualification.work_item))]


def lookup_check(lookup: IssuerLookup) -> Check:
    """Return one look-up at the issuer as what came of it."""
    is_good = lookup.result == LookupResult.AGREES
    return Check(
        code=lookup.method,
        title=_("Look-up: %(method)s") % {"method": lookup.get_method_display()},
        outcome=str(lookup.get_result_display()),
        tone="good" if is_good else "warning",
        explanation=_("%(found)s (%(time)s, %(name)s)")
        % {
            "found": lookup.found,
            "time": instant(lookup.looked_up_at),
            "name": lookup.person.name,
        },
    )


def same_number_facts(qualification: Qualification) -> list[Fact]:
    """Return the other accounts that show a document of this number."""
    return [
        Fact(
            each.account.name,
            each.get_status_display(),
            hint=each.reference,
            url=qualification_url(each),
        )
        for each in elsewhere(qualification)
    ]


def documents_context(qualification: Qualification, staff: StaffUser) -> dict[str, Any]:
    """Return the documents as a list, and their copies one after the other for the viewer."""
    attached = documents_of(qualification)
    return files_context([(each.shows, each.file) for each in attached], staff)
