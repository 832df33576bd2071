"""Verifying a letter: what anybody who has its number and check code learns, and nothing more."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import ActionRefused
from compliance.letters.codes import find_letter, read_code
from compliance.models import Letter, Notice
from compliance.models.letters import LETTER_PREFIX
from compliance.notices.purposes import LetterState, get_purpose
from compliance.numbers import read_number

# Longer than any number or code: what else is typed there is none.
LONGEST: Final = 60


class UnknownLetter(ActionRefused):
    """No letter has the number and the code; which of the two is wrong is told to nobody."""

    message = gettext_lazy(
        "No letter has this number and check code. Compare both with the paper, sign by sign. If they "
        "agree, the letter is not one of ours."
    )


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What is told of a letter that is ours: day, account by its public name, how it stands."""

    letter: Letter
    day: date
    account_name: str
    state: LetterState


def address_of_verification(letter: Letter) -> str:
    """Return the address that a letter names for its verification; none where it has no host."""
    if not letter.address:
        return ""
    return _whole(letter, reverse("public:verify"))


def _whole(letter: Letter, path: str) -> str:
    language = letter.notice.language
    asked = f"?lang={language}" if language != settings.LANGUAGE_CODE else ""
    return f"{letter.address}{path}{asked}"


def address_of_letter(letter: Letter, code: str) -> str:
    """Return the address that a letter's QR code opens; none where it has no host."""
    if not letter.address:
        return ""
    return _whole(letter, reverse("public:verify_letter", args=[letter.number, code]))


def verify_letter(number: str, code: str) -> Verified:
    """
    Return what is told of a letter to whoever has its number and its check code.

    Our choice, no article: a paper that says it is ours can be checked by anybody.

    :raises UnknownLetter: if there is none, or number and code do not belong together.
    """
    letter = find_letter(read_code(code[:LONGEST]))
    if letter is None or read_number(LETTER_PREFIX, number[:LONGEST]) != letter.pk:
        raise UnknownLetter
    return Verified(
        letter=letter,
        day=timezone.localtime(letter.issued_at).date(),
        account_name=letter.account_name,
        state=state_of(letter),
    )


def state_of(letter: Letter) -> LetterState:
    """Return where what a letter says stands now."""
    notice = letter.notice
    later = Notice.objects.about_the_same(notice).filter(edition__gt=notice.edition)
    if later.exists():
        return LetterState(_("Replaced: another letter was issued in its place."), False)
    tell = get_purpose(notice.purpose).letter_state
    if tell is None:
        return LetterState(_("Issued; nothing is kept of how it stands now."), False)
    return tell(notice.about_id)
