"""What stands in the way of whoever wants to leave an account: open matters and running measures."""

from datetime import datetime
from typing import Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import AccountStatus, GroundKind, HoldKind
from accounts.models import PublicAccount, Restriction
from accounts.services.holds import holds_in_force
from compliance.errors import ActionRefused

# What a person may know of a matter that is none of theirs: its sort, never its number.
_MATTERS: Final = {
    HoldKind.OPEN_CASE: gettext_lazy("a matter about the account is being examined"),
    HoldKind.PENDING_CORRECTION: gettext_lazy("the profile is to be corrected"),
    HoldKind.PENDING_TRANSFER: gettext_lazy("a transfer of the account is under way"),
    HoldKind.PENDING_STOP: gettext_lazy("closing the account is under way"),
}
# Restrictions that an operator could escape by leaving. Not among them: what a transfer itself
# brings with it, a pause of one's own, and a field that is off for want of a document.
BLOCKING_GROUNDS: Final = (
    GroundKind.DECISION,
    GroundKind.CORRECTION,
    GroundKind.DORMANCY,
    GroundKind.REPUDIATION,
    GroundKind.GUARDIAN,
)


class Blocked(ActionRefused):
    """An open matter or a running measure stands in the way."""


def matters_in_the_way(account: PublicAccount, now: datetime, *, own_ref: str = "") -> list[str]:
    """
    Return in words what stands in the way of leaving an account, the matter `own_ref` left out.

    Public Account Provisions, art. 11 §§2–3; our choice: nobody escapes a case or a measure by
    handing the account on or closing it. The caller holds the lock of the account.
    """
    words = [
        str(_MATTERS[HoldKind(each.kind)])
        for each in holds_in_force(account).exclude(ground_ref=own_ref)
    ]
    measures = (
        Restriction.objects.for_account(account)
        .in_force(now)
        .filter(ground_kind__in=BLOCKING_GROUNDS)
        .exclude(ground_ref=own_ref)
    )
    words += [_measure(each) for each in measures.order_by("pk")]
    return list(dict.fromkeys(words))


def _measure(restriction: Restriction) -> str:
    kind = restriction.get_kind_display()
    if restriction.in_force_until is None:
        return _("“%(measure)s” is in force") % {"measure": kind}
    until = date_format(localtime(restriction.in_force_until), "Y-m-d H:i")
    return _("“%(measure)s” is in force until %(time)s") % {"measure": kind, "time": until}


def block_in_words(matters: list[str]) -> str:
    """Return one sentence that names what stands in the way."""
    return _("This is not possible now: %(matters)s.") % {"matters": _("; ").join(matters)}


def require_free(account: PublicAccount, now: datetime, *, own_ref: str = "") -> None:
    """
    Refuse whoever wants to leave an account that is closed or that something holds.

    Public Account Provisions, art. 11 §§2–3. The caller holds the lock of the account.

    :raises ActionRefused: if the account is closed.
    :raises Blocked: with what stands in the way.
    """
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed."))
    matters = matters_in_the_way(account, now, own_ref=own_ref)
    if matters:
        raise Blocked(block_in_words(matters))
