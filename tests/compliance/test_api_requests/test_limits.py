"""How often a client may ask, also at once."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse

from accounts.models import Application
from compliance.models import ActionLog, ApiAllowance
from tests.compliance.test_api_requests.conftest import (
    APPLICATIONS,
    LIMITS,
    MakeCaller,
    Problem,
    content_of,
)


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
