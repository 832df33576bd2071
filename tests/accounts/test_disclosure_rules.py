"""What everybody may see is decided by the nature of the subject alone, in one table."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.catalogue_files import catalogue
from accounts.enums import DisclosureItem, PublicState, RestrictionKind, SubjectNature
from accounts.rules.disclosure import (
    ContactForm,
    NameForm,
    PlaceForm,
    Standing,
    forms_for,
    is_trade_name,
    missing_items,
    public_state,
)
from accounts.rules.effective_state import RestrictionTerm, effective_state

N, F, I = SubjectNature, NameForm, DisclosureItem  # noqa: E741
ALL = set(DisclosureItem)
BODIES = [
    N.ENTERPRISE,
    N.PUBLIC_INSTITUTION,
    N.GOVERNMENT_ORGAN,
    N.MEDIA,
    N.SOCIAL_ORGANISATION,
    N.OTHER_ORG,
]


@pytest.mark.parametrize(
    ("nature", "has_trade_name", "name", "due"),
    [
        *((nature, True, F.BODY, ALL) for nature in BODIES),
        *((nature, False, F.BODY, ALL) for nature in BODIES),
        (N.NATURAL_PERSON, False, F.NONE, {I.CATEGORY, I.REGION}),
        (N.INDIVIDUAL_BUSINESS, True, F.TRADE, {I.CATEGORY, I.REGION, I.OPERATOR}),
        (N.INDIVIDUAL_BUSINESS, False, F.MASKED, {I.CATEGORY, I.REGION, I.OPERATOR}),
        ("", False, F.NONE, {I.CATEGORY, I.REGION}),
        ("", True, F.NONE, {I.CATEGORY, I.REGION}),
    ],
)
def test_each_nature_has_its_form(
    nature: str, has_trade_name: bool, name: NameForm, due: set[DisclosureItem]
) -> None:
    forms = forms_for(Standing(nature=nature, has_trade_name=has_trade_name))

    is_body = nature in BODIES
    assert forms.name == name
    assert set(forms.due) == due
    assert forms.place == (PlaceForm.WHOLE if is_body else PlaceForm.PROVINCE)
    assert forms.contact == (ContactForm.OWN if is_body else ContactForm.RELAYED)
    assert forms.shows_code is is_body


def test_the_table_names_every_nature() -> None:
    assert {*BODIES, N.NATURAL_PERSON, N.INDIVIDUAL_BUSINESS} == set(N)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, F.PERSON),
        ({"has_consent": False}, F.NONE),
        ({"is_minor": True}, F.NONE),
        ({"is_open": False}, F.NONE),
    ],
)
def test_a_persons_name_needs_consent_an_open_account_and_full_age(
    changes: dict[str, bool], name: NameForm
) -> None:
    standing = {"has_consent": True, **changes}

    forms = forms_for(Standing(nature=N.NATURAL_PERSON, has_trade_name=False, **standing))

    assert forms.name == name


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, F.PERSON),
        ({"has_consent": False}, F.MASKED),
        ({"is_open": False}, F.MASKED),
        ({"has_trade_name": True, "has_consent": False}, F.TRADE),
    ],
)
def test_an_individual_business_under_its_operators_name_needs_consent_as_a_person_does(
    changes: dict[str, bool], name: NameForm
) -> None:
    standing = {"has_consent": True, **changes}

    assert forms_for(Standing(nature=N.INDIVIDUAL_BUSINESS, **standing)).name == name


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("示例区湉湉面馆", True),
        ("湉湉工作室", True),
        ("示例市东湖商行", True),
        ("欧阳湉湉", False),
        ("周知行", False),
        ("陈小店", False),
        ("买买提·吐尔逊", False),
        ("示例区湉湉面馆（欧阳湉湉）", False),
        ("", False),
    ],
)
def test_only_what_is_surely_the_name_of_a_business_counts_as_one(name: str, is_one: bool) -> None:
    assert is_trade_name(name, catalogue("trade_names")) is is_one


@given(
    nature=st.sampled_from([*N, "", "something else"]),
    has_trade_name=st.booleans(),
    is_minor=st.booleans(),
    has_consent=st.booleans(),
    is_open=st.booleans(),
)
def test_who_is_no_organisation_never_shows_an_address_a_code_or_a_contact_of_the_own(
    nature: str, has_trade_name: bool, is_minor: bool, has_consent: bool, is_open: bool
) -> None:
    forms = forms_for(Standing(nature, has_trade_name, is_minor, has_consent, is_open))

    if nature not in BODIES:
        assert forms.place == PlaceForm.PROVINCE
        assert forms.contact == ContactForm.RELAYED
        assert not forms.shows_code
        assert not {I.USCC, I.CONTACT} & forms.due
        if not has_consent and nature != N.INDIVIDUAL_BUSINESS:
            assert forms.name == F.NONE


@given(given_items=st.dictionaries(st.sampled_from(list(I)), st.sampled_from(["", " ", "x"])))
def test_what_is_missing_is_due_and_empty_and_in_the_order_of_the_article(
    given_items: dict[DisclosureItem, str],
) -> None:
    forms = forms_for(Standing(nature=N.ENTERPRISE, has_trade_name=True))

    missing = missing_items(forms, given_items)

    assert list(missing) == [each for each in I if given_items.get(each, "") != "x"]


NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kinds", "is_open", "state"),
    [
        ([], True, PublicState.OPEN),
        ([RestrictionKind.STOP_ADVERTISING], True, PublicState.OPEN),
        ([RestrictionKind.SUSPEND_UPDATES], True, PublicState.UPDATES_SUSPENDED),
        (
            [RestrictionKind.SUSPEND_UPDATES, RestrictionKind.SUSPEND_SERVICE],
            True,
            PublicState.SERVICE_SUSPENDED,
        ),
        ([RestrictionKind.SUSPEND_SERVICE], False, PublicState.CLOSED),
    ],
)
def test_everybody_learns_whether_an_account_is_in_service(
    kinds: list[RestrictionKind], is_open: bool, state: PublicState
) -> None:
    terms = [RestrictionTerm(kind, NOW) for kind in kinds]

    assert public_state(effective_state(terms, NOW, is_open=is_open)) == state
