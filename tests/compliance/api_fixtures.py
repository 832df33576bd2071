"""Clients of the API, made through the services, and how a program calls with their key."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from compliance.api import clients
from compliance.models import ApiClient, ApiKey, StaffUser
from compliance.provisions import Provision
from compliance.scopes import find_scope

P = Provision.PIPL_51
REASON = "测试数据"
_numbers = count(1)


class Caller:
    """A system of the platform that calls with a key of its own."""

    def __init__(self, client: ApiClient, key: ApiKey, secret: str) -> None:
        self.client = client
        self.key = key
        self.secret = secret

    def call(self, method: str, path: str, body: object = None, **headers: str) -> HttpResponse:
        """Send one request; a body that is no bytes goes as JSON."""
        sent: dict[str, Any] = {}
        if body is not None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent = {"data": content, "content_type": "application/json"}
        if "content_type" in headers:
            sent["content_type"] = headers.pop("content_type")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Client(raise_request_exception=False).generic(
            method, path, headers={"Authorization": f"Bearer {self.secret}", **named}, **sent
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Read."""
        return self.call("GET", path, **headers)

    def post(self, path: str, body: object, **headers: str) -> HttpResponse:
        """Write, under a new idempotency key unless one is given."""
        headers.setdefault("Idempotency_Key", f"t-{next(_numbers)}")
        return self.call("POST", path, body, **headers)


@pytest.fixture
def api_keeper(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """The system administrator, who keeps clients."""
    return staff_user("system_administrator")


@pytest.fixture
def make_caller(
    api_keeper: StaffUser, staff_user: Callable[..., StaffUser]
) -> Callable[..., Caller]:
    """Makes a client with scopes and a key: `make_caller("accounts:read", reads=5)`."""

    def make(*scopes: str, reads: int = 10_000, writes: int = 10_000) -> Caller:
        grounds: dict[str, Any] = {"actor": api_keeper, "provision": P, "reason": REASON}
        client = clients.register_client(
            name=f"测试系统{next(_numbers)}",
            contact_post="平台值班",
            reads_a_minute=reads,
            writes_a_minute=writes,
            **grounds,
        )
        for code in scopes:
            granted = clients.grant_scope(client=client, scope=code, **grounds)
            scope = find_scope(code)
            assert scope is not None
            if scope.is_writing:
                clients.approve_scope(
                    client=client,
                    proposal=granted,  # type: ignore[arg-type]
                    **{**grounds, "actor": staff_user("compliance_officer")},
                )
        key, made = clients.issue_key(client=client, days=30, **grounds)
        return Caller(client, key, made.text)

    return make


@pytest.fixture
def problem_of() -> Callable[[HttpResponse], str]:
    """Returns the code of a problem after looking at its form."""

    def read(response: HttpResponse) -> str:
        assert response["Content-Type"] == "application/problem+json", response.content
        content = json.loads(response.content)
        assert content["status"] == response.status_code
        assert content["title"]
        assert content["detail"]
        assert "no-store" in response["Cache-Control"]
        prefix, _colon, code = content["type"].rpartition(":")
        assert prefix == "urn:heyan:problem"
        return str(code)

    return read
