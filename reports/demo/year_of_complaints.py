"""Complaints of the demo's whole year, all ended, and the figures that were published of its months."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Final

from compliance.provisions import Provision
from enforcement.complaint_words import ComplaintKind, ComplaintSource
from reports.demo.clock import Diary, on_day
from reports.demo.complaints import Complained, Complaints
from reports.demo.own_accounts import OwnAccounts
from reports.demo.staff import Crew
from reports.services.transparency import publishing

K = ComplaintKind
# How many of each kind: before and after the middle of the year.
_FIRST: Final = {
    K.FALSE_INFORMATION: 22,
    K.HARMFUL: 18,
    K.VIOLENCE: 15,
    K.FAKE_TRAFFIC: 10,
    K.OTHER: 3,
}
_SECOND: Final = {K.FALSE_INFORMATION: 5, K.HARMFUL: 5, K.VIOLENCE: 3, K.OTHER: 3}
# When the middle of the year is, as a part of it up to the present.
_BEGIN, _MIDDLE, _END = 0.18, 0.55, 0.86
_ENDS: Final = (
    ("accept", "uphold", "tell", "close"),
    ("accept", "not", "tell", "close"),
    ("accept", "part", "tell", "close"),
)
# Every so many is left lying for too long, or not accepted, or withdrawn.
_LATE, _REFUSED, _WITHDRAWN = 11, 6, 13
_MONTHS: Final = 10
# All are about so few accounts, which no other story is about.
_TARGETS: Final = 4
_FIRST_NUMBER: Final = 9_301


class YearOfComplaints:
    """Notes the complaints, and that their figures were published after each month."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew
        self._complaints = Complaints(diary, crew)
        self._accounts = OwnAccounts(crew.system, first_number=_FIRST_NUMBER)
        self._targets: list[str] = []

    def note_all(self) -> None:
        """Note everything."""
        for kinds, begin, end in ((_FIRST, _BEGIN, _MIDDLE), (_SECOND, _MIDDLE, _END)):
            told = list(_told(kinds))
            for number, each in enumerate(told):
                part = begin + (end - begin) * number / len(told)
                at = self._diary.in_year(part, hour=9 + number % 5)
                self._diary.note(at, partial(self._hand_in, each, number))
        until = self._diary.last_day.replace(day=1)
        for _month in range(_MONTHS):
            self._diary.note(on_day(until, 6), partial(self._publish, until))
            until = (until - timedelta(days=1)).replace(day=1)

    def _hand_in(self, told: Complained, number: int) -> None:
        if len(self._targets) < _TARGETS:
            self._targets.append(self._accounts.register().platform_uid)
        self._complaints.hand_in(told, self._targets[number % len(self._targets)])

    def _publish(self, as_of: date) -> None:
        publishing.publish_figures(
            as_of=as_of,
            actor=self._crew.system,
            provision=Provision.PUBLIC_ACCOUNT_20_2,
            reason=publishing.REASON,
        )


def _told(kinds: dict[ComplaintKind, int]) -> Iterator[Complained]:
    """Yield the complaints of half a year, the kinds mixed."""
    left = dict(kinds)
    number = 0
    while any(left.values()):
        for kind in [each for each, count in left.items() if count]:
            left[kind] -= 1
            number += 1
            yield _one(kind, number)


def _one(kind: ComplaintKind, number: int) -> Complained:
    acts: tuple[str, ...] = _ENDS[number % len(_ENDS)]
    if number % _REFUSED == 0:
        acts = ("refuse",)
    if number % _WITHDRAWN == 0:
        acts = ("withdraw",)
    is_called = number % 7 == 0
    return Complained(
        0,
        kind,
        f"第{number}件：反映账号发布的内容有问题",
        acts,
        source=ComplaintSource.PHONE if is_called else ComplaintSource.PUBLIC,
        left_lying=12 if number % _LATE == 0 else 0,
    )
