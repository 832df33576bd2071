"""Filings of the demo: R07 on the months of the year in every state, R05 and R06 on the latest."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from compliance import roles
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from reports.demo.clock import Diary, on_day
from reports.demo.staff import Crew
from reports.enums import FilingCode
from reports.models import Filing
from reports.services import filings, preparation

_WHY: Final = {
    FilingCode.R05: "按月报送投诉举报受理处置情况",
    FilingCode.R06: "按月报送申诉办理情况",
    FilingCode.R07: "按月报送违法违规账号处置情况",
}
# What is done about each month after it, oldest month first; the last word says where it stands.
_MONTHS: Final = (
    ("receipt",),
    ("receipt", "correct"),
    ("receipt",),
    ("receipt",),
    ("withdraw", "receipt"),
    ("file",),
    ("file",),
    ("release",),
    ("request",),
    ("return", "open"),
)
# The statistics of complaints and appeals on the latest months, oldest first.
_STATISTICS: Final = ("file", "review")
# Each way leads over the steps before its end.
_WAYS: Final = {
    "open": (),
    "prepare": (),
    "withdraw": ("withdraw",),
    "review": ("review",),
    "request": ("review", "request"),
    "return": ("review", "request", "return"),
    "release": ("review", "request", "release"),
    "file": ("review", "request", "release", "file"),
    "receipt": ("review", "request", "release", "file", "receipt"),
}


class Filings:
    """Notes every filing of the demo."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note the filings on the last months that are over, and on the running one."""
        this_month = self._diary.last_day.replace(day=1)
        until = this_month
        months: list[tuple[date, date]] = []
        for _month in _MONTHS:
            first = (until - timedelta(days=1)).replace(day=1)
            months.insert(0, (first, until))
            until = first
        for period, ways in zip(months, _MONTHS, strict=True):
            for number, way in enumerate(ways):
                self._note(period, way, days=3 + 4 * number)
        next_month = (this_month + timedelta(days=31)).replace(day=1)
        self._diary.note(
            self._diary.present,
            lambda: self._make((this_month, next_month), "review"),
        )

        for period, way in zip(months[-len(_STATISTICS) :], _STATISTICS, strict=True):
            for code in (FilingCode.R05, FilingCode.R06):
                self._note(period, way, days=5, code=code)

    def _note(
        self,
        period: tuple[date, date],
        way: str,
        *,
        days: int,
        code: FilingCode = FilingCode.R07,
    ) -> None:
        at = on_day(period[1] + timedelta(days=days), 10)
        self._diary.note(at, lambda: self._make(period, way, code))

    def _make(self, period: tuple[date, date], way: str, code: FilingCode = FilingCode.R07) -> None:
        first = self._crew.next(roles.COMPLIANCE_OFFICER)
        second = self._crew.next(roles.COMPLIANCE_OFFICER, without=[first])
        grounds = _because(first, _WHY[code])
        if way == "correct":
            standing = Filing.objects.get(code=code, period_from=period[0])
            filing = preparation.correct_filing(filing=standing, **grounds)
            way = "file"
        else:
            prepare = preparation.open_filing if way == "open" else preparation.prepare_filing
            filing = prepare(code=code, period_from=period[0], period_until=period[1], **grounds)
        for step in _WAYS[way]:
            self._steps[step](filing, first, second)

    @property
    def _steps(self) -> dict[str, Callable[[Filing, StaffUser, StaffUser], object]]:
        return {
            "review": lambda filing, first, _second: filings.review_filing(
                filing=filing, **_because(first, "逐行核对，数据一致")
            ),
            "request": lambda filing, first, _second: filings.request_release(
                filing=filing, **_because(first, "请复核放行")
            ),
            "return": lambda filing, _first, second: filings.return_filing(
                filing=filing, **_because(second, "请与投诉台账再核对一次")
            ),
            "release": lambda filing, _first, second: filings.release_filing(
                filing=filing, **_because(second, "与冻结数据一致，同意放行")
            ),
            "file": lambda filing, first, _second: filings.mark_filed(
                filing=filing, channel="报送系统（演示）", **_because(first, "已报送")
            ),
            "receipt": lambda filing, first, _second: filings.receipt_filing(
                filing=filing,
                receipt_number=f"演示报送回执{filing.pk:05d}",
                **_because(first, "收到回执"),
            ),
            "withdraw": lambda filing, first, _second: filings.withdraw_filing(
                filing=filing, **_because(first, "期间选择有误，撤回重做")
            ),
        }


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_19_2, reason=reason)
