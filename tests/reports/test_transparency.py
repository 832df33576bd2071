"""What everybody reads of our work: counted once, small figures left out, nothing of anybody."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import PublicAccount
from compliance.clocks.limits import limit_for
from compliance.errors import InvalidInput, NotPermitted
from compliance.models import ActionLog, StaffUser
from compliance.provisions import Provision
from compliance.staff import system_actor
from enforcement.models import Complaint
from reports.enums import PeriodKind
from reports.models import PublishedFigures
from reports.rules.suppression import determined, is_small
from reports.services.transparency import publishing
from reports.services.transparency.counting import STEPS, count_period, relations_of
from tests.enforcement.complaints import TOLD
from tests.reports.conftest import IDENTITY, REASON, Staff, at
from tests.reports.population import CONTACT, WORDS, Complainants, lay_complaints

NOVEMBER = date(2026, 11, 1)
PAGE = "/public/transparency/"


@pytest.fixture
def complainants(
    staff: Staff, staff_user: Callable[..., StaffUser], make_account: Callable[..., PublicAccount]
) -> Complainants:
    return Complainants(staff_user("complaint_handler"), staff.officer, make_account())


def publish(as_of: date = NOVEMBER, **changes: Any) -> list[PublishedFigures]:
    grounds: dict[str, Any] = {
        "actor": system_actor(),
        "provision": Provision.PUBLIC_ACCOUNT_20_2,
        "reason": REASON,
        **changes,
    }
    return publishing.publish_figures(as_of=as_of, **grounds)


def lay_figures(
    kind: str, first: date, until: date, figures: dict[str, int | None]
) -> PublishedFigures:
    """Lay what was published, without anything behind it."""
    return PublishedFigures.objects.create(
        kind=kind,
        period_from=first,
        period_until=until,
        content={"figures": figures},
        sha256="0" * 64,
        counted_at=at(1, 5, month=11),
    )


def october(**figures: int | None) -> PublishedFigures:
    return lay_figures(PeriodKind.MONTH, date(2026, 10, 1), NOVEMBER, dict(figures))


@pytest.mark.django_db(transaction=True)
class TestPublishing:
    def test_every_month_that_is_over_is_published_once(self, complainants: Complainants) -> None:
        complainants.lay(at(30, month=9))

        published = publish()

        assert [str(each) for each in published] == ["2026-09", "2026-10"]
        assert publish() == []
        log = ActionLog.objects.filter(action="reports.publishedfigures.publish")
        assert [each.changes["period"] for each in log.order_by("id")] == ["2026-09", "2026-10"]

    def test_figures_are_those_of_the_records_but_for_what_is_small(
        self, complainants: Complainants
    ) -> None:
        laid = lay_complaints(complainants, at)

        counted = count_period(PeriodKind.MONTH, date(2026, 10, 1), NOVEMBER)
        figures = publish()[-1].content["figures"]

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM enforcement_complaint WHERE received_at >= %(a)s"
                " AND received_at < %(b)s), (SELECT count(*) FROM enforcement_complaint WHERE"
                " decided_at >= %(a)s AND decided_at < %(b)s AND outcome = 'upheld'),"
                " (SELECT count(*) FROM compliance_clock WHERE step = 'complaint_decision'"
                " AND stopped_at >= %(a)s AND stopped_at < %(b)s AND stopped_at > due_at),"
                " (SELECT count(*) FROM compliance_clock WHERE step = 'complaint_decision'"
                " AND stopped_at >= %(a)s AND stopped_at < %(b)s AND stopped_at <= due_at),"
                " (SELECT count(*) FROM compliance_clock WHERE step = 'complaint_feedback'"
                " AND due_at < %(b)s AND (stopped_at IS NULL OR stopped_at >= %(b)s))",
                {"a": at(1, 0), "b": at(1, 0, month=11)},
            )
            received, upheld, late, in_time, open_late = cursor.fetchone()
        names = ("complaints.received", "complaints.upheld", "steps.complaint_decision.late")
        assert tuple(counted.values[name] for name in names) == (received, upheld, late)
        assert counted.values["steps.complaint_decision.in_time"] == in_time
        assert counted.values["steps.complaint_feedback.open_late"] == open_late
        assert received == len(laid) - 4
        # Few were received in September: October leaves it out too.
        assert figures["complaints.received"] is None
        for name, value in counted.values.items():
            assert figures[name] in (None, value)
            assert not is_small(value) or figures[name] is None
        hidden = {name for name, value in figures.items() if value is None}
        told = [
            each
            for each in relations_of(0, is_half_over=False)
            if set(each.signs()) <= set(figures)
        ]
        small = {name for name in hidden if is_small(counted.values[name])}
        known = [each for each in told if any(counted.values[n] for n in each.signs())]
        pairs = {name for each in known if not each.minus for name in each.signs()}
        assert not determined([each for each in told if each.minus], hidden) & small - pairs

    def test_a_half_year_shows_nothing_by_which_a_month_is_found_out(
        self, complainants: Complainants
    ) -> None:
        for day in range(2, 12):
            complainants.lay(at(day, month=3), kind="harmful")
        for day in (2, 3):
            complainants.lay(at(day, month=6), kind="paid")

        published = {str(each): each.content["figures"] for each in publish()}

        assert published["2026-03"]["complaints.received"] == 10
        assert published["2026-06"]["complaints.received"] is None
        half = published["2026-H1"]
        # Twelve less ten would be two.
        assert half["complaints.received"] is None
        assert half["complaints.received.paid"] is None
        assert half["complaints.received.minors"] == 0

    def test_what_one_month_leaves_out_the_next_one_does_so_that_the_half_year_can_tell(
        self, complainants: Complainants
    ) -> None:
        for day in (2, 3):
            complainants.lay(at(day, month=3), kind="paid")
        for month in (4, 5):
            for day in range(2, 9):
                complainants.lay(at(day, month=month), kind="harmful")

        published = {str(each): each.content["figures"] for each in publish()}

        received = {code: each["complaints.received"] for code, each in published.items()}
        assert (received["2026-03"], received["2026-04"]) == (None, None)
        assert (received["2026-05"], received["2026-H1"]) == (7, 16)
        assert published["2026-H1"]["complaints.received.harmful"] is None

    def test_what_is_published_is_never_counted_again(self, complainants: Complainants) -> None:
        for day in range(2, 10):
            complainants.lay(at(day))
        (first,) = publish()

        complainants.lay(at(20))
        assert publish() == []

        first.refresh_from_db()
        assert first.content["figures"]["complaints.received"] == 8
        for statement in (
            "UPDATE reports_publishedfigures SET sha256 = ''",
            "DELETE FROM reports_publishedfigures",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_nothing_is_published_of_days_to_come_or_by_somebody_who_may_not(
        self, complainants: Complainants, staff: Staff
    ) -> None:
        complainants.lay(at(2))

        with pytest.raises(InvalidInput):
            publish(date(2099, 1, 1))
        with pytest.raises(NotPermitted):
            publish(actor=staff.moderator)

        assert not PublishedFigures.objects.exists()

    def test_the_command_says_what_it_published(
        self, complainants: Complainants, capsys: pytest.CaptureFixture[str]
    ) -> None:
        complainants.lay(at(2))

        call_command("publish_figures", "--as-of", "2026-11-01", "--json")
        with pytest.raises(CommandError):
            call_command("publish_figures", "--as-of", "2099-01-01")

        said = json.loads(capsys.readouterr().out)
        assert [each["period"] for each in said["published"]] == ["2026-10"]
        assert said["published"][0]["sha256"] == PublishedFigures.objects.get().sha256

    def test_a_period_is_published_in_as_many_statements_however_much_there_is(
        self, complainants: Complainants
    ) -> None:
        def statements(as_of: date) -> int:
            with CaptureQueriesContext(connection) as queries:
                publish(as_of)
            return len(queries)

        complainants.lay(at(2, month=9))
        for day in range(3, 20):
            complainants.lay(at(day))

        few, many = statements(date(2026, 10, 1)), statements(NOVEMBER)

        # That September is published already is looked up besides: lock, look, begin, end.
        assert many <= few + 4


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def page(self, client: Client) -> Callable[..., str]:
        def read(address: str = PAGE, language: str = "") -> str:
            answer = client.get(address + (f"?lang={language}" if language else ""))
            assert answer.status_code == 200, answer.status_code
            return answer.content.decode()

        return read

    def test_before_anything_is_published_it_says_so(self, page: Callable[..., str]) -> None:
        assert "尚未公布" in page()
        assert "<table" not in page()

    def test_limits_stand_beside_how_they_were_kept(self, page: Callable[..., str]) -> None:
        october(**{f"steps.{step}.in_time": 12 for step in STEPS}, **{"complaints.received": 40})

        text = page()

        with translation.override("zh-hans"):
            limits = [limit_for(step, at(31)).amount_in_words for step in STEPS]
        places = [text.index(f">{each}<") for each in limits]
        assert len(places) == len(STEPS)
        assert text.count('<th scope="row">') >= len(STEPS)
        assert text.count("<caption>") == text.count("<table")
        assert ">40<" in text

    def test_a_figure_that_is_left_out_is_never_nought(self, page: Callable[..., str]) -> None:
        october(**{"complaints.received": None, "complaints.accepted": 0})

        text = page()

        assert 'class="left-out">不公布<' in text
        assert ">0<" in text

    def test_both_languages(self, page: Callable[..., str]) -> None:
        october(**{"complaints.received": 40})

        assert "透明度" in page()
        english = page(language="en")
        assert "Time limits and how they were kept" in english
        assert "受理" not in english.split("<main", 1)[1]

    def test_it_asks_little_and_always_as_much(self, client: Client) -> None:
        october(**{"complaints.received": 40})
        with CaptureQueriesContext(connection) as few:
            client.get(PAGE)
        for number in range(1, 10):
            lay_figures(
                PeriodKind.MONTH, date(2026, number, 1), date(2026, number + 1, 1), {"x": number}
            )
        lay_figures(PeriodKind.HALF_YEAR, date(2026, 1, 1), date(2026, 7, 1), {"y": 1})

        with CaptureQueriesContext(connection) as many:
            client.get(PAGE)

        assert len(few) == len(many) <= 4
        assert not any("enforcement_" in each["sql"] for each in many.captured_queries)

    def test_whoever_has_it_is_told_that_it_has_not_changed(self, client: Client) -> None:
        october(**{"complaints.received": 40})
        first = client.get(PAGE)

        again = client.get(PAGE, headers={"if-none-match": first["ETag"]})

        assert again.status_code == 304
        assert first["Cache-Control"] == "public, no-cache"
        assert not first.cookies

    def test_nothing_comes_from_elsewhere_and_no_script_runs(
        self, page: Callable[..., str]
    ) -> None:
        october(**{"complaints.received": 40})

        text = page()

        assert "<script" not in text
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text

    def test_each_period_has_its_address_and_others_are_no_pages(self, client: Client) -> None:
        october(**{"complaints.received": 40})
        lay_figures(PeriodKind.HALF_YEAR, date(2026, 1, 1), date(2026, 7, 1), {})

        for address in ("2026-10/", "2026-H1/", "2026-10/csv/", "2026-H1/json/"):
            assert client.get(PAGE + address).status_code == 200
        for address in ("2026-09/", "2026-13/", "2026-H3/", "1999-01/", "2026-09/csv/", "x/"):
            assert client.get(PAGE + address).status_code == 404

    def test_complaints_are_told_by_kind_for_a_half_year(self, page: Callable[..., str]) -> None:
        lay_figures(
            PeriodKind.HALF_YEAR,
            date(2026, 1, 1),
            date(2026, 7, 1),
            {"complaints.received": 70, "complaints.received.minors": 33},
        )

        assert ">33<" in page(f"{PAGE}2026-H1/")

    def test_programs_read_the_same_figures(self, client: Client) -> None:
        figures = october(**{"complaints.received": 40, "complaints.accepted": None})

        table = client.get(f"{PAGE}2026-10/csv/").content.decode("utf-8-sig")
        told = client.get(f"{PAGE}2026-10/json/").json()

        rows = list(csv.reader(io.StringIO(table, newline="")))
        assert [row[1::2] for row in rows[1:]] == [
            ["complaints.received", "40"],
            ["complaints.accepted", ""],
        ]
        assert told["content"] == figures.content
        assert told["sha256"] == figures.sha256

    def test_no_cell_of_the_table_is_a_formula(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        october(**{"=1+1": 40, "+complaints": None, "@x": 1})

        table = client.get(f"{PAGE}2026-10/csv/").content.decode("utf-8-sig")

        for row in csv.reader(io.StringIO(table, newline="")):
            assert not any(cell.startswith(("=", "+", "@", "-")) for cell in row)

    def test_every_public_page_leads_to_it_and_to_rules_and_accounts(self, client: Client) -> None:
        for address in ("/public/", "/public/rules/", "/public/accounts/", PAGE):
            text = client.get(address).content.decode()
            for place in (PAGE, "/public/rules/", "/public/accounts/"):
                assert f'href="{place}"' in text

    def test_nothing_can_be_sent_to_it(self, client: Client) -> None:
        assert client.post(PAGE).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_no_page_holds_a_word_of_anybody(complainants: Complainants, client: Client) -> None:
    laid = lay_complaints(complainants, at)
    publish()

    for address in ("", "2026-09/", "2026-10/", "2026-10/csv/", "2026-10/json/"):
        text = client.get(PAGE + address).content.decode()
        for secret in (WORDS, CONTACT, TOLD, "紫藤路", *IDENTITY, complainants.account.name):
            assert secret not in text
        assert not any(each.number in text for each in laid.values())
    assert Complaint.objects.count() == len(laid)
