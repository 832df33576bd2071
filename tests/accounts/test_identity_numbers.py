"""Which numbers are well formed, and how they are written in one way."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import IdType
from accounts.rules.identity_numbers import (
    NumberProblem,
    birth_date,
    identity_key,
    is_minor,
    mobile_problem,
    normalised_mobile,
    number_problem,
    uscc_problem,
)
from tests.accounts.applications import credit_code, personal

ON = date(2026, 11, 17)
PERSONAL_TYPES = [
    IdType.RESIDENT_ID,
    IdType.RESIDENCE_PERMIT,
    IdType.FOREIGN_PERMANENT_RESIDENT,
]
PREFIXES = {
    IdType.RESIDENT_ID: ["110101", "990101", "000000", "710000", "830000"],
    IdType.RESIDENCE_PERMIT: ["810000", "820000", "830000"],
    IdType.FOREIGN_PERMANENT_RESIDENT: ["911156", "999999"],
}
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@st.composite
def personal_numbers(draw):
    id_type = draw(st.sampled_from(PERSONAL_TYPES))
    born = draw(st.dates(date(1850, 1, 1), ON))
    sequence = draw(st.integers(0, 999))
    prefix = draw(st.sampled_from(PREFIXES[id_type]))
    return id_type, personal(f"{prefix}{born:%Y%m%d}{sequence:03}"), born


@st.composite
def credit_codes(draw):
    head = draw(st.text(USCC_ALPHABET, min_size=2, max_size=2))
    division = draw(st.text("0123456789", min_size=6, max_size=6))
    return credit_code(head + division + draw(st.text(USCC_ALPHABET, min_size=9, max_size=9)))


@given(personal_numbers())
def test_accepts_every_rightly_built_personal_number(made):
    id_type, number, born = made

    assert number_problem(id_type, number, ON) is None
    assert number_problem(id_type, f" {number.lower()}\n", ON) is None
    assert birth_date(number) == born


@given(personal_numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_refuses_a_personal_number_with_any_one_character_changed(made, place, character):
    id_type, number, _ = made
    changed = number[:place] + character + number[place + 1 :]

    assert (number_problem(id_type, changed, ON) is None) == (changed == number)


@given(st.sampled_from(PERSONAL_TYPES), st.text(max_size=20))
def test_answers_for_any_text_at_all(id_type, text):
    assert isinstance(number_problem(id_type, text, ON), NumberProblem)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("11010519491231002X", None),
        ("11010519491231002x", None),
        ("360426199101010071", None),
        ("110105491231002", NumberProblem.LENGTH),
        ("1101051949123100211", NumberProblem.LENGTH),
        ("1101O519491231002X", NumberProblem.CHARACTERS),
        ("X1010519491231002X", NumberProblem.CHARACTERS),
        ("１１０１０５１９４９１２３１００２X", NumberProblem.CHARACTERS),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", NumberProblem.CHARACTERS),
        ("110101198600281234", NumberProblem.BIRTH_DATE),
        (personal("11010120230229001"), NumberProblem.BIRTH_DATE),
        (personal("11010120261118001"), NumberProblem.BIRTH_DATE_LATER),
        (personal("11010120261117001"), None),
        ("110105194912310021", NumberProblem.CHECK_DIGIT),
    ],
)
def test_says_why_a_resident_identity_number_is_refused(number, problem):
    assert number_problem(IdType.RESIDENT_ID, number, ON) == problem


def test_leaves_only_the_comparison_out_without_a_day_of_application():
    future = personal("11010120991231001")

    assert number_problem(IdType.RESIDENT_ID, future, None) is None
    assert number_problem(IdType.RESIDENT_ID, future[:-1], None) == NumberProblem.LENGTH


@pytest.mark.parametrize("prefix", ["810000", "820000", "830000"])
def test_takes_residence_permits_of_people_born_before_there_were_any(prefix):
    number = personal(f"{prefix}19500101001")

    assert number_problem(IdType.RESIDENCE_PERMIT, number, ON) is None


def test_holds_permits_and_foreign_cards_to_their_prefixes():
    resident = personal("11010119900307001")

    assert number_problem(IdType.RESIDENCE_PERMIT, resident, ON) == NumberProblem.PREFIX
    assert number_problem(IdType.FOREIGN_PERMANENT_RESIDENT, resident, ON) == NumberProblem.PREFIX


@given(credit_codes())
def test_accepts_every_rightly_built_credit_code(code):
    assert uscc_problem(code) is None


@given(credit_codes(), st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_refuses_a_credit_code_with_any_one_character_changed(code, place, character):
    changed = code[:place] + character + code[place + 1 :]

    assert (uscc_problem(changed) is None) == (changed == code)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("91110000600037341L", None),
        ("91230184MA1BUFLT44", None),
        ("92371000MA3MXH0E3W", None),
        (credit_code("A1110000MA0123456"), None),
        (credit_code("N2110000MA0123456"), None),
        ("91110000600037341", NumberProblem.LENGTH),
        ("9111000O600037341L", NumberProblem.CHARACTERS),
        ("91110000I00037341L", NumberProblem.CHARACTERS),
        ("91110000ſ00037341L", NumberProblem.CHARACTERS),
        ("91A10000600037341L", NumberProblem.DIVISION),
        ("91110000600037341M", NumberProblem.CHECK_DIGIT),
    ],
)
def test_says_why_a_credit_code_is_refused(code, problem):
    assert uscc_problem(code) == problem


@pytest.mark.parametrize(
    ("id_type", "number"),
    [
        (IdType.MAINLAND_TRAVEL_PERMIT, "H1234567801"),
        (IdType.MAINLAND_TRAVEL_PERMIT, "M12345678"),
        (IdType.MAINLAND_TRAVEL_PERMIT, "h12345678"),
        (IdType.MAINLAND_TRAVEL_PERMIT, "12345678"),
        (IdType.MAINLAND_TRAVEL_PERMIT, "1234567890(B)"),
        (IdType.PASSPORT, "E12345678"),
        (IdType.PASSPORT, "EJ1234567"),
        (IdType.PASSPORT, "G12345678"),
        (IdType.PASSPORT, "C01X00T47"),
        (IdType.NATIONAL_NETWORK_ID, "MDEyMzQ1Njc4OWFi+/=="),
    ],
)
def test_takes_other_documents_leniently(id_type, number):
    assert number_problem(id_type, number, ON) is None


@pytest.mark.parametrize(
    ("id_type", "number"),
    [
        (IdType.MAINLAND_TRAVEL_PERMIT, "H1234"),
        (IdType.MAINLAND_TRAVEL_PERMIT, "台胞证12345678"),
        (IdType.PASSPORT, "E1234"),
        (IdType.PASSPORT, "Ｅ12345678"),
        (IdType.NATIONAL_NETWORK_ID, "网号"),
    ],
)
def test_refuses_what_no_document_of_the_type_can_carry(id_type, number):
    assert number_problem(id_type, number, ON) == NumberProblem.PATTERN


def test_counts_one_person_once_however_the_number_is_written():
    assert identity_key(IdType.RESIDENT_ID, " 11010519491231002x") == identity_key(
        IdType.RESIDENT_ID, "11010519491231002X"
    )
    assert identity_key(IdType.MAINLAND_TRAVEL_PERMIT, "H1234567801") == identity_key(
        IdType.MAINLAND_TRAVEL_PERMIT, "h1234567802"
    )
    assert identity_key(IdType.PASSPORT, "E12345678") != identity_key(
        IdType.MAINLAND_TRAVEL_PERMIT, "E12345678"
    )


def test_does_not_show_the_number_in_a_key():
    assert "1949" not in repr(identity_key(IdType.RESIDENT_ID, "11010519491231002X"))


@pytest.mark.parametrize(
    "mobile",
    [
        "13800138000",
        "+86 138-0013-8000",
        "0086 13800138000",
        "+86-138 0013 8000",
        "138\u30000013\u00a08000",
        " 19912345678 ",
        "17012345678",
    ],
)
def test_takes_a_mobile_number_in_any_usual_spelling(mobile):
    assert mobile_problem(mobile) is None
    assert len(normalised_mobile(mobile)) == 11


@pytest.mark.parametrize(
    "mobile",
    [
        "12800138000",
        "1380013800",
        "138001380000",
        "8613800138000",
        "+85213800138",
        "+86+8613800138000",
        "１３８００１３８０００",
        "1380013800a",
        "13800138000\x00",
        "(138)00138000",
    ],
)
def test_refuses_what_is_no_mobile_number(mobile):
    assert mobile_problem(mobile) == NumberProblem.PATTERN


@pytest.mark.parametrize(
    ("born", "on", "minor"),
    [
        ("20081118", date(2026, 11, 17), True),
        ("20081117", date(2026, 11, 17), False),
        ("20081116", date(2026, 11, 17), False),
        ("20080229", date(2026, 2, 28), True),
        ("20080229", date(2026, 3, 1), False),
    ],
)
def test_counts_a_person_of_age_from_the_eighteenth_birthday(born, on, minor):
    assert is_minor(personal(f"110101{born}001"), on) is minor


def test_knows_no_age_where_the_number_tells_none():
    assert is_minor("E12345678", ON) is None
    assert is_minor("110101199003070000", ON) is None
