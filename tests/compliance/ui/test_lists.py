"""Lists and records of the console: what an address may ask, history, counts and pages."""

import logging

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from compliance.models import ActionLog, StaffUser
from compliance.ui import pagination
from compliance.ui.pagination import Position, Tally, slice_from, tally_rows, total_order
from tests.compliance.ui.console import STAFF_LIST, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.browser.console_urls")]


@pytest.mark.parametrize(
    "query",
    ["password__startswith=a", "is_active__exact=1", "person__name__contains=x", "username__gte=a"],
)
def test_refuses_to_filter_by_what_the_list_does_not_show(console, caplog, query):
    with caplog.at_level(logging.WARNING, logger="heyan.refusals"):
        response = console.get(f"{reverse(STAFF_LIST)}?{query}")

    assert response.status_code == 400
    assert query.split("=")[0] in caplog.text


def test_filters_by_what_the_list_shows(console, staff, staff_user):
    other = staff_user("moderator")

    response = console.get(reverse(STAFF_LIST), {"person__number__exact": staff.person_id})

    page = text_of(response)
    assert response.status_code == 200
    assert f">{staff.username}<" in page
    assert f">{other.username}<" not in page


def test_finds_by_the_exact_value_of_a_searched_field(console, staff):
    response = console.get(reverse(STAFF_LIST), {"username": staff.username})

    assert response.status_code == 200


@pytest.mark.parametrize("step", ["add/", "{pk}/delete/"])
def test_lists_offer_no_writing_unless_they_opt_in(client, django_user_model, staff, step):
    client.force_login(staff)

    response = client.get(reverse(STAFF_LIST) + step.format(pk=staff.pk))

    assert response.status_code == 403


def test_a_posted_form_changes_nothing_where_change_is_not_opened(console, staff):
    address = reverse("admin:compliance_staffuser_change", args=[staff.pk])

    response = console.post(address, {"username": "renamed", "person": staff.person_id})

    assert response.status_code == 403
    assert StaffUser.objects.get(pk=staff.pk).username == staff.username


def test_an_opened_form_saves(console):
    record = Session.objects.create(
        session_key="try", session_data="", expire_date=timezone.now() - timezone.timedelta(days=9)
    )

    response = console.post(
        reverse("admin:sessions_session_change", args=[record.pk]),
        {"expire_date_0": "2031-05-06", "expire_date_1": "07:08:00"},
    )

    record.refresh_from_db()
    assert response.status_code == 302
    assert timezone.localtime(record.expire_date).strftime("%Y-%m-%d %H:%M") == "2031-05-06 07:08"


def test_history_says_who_and_why(console, staff):
    page = text_of(console.get(reverse("admin:compliance_staffuser_history", args=[staff.pk])))

    newest = staff.history.first()
    assert newest.history_person_name in page
    assert newest.history_change_reason in page


def test_a_version_can_be_read_and_not_written_back(console, staff):
    address = reverse(
        "admin:compliance_staffuser_simple_history", args=[staff.pk, staff.history.last().pk]
    )

    read = console.get(address)
    written = console.post(address, {"username": "renamed"})

    assert staff.username in text_of(read)
    assert '<input type="text"' not in text_of(read)
    assert written.status_code == 405
    assert StaffUser.objects.get(pk=staff.pk).username == staff.username


def test_counts_exactly_what_is_few(staff):
    assert tally_rows(StaffUser.objects.filter(pk=staff.pk)) == Tally(1, is_exact=True)
    assert str(Tally(1, is_exact=True)) == "1"


def test_stops_counting_at_the_limit(staff_user, monkeypatch, django_assert_num_queries):
    for _number in range(3):
        staff_user("moderator")
    monkeypatch.setattr(pagination, "COUNTED_ROWS", 2)

    with django_assert_num_queries(1) as queries:
        tally = tally_rows(StaffUser.objects.filter(is_active=True))

    assert tally == Tally(2, is_exact=False)
    assert "LIMIT 3" in queries.captured_queries[0]["sql"]


def test_asks_the_catalogue_for_a_whole_table(staff, monkeypatch):
    monkeypatch.setattr(pagination, "_estimated_rows", lambda rows: 5_000_000)

    tally = tally_rows(StaffUser.objects.order_by("pk"))

    assert tally == Tally(5_000_000, is_exact=False, is_estimate=True)
    assert str(tally) == "约 5,000,000"


@pytest.mark.parametrize("model", [StaffUser, ActionLog])
def test_estimates_tables_and_partitioned_tables(model, staff):
    assert pagination._estimated_rows(model.objects.all()) >= 0


def test_says_more_than_where_counting_stopped(console, staff_user, monkeypatch):
    for _number in range(3):
        staff_user("moderator")
    monkeypatch.setattr(pagination, "COUNTED_ROWS", 2)

    page = text_of(console.get(reverse(STAFF_LIST)))

    assert "超过 2 条" in page


def test_walks_a_long_list_forth_and_back_seeing_each_row_once(staff_user):
    for _number in range(7):
        staff_user("moderator")
    rows = StaffUser.objects.order_by("-is_active", "username")
    orders = total_order(rows)
    everything = list(rows)

    seen, place = [], ""
    while True:
        position = Position.unseal(place, length=len(orders)) if place else None
        piece = slice_from(rows, orders, position=position, size=3)
        seen += piece.rows
        if not piece.following:
            break
        place = piece.following
    back = slice_from(
        rows, orders, position=Position.unseal(piece.previous, length=len(orders)), size=3
    )

    assert seen == everything
    assert back.rows == everything[-len(piece.rows) - 3 : -len(piece.rows)]


def test_a_long_list_shows_its_next_rows_by_position(console, staff_user, monkeypatch):
    from tests.browser.console_urls import TryStaffAdmin

    for _number in range(5):
        staff_user("moderator")
    monkeypatch.setattr(pagination, "COUNTED_ROWS", 2)
    monkeypatch.setattr(TryStaffAdmin, "list_per_page", 3)
    usernames = list(StaffUser.objects.order_by("username").values_list("username", flat=True))

    first = console.get(reverse(STAFF_LIST)).context_data["cl"]
    second = console.get(reverse(STAFF_LIST) + first.following_url()).context_data["cl"]

    assert [row.username for row in first.result_list] == usernames[:3]
    assert [row.username for row in second.result_list] == usernames[3:6]
    assert "at=" not in second.get_query_string()


def test_a_made_up_position_is_refused(console, staff_user, monkeypatch):
    monkeypatch.setattr(pagination, "COUNTED_ROWS", 0)

    response = console.get(reverse(STAFF_LIST), {"at": "made-up"})

    assert response.status_code == 302
    assert response.url.endswith("?e=1")


def test_an_order_with_empty_values_is_not_walked(staff):
    assert total_order(StaffUser.objects.order_by("person__name", "pk")) == ()
    assert total_order(StaffUser.objects.order_by("is_active")) == ()
