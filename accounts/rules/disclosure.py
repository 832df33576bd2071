"""What of an account and its operator everybody may see, decided by the nature of the subject."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from accounts.enums import DisclosureItem, PublicState, SubjectNature
from accounts.rules.effective_state import EffectiveState


class NameForm(StrEnum):
    """In which form the operator's name is shown."""

    BODY = "body"  # the public name of an organisation
    TRADE = "trade"  # the trade name of an individual business, where it has one
    PERSON = "person"  # a person's own name, with consent
    MASKED = "masked"
    NONE = "none"


class PlaceForm(StrEnum):
    """How much of an address is shown."""

    WHOLE = "whole"
    PROVINCE = "province"


class ContactForm(StrEnum):
    """By which way the operator is reached."""

    OWN = "own"
    RELAYED = "relayed"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the form of a disclosure depends on."""

    nature: str
    has_trade_name: bool = False
    """Whether a credit code proves the name, and the name is one of a business, not a person's."""
    is_minor: bool = False
    has_consent: bool = False
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Forms:
    """In which form each item is shown, and which items have to be there."""

    name: NameForm
    place: PlaceForm
    contact: ContactForm
    shows_code: bool
    due: frozenset[DisclosureItem]


_EVERYBODY: Final = frozenset({DisclosureItem.CATEGORY, DisclosureItem.REGION})
# Shorter ones may be somebody's, whatever they end with.
SHORTEST_TRADE_NAME: Final = 4
_BODIES: Final = frozenset(SubjectNature) - {
    SubjectNature.NATURAL_PERSON,
    SubjectNature.INDIVIDUAL_BUSINESS,
}


def is_body(nature: str) -> bool:
    """Return whether a nature is that of an organisation; without a nature it is a person's."""
    return nature in _BODIES


def forms_for(standing: Standing) -> Forms:
    """
    Return in which form the items of an account are shown.

    Public Account Provisions, art. 9 §2: by the nature of the subject. An organisation shows all
    five. A person shows the category and the province, the name only with consent on record, never
    a minor's and not once the account is closed, and is reached through the platform alone (our
    choice). An individual business is a person under a trade name: that name is shown where a
    credit code proves it. A licence without a trade name has its operator's own, which is shown
    like a person's, and without consent only masked.
    """
    if is_body(standing.nature):
        return Forms(
            name=NameForm.BODY,
            place=PlaceForm.WHOLE,
            contact=ContactForm.OWN,
            shows_code=True,
            due=frozenset(DisclosureItem),
        )
    return Forms(
        name=_name_of_a_person(standing),
        place=PlaceForm.PROVINCE,
        contact=ContactForm.RELAYED,
        shows_code=False,
        due=(
            _EVERYBODY | {DisclosureItem.OPERATOR}
            if standing.nature == SubjectNature.INDIVIDUAL_BUSINESS
            else _EVERYBODY
        ),
    )


def _name_of_a_person(standing: Standing) -> NameForm:
    is_business = standing.nature == SubjectNature.INDIVIDUAL_BUSINESS
    if is_business and standing.has_trade_name:
        return NameForm.TRADE
    if standing.has_consent and standing.is_open and not standing.is_minor:
        return NameForm.PERSON
    return NameForm.MASKED if is_business else NameForm.NONE


def is_trade_name(name: str, endings: Iterable[str]) -> bool:
    """
    Return whether the name of an individual business is surely one of a business.

    Our choice, no article: an individual business need not have a trade name, and its licence then
    names the person. A name counts as one of a business only by how it ends (…店, …工作室); what is
    in doubt may be a person's.
    """
    return len(name) >= SHORTEST_TRADE_NAME and name.endswith(tuple(endings))


def missing_items(forms: Forms, given: Mapping[DisclosureItem, str]) -> tuple[DisclosureItem, ...]:
    """Return the items that have to be shown and are empty, in the order of the article."""
    return tuple(
        each for each in DisclosureItem if each in forms.due and not given.get(each, "").strip()
    )


def public_state(state: EffectiveState) -> PublicState:
    """
    Return what everybody may know of where an account stands.

    Our choice, no article: readers learn why nothing new comes; single functions that are off, and
    the grounds of anything, are the operator's own matter.
    """
    if not state.is_open:
        return PublicState.CLOSED
    if state.service is not None:
        return PublicState.SERVICE_SUSPENDED
    return PublicState.UPDATES_SUSPENDED if state.publishing is not None else PublicState.OPEN
