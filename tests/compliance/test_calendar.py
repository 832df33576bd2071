"""The working-day calendar: a year's notice is read, approved, counts, and moves what follows."""

import json
from collections.abc import Callable
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from compliance import clocks, proposals, work
from compliance.clocks.calendar import stored_calendar
from compliance.clocks.calendar_files import Day, library_days, read_days
from compliance.clocks.notices import (
    NoticeDraft,
    approve_notice,
    import_notice,
    preview_notice,
    propose_notice,
)
from compliance.clocks.reconciliation import reconcile_clocks
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, SamePerson
from compliance.models import (
    ActionLog,
    ActionOutcome,
    CalendarDay,
    CalendarNotice,
    CalendarSource,
    Clock,
    Proposal,
    StaffUser,
)
from compliance.provisions import Provision
from tests.messages import CHINESE_CHARACTER

HEADER = "date,is_working_day,name\n"
ROWS_2027 = "2027-01-01,no,元旦\n2027-02-05,no,春节\n2027-02-06,yes,调休上班\n"
TITLE = "测试通知〔2026〕9号"


def grounds(actor: StaffUser, reason: str = "核对无误") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_20_2, "reason": reason}


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def told(moment: datetime) -> Any:
    return mock.patch.object(timezone, "now", return_value=moment)


def draft(text: str = ROWS_2027, year: int = 2027, title: str = TITLE) -> NoticeDraft:
    return NoticeDraft(year, title, read_days((HEADER + text).encode(), year))


@pytest.fixture
def across_new_year(system: StaffUser) -> Clock:
    """Three working days from 30 December 2026; of 2027 nothing is known yet."""
    with told(at("2026-12-30T10:00")):
        return clocks.start_clock(step="application_review", **grounds(system))


