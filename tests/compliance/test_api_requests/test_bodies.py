"""What the API reads: JSON in one reading; and how it tells problems."""

from collections.abc import Callable

import pytest
from django.db import models
from django.test import Client

from accounts.models import Application, PublicAccount
from compliance.api import problems
from compliance.api.content import LONGEST_BODY
from compliance.models import ActionLog
from tests.accounts.fixtures import unused_cells
from tests.compliance.test_api_requests.conftest import (
    APPLICATIONS,
    LIMITS,
    MakeCaller,
    Problem,
    content_of,
    errors_of,
)


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
