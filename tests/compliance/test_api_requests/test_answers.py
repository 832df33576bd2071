"""How the API answers: lists, single records, ETags, documents."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, override_settings

from accounts.models import Application, PublicAccount
from compliance.models import TimeLimit
from tests.compliance.test_api_requests.conftest import (
    APPLICATIONS,
    LIMITS,
    MakeCaller,
    Problem,
    content_of,
    errors_of,
)


@pytest.mark.django_db
class TestList:
    def test_leads_through_every_row_once_and_back(self, make_caller: MakeCaller) -> None:
        caller = make_caller("rules:read")
        everything = list(TimeLimit.objects.order_by("-pk").values_list("pk", flat=True))
        assert len(everything) > 6

        pages, path = [], f"{LIMITS}?limit=2"
        while path:
            page = content_of(caller.get(path))
            pages.append(page)
            path = page["next"]

        assert [row["id"] for page in pages for row in page["results"]] == everything
        back = content_of(caller.get(pages[-1]["previous"]))
        assert back["results"] == pages[-2]["results"]
        assert pages[0]["previous"] is None
        first = content_of(caller.get(pages[1]["previous"]))
        assert first["results"] == pages[0]["results"]
        assert first["previous"] is None

    def test_a_row_that_is_added_meanwhile_shifts_nothing(
        self, make_caller: MakeCaller, make_account: Callable[..., PublicAccount]
    ) -> None:
        caller = make_caller("accounts:read")
        uids = [make_account().platform_uid for _number in range(3)][::-1]

        first = content_of(caller.get("/api/v1/accounts/?limit=2"))
        make_account()
        second = content_of(caller.get(first["next"]))

        seen = [row["platform_uid"] for page in (first, second) for row in page["results"]]
        assert seen == uids

    def test_a_cursor_is_good_for_its_own_list_and_filters_alone(
        self,
        make_caller: MakeCaller,
        make_account: Callable[..., PublicAccount],
        problem_of: Problem,
    ) -> None:
        caller = make_caller("accounts:read", "rules:read")
        for _number in range(2):
            make_account()
        link = content_of(caller.get("/api/v1/accounts/?limit=1"))["next"]
        cursor = link.partition("cursor=")[2].partition("&")[0]

        for path in (
            f"{LIMITS}?cursor={cursor}",
            f"/api/v1/accounts/?status=active&cursor={cursor}",
            # Not the last character: some of its bits say nothing.
            f"/api/v1/accounts/?cursor={cursor[:-5]}{'B' if cursor[-5] == 'A' else 'A'}{cursor[-4:]}",
            "/api/v1/accounts/?cursor=cD0x",
        ):
            assert problem_of(caller.get(path)) == "invalid-cursor"
        assert caller.get(f"/api/v1/accounts/?cursor={cursor}").status_code == 200

    @pytest.mark.parametrize(
        ("query", "place", "code"),
        [
            ("status=", "status", "empty"),
            ("status=robot", "status", "invalid_choice"),
            ("status=active&status=closed", "status", "repeated"),
            ("state=active", "state", "unknown"),
            ("subject__name=x", "subject__name", "unknown"),
            ("format=json", "format", "unknown"),
            ("registered_from=today", "registered_from", "invalid"),
            ("limit=0", "limit", "invalid"),
            ("limit=201", "limit", "invalid"),
            ("limit=1e2", "limit", "invalid"),
            ("limit=-1", "limit", "invalid"),
            ("category=food%00", "category", "unseen_characters"),
            ("category=" + "x" * 501, "category", "max_length"),
        ],
    )
    def test_what_nobody_answers_is_refused_and_named(
        self, query: str, place: str, code: str, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        response = make_caller("accounts:read").get(f"/api/v1/accounts/?{query}")

        assert problem_of(response) == "invalid-input"
        assert errors_of(response) == {(place, code)}

    def test_filters_choose(
        self, make_caller: MakeCaller, make_account: Callable[..., PublicAccount]
    ) -> None:
        caller = make_caller("accounts:read")
        food = make_account(category="food")
        make_account(category="tech")

        rows = content_of(caller.get("/api/v1/accounts/?category=food&status=active"))["results"]

        assert [row["platform_uid"] for row in rows] == [food.platform_uid]

    def test_longer_lists_ask_the_database_no_more_often(
        self,
        make_caller: MakeCaller,
        make_application: Callable[..., Application],
        django_assert_max_num_queries: Callable[..., Any],
    ) -> None:
        caller = make_caller("accounts:read", "applications:read", "rules:read", "decisions:read")
        lists = ["accounts/", "applications/", "rule-documents/", "time-limits/", "decisions/"]
        counts: list[list[int]] = []
        for _round in range(2):
            counts.append([])
            for name in lists:
                with django_assert_max_num_queries(20) as seen:
                    assert caller.get(f"/api/v1/{name}").status_code == 200
                counts[-1].append(len(seen.captured_queries))
            for _number in range(4):
                make_application()
                make_application(category="education")

        assert counts[1] == [max(each) for each in zip(*counts, strict=True)]
        assert counts[1][2:] == counts[0][2:]
        assert max(counts[1]) <= 8


@pytest.mark.django_db
class TestRecord:
    def test_is_not_sent_again_until_it_changes(
        self, make_caller: MakeCaller, make_account: Callable[..., PublicAccount]
    ) -> None:
        caller = make_caller("accounts:read")
        path = f"/api/v1/accounts/{make_account().platform_uid}/"

        first = caller.get(path)
        again = caller.get(path, If_None_Match=f'"x", {first["ETag"]}')
        english = caller.get(path, If_None_Match='"v1-0000000000000000"')

        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        assert english.status_code == 200

    def test_a_change_needs_the_version_that_it_is_meant_for(
        self,
        make_caller: MakeCaller,
        make_application: Callable[..., Application],
        problem_of: Problem,
    ) -> None:
        caller = make_caller("applications:write", "applications:read")
        application = make_application(category="")
        assert application.status == "waiting_material"
        path = f"{APPLICATIONS}{application.pk}/"
        etag = caller.get(path)["ETag"]
        act = f"{path}withdrawal/"

        missing = caller.post(act, {"reason": "申请人要求"})
        any_version = caller.post(act, {"reason": "申请人要求"}, If_Match="*")
        stale = caller.post(act, {"reason": "x"}, If_Match='"v1-0123456789abcdef"')
        weak = caller.post(act, {"reason": "x"}, If_Match=f"W/{etag}")
        done = caller.post(act, {"reason": "申请人要求"}, If_Match=etag)

        assert [problem_of(each) for each in (missing, any_version)] == [
            "precondition-required"
        ] * 2
        assert [problem_of(each) for each in (stale, weak)] == ["stale-version"] * 2
        assert done.status_code == 200
        assert content_of(done)["outcome"] == "withdrawn"
        assert done["ETag"] == caller.get(path)["ETag"] != etag

    def test_a_number_of_an_account_may_hold_any_character(
        self, make_caller: MakeCaller, make_account: Callable[..., PublicAccount]
    ) -> None:
        caller = make_caller("accounts:read")
        make_account(platform_uid="a/b?c 号")

        response = caller.get("/api/v1/accounts/a%2Fb%3Fc%20%E5%8F%B7/")
        restrictions = caller.get("/api/v1/accounts/a%2Fb%3Fc%20%E5%8F%B7/restrictions/")

        assert content_of(response)["platform_uid"] == "a/b?c 号"
        assert content_of(restrictions)["results"] == []
        for path in ("none/restrictions/", "a%00b/", "%00/restrictions/", "%ff/", "%F0%9F%98%80/"):
            assert caller.get(f"/api/v1/accounts/{path}").status_code == 404


@pytest.mark.django_db
def test_documents_need_no_key_and_take_reads_alone(problem_of: Problem) -> None:
    with override_settings(SECURE_SSL_REDIRECT=True):
        for path in ("/api/", "/api/schema/"):
            assert Client().get(path).status_code == 200
            assert problem_of(Client().post(path)) == "method-not-allowed"
