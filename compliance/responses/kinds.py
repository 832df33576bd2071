"""What people can be asked for on the response page; packages register their kinds when apps are ready."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import InvalidInput
from compliance.evidence.incoming import IncomingFile
from compliance.grounds import Grounds
from compliance.models import ResponseInvitation, ResponseReceipt
from compliance.provisions import Provision

Text = str | Promise
# Our choice; no article sets it.
LONGEST_WORDS: Final = 5_000


@dataclass(frozen=True, kw_only=True)
class TextField:
    """Words that are asked for, on several lines."""

    name: str
    label: Text
    hint: Text = ""
    is_needed: bool = False
    longest: int = LONGEST_WORDS
    rows: int = 6

    sort = "text"

    def cleaned(self, value: str) -> str:
        """
        Return the words as they are taken.

        :raises InvalidInput: if they are missing, too long or hold what nobody sees.
        """
        words = "\n".join(value.strip().splitlines())
        if self.is_needed and not words:
            raise InvalidInput(_("“%(field)s” is missing.") % {"field": self.label})
        if len(words) > self.longest:
            raise InvalidInput(
                _("“%(field)s” has at most %(count)s characters.")
                % {"field": self.label, "count": self.longest}
            )
        if audit.UNSEEN.search(words):
            raise InvalidInput(
                _("“%(field)s” holds invisible characters. Write it without them.")
                % {"field": self.label}
            )
        return words


@dataclass(frozen=True, kw_only=True)
class ChoiceField:
    """One of several answers."""

    name: str
    label: Text
    choices: Sequence[tuple[str, Text]]
    hint: Text = ""
    is_needed: bool = True

    sort = "choice"

    def cleaned(self, value: str) -> str:
        """
        Return the choice.

        :raises InvalidInput: if it is missing or none of those that there are.
        """
        if value in {code for code, _label in self.choices} or (not value and not self.is_needed):
            return value
        raise InvalidInput(_("“%(field)s”: choose one of the answers.") % {"field": self.label})


@dataclass(frozen=True, kw_only=True)
class FilesField:
    """Files that are asked for, of the kinds and sizes that are taken as evidence."""

    name: str
    label: Text
    hint: Text = ""
    is_needed: bool = False

    sort = "files"


Field = TextField | ChoiceField | FilesField


@dataclass(frozen=True, kw_only=True)
class Asked:
    """
    What the page says: its heading, what is asked, and the fields of its form.

    `until` stands in place of the last day on which an answer is taken, where that day would mislead;
    `afterwards` is said with the receipt: what comes next. With `takes_more` another answer can follow
    under a new link.
    """

    title: Text
    text: Text
    fields: Sequence[Field]
    until: Text = ""
    afterwards: Text = ""
    takes_more: bool = False

    @property
    def takes_files(self) -> bool:
        """Return whether files are asked for."""
        return any(isinstance(each, FilesField) for each in self.fields)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What somebody sent, field by field, for the service that takes it."""

    invitation: ResponseInvitation
    receipt: ResponseReceipt
    words: Mapping[str, str]
    files: Mapping[str, Sequence[IncomingFile]]
    grounds: Grounds
    prepared: object = None


@dataclass(frozen=True, kw_only=True)
class ResponseKind:
    """
    Something that people without a login can be asked for.

    `ask` gives the page for an invitation in the language now active, whatever has become of its
    record. `lock` locks that record as its own services do, before the invitation; `receive` takes
    the answer in the same transaction and may refuse it. `prepare` is asked before that transaction
    begins, for what may take seconds, and what it returns comes with the answer. `provision` and `reason` are the grounds
    under which the system acts then; the reason is in the language of the record. `page` names the
    public page that stands in the place of the response page, where nothing is answered. `number` is
    what its record is called, where a way in asks for that beside the code.
    """

    code: str
    label: Text
    ask: Callable[[ResponseInvitation], Asked]
    lock: Callable[[ResponseInvitation], None]
    receive: Callable[[Answer], None]
    provision: Provision
    reason: str
    prepare: Callable[[ResponseInvitation, Mapping[str, str]], object] | None = None
    page: str = ""
    number: Callable[[ResponseInvitation], str] | None = None


_kinds: dict[str, ResponseKind] = {}


def register_response_kind(kind: ResponseKind) -> ResponseKind:
    """
    Add something that people can be asked for; called when apps are ready.

    :raises ValueError: if another kind has the code.
    """
    if _kinds.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"Another kind of response is registered as {kind.code}.")
    return kind


def response_kind(code: str) -> ResponseKind:
    """
    Return a kind by its code.

    :raises InvalidInput: if nobody registered it.
    """
    try:
        return _kinds[code]
    except KeyError:
        raise InvalidInput(_("This request can no longer be answered here.")) from None


def kind_label(code: str) -> str:
    """Return what a kind is called; one that is no longer registered by its code."""
    known = _kinds.get(code)
    return str(known.label) if known is not None else code


# Why nothing is waited for any more, by the type of whom was asked; "" where there is no more to say.
_why_closed: dict[str, Callable[[str], str]] = {}


def register_why_closed(recipient_type: str, words: Callable[[str], str]) -> None:
    """Let the page say why somebody of a type is asked nothing any more; called when apps are ready."""
    _why_closed[recipient_type] = words


def why_closed(recipient_type: str, recipient_id: str) -> str:
    """Return why somebody is asked nothing any more, or nothing."""
    words = _why_closed.get(recipient_type)
    return words(recipient_id) if words is not None else ""
