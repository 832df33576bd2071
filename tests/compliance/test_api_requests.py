"""What the API reads and how it answers: JSON in one reading, problems, lists, ETags, limits."""

import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.http import HttpResponse
from django.test import Client, override_settings

from accounts.models import Application, PublicAccount
from compliance.api import problems
from compliance.api.content import LONGEST_BODY
from compliance.models import ActionLog, ApiAllowance, TimeLimit
from tests.accounts.fixtures import unused_cells
from tests.compliance.api_fixtures import Caller

LIMITS = "/api/v1/time-limits/"
APPLICATIONS = "/api/v1/applications/"
Problem = Callable[[HttpResponse], str]
MakeCaller = Callable[..., Caller]


def content_of(response: HttpResponse) -> Any:
    return json.loads(response.content)


def errors_of(response: HttpResponse) -> set[tuple[str, str]]:
    return {
        (each.get("pointer") or each["parameter"], each["code"])
        for each in content_of(response)["errors"]
    }


@pytest.mark.django_db
class TestBody:
    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"[]",
            b'"text"',
            b"null",
            b'{"a": NaN}',
            b'{"a": 1e999999}x',
            b"\xff\xfe{\x00}\x00",
            b'{"platform_uid": "\xff"}',
            b'\xef\xbb\xbf{"platform_uid": "a"}',
            b'{"platform_uid": "a", "platform_uid": "b"}',
            b'{"platform_uid": {"a": 1, "a": 2}}',
            b'{"platform_uid": "a\\u0000b"}',
            b'{"platform_uid": "a\\ud800"}',
            b"[" * 100_000,
            b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
            b'{"a": [[[[[[[[[1]]]]]]]]]}',
            b'{"a": ' + b"9" * 5_000 + b"}",
        ],
    )
    def test_what_is_no_plain_json_object_is_refused(
        self, body: bytes, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        response = make_caller("applications:write").post(APPLICATIONS, body)

        assert response.status_code == 400
        assert problem_of(response) == "malformed-request"
        assert not Application.objects.exists()

    def test_a_body_that_is_too_large_is_refused(
        self, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        caller = make_caller("applications:write")

        response = caller.post(APPLICATIONS, b'{"a": "' + b"x" * LONGEST_BODY + b'"}')

        assert problem_of(response) == "too-large"

    @pytest.mark.parametrize(
        "content_type",
        [
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            "application/json; charset=gb18030",
        ],
    )
    def test_another_content_type_or_encoding_is_refused(
        self, content_type: str, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        response = make_caller("applications:write").post(
            APPLICATIONS, b'{"platform_uid": "a"}', content_type=content_type
        )

        assert problem_of(response) == "unsupported-media-type"

    def test_every_place_that_cannot_be_used_is_named(
        self, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        body = {
            **unused_cells(),
            "platform_uid": "a\u200bb",
            "bio": 5,
            "category": "robots",
            "account_name": None,
            "subject_name": "x" * 201,
        }

        response = make_caller("applications:write").post(APPLICATIONS, body)

        assert problem_of(response) == "invalid-input"
        assert errors_of(response) == {
            ("#/platform_uid", "unseen_characters"),
            ("#/bio", "invalid"),
            ("#/category", "invalid_choice"),
            ("#/account_name", "null"),
            ("#/subject_name", "max_length"),
        }

    def test_what_is_wrong_in_a_file_is_wrong_here(
        self, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        body = {**unused_cells(), "platform_uid": "  ", "applied_at": "yesterday"}

        response = make_caller("applications:write").post(APPLICATIONS, body)

        assert problem_of(response) == "invalid-input"
        assert errors_of(response) == {
            ("#/platform_uid", "blank"),
            ("#/applied_at", "unreadable_date"),
        }

    def test_no_column_of_any_table_is_taken_over_by_its_name(
        self, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        caller = make_caller("applications:write")
        known = set(unused_cells())
        columns = {
            column.name
            for model in (Application, PublicAccount)
            for column in model._meta.get_fields()
            if isinstance(column, models.Field)
        }
        columns |= {"is_superuser", "decided_by_id", "subject_id", "pk", "_state", "__class__"}

        accepted = []
        for name in sorted(columns - known):
            response = caller.post(APPLICATIONS, {**unused_cells(), name: "1"})
            if response.status_code != 400 or errors_of(response) != {(f"#/{name}", "unknown")}:
                accepted.append(name)

        assert len(columns - known) > 25
        assert accepted == []
        assert not Application.objects.exists()


@pytest.mark.django_db
class TestProblems:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_every_sort_has_words_of_its_own_in_both_languages(self, language: str) -> None:
        listed = content_of(Client().get("/api/", headers={"Accept-Language": language}))[
            "problems"
        ]

        assert {each["type"] for each in listed} == {
            f"urn:heyan:problem:{kind.code}" for kind in problems.kinds()
        }
        is_chinese = [any("\u4e00" <= c <= "\u9fff" for c in each["detail"]) for each in listed]
        assert set(is_chinese) == {language == "zh-hans"}
        assert len({each["title"] for each in listed}) == len(listed)

    @pytest.mark.parametrize(
        "path", ["/api/x", "/api/v1/", "/api/v1/accounts", "/api/v2/accounts/", "/api/v1/../x"]
    )
    def test_an_address_that_leads_nowhere_is_a_problem_too(
        self, path: str, problem_of: Problem
    ) -> None:
        for method in ("get", "post", "options"):
            response = getattr(Client(), method)(path)
            assert response.status_code == 404
            assert problem_of(response) == "not-found"

    def test_a_method_that_is_not_there_names_those_that_are(
        self, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        caller = make_caller("rules:read")

        for method in ("DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"):
            response = caller.call(method, LIMITS)
            assert problem_of(response) == "method-not-allowed", method
            assert response["Allow"] == "GET, HEAD"

    def test_another_form_of_answer_is_not_to_be_had(
        self, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        caller = make_caller("rules:read")

        assert problem_of(caller.get(LIMITS, Accept="text/html")) == "not-acceptable"
        assert caller.get(LIMITS, Accept="application/*").status_code == 200

    def test_a_fault_of_ours_tells_nothing_of_itself(
        self,
        make_caller: MakeCaller,
        problem_of: Problem,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        caller = make_caller("rules:read")

        def fail(*args: object) -> None:
            raise RuntimeError("secret of the machine")

        monkeypatch.setattr("compliance.api.rulebook.TimeLimitList.get_queryset", fail)
        response = caller.get(LIMITS)

        assert problem_of(response) == "internal-error"
        assert b"secret" not in response.content
        assert response["X-Request-ID"] in content_of(response)["instance"]

    def test_a_wrong_host_is_a_problem_too(self, problem_of: Problem) -> None:
        response = Client(raise_request_exception=False).get(LIMITS, headers={"Host": "evil.test"})

        assert problem_of(response) == "malformed-request"

    def test_the_language_is_the_one_asked_for_and_cookies_do_not_count(
        self, make_caller: MakeCaller
    ) -> None:
        caller = make_caller()

        said = {
            asked: caller.get(LIMITS, Accept_Language=asked, Cookie="django_language=en")
            for asked in ("", "en", "en-GB,en;q=0.9", "fr, zh-CN;q=0.5", "zh-Hans", "*", "?")
        }

        spoken = {asked: answer["Content-Language"] for asked, answer in said.items()}
        assert spoken == {
            "": "zh-hans",
            "en": "en",
            "en-GB,en;q=0.9": "en",
            "fr, zh-CN;q=0.5": "zh-hans",
            "zh-Hans": "zh-hans",
            "*": "zh-hans",
            "?": "zh-hans",
        }
        assert "The client lacks" in content_of(said["en"])["detail"]
        assert "缺少" in content_of(said[""])["detail"]

    def test_a_refusal_of_a_service_is_told_and_on_record(
        self,
        make_caller: MakeCaller,
        make_account: Callable[..., PublicAccount],
        problem_of: Problem,
    ) -> None:
        caller = make_caller("applications:write", "applications:read")
        application = make_account().application
        path = f"{APPLICATIONS}{application.pk}/"
        etag = caller.get(path)["ETag"]

        response = caller.post(f"{path}withdrawal/", {"reason": "申请人要求"}, If_Match=etag)

        assert response.status_code == 409
        assert problem_of(response) == "refused"
        row = ActionLog.objects.refused().get()
        assert (row.action, row.object_id) == (
            "accounts.application.withdraw",
            str(application.pk),
        )
        assert row.actor_number == caller.client.actor.person_id


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
class TestLimits:
    def test_reads_and_writes_count_apart_and_the_answer_says_what_is_left(
        self, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        caller = make_caller("rules:read", "applications:write", reads=2, writes=1)

        answers = [caller.get(LIMITS) for _number in range(3)]
        write = caller.post(APPLICATIONS, {})

        assert [each.status_code for each in answers] == [200, 200, 429]
        assert [each["RateLimit"].partition(";t=")[0] for each in answers] == [
            '"reads";r=1',
            '"reads";r=0',
            '"reads";r=0',
        ]
        assert answers[0]["RateLimit-Policy"] == '"reads";q=2;w=60'
        assert problem_of(answers[2]) == "too-many-requests"
        assert 1 <= int(answers[2]["Retry-After"]) <= 60
        assert problem_of(write) == "invalid-input"
        assert problem_of(caller.post(APPLICATIONS, {})) == "too-many-requests"

    def test_a_new_minute_begins_anew(self, make_caller: MakeCaller) -> None:
        caller = make_caller("rules:read", reads=1)
        assert [caller.get(LIMITS).status_code for _number in range(2)] == [200, 429]

        row = ApiAllowance.objects.get(client=caller.client)
        row.minute -= timedelta(minutes=1)
        row.save()

        assert caller.get(LIMITS).status_code == 200


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_all_connections_count_one_limit_together(self, make_caller: MakeCaller) -> None:
        caller = make_caller("rules:read", reads=25)
        start = threading.Barrier(8)
        statuses: list[int] = []

        def ask() -> None:
            start.wait(timeout=20)
            for _number in range(5):
                statuses.append(caller.get(LIMITS).status_code)
            connection.close()

        # Within one minute of the database's clock, whenever the test begins.
        ApiAllowance.objects.create(
            client=caller.client, is_writing=False, minute=_next_minute(), used=0
        )
        threads = [threading.Thread(target=ask) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

        assert sorted(set(statuses)) == [200, 429]
        assert statuses.count(200) == 25

    def test_of_two_changes_of_one_version_one_is_refused(
        self,
        make_caller: MakeCaller,
        make_application: Callable[..., Application],
        problem_of: Problem,
    ) -> None:
        caller = make_caller("applications:write", "applications:read")
        path = f"{APPLICATIONS}{make_application(category='').pk}/"
        etag = caller.get(path)["ETag"]
        start = threading.Barrier(6)
        answers: list[HttpResponse] = []

        def withdraw() -> None:
            start.wait(timeout=20)
            answers.append(
                caller.post(f"{path}withdrawal/", {"reason": "申请人要求"}, If_Match=etag)
            )
            connection.close()

        threads = [threading.Thread(target=withdraw) for _number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

        assert [each.status_code for each in answers].count(200) == 1
        others = [each for each in answers if each.status_code != 200]
        assert {problem_of(each) for each in others} == {"stale-version"}
        # Whoever came before the first was done cannot be told yet whose change it was.
        known = re.compile(r"记录已被(他人|测试系统\d+)更改(（[-\d: ]+）)?。请重新加载并核对。")
        assert all(known.fullmatch(content_of(each)["detail"]) for each in others)
        assert ActionLog.objects.refused().count() == 5


def _next_minute() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('minute', now()) + interval '1 minute'")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_documents_need_no_key_and_take_reads_alone(problem_of: Problem) -> None:
    with override_settings(SECURE_SSL_REDIRECT=True):
        for path in ("/api/", "/api/schema/"):
            assert Client().get(path).status_code == 200
            assert problem_of(Client().post(path)) == "method-not-allowed"
