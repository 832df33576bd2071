"""The pages: each button calls its service, a refusal is told and logged, files come as they are."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.models import ActionLog, ActionOutcome, StaffUser
from enforcement.models import Decision
from reports.enums import FilingStatus, OutputFormat
from reports.exports.frozen import FilingDamaged
from reports.exports.outputs import OUTPUTS
from reports.models import Filing
from tests.reports.conftest import IDENTITY, REASON, Staff, at

pytestmark = pytest.mark.django_db(transaction=True)


def client_of(login: StaffUser) -> Client:
    client = Client()
    client.force_login(login)
    return client


def page(filing: Filing) -> str:
    return reverse("admin:filing", args=[filing.pk])


def press(client: Client, filing: Filing, action: str, **more: str) -> int:
    filing.refresh_from_db()
    posted = {"action": action, "version": filing.version, "reason": REASON, **more}
    status = client.post(page(filing), posted).status_code
    filing.refresh_from_db()
    return status


def test_a_filing_goes_its_way_from_the_form_to_the_receipt(
    decide: Callable[..., Decision], staff: Staff
) -> None:
    decide(at(3))
    officer, second = client_of(staff.officer), client_of(staff.second)

    answer = officer.post(
        reverse("admin:prepare_filing"),
        {"code": "R07", "first_day": "2026-10-01", "last_day": "2026-10-31", "reason": REASON},
    )
    filing = Filing.objects.get()

    assert answer["Location"] == page(filing)
    assert filing.manifest.row_count == 1
    for client, action, more in (
        (officer, "review", {}),
        (officer, "request_release", {}),
        (second, "release", {}),
        (officer, "file", {"channel": "报送系统"}),
        (officer, "receipt", {"receipt_number": "回执-1"}),
    ):
        assert press(client, filing, action, **more) == 302
        assert client.get(page(filing)).status_code == 200
    assert filing.status == FilingStatus.RECEIPTED


def test_the_requester_is_offered_no_release_and_is_refused_one(
    requested: Callable[..., Filing], staff: Staff
) -> None:
    filing = requested()
    officer = client_of(staff.officer)

    offered = officer.get(page(filing)).context["actions"]
    status = press(officer, filing, "release")

    assert {action.code for action in offered} == {"withdraw"}
    assert status == 409
    assert filing.status == FilingStatus.REVIEWED
    refused = ActionLog.objects.refused().get()
    assert (refused.action, refused.actor_number) == (
        "reports.filing.release",
        staff.officer.person_id,
    )
    offered = client_of(staff.second).get(page(filing)).context["actions"]
    assert {action.code for action in offered} == {"release", "return"}


def test_the_desk_of_the_second_officer_shows_what_waits(
    requested: Callable[..., Filing], staff: Staff
) -> None:
    filing = requested()

    assert filing.number in client_of(staff.second).get("/").text
    assert filing.number not in client_of(staff.officer).get("/").text


@pytest.mark.parametrize("name", OutputFormat.values)
def test_a_file_comes_as_it_was_frozen_and_the_download_is_on_record(
    decide: Callable[..., Decision],
    prepare: Callable[..., Filing],
    staff_user: Callable[..., StaffUser],
    name: str,
) -> None:
    decide(at(3))
    filing = prepare()
    auditor = staff_user("auditor")

    answer = client_of(auditor).post(reverse("admin:download_filing", args=[filing.pk, name]))

    assert b"".join(answer.streaming_content) == b"".join(OUTPUTS[name](filing))
    assert answer["Content-Disposition"] == (f'attachment; filename="R07_20261001-20261031.{name}"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    entry = ActionLog.objects.filter(action="reports.filing.export").get()
    assert (entry.actor_number, entry.changes["format"]) == (auditor.person_id, name)


def test_nobody_gets_a_file_by_a_link_without_permission_or_of_no_such_kind(
    prepare: Callable[..., Filing], staff: Staff
) -> None:
    filing = prepare()
    address = reverse("admin:download_filing", args=[filing.pk, "csv"])

    assert client_of(staff.officer).get(address).status_code == 405
    assert client_of(staff.moderator).post(address).status_code == 403
    assert client_of(staff.moderator).get(page(filing)).status_code == 403
    odd = client_of(staff.officer).post(reverse("admin:download_filing", args=[filing.pk, "exe"]))
    assert odd["Location"] == page(filing)
    assert not ActionLog.objects.filter(
        action="reports.filing.export", outcome="carried_out"
    ).exists()


def test_the_page_compares_with_the_filing_before_and_names_nobody(
    decide: Callable[..., Decision], prepare: Callable[..., Filing], staff: Staff
) -> None:
    decide(at(3, month=9))
    decide(at(3))
    decide(at(4))
    september = prepare(at(1, month=9).date(), at(1).date())
    october = prepare()

    answer = client_of(staff.officer).get(page(october))

    changes = {str(each.label): (each.before, each.after) for each in answer.context["changes"]}
    assert answer.context["previous"] == september.number
    assert changes == dict.fromkeys(
        ("信用分变动", "处置决定", "处置措施 M1", "违规行为 V06.1"), (1, 2)
    )
    assert [word for word in IDENTITY if word in answer.text] == []


def test_the_list_shows_filings_and_a_record_leads_to_its_page(
    prepare: Callable[..., Filing], staff: Staff
) -> None:
    filing = prepare()
    client = client_of(staff.officer)

    listed = client.get(reverse("admin:reports_filing_changelist"))
    record = client.get(reverse("admin:reports_filing_change", args=[filing.pk]))
    history = client.get(reverse("admin:reports_filing_history", args=[filing.pk]))

    assert filing.number in listed.text
    assert record["Location"] == page(filing)
    assert history.status_code == 200


def test_a_bad_form_keeps_what_was_typed_and_prepares_nothing(staff: Staff) -> None:
    client = client_of(staff.officer)
    form = {"code": "R07", "first_day": "2026-10-31", "last_day": "2026-10-01", "reason": "九月"}

    refused = client.post(reverse("admin:prepare_filing"), form)
    invalid = client.post(reverse("admin:prepare_filing"), {**form, "last_day": "soon"})

    assert (refused.status_code, invalid.status_code) == (409, 422)
    assert "九月" in refused.text
    assert not Filing.objects.exists()


@pytest.mark.parametrize("ahead", [0, 3])
def test_a_period_that_has_not_ended_is_prepared_only_if_it_is_meant(
    ahead: int, staff: Staff
) -> None:
    client, today = client_of(staff.officer), timezone.localdate()
    form = {
        "code": "R07",
        "first_day": today.replace(day=1).isoformat(),
        "last_day": (today + timedelta(days=ahead)).isoformat(),
        "reason": "临时要求",
    }

    warned = client.post(reverse("admin:prepare_filing"), form)
    before = Filing.objects.count()
    meant = client.post(reverse("admin:prepare_filing"), {**form, "is_unfinished_meant": "on"})

    assert warned.status_code == 422
    assert "报送期尚未结束" in warned.text
    assert 'name="is_unfinished_meant"' in warned.text
    assert "临时要求" in warned.text
    assert before == 0
    assert meant["Location"] == page(Filing.objects.get())


def test_a_period_that_has_ended_asks_for_nothing_more(staff: Staff) -> None:
    client = client_of(staff.officer)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    form = {"code": "R07", "first_day": yesterday, "last_day": yesterday, "reason": REASON}

    shown = client.get(reverse("admin:prepare_filing"))
    answer = client.post(reverse("admin:prepare_filing"), form)

    assert "is_unfinished_meant" not in shown.text
    assert answer["Location"] == page(Filing.objects.get())


def test_a_button_that_is_not_there_is_refused(
    prepare: Callable[..., Filing], staff: Staff
) -> None:
    filing = prepare()

    assert press(client_of(staff.officer), filing, "delete") == 409
    assert filing.status == FilingStatus.PREPARED


def test_the_figures_of_the_filing_before_are_headed_as_such(
    decide: Callable[..., Decision],
    prepare: Callable[..., Filing],
    filed: Callable[..., Filing],
    staff: Staff,
) -> None:
    decide(at(3))
    filed(first=date(2026, 9, 1), until=date(2026, 10, 1))

    answer = client_of(staff.officer).get(page(prepare())).content.decode()

    assert "上期" in answer
    assert "变更前" not in answer


def test_the_last_day_of_the_calendar_is_told_in_words(staff: Staff) -> None:
    answer = client_of(staff.officer).post(
        reverse("admin:prepare_filing"),
        {"code": "R07", "first_day": "2026-10-01", "last_day": "9999-12-31", "reason": REASON},
    )

    assert answer.status_code == 422
    assert "2099-12-31" in answer.content.decode()
    assert not Filing.objects.exists()


def test_a_damaged_filing_is_not_on_record_as_handed_out(
    prepare: Callable[..., Filing], staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = prepare()

    def damaged(_filing: Filing) -> Iterator[bytes]:
        raise FilingDamaged
        yield b""

    monkeypatch.setitem(OUTPUTS, OutputFormat.CSV, damaged)

    client_of(staff.officer).post(reverse("admin:download_filing", args=[filing.pk, "csv"]))

    assert [
        entry.outcome for entry in ActionLog.objects.filter(action="reports.filing.export")
    ] == [ActionOutcome.REFUSED]
