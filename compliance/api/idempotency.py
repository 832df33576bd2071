"""
Requests that may be sent again: the answer is kept with what the request did.

The kept answer and the effect are one transaction, so whoever lost the connection and asks again
under the same key gets the answer of the first time, and nothing is done twice.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from compliance import audit
from compliance.api.content import ApiJsonRenderer
from compliance.api.problems import IN_PROGRESS, KEY_MISSING, KEY_REUSED, ApiProblem
from compliance.identity import vault
from compliance.identity.keys import identity_keys
from compliance.models import ApiClient, KeptAnswer

# Our choices; no article sets them.
KEPT: Final = timedelta(hours=24)
WAIT_SECONDS: Final = 20
SWEPT_AT_ONCE: Final = 20
HEADER: Final = "Idempotency-Key"
_PURPOSE: Final = "api-request"
_SHAPE: Final = re.compile(r"[\x21-\x7e]{1,128}")
_KEPT_HEADERS: Final = ("ETag", "Location")
_LOCK_NOT_AVAILABLE: Final = "55P03"
# Whoever writes takes with it some of what is past its time; so the table stays as large as what
# is asked within a day, and no job is needed.
_SWEEP: Final = """
DELETE FROM compliance_keptanswer WHERE id IN (
    SELECT id FROM compliance_keptanswer WHERE kept_until <= statement_timestamp()
    ORDER BY kept_until LIMIT %s FOR UPDATE SKIP LOCKED
)
"""

Prepare = Callable[[], Any]
Act = Callable[[Any], Response]


def required_key(request: Request) -> str:
    """
    Return the idempotency key of a request.

    :raises ApiProblem: if there is none, or it is too long or holds other than visible characters.
    """
    key = request.headers.get(HEADER, "")
    if not _SHAPE.fullmatch(key):
        raise ApiProblem(KEY_MISSING)
    return key


def _request_text(request: Request) -> str:
    # As it was understood: blanks and the order of names make no other request.
    return f"{request.method} {request.path} {audit.canonical_json(request.data)}"


def answer_once(
    request: Request, client: ApiClient, key: str, *, prepare: Prepare, act: Act
) -> HttpResponse:
    """
    Return the kept answer to a request, or carry it out and keep its answer.

    `prepare` asks others (a provider) before any transaction and may run more than once; `act` is
    given what it returned and calls one service within the transaction. Refusals are not kept:
    nothing was done, and asking again is decided anew.

    :raises ApiProblem: if the key was used for another request, or is being worked on.
    """
    text = _request_text(request)
    kept = _kept(client, key, text)
    if kept is not None:
        return kept
    prepared = prepare()
    with transaction.atomic():
        _lock(client, key)
        kept = _kept(client, key, text)
        if kept is not None:
            return kept
        response = act(prepared)
        answer = _keep(client, key, text, response)
    return _replay(answer)


def _lock(client: ApiClient, key: str) -> None:
    """Let nobody else carry out a request under this key until the end of the transaction."""
    mark = hashlib.sha256(f"api:{client.pk}:{key}".encode()).digest()[:8]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_SECONDS}s"])
        try:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(mark, "big", signed=True)]
            )
        except OperationalError as problem:
            if getattr(problem.__cause__, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
                raise
            raise ApiProblem(IN_PROGRESS, headers={"Retry-After": "5"}) from problem
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")


def _kept(client: ApiClient, key: str, text: str) -> HttpResponse | None:
    answer = KeptAnswer.objects.filter(
        client=client, key=key, kept_until__gt=timezone.now()
    ).first()
    # Under a key that is no longer kept nobody can tell whether the request is the same.
    if answer is None or answer.key_version not in identity_keys().index.keys:
        return None
    digest = vault.digest(_PURPOSE, text, key_version=answer.key_version)
    if digest != bytes(answer.request_digest):
        raise ApiProblem(KEY_REUSED)
    response = _replay(answer)
    response["Idempotency-Replayed"] = "true"
    return response


def _keep(client: ApiClient, key: str, text: str, response: Response) -> KeptAnswer:
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP, [SWEPT_AT_ONCE])
    KeptAnswer.objects.filter(client=client, key=key).delete()
    return KeptAnswer.objects.create(
        client=client,
        key=key,
        request_digest=vault.digest(_PURPOSE, text),
        key_version=identity_keys().index.current,
        status=response.status_code,
        headers={name: response[name] for name in _KEPT_HEADERS if name in response},
        body=ApiJsonRenderer().render(response.data).decode(),
        kept_until=timezone.now() + KEPT,
    )


def _replay(answer: KeptAnswer) -> HttpResponse:
    return HttpResponse(
        answer.body.encode(),
        status=answer.status,
        content_type="application/json",
        headers={**answer.headers, "Cache-Control": "no-store"},
    )
