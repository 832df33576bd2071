"""What follows from the kind of a complaint, and where it stands among others."""

import unicodedata
from typing import Final

from enforcement.complaint_words import (
    URGENT,
    ComplaintKind,
    ComplaintTeam,
)

K = ComplaintKind
# The violation that a kind is nearest to, and the class of 12377 under which it is reported.
VIOLATION_OF: Final[dict[str, str]] = {
    K.FALSE_IDENTITY: "V01",
    K.IMPERSONATION: "V02",
    K.NEWS: "V03",
    K.FAKE_TRAFFIC: "V04",
    K.VIOLENCE: "V05",
    K.DOXXING: "V05.4",
    K.FALSE_INFORMATION: "V06",
    K.PAID: "V07",
    K.TRADING: "V08",
    K.ILLEGAL: "V09.A",
    K.HARMFUL: "V09.B",
    K.MINORS: "V09.B",
    K.COPYRIGHT: "V10.1",
    K.FORCED_FOLLOW: "V10.2",
    K.OTHER: "V10.4",
    K.PLATFORM: "",
}
_RIGHTS: Final = frozenset({K.FALSE_IDENTITY, K.IMPERSONATION, K.COPYRIGHT})
# Our choices; no article sets them.
URGENT_WEIGHT: Final = 80
NAMED_WEIGHT: Final = 20
MOST_UNFOUNDED: Final = 5


def team_of(kind: str) -> ComplaintTeam:
    """Return in whose queue a complaint of a kind begins."""
    if kind == K.PLATFORM:
        return ComplaintTeam.PLATFORM
    if kind in URGENT:
        return ComplaintTeam.URGENT
    return ComplaintTeam.RIGHTS if kind in _RIGHTS else ComplaintTeam.GENERAL


def weight_of(kind: str, *, is_named: bool, unfounded: int, abusive: int) -> int:
    """
    Return how much a complaint weighs among those that are due at one time.

    Public Account Provisions, art. 20 §2; our choice: whoever was wrong often, or complained to
    harm, is answered after the others, and is answered. When it is due does not depend on that.
    """
    if kind in URGENT:
        return URGENT_WEIGHT
    if abusive or unfounded >= MOST_UNFOUNDED:
        return 0
    return NAMED_WEIGHT + (NAMED_WEIGHT if is_named else 0)


def folded_words(words: str) -> str:
    """Return words as two complaints are compared by: without blanks, width and case."""
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())
