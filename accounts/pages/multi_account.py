"""The four items before one subject runs several accounts, each with the facts beside it."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.allowance_words import MultiAccountItem
from accounts.enums import AccountStatus, CheckCode
from accounts.models import (
    AccountAllowance,
    Application,
    ApplicationCheck,
    Finding,
    PublicAccount,
    Qualification,
    Restriction,
    Subject,
)
from accounts.pages.addresses import account_url
from accounts.pages.presentation import instant, state_in_words
from accounts.services.allowances.checklist import Asked, ItemAnswer, answers_of
from accounts.services.allowances.submission import places_taken, present_cap
from accounts.services.bars import is_barred
from compliance.errors import IdentityErased
from compliance.ui.kit import Check, Fact

# Our choice; the caps of most natures are far below it.
SHOWN = 20


@dataclass(frozen=True)
class ItemRow:
    """One of the four items as the form shows it, with what is known about it."""

    code: str
    label: str
    facts: list[Fact]
    value: str
    remark: str
    said: str


def item_rows(asked: Asked, posted: Any | None = None) -> list[ItemRow]:
    """Return the four items with the facts beside each, and what was answered or just typed."""
    subject = Subject.objects.select_related("key", "id_number", "name").get(pk=asked.subject_id)
    facts = {
        MultiAccountItem.NATURE: subject_and_accounts(subject),
        MultiAccountItem.QUALIFICATION: _qualifications(subject),
        MultiAccountItem.SCOPE: _scopes(subject, asked),
        MultiAccountItem.CREDIT: _credit(subject),
    }
    answers = answers_of(asked)
    rows = []
    for item in MultiAccountItem:
        answer = answers.get(item.value)
        value, remark, said = "", "", ""
        if answer is not None:
            value = "yes" if answer.is_met else "no"
            remark = answer.remark
            said = _("%(time)s by %(name)s") % {
                "time": instant(answer.at),
                "name": answer.person.name,
            }
        if posted is not None:
            value = posted.get(f"tick-{item.value}", value)
            remark = posted.get(f"remark-{item.value}", remark)
        rows.append(ItemRow(item.value, str(item.label), facts[item], value, remark, said))
    return rows


def answers_made(asked: Asked) -> list[Check]:
    """Return what was answered, for a page that only shows."""
    answers = answers_of(asked)
    return [
        Check(
            code="",
            title=item.label,
            outcome=_("Met") if answers[item.value].is_met else _("Not met"),
            tone="good" if answers[item.value].is_met else "danger",
            explanation=answers[item.value].remark,
        )
        for item in MultiAccountItem
        if item.value in answers
    ]


def posted_answers(posted: Any) -> dict[str, ItemAnswer]:
    """Return the answers that a form brings; an item left open brings none."""
    return {
        item.value: ItemAnswer(
            posted[f"tick-{item.value}"] == "yes", posted.get(f"remark-{item.value}", "")
        )
        for item in MultiAccountItem
        if posted.get(f"tick-{item.value}") in ("yes", "no")
    }


def subject_and_accounts(subject: Subject) -> list[Fact]:
    """Return who a subject is, how many accounts it runs and may run, and which these are."""
    accounts = subject.accounts.prefetch_related("restrictions").order_by("-pk")[:SHOWN]
    now = timezone.now()
    return [
        Fact(_("Subject"), str(subject), hint=subject.get_nature_display()),
        Fact(_("Document type"), subject.get_id_type_display(), hint=subject.uscc),
        Fact(_("Accounts now"), str(places_taken(subject)), hint=present_cap(subject)),
        *(
            Fact(
                each.name,
                state_in_words(each, now),
                hint=each.platform_uid,
                url=account_url(each),
            )
            for each in accounts
        ),
    ]


def _qualifications(subject: Subject) -> list[Fact]:
    found = Qualification.objects.in_force(timezone.localdate()).filter(
        account__subject=subject, subject=subject
    )
    return [
        Fact(
            each.get_type_display(),
            each.issuer,
            hint=f"{each.reference} {each.account.platform_uid}",
        )
        for each in found.select_related("account", "rule").order_by("-pk")[:SHOWN]
    ] or [Fact(_("Qualifications in force"), _("none"))]


def _scopes(subject: Subject, asked: Asked) -> list[Fact]:
    known = (
        Application.objects.filter(subject=subject)
        .exclude(business_scope="")
        .order_by("-pk")
        .values_list("business_scope", "platform_uid")[:SHOWN]
    )
    scopes = dict(known)
    facts = [Fact(_("Declared before"), scope, hint=uid) for scope, uid in scopes.items()]
    if isinstance(asked, AccountAllowance):
        uses = [Fact(_("For an account"), each) for each in asked.uses]
        return [Fact(_("Declared now"), asked.business_scope), *uses, *facts]
    return facts or [Fact(_("Declared before"), _("nothing"))]


def _credit(subject: Subject) -> list[Fact]:
    accounts = PublicAccount.objects.filter(subject=subject)
    now = timezone.now()
    running = Restriction.objects.filter(account__in=accounts).in_force(now)
    signals = ApplicationCheck.objects.filter(
        application__subject=subject, code=CheckCode.REGISTRATION_SIGNAL
    )
    try:
        barred = _("yes") if is_barred(subject) else _("no")
    except IdentityErased:
        barred = _("Cannot be told: the identity data was erased.")
    return [
        Fact(_("Restrictions in force"), str(running.count())),
        Fact(
            _("Restrictions ever"),
            str(Restriction.objects.filter(account__in=accounts).count()),
        ),
        Fact(
            _("Accounts closed"),
            str(accounts.filter(status=AccountStatus.CLOSED).count()),
        ),
        Fact(
            _("Findings"),
            str(Finding.objects.filter(account__in=accounts).count()),
            hint=_("%(count)s open")
            % {"count": Finding.objects.open().filter(account__in=accounts).count()},
        ),
        Fact(_("Unusual registrations"), str(signals.count())),
        Fact(_("Barred from registering"), barred),
    ]
