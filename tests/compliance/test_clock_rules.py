"""When a clock runs out: the arithmetic against a slow model, and what must always hold."""

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compliance.clocks import rules
from compliance.clocks.rules import Limit, Pause, Unit, WorkingDays

DATA = Path(rules.__file__).resolve().parent.parent / "data" / "working_days.csv"
BEIJING = ZoneInfo("Asia/Shanghai")


def laid_calendar() -> WorkingDays:
    with DATA.open(encoding="utf-8") as file:
        days = {
            date.fromisoformat(row["date"]): row["is_working_day"] == "yes"
            for row in csv.DictReader(file)
        }
    return WorkingDays(days, frozenset(day.year for day in days))


CALENDAR = laid_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


instants = st.datetimes(
    # Bounds without a zone, as the library wants them.
    datetime(2021, 1, 1),  # noqa: DTZ001
    datetime(2026, 10, 1),  # noqa: DTZ001
    timezones=st.just(BEIJING),
)
limits = st.builds(
    Limit,
    st.integers(0, 30),
    st.sampled_from([Unit.HOUR, Unit.DAY, Unit.WORKING_DAY]),
    st.integers(1, 99),
)
# Calendars in which anything may be a holiday or worked.
calendars = st.one_of(
    st.just(CALENDAR),
    st.dictionaries(st.dates(date(2021, 1, 1), date(2026, 12, 31)), st.booleans(), max_size=60).map(
        lambda days: WorkingDays(days, frozenset(range(2021, 2027)))
    ),
)
lengths = st.one_of(
    st.timedeltas(timedelta(), timedelta(days=20)),
    st.integers(0, 20).map(lambda days: timedelta(days=days)),
)


@st.composite
def pauses_after(draw: st.DrawFn, start: datetime) -> list[Pause]:
    """Pauses one after the other, the first not before the start."""
    found, here = [], start
    for _number in range(draw(st.integers(0, 3))):
        began = here + draw(lengths)
        here = began + draw(lengths)
        found.append(Pause(began, here))
    return found


def slow_due(start: datetime, limit: Limit, pauses: list[Pause], calendar: WorkingDays) -> datetime:
    """Day by day, and for hours minute by minute where it has to: as a person would count."""
    if limit.unit == Unit.HOUR:
        left, here = timedelta(hours=limit.amount), start
        marks = sorted({p.start for p in pauses} | {p.until for p in pauses})
        for mark in [each for each in marks if each > start]:
            stands = any(p.start <= here < p.until for p in pauses)
            if not stands and here + left <= mark:
                break
            left -= timedelta() if stands else mark - here
            here = mark
        return here + left
    day, counted = start.date(), 0
    while counted < limit.amount:
        day += timedelta(days=1)
        begin = datetime.combine(day, time.min, tzinfo=BEIJING)
        end = begin + timedelta(days=1)
        if any(max(p.start, begin) < min(p.until, end) for p in pauses):
            continue
        worked = calendar.exceptions.get(day, day.weekday() < 5)
        counted += 1 if worked or limit.unit == Unit.DAY else 0
    return datetime.combine(day, time.min, tzinfo=BEIJING) + timedelta(days=1)


@given(st.data(), instants, limits, calendars)
def test_equals_what_a_person_counts_day_by_day(
    data: st.DataObject, start: datetime, limit: Limit, calendar: WorkingDays
) -> None:
    pauses = data.draw(pauses_after(start))

    assert rules.due_at(start, limit, pauses, calendar) == slow_due(start, limit, pauses, calendar)


@given(instants, lengths, limits, calendars)
def test_what_starts_later_is_never_due_earlier(
    start: datetime, later: timedelta, limit: Limit, calendar: WorkingDays
) -> None:
    assert rules.due_at(start, limit, (), calendar) <= rules.due_at(
        start + later, limit, (), calendar
    )


@given(st.data(), instants, lengths, limits, calendars)
def test_what_starts_later_before_the_same_pauses_is_never_due_earlier(
    data: st.DataObject, start: datetime, later: timedelta, limit: Limit, calendar: WorkingDays
) -> None:
    pauses = data.draw(pauses_after(start + later))

    assert rules.due_at(start, limit, pauses, calendar) <= rules.due_at(
        start + later, limit, pauses, calendar
    )


@given(st.data(), instants, limits, calendars)
def test_a_pause_never_makes_anything_due_earlier(
    data: st.DataObject, start: datetime, limit: Limit, calendar: WorkingDays
) -> None:
    pauses = data.draw(pauses_after(start))
    assume(pauses)

    fewer = rules.due_at(start, limit, pauses[:-1], calendar)

    assert rules.due_at(start, limit, pauses, calendar) >= fewer
    assert rules.warn_at(start, limit, pauses, calendar) >= rules.warn_at(
        start, limit, pauses[:-1], calendar
    )


@given(st.data(), instants, limits, calendars)
def test_a_pause_cut_in_two_changes_nothing(
    data: st.DataObject, start: datetime, limit: Limit, calendar: WorkingDays
) -> None:
    pauses = data.draw(pauses_after(start))
    assume(pauses)
    whole = pauses[-1]
    cut = whole.start + (whole.until - whole.start) * data.draw(st.floats(0, 1))
    halves = [*pauses[:-1], Pause(whole.start, cut), Pause(cut, whole.until)]

    assert rules.due_at(start, limit, halves, calendar) == rules.due_at(
        start, limit, pauses, calendar
    )


