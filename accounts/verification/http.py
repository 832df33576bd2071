"""A provider that is asked over HTTPS."""

import json
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from accounts.enums import VerificationMethod
from accounts.verification.provider import (
    MethodResult,
    ProviderUnavailable,
    VerificationAnswer,
    VerificationRequest,
)

logger = logging.getLogger(__name__)

_ANSWER_LIMIT: Final = 64 * 1024
# Free text of a provider can repeat the name or number asked about, so only words come through.
_WORD: Final = re.compile(r"[a-z][a-z_]{0,39}")
_REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Where the provider is and how long it may take."""

    url: str
    token: str
    connect_seconds: float = 3.0
    answer_seconds: float = 10.0
    connect_attempts: int = 3
    pause_seconds: float = 0.5

    def __repr__(self) -> str:
        return f"HttpSettings(url={self.url!r})"


class HttpProvider:
    """
    Asks a provider by one POST per request.

    The question goes in the body, never in the address. A connection that could not be made is
    tried again, since nothing was asked yet; anything later is not, the caller asks again with the
    same key. Whatever goes wrong is a ProviderUnavailable that carries nothing of the request.
    """

    name = "http"

    def __init__(
        self, settings: HttpSettings, transport: httpx.BaseTransport | None = None
    ) -> None:
        parts = urlsplit(settings.url)
        if parts.scheme != "https" and parts.hostname not in _LOCAL_HOSTS:
            raise ValueError("the address of the provider must begin with https://")
        if parts.query or parts.fragment or parts.username:
            raise ValueError("the address of the provider must hold no query and no credentials")
        self._settings = settings
        self._client = httpx.Client(
            timeout=httpx.Timeout(settings.answer_seconds, connect=settings.connect_seconds),
            headers={"Authorization": f"Bearer {settings.token}", "Accept": "application/json"},
            follow_redirects=False,
            transport=transport,
        )

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._client.close()

    def verify(self, request: VerificationRequest) -> VerificationAnswer:
        """
        Return the provider's answer for every method asked.

        :raises ProviderUnavailable: if it cannot be reached, refuses, fails or answers nonsense.
        """
        status, body = self._post(request)
        if status != httpx.codes.OK:
            logger.warning("verification %s: provider answered status %s", request.key, status)
            raise ProviderUnavailable(f"status {status}")
        return VerificationAnswer(self.name, _results(body, request))

    def _post(self, request: VerificationRequest) -> tuple[int, bytes]:
        cause = ""
        for attempt in range(1, self._settings.connect_attempts + 1):
            is_retry_safe = False
            try:
                return self._send(request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                cause, is_retry_safe = type(error).__name__, True
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
                cause = type(error).__name__
            logger.warning("verification %s: %s", request.key, cause)
            if not is_retry_safe or attempt == self._settings.connect_attempts:
                break
            time.sleep(self._settings.pause_seconds * attempt)
        # Not raised where the error was caught: that one would carry the request along.
        raise ProviderUnavailable(cause)

    def _send(self, request: VerificationRequest) -> tuple[int, bytes]:
        question = {
            "subject_name": request.subject_name,
            "id_type": request.id_type.value,
            "id_number": request.id_number,
            "mobile": request.mobile,
            "methods": [method.value for method in request.methods],
        }
        with self._client.stream(
            "POST",
            self._settings.url,
            json=question,
            headers={"Idempotency-Key": request.key},
        ) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _ANSWER_LIMIT:
                    break
            return response.status_code, bytes(body)


def _results(body: bytes, request: VerificationRequest) -> tuple[MethodResult, ...]:
    answers: dict[str, Mapping[str, Any]] = {}
    is_readable = len(body) <= _ANSWER_LIMIT
    if is_readable:
        try:
            answers = {entry["method"]: entry for entry in json.loads(body)["results"]}
        except (ValueError, KeyError, TypeError, RecursionError):
            is_readable = False
    if not is_readable:
        raise ProviderUnavailable("unreadable answer")
    return tuple(_result(method, answers.get(method.value), request) for method in request.methods)


def _result(
    method: VerificationMethod, entry: Mapping[str, Any] | None, request: VerificationRequest
) -> MethodResult:
    # Only a plain true or false is an answer; silence about a method is not "not verified".
    if entry is None or not isinstance(entry.get("verified"), bool):
        raise ProviderUnavailable(f"no answer for {method.value}")
    reference = _matching(_REFERENCE, entry.get("reference"))
    if any(number in reference for number in (request.id_number, request.mobile) if number):
        reference = ""
    return MethodResult(
        method,
        is_verified=entry["verified"],
        reason=_matching(_WORD, entry.get("reason")),
        reference=reference,
    )


def _matching(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""
