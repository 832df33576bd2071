"""Names that were given up: for a time only who gave one up gets it again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import NameProtection, PublicAccount, Stop
from compliance.deadlines import due_instant
from compliance.errors import ActionRefused

STEP: Final = "name_protection"


def protect_name(stop: Stop, account: PublicAccount, now: datetime) -> NameProtection | None:
    """
    Protect the name of an account that was just closed at its operator's wish.

    Public Account Provisions, art. 11 §3; our choice how long (a published time limit). A name of
    nothing but symbols folds to nothing and protects none. It ends by comparison with the clock.
    """
    if not account.folded_name:
        return None
    return NameProtection.objects.create(
        stop=stop,
        subject_id=account.subject_id,
        name=account.name,
        folded_name=account.folded_name,
        protected_until=due_instant(STEP, now),
    )


def protected_names(folded_names: Iterable[str], now: datetime) -> dict[str, list[NameProtection]]:
    """
    Return what protects each of some folded names at `now`, in one statement.

    Our choice, no article.
    """
    names = [each for each in set(folded_names) if each]
    found: dict[str, list[NameProtection]] = {}
    if names:
        rows = NameProtection.objects.in_force(now).filter(folded_name__in=names)
        for each in rows.order_by("-protected_until"):
            found.setdefault(each.folded_name, []).append(each)
    return found


def protection_against(
    folded_name: str, subject_id: int | None, now: datetime
) -> NameProtection | None:
    """Return what protects a name from a subject at `now`; who gave it up is not kept from it."""
    found = protected_names([folded_name], now).get(folded_name, [])
    return next((each for each in found if each.subject_id != subject_id), None)


def require_unprotected(folded_name: str, subject_id: int | None, now: datetime) -> None:
    """
    Refuse a name that is kept for somebody else, at whichever door an account is given one.

    Public Account Provisions, art. 11 §3; our choice that the name is kept. Asked when an
    application is approved, and by the one door by which a profile becomes another.

    :raises ActionRefused: with the day until which it is kept.
    """
    protection = protection_against(folded_name, subject_id, now)
    if protection is not None:
        raise ActionRefused(
            _("The name was given up by another operator and is protected until %(time)s.")
            % {"time": date_format(localtime(protection.protected_until), "Y-m-d H:i")}
        )