@given(st.data(), instants, limits, calendars)
def test_a_pause_after_the_due_date_does_not_move_it(
    data: st.DataObject, start: datetime, limit: Limit, calendar: WorkingDays
) -> None:
    due = rules.due_at(start, limit, (), calendar)
    pauses = data.draw(pauses_after(due))

    assert rules.due_at(start, limit, pauses, calendar) == due


@given(instants, limits, st.integers(0, 10), calendars)
def test_a_longer_limit_is_never_due_earlier(
    start: datetime, limit: Limit, more: int, calendar: WorkingDays
) -> None:
    longer = Limit(limit.amount + more, limit.unit)

    assert rules.due_at(start, limit, (), calendar) <= rules.due_at(start, longer, (), calendar)


@given(instants, limits, st.dates(date(2021, 1, 1), date(2026, 12, 31)), calendars)
def test_another_holiday_never_makes_anything_due_earlier(
    start: datetime, limit: Limit, holiday: date, calendar: WorkingDays
) -> None:
    with_holiday = WorkingDays({**calendar.exceptions, holiday: False}, calendar.years)

    assert rules.due_at(start, limit, (), calendar) <= rules.due_at(start, limit, (), with_holiday)


@given(st.data(), instants, limits, calendars)
def test_the_warning_comes_after_the_start_and_not_after_the_due_date(
    data: st.DataObject, start: datetime, limit: Limit, calendar: WorkingDays
) -> None:
    pauses = data.draw(pauses_after(start))

    warned = rules.warn_at(start, limit, pauses, calendar)

    assert start <= warned <= rules.due_at(start, limit, pauses, calendar)


@given(instants, st.integers(0, 40), st.sampled_from([Unit.DAY, Unit.WORKING_DAY]), calendars)
def test_what_is_counted_in_days_ends_at_a_midnight_in_beijing(
    start: datetime, amount: int, unit: Unit, calendar: WorkingDays
) -> None:
    due = rules.due_at(start, Limit(amount, unit), (), calendar)

    assert due.astimezone(BEIJING).time() == time.min
    assert due > start


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        # Friday before the National Day week of 2026 with its make-up Saturday of 10 October.
        ("2026-09-30T10:00", 1, "2026-10-09T00:00"),
        ("2026-10-08T10:00", 2, "2026-10-11T00:00"),
        # Sunday 4 January 2026 is worked for 2 January.
        ("2026-01-01T10:00", 1, "2026-01-05T00:00"),
        # Spring Festival 2025 with Sunday 26 January and Saturday 8 February worked.
        ("2025-01-25T09:00", 3, "2025-02-06T00:00"),
        ("2025-02-07T09:00", 1, "2025-02-09T00:00"),
    ],
)
def test_counts_the_holidays_and_the_weekends_that_are_worked(
    start: str, amount: int, due: str
) -> None:
    assert rules.due_at(at(start), Limit(amount, Unit.WORKING_DAY), (), CALENDAR) == at(due)


def test_a_day_on_which_a_clock_stood_still_in_part_does_not_count() -> None:
    pauses = [Pause(at("2026-11-03T15:00"), at("2026-11-05T09:00"))]

    due = rules.due_at(at("2026-11-02T10:00"), Limit(3, Unit.WORKING_DAY), pauses, CALENDAR)

    # 3, 4 and 5 November do not count; 6, 9 and 10 November do.
    assert due == at("2026-11-11T00:00")


def test_a_pause_that_ends_at_midnight_leaves_the_day_that_begins() -> None:
    pauses = [Pause(at("2026-11-03T00:00"), at("2026-11-04T00:00"))]

    due = rules.due_at(at("2026-11-02T10:00"), Limit(1, Unit.WORKING_DAY), pauses, CALENDAR)

    assert due == at("2026-11-05T00:00")


def test_warns_after_seven_tenths_of_the_limit() -> None:
    start = at("2026-11-02T10:00")

    assert rules.warn_at(start, Limit(1, Unit.DAY), (), CALENDAR) == at("2026-11-03T16:48")
    assert rules.warn_at(start, Limit(10, Unit.HOUR), (), CALENDAR) == at("2026-11-02T17:00")
    assert rules.warn_at(start, Limit(10, Unit.WORKING_DAY), (), CALENDAR) == at("2026-11-12T00:00")


def test_says_which_years_nobody_has_laid_down() -> None:
    limit = Limit(7, Unit.WORKING_DAY)
    start = at("2026-12-28T10:00")
    due = rules.due_at(start, limit, (), CALENDAR)

    assert rules.unknown_years(start, due, limit, CALENDAR) == (2027,)
    assert rules.unknown_years(start, due, Limit(7, Unit.DAY), CALENDAR) == ()
    assert rules.unknown_years(start, at("2027-01-01T00:00"), limit, CALENDAR) == ()


def test_the_days_that_are_laid_are_those_of_the_library() -> None:
    library = holidays.country_holidays("CN")
    first, last = date(2021, 1, 1), date(2026, 12, 31)

    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        assert CALENDAR.is_working_day(day) == library.is_working_day(day), day
