"""A decision that was reversed leaves everything as it would be without it, and nothing else otherwise."""

import pytest

from enforcement.enums import MeasureCode
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.blacklist import in_days
from tests.enforcement.conftest import CLOSURE, WARNING, suspension
from tests.enforcement.proof.courses import IT, Course, Script, both
from tests.enforcement.proof.use_cases.contents import (
    BARRED_NAME,
    CONTENTS,
    CORRECTION,
    LABEL,
    SUSPENDED,
    words_for,
)
from tests.enforcement.proof.use_cases.laying import ALL_TIMED, listing

pytestmark = pytest.mark.django_db

# What is ordered and undone; another measure is another line.
ORDERS: dict[str, tuple[MeasureOrder, ...]] = {
    "a warning": WARNING,
    "functions": (MeasureOrder(MeasureCode.RESTRICT_FUNCTIONS, 14, ("live", "comment")),),
    "updates": suspension(60),
    "advertising": (MeasureOrder(MeasureCode.STOP_ADVERTISING, 30),),
    "all that has a term": ALL_TIMED,
    "a closure": CLOSURE,
    "an entry": (MeasureOrder(MeasureCode.BLACKLIST, review_date=in_days(200)),),
    "a bar": (MeasureOrder(MeasureCode.BAR_REREGISTRATION, review_date=in_days(200)),),
    "a closure, an entry and a bar": listing(*CLOSURE),
    "contents": CONTENTS,
    "a label": LABEL,
    "a bar of the name": BARRED_NAME,
    "the service": SUSPENDED,
    "an order to correct": CORRECTION,
}
TAKEN_ON, REVERSED_ON = 2, 12


def with_another_after(*orders: MeasureOrder) -> Script:
    """Let another decision come before it and one after, and time end what it ends."""
    closes = MeasureCode.CLOSE in {each.measure for each in orders}

    def script(course: Course) -> float:
        course.take("before", 0, *ALL_TIMED)
        course.take(IT, TAKEN_ON, *orders)
        course.take("after", 4, *suspension(30), account=1 if closes else 0)
        course.sweep(10)
        course.reverse(REVERSED_ON)
        course.sweep(14)
        return 15

    return script


def healing(course: Course) -> float:
    course.take("before", 0, *WARNING)
    course.take(IT, 3, *WARNING)
    course.sweep(45)
    course.take("after", 60, *WARNING, account=1)
    course.sweep(100)
    course.reverse(101)
    course.sweep(120)
    return 120


def repaired(course: Course) -> float:
    course.take("before", 0, *WARNING)
    course.take(IT, 1, *WARNING)
    course.take("after", 2, *WARNING)
    course.take("last", 3, *WARNING, account=1)
    course.repair(130)
    course.sweep(135)
    course.reverse(136)
    course.sweep(170)
    return 170


def used_up_by_it(course: Course) -> float:
    course.take("before", 0, *WARNING)
    course.take("another before", 1, *WARNING, account=1)
    course.take(IT, 2, *WARNING)
    course.sweep(40)
    course.reverse(60)
    course.sweep(80)
    return 90


def first_of_a_list(course: Course) -> float:
    course.take_on_list(TAKEN_ON, **{IT: 0, "second": 1, "third": 2})
    course.reverse(REVERSED_ON)
    course.sweep(39)
    return 40


def last_of_a_list(course: Course) -> float:
    course.take_on_list(TAKEN_ON, **{"first": 1, "third": 2, IT: 0})
    course.reverse(REVERSED_ON)
    course.sweep(39)
    return 40


def at_once(course: Course) -> float:
    course.take("before", 0, *suspension(3))
    course.take_at_once(IT, 1)
    course.reverse(2)
    return 2.5


# Whatever comes between a decision and its reversal; another course is another line.
COURSES: dict[str, Script] = {
    "credit heals": healing,
    "credit is repaired": repaired,
    "it used the credit up": used_up_by_it,
    "it was the first of a list": first_of_a_list,
    "it was the last of a list": last_of_a_list,
    "it could not wait": at_once,
}


@pytest.mark.parametrize("name", ORDERS)
def test_what_is_reversed_leaves_everything_as_it_would_be_without_it(name: str) -> None:
    orders = ORDERS[name]

    with_it, without_it, course = both(with_another_after(*orders))

    assert with_it == without_it
    report = course.report
    assert report is not None
    # Whatever was over by then is said to be lost, and nothing else.
    lost = {
        each.measure
        for each in orders
        if each.term_days is not None and each.term_days <= REVERSED_ON - TAKEN_ON
    }
    assert {each.measure for each in report.not_restored} == lost
    assert {each.measure for each in report.items} == {each.measure for each in orders}
    assert all(str(each.explanation) for each in report.items)
    # It is said which decision counted it: one for a violation of another kind is not counted.
    counts = not words_for(*orders)
    assert list(report.counted_by) == ([course.decisions["after"]] if counts else [])


@pytest.mark.parametrize("name", COURSES)
def test_nothing_that_comes_between_is_otherwise_than_without_it(name: str) -> None:
    with_it, without_it, _course = both(COURSES[name], begins=200)

    assert with_it == without_it


def test_what_was_lifted_before_is_named_as_what_cannot_be_given_back() -> None:
    orders = (*suspension(20), MeasureOrder(MeasureCode.STOP_ADVERTISING, 20))

    def script(course: Course) -> float:
        course.take("before", 0, *ALL_TIMED)
        course.take(IT, 1, *orders)
        course.lift(IT, MeasureCode.STOP_ADVERTISING, 3)
        course.reverse(4)
        return 5

    with_it, without_it, course = both(script)

    assert with_it == without_it
    assert course.report is not None
    lost = [each.measure for each in course.report.not_restored]
    assert lost == [MeasureCode.STOP_ADVERTISING]
