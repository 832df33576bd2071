"""Credit: scores, days that pass, and what is done past the services."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any
from unittest import mock

from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.models import Notice
from compliance.provisions import Provision
from enforcement.models import CreditScore

C = Provision.PUBLIC_ACCOUNT_13_1


@contextmanager
def days_later(days: int) -> Iterator[None]:
    later = timezone.now() + timedelta(days=days)
    with mock.patch.object(timezone, "now", return_value=later):
        yield


def score_of(account: PublicAccount) -> CreditScore:
    return CreditScore.objects.get(subject=account.subject_id)


def told(purpose: str, language: str = "zh-hans") -> list[str]:
    found = Notice.objects.filter(purpose=f"enforcement.{purpose}", language=language)
    return list(found.order_by("pk").values_list("text", flat=True))


def recompute() -> tuple[int, list[dict[str, Any]]]:
    out = StringIO()
    try:
        call_command("recompute_credit", "--json", stdout=out)
        code = 0
    except CommandError:
        code = 1
    return code, [json.loads(line) for line in out.getvalue().splitlines()]
