"""Applications handed in through the API: once for each key, the same answer for who asks again."""

import json
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.http import HttpResponse
from django.utils import timezone

from accounts.api import applications as resource
from accounts.models import Application, PublicAccount
from accounts.services.verification import VerificationUnavailable
from compliance.api.views import ApiView
from compliance.models import ActionLog, IdentityValue, KeptAnswer
from tests.accounts.fixtures import unused_cells
from tests.compliance.api_fixtures import Caller
from tests.stories.test_no_plaintext_identity import database_text, found_in

PATH = "/api/v1/applications/"
MakeCaller = Callable[..., Caller]
Problem = Callable[[HttpResponse], str]
SCOPES = ("applications:write", "applications:read", "accounts:read")


def content_of(response: HttpResponse) -> Any:
    return json.loads(response.content)


def told(response: HttpResponse) -> tuple[int, bytes, str, str]:
    return response.status_code, response.content, response["Location"], response["ETag"]


@pytest.mark.django_db
class TestHandIn:
    def test_is_decided_by_the_same_checks_as_a_file(
        self,
        make_caller: MakeCaller,
        tmp_path: Any,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        caller = make_caller(*SCOPES)
        rows = [
            unused_cells(),
            unused_cells(category=""),
            unused_cells(category="education"),
            unused_cells(account_name="隐\u200b形"),
            unused_cells(id_number="110101199003071234"),
        ]

        answers = [content_of(caller.post(PATH, row)) for row in rows]
        path = tmp_path / "again.csv"
        lines = [",".join(rows[0])] + [
            ",".join(f'"{cell}"' for cell in row.values()) for row in rows
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        call_command("register_accounts", str(path), "--json")

        printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        wanted = ("platform_uid", "outcome", "checks")
        assert [{name: each[name] for name in wanted} for each in answers] == [
            {name: each[name] for name in wanted} for each in printed
        ]
        assert [each["outcome"] for each in answers] == [
            "approved",
            "waiting_material",
            "in_review",
            "refused",
            "refused",
        ]
        assert Application.objects.count() == len(rows)

    def test_is_on_record_as_the_act_of_the_client(self, make_caller: MakeCaller) -> None:
        caller = make_caller(*SCOPES)

        response = caller.post(PATH, unused_cells())

        application = Application.objects.get(pk=content_of(response)["id"])
        row = ActionLog.objects.for_object(application).order_by("pk").first()
        assert row is not None
        assert (row.action, row.login) == (
            "accounts.application.create",
            caller.client.actor.username,
        )
        assert row.request_id == response["X-Request-ID"]
        assert application.source == "api"
        assert response["Location"] == f"{PATH}{application.pk}/"
        read = caller.get(response["Location"])
        assert (read.content, read["ETag"]) == (response.content, response["ETag"])

    def test_the_same_number_with_the_same_content_changes_nothing(
        self, make_caller: MakeCaller
    ) -> None:
        caller = make_caller(*SCOPES)
        cells = unused_cells()

        first, second = caller.post(PATH, cells), caller.post(PATH, cells)

        assert (first.status_code, second.status_code) == (201, 200)
        assert first.content == second.content
        assert Application.objects.count() == 1

    def test_the_same_number_with_other_content_is_a_conflict_on_record(
        self, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        caller = make_caller(*SCOPES)
        cells = unused_cells()
        caller.post(PATH, cells)

        response = caller.post(PATH, {**cells, "bio": "另一份"})

        assert response.status_code == 409
        assert problem_of(response) == "registration-conflict"
        assert ActionLog.objects.refused().get().action == "accounts.application.register"
        assert Application.objects.get().bio == cells["bio"]

    def test_without_an_answer_of_the_provider_nothing_is_stored_and_it_may_be_sent_again(
        self,
        make_caller: MakeCaller,
        problem_of: Problem,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        caller = make_caller(*SCOPES)
        cells = unused_cells()

        def unreachable(questions: list[object]) -> list[VerificationUnavailable]:
            return [VerificationUnavailable() for _question in questions]

        with monkeypatch.context() as patch:
            patch.setattr("accounts.services.registration.batches.ask_all", unreachable)
            response = caller.post(PATH, cells, Idempotency_Key="once")

        assert problem_of(response) == "unavailable"
        assert response["Retry-After"] == "30"
        assert not Application.objects.exists()
        assert not KeptAnswer.objects.exists()
        assert caller.post(PATH, cells, Idempotency_Key="once").status_code == 201

    def test_no_answer_holds_what_was_sent_of_a_person(
        self, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        caller = make_caller(*SCOPES)
        secrets = {
            "subject_name": "诸葛霂霂",
            "mobile": "19977665501",
            "contact": "mumu.canary@example.com",
            "registered_region": "浙江省杭州市霂园路9876号",
            "operating_region": "浙江省杭州市霂园路9876号",
            "professional_background": "霂氏医馆坐诊二十年",
            "qualification_number": "QX7788990011223344",
        }
        rows = [
            unused_cells(**secrets),
            unused_cells(**{**secrets, "category": ""}),
            unused_cells(**{**secrets, "category": "health"}),
            unused_cells(**{**secrets, "account_name": "隐\u200b形"}),
            {**unused_cells(**secrets), "id_type": "诸葛霂霂"},
            {**unused_cells(**secrets), "诸葛霂霂": "x"},
            {**unused_cells(**secrets), "applied_at": "诸葛霂霂"},
        ]

        answers = [caller.post(PATH, row) for row in rows]
        answers += [caller.get(f"/api/v1/{name}/") for name in ("applications", "accounts")]
        answers += [caller.get(f"{PATH}{each.pk}/") for each in Application.objects.all()]
        answers += [
            caller.get(f"/api/v1/accounts/{each.platform_uid}/")
            for each in PublicAccount.objects.all()
        ]

        text = b"\n".join(
            # A name that the client made up is named back to it, as the place that is at fault.
            each.content.replace("#/诸葛霂霂".encode(), b"")
            for each in answers
        ).decode()
        values = [*secrets.values(), *(row["id_number"] for row in rows)]
        assert len(answers) > 12
        assert found_in(text, values) == []
        assert rows[0]["platform_uid"] in text


@pytest.mark.django_db
class TestKey:
    @pytest.mark.parametrize("key", ["", "a b", "x" * 129, "钥匙"])
    def test_is_needed(self, key: str, make_caller: MakeCaller, problem_of: Problem) -> None:
        caller = make_caller(*SCOPES)
        headers = {"Idempotency_Key": key} if key else {}

        response = caller.call("POST", PATH, unused_cells(), **headers)

        assert problem_of(response) == "idempotency-key-missing"
        assert not Application.objects.exists()

    def test_gives_the_first_answer_again(self, make_caller: MakeCaller) -> None:
        caller = make_caller(*SCOPES)
        cells = unused_cells(category="")

        first = caller.post(PATH, cells, Idempotency_Key="k", Accept_Language="en")
        backwards = dict(reversed(cells.items()))
        again = caller.post(PATH, backwards, Idempotency_Key="k")

        assert told(again) == told(first)
        assert again["Idempotency-Replayed"] == "true"
        assert "Idempotency-Replayed" not in first
        assert Application.objects.count() == 1

    def test_with_another_request_is_refused(
        self, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        caller = make_caller(*SCOPES)
        caller.post(PATH, unused_cells(), Idempotency_Key="k")

        response = caller.post(PATH, unused_cells(), Idempotency_Key="k")

        assert response.status_code == 422
        assert problem_of(response) == "idempotency-key-reused"
        assert Application.objects.count() == 1

    def test_belongs_to_one_client(self, make_caller: MakeCaller) -> None:
        for caller in (make_caller(*SCOPES), make_caller(*SCOPES)):
            response = caller.post(PATH, unused_cells(), Idempotency_Key="k")
            assert response.status_code == 201

    def test_may_be_used_again_after_its_time_and_what_is_over_is_swept(
        self, make_caller: MakeCaller
    ) -> None:
        caller = make_caller(*SCOPES)
        for key in ("k", "other"):
            caller.post(PATH, unused_cells(), Idempotency_Key=key)
        KeptAnswer.objects.update(kept_until=timezone.now() - timedelta(seconds=1))

        response = caller.post(PATH, unused_cells(), Idempotency_Key="k")

        assert response.status_code == 201
        assert KeptAnswer.objects.get().key == "k"

    def test_of_what_was_refused_may_be_sent_again(
        self, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        caller = make_caller(*SCOPES)
        cells = unused_cells()

        refused = caller.post(PATH, {**cells, "bio": 1}, Idempotency_Key="k")

        assert problem_of(refused) == "invalid-input"
        assert caller.post(PATH, cells, Idempotency_Key="k").status_code == 201


def at_once(acts: list[Callable[[], HttpResponse]]) -> list[HttpResponse]:
    """Send all requests at the same instant, each on a connection of its own."""
    start = threading.Barrier(len(acts))
    answers: list[HttpResponse] = []

    def run(act: Callable[[], HttpResponse]) -> None:
        try:
            start.wait(timeout=60)
            answers.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return answers


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_fifty_equal_requests_make_one_application_and_fifty_equal_answers(
        self, make_caller: MakeCaller
    ) -> None:
        caller = make_caller(*SCOPES)
        cells = unused_cells(category="education")

        answers = at_once([lambda: caller.post(PATH, cells, Idempotency_Key="k")] * 50)

        assert len(answers) == 50
        assert len({told(each) for each in answers}) == 1
        assert answers[0].status_code == 201
        assert Application.objects.count() == 1
        assert KeptAnswer.objects.count() == 1
        replayed = [each for each in answers if "Idempotency-Replayed" in each]
        assert len(replayed) == 49

    def test_fifty_keys_for_one_number_make_one_application(self, make_caller: MakeCaller) -> None:
        caller = make_caller(*SCOPES)
        cells = unused_cells()

        answers = at_once([lambda: caller.post(PATH, cells)] * 20)

        assert sorted(each.status_code for each in answers) == [200] * 19 + [201]
        assert len({each.content for each in answers}) == 1
        assert Application.objects.count() == 1

    def test_another_body_under_the_same_key_gets_in_no_way_to_be_done(
        self, make_caller: MakeCaller, problem_of: Problem
    ) -> None:
        caller = make_caller(*SCOPES)
        one, other = unused_cells(), unused_cells()

        answers = at_once(
            [lambda: caller.post(PATH, one, Idempotency_Key="k")] * 5
            + [lambda: caller.post(PATH, other, Idempotency_Key="k")] * 5
        )

        assert sorted(each.status_code for each in answers) == [201] * 5 + [422] * 5
        assert Application.objects.count() == 1

    def test_who_lost_the_answer_to_a_crash_after_the_commit_gets_it_by_asking_again(
        self, make_caller: MakeCaller
    ) -> None:
        caller = make_caller(*SCOPES)
        cells = unused_cells()
        connections.close_all()
        child = os.fork()
        if child == 0:
            # The process ends the hard way where the answer is about to be sent.
            ApiView.finalize_response = lambda *args, **kwargs: os._exit(3)  # type: ignore[method-assign]
            caller.post(PATH, cells, Idempotency_Key="k")
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
        assert Application.objects.count() == 1
        kept = KeptAnswer.objects.get()

        again = caller.post(PATH, cells, Idempotency_Key="k")

        assert (again.status_code, again.content.decode()) == (201, kept.body)
        assert Application.objects.count() == 1

    def test_a_crash_before_the_commit_leaves_nothing_and_asking_again_does_it(
        self, make_caller: MakeCaller
    ) -> None:
        caller = make_caller(*SCOPES)
        cells = unused_cells()
        connections.close_all()
        child = os.fork()
        if child == 0:
            # After the application was stored, before its answer was kept.
            resource.ApplicationList.created = lambda *args, **kwargs: os._exit(3)  # type: ignore[method-assign]
            caller.post(PATH, cells, Idempotency_Key="k")
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
        assert not Application.objects.exists()
        assert not IdentityValue.objects.exists()

        assert caller.post(PATH, cells, Idempotency_Key="k").status_code == 201

    def test_kept_answers_and_the_log_hold_nothing_of_a_person(
        self, make_caller: MakeCaller, owner_connection: psycopg.Connection
    ) -> None:
        caller = make_caller(*SCOPES)
        cells = unused_cells(subject_name="诸葛霂霂")

        caller.post(PATH, cells)

        values = [cells[name] for name in ("subject_name", "id_number", "mobile", "contact")]
        leaks = {
            (table, value)
            for table, text in database_text(owner_connection)
            for value in found_in(text, [*values, caller.secret])
        }
        assert leaks == set()
