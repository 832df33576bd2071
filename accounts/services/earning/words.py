"""What stands against earning, in words that the operator may read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.powers_words import CreditGrade
from accounts.rules.earning import Found, Obstacle
from accounts.services.references import reference_in_words


def obstacle_in_words(found: Found) -> str:
    """
    Return one thing that stands against earning as a sentence.

    Public Account Provisions, art. 14 §1 and art. 20 §2: whoever is affected is told the reason.
    """
    said = {
        "day": found.until.isoformat() if found.until else "",
        "reference": reference_in_words(found.reference),
    }
    match found.obstacle:
        case Obstacle.CLOSED:
            return _("The account is closed.")
        case Obstacle.UNVERIFIED:
            return _("The real identity of whoever runs the account has not been verified.")
        case Obstacle.TOO_NEW:
            return (
                _("The account has not been registered long enough: that is so on %(day)s.") % said
            )
        case Obstacle.VIOLATION:
            return (
                _("A violation was decided (%(reference)s); the time without any ends on %(day)s.")
                % said
            )
        case Obstacle.TRANSFERRED:
            return _with_end(_("Somebody else has taken the account over."), found)
        case Obstacle.MUTED:
            return _with_end(_("The account cannot publish (%(reference)s)."), found)
        case Obstacle.NO_ADVERTISING:
            return _with_end(_("Advertising of the account is stopped (%(reference)s)."), found)
        case Obstacle.OFF:
            return _with_end(_("Earning is switched off for the account (%(reference)s)."), found)
        case Obstacle.CREDIT:
            return _("%(grade)s does not suffice.") % {"grade": CreditGrade(found.reference).label}


def _with_end(sentence: str, found: Found) -> str:
    told = sentence % {"reference": reference_in_words(found.reference)}
    if found.until is None:
        return told
    return _("%(sentence)s It ends on %(day)s.") % {
        "sentence": told,
        "day": found.until.isoformat(),
    }


def in_words(found: Iterable[Found]) -> str:
    """Return all that stands against earning, a line each."""
    return "\n".join(f"· {obstacle_in_words(each)}" for each in found)


def as_kept(found: Iterable[Found]) -> list[dict[str, str]]:
    """Return what was found as the plain values that are kept."""
    return [
        {
            "obstacle": each.obstacle.value,
            "until": each.until.isoformat() if each.until is not None else "",
            "reference": each.reference,
        }
        for each in found
    ]


def as_found(kept: Sequence[Mapping[str, Any]]) -> list[Found]:
    """Return what was found from the plain values that were kept."""
    return [
        Found(
            Obstacle(each["obstacle"]),
            date.fromisoformat(each["until"]) if each["until"] else None,
            each["reference"],
        )
        for each in kept
    ]
