"""What platform and operators are told of earning, and the powers that go with it."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AccountPowers, EarningApplication, PublicAccount, Standing
from accounts.powers_words import EarningStatus
from accounts.services.decision_texts import way_to_appeal
from accounts.services.earning.words import as_found, in_words
from accounts.services.invitations import ACCOUNT
from accounts.services.notices import instant_in_words
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import Audience, Notice, PlatformCommand, StaffUser
from compliance.notices.commands import CommandDraft, order_commands
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft
from compliance.notices.writing import write_notices as write_all

RIGHTS: Final = "account.rights"
LABELS: Final = {RIGHTS: gettext_lazy("Set what the account may earn by and do with comments")}

GRANTED: Final = "accounts.earning_granted"
REFUSED: Final = "accounts.earning_refused"
LOST: Final = "accounts.earning_lost"
_PURPOSE_OF: Final = {
    EarningStatus.GRANTED: GRANTED,
    EarningStatus.REFUSED: REFUSED,
    EarningStatus.LOST: LOST,
}


def command_rights(account: PublicAccount, *, ground: str, grounds: Grounds) -> PlatformCommand:
    """
    Order the platform to let an account earn, and manage comments, exactly as it may now.

    Public Account Provisions, art. 14 §1 and art. 17 §2.
    """
    (command,) = command_all([account], ground=ground, grounds=grounds)
    return command


def command_all(
    accounts: Sequence[PublicAccount], *, ground: str, grounds: Grounds
) -> list[PlatformCommand]:
    """Order the same for many accounts in a few statements."""
    payloads = rights_for_platform(accounts)
    return order_commands(
        [
            CommandDraft(
                kind=RIGHTS,
                subject=Reference(ACCOUNT, account.platform_uid),
                payload=payloads[account.pk],
                ground_ref=ground,
            )
            for account in accounts
        ],
        **grounds,
    )


def rights_for_platform(accounts: Sequence[PublicAccount]) -> dict[int, dict[str, Any]]:
    """Return what each account may earn by, and do with comments; None before that was ever set."""
    numbers = [account.pk for account in accounts]
    earning: dict[int, list[str]] = {number: [] for number in numbers}
    for number, behaviour in (
        EarningApplication.objects.in_force()
        .filter(account__in=numbers)
        .order_by("behaviour")
        .values_list("account_id", "behaviour")
    ):
        earning[number].append(behaviour)
    comments = dict(
        AccountPowers.objects.filter(account__in=numbers)
        .order_by("account_id", "-pk")
        .distinct("account_id")
        .values_list("account_id", "powers")
    )
    rated = {
        each.subject_id: each
        for each in Standing.objects.filter(subject__in={each.subject_id for each in accounts})
    }
    return {
        account.pk: {
            "account": account.platform_uid,
            "may_earn_by": earning[account.pk],
            "comments": comments.get(account.pk),
            **_by_credit(rated.get(account.subject_id)),
        }
        for account in accounts
    }


def _by_credit(standing: Standing | None) -> dict[str, Any]:
    return {
        "services_off": standing.services_off if standing is not None else [],
        "updates_a_day": standing.updates_a_day if standing is not None else None,
    }


def tell(applications: Sequence[EarningApplication], *, actor: StaffUser) -> list[Notice]:
    """
    Tell operators what became of applications and rights, in a few statements.

    Public Account Provisions, art. 20 §2: whoever is affected is told the reason and the way to
    appeal.
    """
    # Asked once for each language, however many are told.
    appeal = cache(lambda _language: way_to_appeal(timezone.now()))
    return write_all([_draft(each, appeal) for each in applications], actor=actor)


def _draft(application: EarningApplication, appeal: Callable[[str], str]) -> NoticeDraft:
    who = Reference(ACCOUNT, application.account.platform_uid)
    return NoticeDraft(
        purpose=_PURPOSE_OF[EarningStatus(application.status)],
        audience=Audience.OPERATOR,
        about=application,
        subject=who,
        recipient=who,
        values=lambda language: _values(application, appeal(language)),
        # A right that came back can be lost again.
        occasion=str(application.version),
    )


def _values(application: EarningApplication, appeal: str) -> dict[str, str]:
    possible = application.possible_from
    return {
        "platform_uid": application.account.platform_uid,
        "account_name": application.account.name,
        "behaviour": str(application.get_behaviour_display()),
        "decided_at": instant_in_words(application.ended_at or application.decided_at),
        "told": in_words(as_found(application.obstacles)),
        "again": (
            _("It can be applied for again from %(day)s on.") % {"day": possible.isoformat()}
            if possible is not None
            else _("It can be applied for again once that has changed.")
        ),
        "appeal": appeal,
    }


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    application = EarningApplication.objects.select_related("account").get(pk=about_id)
    if _PURPOSE_OF.get(EarningStatus(application.status)) != purpose:
        raise ActionRefused(_("The right has moved on: this is no longer to be told."))
    return _values(application, way_to_appeal(timezone.now()))


def _latest(purpose: str) -> Example | None:
    status = next(status for status, code in _PURPOSE_OF.items() if code == purpose)
    latest = EarningApplication.objects.filter(status=status).order_by("-pk").first()
    return Example(str(latest.pk), str(latest)) if latest is not None else None


_ABOUT: Final = (
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
    Placeholder(
        name="behaviour", label=gettext_lazy("by what the account would earn"), is_required=True
    ),
    Placeholder(name="decided_at", label=gettext_lazy("when it was decided")),
)
_LOSS: Final = (
    Placeholder(name="told", label=gettext_lazy("what stands against it")),
    Placeholder(name="again", label=gettext_lazy("when it can be applied for again")),
    Placeholder(name="appeal", label=gettext_lazy("how and until when to appeal")),
)


def _purpose(code: str, label: Promise, *placeholders: Placeholder, is_loss: bool) -> Purpose:
    return Purpose(
        code=code,
        label=label,
        audiences=(Audience.OPERATOR,),
        placeholders=(*_ABOUT, *placeholders),
        compose=lambda about_id, _language: _compose(code, about_id),
        latest=lambda: _latest(code),
        reasons_in="told" if is_loss else "",
        appeal_in="appeal" if is_loss else "",
        is_in_every_language=False,
    )


PURPOSES: Final = (
    _purpose(GRANTED, gettext_lazy("right to earn that was granted"), is_loss=False),
    _purpose(REFUSED, gettext_lazy("right to earn that was refused"), *_LOSS, is_loss=True),
    _purpose(LOST, gettext_lazy("right to earn that was lost"), *_LOSS, is_loss=True),
)