@pytest.fixture
def officer(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("compliance_officer")


@pytest.fixture
def supervisor(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("supervisor")


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


@pytest.mark.django_db
class TestApproval:
    def test_counts_when_a_second_person_has_approved_it_and_not_before(
        self, across_new_year: Clock, officer: StaffUser, supervisor: StaffUser
    ) -> None:
        proposal = propose_notice(draft=draft(), **grounds(officer))
        across_new_year.refresh_from_db()
        untouched = across_new_year.due_at

        notice, moved = approve_notice(
            proposal=Proposal.objects.get(pk=proposal.pk), **grounds(supervisor, "与通知一致")
        )

        across_new_year.refresh_from_db()
        assert untouched == at("2027-01-05T00:00")
        assert across_new_year.due_at == at("2027-01-06T00:00")
        assert json.loads(proposal.content)["clocks_moved"] == len(moved) == 1
        assert (notice.source, notice.entered_by) == (CalendarSource.NOTICE, supervisor.person)
        assert across_new_year.events.latest("number").reason == "与通知一致"

    def test_the_preview_says_what_the_approval_then_does(self, across_new_year: Clock) -> None:
        (moved,) = preview_notice(draft())

        assert (moved.before.due_at, moved.after.due_at) == (
            at("2027-01-05T00:00"),
            at("2027-01-06T00:00"),
        )
        across_new_year.refresh_from_db()
        assert across_new_year.due_at == moved.before.due_at

    def test_nobody_approves_what_they_proposed_and_nothing_moves(
        self, across_new_year: Clock, staff_user: Callable[..., StaffUser]
    ) -> None:
        both = staff_user("compliance_officer", "supervisor")
        proposal = propose_notice(draft=draft(), **grounds(both))

        with pytest.raises(SamePerson):
            approve_notice(proposal=proposal, **grounds(both))

        assert not CalendarNotice.objects.filter(year=2027).exists()
        assert across_new_year.events.count() == 1

    def test_the_officer_who_did_not_propose_cannot_stand_in_for_the_supervisor(
        self, officer: StaffUser, staff_user: Callable[..., StaffUser]
    ) -> None:
        proposal = propose_notice(draft=draft(), **grounds(officer))

        with pytest.raises(NotPermitted):
            approve_notice(proposal=proposal, **grounds(staff_user("compliance_officer")))

        assert not CalendarNotice.objects.filter(year=2027).exists()

    def test_one_notice_a_year_waits_at_a_time(self, officer: StaffUser) -> None:
        propose_notice(draft=draft(), **grounds(officer))

        with pytest.raises(ActionRefused, match="2027"):
            propose_notice(draft=draft(), **grounds(officer))

        assert Proposal.objects.filter(kind="calendar_notice").count() == 1

    def test_what_was_proposed_before_another_notice_came_is_not_approved(
        self, officer: StaffUser, supervisor: StaffUser, system: StaffUser
    ) -> None:
        proposal = propose_notice(draft=draft(), **grounds(officer))
        import_notice(draft=draft(), source=CalendarSource.FILE, **grounds(system))

        with pytest.raises(ActionRefused, match="2027"):
            approve_notice(proposal=proposal, **grounds(supervisor))

        assert CalendarNotice.objects.get(year=2027).source == CalendarSource.FILE
        assert not proposal.approvals.exists()

    def test_no_person_enters_a_notice_without_the_second_one(self, officer: StaffUser) -> None:
        with pytest.raises(NotPermitted):
            import_notice(draft=draft(), source=CalendarSource.FILE, **grounds(officer))

        assert not CalendarNotice.objects.filter(year=2027).exists()

    def test_a_moderator_proposes_nothing(self, staff_user: Callable[..., StaffUser]) -> None:
        with pytest.raises(NotPermitted):
            propose_notice(draft=draft(), **grounds(staff_user("moderator")))

        assert not Proposal.objects.exists()


@pytest.mark.django_db
class TestMoving:
    def test_a_correction_moves_the_date_back(
        self, across_new_year: Clock, system: StaffUser
    ) -> None:
        import_notice(draft=draft(), source=CalendarSource.FILE, **grounds(system))
        import_notice(
            draft=draft("2027-02-05,no,春节\n"), source=CalendarSource.FILE, **grounds(system)
        )

        across_new_year.refresh_from_db()
        assert across_new_year.due_at == at("2027-01-05T00:00")
        assert across_new_year.events.count() == 3

    def test_what_stands_still_what_is_stopped_and_what_counts_no_working_days(
        self, across_new_year: Clock, system: StaffUser
    ) -> None:
        with told(at("2026-12-30T10:00")):
            stopped = clocks.start_clock(step="application_review", **grounds(system))
            clocks.stop_clock(clock=stopped, **grounds(system))
            window = clocks.start_clock(step="appeal_window", **grounds(system))
            clocks.pause_clock(clock=across_new_year, **grounds(system))

        import_notice(draft=draft(), source=CalendarSource.FILE, **grounds(system))

        across_new_year.refresh_from_db()
        assert across_new_year.state == "paused"
        assert across_new_year.due_at == at("2027-01-06T00:00")
        assert stopped.events.count() == 2
        assert window.events.count() == 1
        assert reconcile_clocks(actor=system).is_clean

    def test_a_few_statements_move_many(
        self, system: StaffUser, django_assert_max_num_queries: Any
    ) -> None:
        with told(at("2026-12-30T10:00")):
            made = clocks.start_clocks(step="application_review", count=400, **grounds(system))

        with django_assert_max_num_queries(40):
            _notice, moved = import_notice(
                draft=draft(), source=CalendarSource.FILE, **grounds(system)
            )

        assert len(moved) == len(made)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db
class TestDatabase:
    def refused(self, statement: str, *values: object) -> str:
        with (
            pytest.raises(DatabaseError) as caught,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, values)
        return caught.value.__cause__.diag.constraint_name or str(caught.value)  # type: ignore[union-attr]

    def test_calendarday_with_its_notice(self) -> None:
        # The notices that migrations have laid are of an earlier transaction.
        notice = CalendarNotice.objects.get(year=2026)

        assert (
            self.refused(
                "INSERT INTO compliance_calendarday (notice_id, year, date, is_working_day, name)"
                " VALUES (%s, 2026, '2026-07-01', false, '')",
                notice.pk,
            )
            == "calendarday_with_its_notice"
        )

    @pytest.mark.parametrize(
        ("year", "day", "worked", "name"),
        [
            (2027, "2028-01-03", False, "calendarday_in_year_of_notice"),
            (2028, "2028-01-03", False, "calendarday_of_notice"),
            (2027, "2027-01-02", False, "calendarday_differs_from_the_week"),
            (2027, "2027-01-04", True, "calendarday_differs_from_the_week"),
        ],
    )
    def test_days_of_a_notice(
        self, system: StaffUser, year: int, day: str, worked: bool, name: str
    ) -> None:
        notice, _moved = import_notice(draft=draft(), source=CalendarSource.FILE, **grounds(system))

        assert (
            self.refused(
                "INSERT INTO compliance_calendarday (notice_id, year, date, is_working_day, name)"
                " VALUES (%s, %s, %s, %s, '')",
                notice.pk,
                year,
                day,
                worked,
            )
            == name
        )

    def test_calendarnotice_entered_only_if_approved(self, system: StaffUser) -> None:
        assert (
            self.refused(
                "INSERT INTO compliance_calendarnotice (year, source, title, entered_by_id, reason)"
                " VALUES (2027, 'notice', 'x', %s, 'x')",
                system.person_id,
            )
            == "calendarnotice_entered_only_if_approved"
        )

    def test_a_returned_proposal_enters_nothing(
        self, officer: StaffUser, supervisor: StaffUser
    ) -> None:
        proposal = propose_notice(draft=draft(), **grounds(officer))
        proposals.return_proposal(proposal=proposal, **grounds(supervisor))

        assert (
            self.refused(
                "INSERT INTO compliance_calendarnotice (year, source, title, entered_by_id, reason,"
                " proposal_id, approved_result) VALUES (2027, 'notice', 'x', %s, 'x', %s,"
                " 'approved')",
                officer.person_id,
                proposal.pk,
            )
            == "calendarnotice_approval_is_real"
        )

    def test_what_was_entered_is_not_changed(self) -> None:
        assert "permission denied" in self.refused("UPDATE compliance_calendarday SET name = ''")
