"""A year's notice is read from a file and by the command."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from compliance import work
from compliance.clocks.calendar import stored_calendar
from compliance.clocks.calendar_files import Day, library_days, read_days
from compliance.errors import InvalidInput
from compliance.models import (
    ActionLog,
    ActionOutcome,
    CalendarDay,
    CalendarNotice,
    CalendarSource,
    Clock,
)
from tests.compliance.test_calendar.conftest import HEADER, ROWS_2027, TITLE, at
from tests.messages import CHINESE_CHARACTER


class TestFile:
    def test_reads_utf8_with_and_without_bom_and_gb18030(self) -> None:
        text = HEADER + ROWS_2027
        expected = [
            Day(date(2027, 1, 1), False, "元旦"),
            Day(date(2027, 2, 5), False, "春节"),
            Day(date(2027, 2, 6), True, "调休上班"),
        ]

        for encoding in ("utf-8", "utf-8-sig", "gb18030"):
            assert read_days(text.encode(encoding), 2027) == expected

    def test_reads_chinese_headings_words_and_dates_as_spreadsheets_write_them(self) -> None:
        text = "日期,是否上班,名称\r\n2027/2/6,是,调休\r\n2027/1/1,否,元旦\r\n\r\n"

        assert [each.date for each in read_days(text.encode(), 2027)] == [
            date(2027, 1, 1),
            date(2027, 2, 6),
        ]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "空"),
            ("a,b\n", "表头"),
            (HEADER, "没有"),
            (HEADER + "2026-01-01,no,元旦\n", "2026-01-01"),
            (HEADER + "2027-01-01,no,\n2027-01-01,no,\n", "两次"),
            (HEADER + "2027-02-30,no,\n", "2027-02-30"),
            (HEADER + "二月五日,no,\n", "二月五日"),
            (HEADER + "2027-01-02,no,元旦\n", "2027-01-02"),
            (HEADER + "2027-01-04,yes,\n", "2027-01-04"),
            (HEADER + "2027-01-01,maybe,\n", "2027-01-01"),
            (HEADER + "2027-01-01\n", "第 2 行"),
            (HEADER + "2027-01-01,no,\u202e隐\n", "第 2 行"),
            (HEADER + "2027-02-06,yes,\n", "2027"),
            (HEADER + '2027-01-01,no,"开\n', "CSV"),
            (HEADER + "x" * 70_000, "太大"),
        ],
    )
    def test_refuses_a_bad_file_with_a_sentence_that_names_the_place(
        self, text: str, said: str
    ) -> None:
        with pytest.raises(InvalidInput, match=said):
            read_days(text.encode(), 2027)

    def test_refuses_what_is_no_text(self) -> None:
        with pytest.raises(InvalidInput):
            read_days(b"\xff\xfe\x00\x01\x80", 2027)

    def test_names_five_bad_lines_and_counts_the_others(self) -> None:
        rows = "".join(f"2027-13-{number:02},no,\n" for number in range(1, 9))

        with pytest.raises(InvalidInput, match=r"第 6 行.*3") as refusal:
            read_days((HEADER + rows).encode(), 2027)

        assert "第 7 行" not in str(refusal.value)

    def test_the_library_gives_a_year_whose_notice_it_knows_and_refuses_another(self) -> None:
        days = library_days(2026)

        assert Day(date(2026, 1, 4), True, "") in days
        with pytest.raises(InvalidInput, match="2040"):
            library_days(2040)


@pytest.mark.django_db
class TestCommand:
    def run(self, path: Path | str, *more: str, year: int = 2027) -> dict[str, Any]:
        out = StringIO()
        call_command("import_calendar", str(path), "--year", str(year), "--json", *more, stdout=out)
        return json.loads(out.getvalue())  # type: ignore[no-any-return]

    def test_moves_clock_and_work_item_with_an_event_and_says_from_when_to_when(
        self, tmp_path: Path, across_new_year: Clock
    ) -> None:
        item = work.open_item(queue="applications", clock=across_new_year)
        file = tmp_path / "2027.csv"
        file.write_text(HEADER + ROWS_2027, encoding="gb18030")

        answer = self.run(file, "--notice", TITLE)

        across_new_year.refresh_from_db()
        item.refresh_from_db()
        event = across_new_year.events.latest("number")
        assert answer["days"] == 3
        assert [each["clock"] for each in answer["clocks_moved"]] == [across_new_year.pk]
        assert across_new_year.due_at == item.due_at == at("2027-01-06T00:00")
        assert (event.kind, event.due_at) == ("reproject", item.due_at)
        assert event.reason
        assert ActionLog.objects.filter(
            action="compliance.calendarnotice.import_calendar", outcome=ActionOutcome.DONE
        ).exists()

    def test_a_refused_file_leaves_nothing_but_the_log_of_the_refusal(
        self, tmp_path: Path, across_new_year: Clock
    ) -> None:
        file = tmp_path / "2027.csv"
        file.write_text(HEADER + "2027-01-01,no,元旦\n2026-02-05,no,春节\n", encoding="utf-8")
        before = CalendarNotice.objects.count(), CalendarDay.objects.count()

        with pytest.raises(CommandError, match="2026-02-05"):
            call_command("import_calendar", str(file), "--year", "2027", "--notice", TITLE)

        assert (CalendarNotice.objects.count(), CalendarDay.objects.count()) == before
        assert across_new_year.events.count() == 1
        row = ActionLog.objects.get(action="compliance.calendarnotice.import_calendar")
        assert row.outcome == ActionOutcome.REFUSED

    @pytest.mark.parametrize(
        ("more", "year"), [(["--notice", " "], 2027), (["--notice", TITLE], 1999)]
    )
    def test_refuses_without_the_notice_and_for_a_year_that_is_not_kept(
        self, tmp_path: Path, more: list[str], year: int
    ) -> None:
        file = tmp_path / "year.csv"
        file.write_text(HEADER + f"{year}-10-01,no,国庆节\n", encoding="utf-8")

        with pytest.raises(CommandError):
            call_command("import_calendar", str(file), "--year", str(year), *more)

        assert not CalendarNotice.objects.exclude(source=CalendarSource.LIBRARY).exists()

    @pytest.mark.parametrize(
        ("language", "words"),
        [("zh-hans", "2026-02-05"), ("en", "2026-02-05 is not a day of 2027")],
    )
    @pytest.mark.parametrize("is_file", [True, False])
    def test_a_machine_is_refused_in_one_line_with_the_sentence_in_the_language_of_the_command(
        self, tmp_path: Path, language: str, words: str, is_file: bool
    ) -> None:
        file = tmp_path / "2027.csv"
        if is_file:
            file.write_text(HEADER + "2026-02-05,no,春节\n", encoding="utf-8")
        before = CalendarNotice.objects.count()
        out, err = StringIO(), StringIO()
        arguments = [str(file), "--year", "2027", "--notice", TITLE, "--language", language]

        with pytest.raises(SystemExit) as end:
            call_command("import_calendar", *arguments, "--json", stdout=out, stderr=err)

        (line,) = out.getvalue().splitlines()
        answer = json.loads(line)
        assert end.value.code == 1
        assert err.getvalue() == ""
        assert answer["year"] == 2027
        assert (words if is_file else str(file)) in answer["refused"]
        assert bool(CHINESE_CHARACTER.search(answer["refused"])) is (language == "zh-hans")
        assert CalendarNotice.objects.count() == before

    def test_takes_a_year_from_the_library_again_as_a_new_row(self) -> None:
        out = StringIO()

        call_command("import_calendar", "--year", "2026", "--from-library", stdout=out)

        assert CalendarNotice.objects.filter(year=2026).count() == 2
        assert stored_calendar().is_working_day(date(2026, 1, 4))

    def test_wants_a_file_or_the_library_and_not_both(self) -> None:
        with pytest.raises(CommandError):
            call_command("import_calendar", "--year", "2026")
        with pytest.raises(CommandError, match="no-such"):
            call_command("import_calendar", "no-such.csv", "--year", "2026")
