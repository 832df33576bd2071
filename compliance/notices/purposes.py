"""What notices are written for; packages register their purposes when apps are ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from compliance.errors import InvalidInput
from compliance.models import Audience, Channel

Text = str | Promise
# From the key of the record that a notice tells of, and a language, to the values of placeholders.
Compose = Callable[[str, str], Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """A name that a text may hold, what it stands for, and whether every text has to hold it."""

    name: str
    label: Text
    is_required: bool = False


@dataclass(frozen=True)
class Example:
    """The latest record that a purpose can be shown with: its key and what it is called."""

    about_id: str
    caption: str


@dataclass(frozen=True)
class LetterState:
    """Where what a letter says stands now, for everybody who has the letter in hand."""

    words: Text
    is_in_force: bool
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """
    One kind of notice.

    `compose` gives the values for a record as it is now: for the preview of a new text, and for
    writing a cancelled notice again. It gives no identity data. `latest` names the record to show.
    `reasons_in` and `appeal_in` are the placeholders of the reasons and of the way to appeal, where
    the purpose needs them. `hold` is how long a notice waits before it is sent, None for the
    product's own setting. With a `letter_state` each notice is a letter as well; it tells from the
    key of the record where what the letter says stands now.
    """

    code: str
    label: Text
    audiences: tuple[Audience, ...]
    placeholders: tuple[Placeholder, ...]
    compose: Compose
    latest: Callable[[], Example | None]
    reasons_in: str = ""
    appeal_in: str = ""
    hold: timedelta | None = None
    channels: tuple[Channel, ...] = (Channel.PLATFORM,)
    is_in_every_language: bool = True
    letter_state: Callable[[str], LetterState] | None = None

    @property
    def known(self) -> frozenset[str]:
        """Return the names of all placeholders."""
        return frozenset(each.name for each in self.placeholders)

    @property
    def required(self) -> frozenset[str]:
        """Return the names of the placeholders that no text may lack."""
        needed = {each.name for each in self.placeholders if each.is_required}
        return frozenset(needed | {self.reasons_in, self.appeal_in} - {""})


_purposes: dict[str, Purpose] = {}


def register_purpose(purpose: Purpose) -> Purpose:
    """
    Add a purpose to the product; called when apps are ready.

    :raises ValueError: if its code is taken, or its parts name unknown placeholders.
    """
    if purpose.required - purpose.known:
        raise ValueError(f"Purpose {purpose.code} names placeholders that it does not have.")
    if _purposes.setdefault(purpose.code, purpose) is not purpose:
        raise ValueError(f"Another purpose is registered as {purpose.code}.")
    return purpose


def purposes() -> list[Purpose]:
    """Return every purpose in the order of registration."""
    return list(_purposes.values())


def get_purpose(code: str) -> Purpose:
    """
    Return a purpose by its code.

    :raises InvalidInput: if nobody registered it.
    """
    try:
        return _purposes[code]
    except KeyError:
        raise InvalidInput(_("There is no such kind of notice.")) from None


def purpose_label(code: str) -> str:
    """Return what a purpose is called; one that is no longer registered by its code."""
    known = _purposes.get(code)
    return str(known.label) if known is not None else code
