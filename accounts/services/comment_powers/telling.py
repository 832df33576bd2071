"""What operators are told when they may do less with comments than before."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import AccountPowers, PublicAccount
from accounts.services.comment_powers.words import powers_in_words, reason_of
from accounts.services.decision_texts import way_to_appeal
from accounts.services.invitations import ACCOUNT
from accounts.services.notices import instant_in_words
from compliance.models import Audience, Notice, StaffUser
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft
from compliance.notices.writing import write_notices as write_all

FEWER: Final = "accounts.powers_fewer"


def tell_fewer(
    rows: Sequence[AccountPowers], accounts: Mapping[int, PublicAccount], *, actor: StaffUser
) -> list[Notice]:
    """
    Tell operators what they may still do with comments, why, and how to appeal.

    Public Account Provisions, art. 17 §2 and art. 20 §2.
    """
    # Asked once for each language, however many are told.
    appeal = cache(lambda _language: way_to_appeal(timezone.now()))
    return write_all(
        [_draft(each, accounts[each.account_id], appeal) for each in rows], actor=actor
    )


def _draft(row: AccountPowers, account: PublicAccount, appeal: Callable[[str], str]) -> NoticeDraft:
    who = Reference(ACCOUNT, account.platform_uid)
    return NoticeDraft(
        purpose=FEWER,
        audience=Audience.OPERATOR,
        about=row,
        subject=who,
        recipient=who,
        values=lambda language: _values(row, account, appeal(language)),
    )


def _values(row: AccountPowers, account: PublicAccount, appeal: str) -> dict[str, str]:
    return {
        "platform_uid": account.platform_uid,
        "account_name": account.name,
        "set_at": instant_in_words(row.set_at),
        "powers": powers_in_words(row.powers),
        "told": reason_of(row.nature, row.credit, is_unrated=row.is_unrated),
        "appeal": appeal,
    }


def _compose(about_id: str, _language: str) -> Mapping[str, str]:
    row = AccountPowers.objects.select_related("account").get(pk=about_id)
    return _values(row, row.account, way_to_appeal(timezone.now()))


def _latest() -> Example | None:
    latest = AccountPowers.objects.order_by("-pk").first()
    return Example(str(latest.pk), str(latest)) if latest is not None else None


PURPOSE: Final = Purpose(
    code=FEWER,
    label=gettext_lazy("powers over comments that became fewer"),
    audiences=(Audience.OPERATOR,),
    placeholders=(
        Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
        Placeholder(name="account_name", label=gettext_lazy("account name")),
        Placeholder(name="set_at", label=gettext_lazy("since when")),
        Placeholder(name="powers", label=gettext_lazy("powers over comments"), is_required=True),
        Placeholder(name="told", label=gettext_lazy("reason told to the operator")),
        Placeholder(name="appeal", label=gettext_lazy("how and until when to appeal")),
    ),
    compose=_compose,
    latest=_latest,
    reasons_in="told",
    appeal_in="appeal",
    is_in_every_language=False,
)
