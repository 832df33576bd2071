"""Clients of the API: grounds, and what a key looks like."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from compliance.models import ApiClient, StaffUser
from tests.compliance.api_fixtures import REASON, Caller, P

MakeCaller = Callable[..., Caller]
MakeStaff = Callable[..., StaffUser]


def page_of(client: ApiClient) -> str:
    return reverse("admin:api_client", args=[client.pk])


def grounds(actor: StaffUser) -> dict[str, Any]:
    return {"actor": actor, "provision": P, "reason": REASON}
