"""Requests of the API, and what its answers say."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

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
