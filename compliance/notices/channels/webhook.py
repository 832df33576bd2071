"""Signed calls to the platform's own systems."""

import ipaddress
import logging
import time
from contextlib import suppress

import httpx
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from compliance.models import AttemptResult
from compliance.notices.channels.adapter import Message
from compliance.notices.channels.addresses import (
    AddressRefused,
    AllowedAddresses,
    Resolver,
    find_target,
    look_up,
)
from compliance.notices.channels.signatures import SigningKey, signed_headers, signing_keys
from compliance.notices.outbox import Outcome

logger = logging.getLogger("heyan.notices")

# What the other side says is not read further than its status; a little is drained so that the
# connection can be used again.
ANSWER_LIMIT = 4096
LONGEST_RETRY_AFTER = 86_400
# Of the answers that blame us, these are about the moment and not about the message.
TRY_LATER = frozenset({408, 421, 425, 429})


def allowed_addresses() -> AllowedAddresses:
    """Return the addresses that the settings allow."""
    return AllowedAddresses(
        hosts=frozenset(settings.WEBHOOK_HOSTS),
        networks=tuple(ipaddress.ip_network(each) for each in settings.WEBHOOK_NETWORKS),
        is_http_allowed=not settings.IS_PRODUCTION,
    )


class WebhookAdapter:
    """
    Posts each message to one address, signed.

    The name of the host is looked up for each message, and the connection is made to the IP that
    was looked at. Redirects are not followed, proxies of the environment are not used.
    """

    def __init__(
        self,
        url: str,
        *,
        allowed: AllowedAddresses | None = None,
        keys: tuple[SigningKey, ...] | None = None,
        resolve: Resolver = look_up,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._url = url
        self._allowed = allowed or allowed_addresses()
        self._keys = keys
        self._resolve = resolve
        self._client = httpx.Client(
            timeout=httpx.Timeout(settings.DELIVERY_SECONDS, connect=5.0),
            follow_redirects=False,
            trust_env=False,
            transport=transport,
        )

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._client.close()

    def send(self, message: Message) -> Outcome:
        """Post one message and return what came of it."""
        if not self._url:
            return Outcome(AttemptResult.NOT_SET_UP)
        try:
            keys = self._keys or signing_keys()
        except ImproperlyConfigured:
            logger.exception("messages cannot be signed")
            return Outcome(AttemptResult.NOT_SET_UP)
        try:
            target = find_target(self._url, self._allowed, self._resolve)
        except AddressRefused:
            logger.warning("message %s: the address is not allowed", message.message_id)
            return Outcome(AttemptResult.ADDRESS_REFUSED)
        except OSError:
            return Outcome(AttemptResult.UNREACHABLE)
        headers = {
            "Host": target.host_header,
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Heyan-Webhook/1",
            **signed_headers(message.message_id, timezone.now(), message.body, keys),
        }
        try:
            with self._client.stream(
                "POST",
                target.pinned_url,
                content=message.body,
                headers=headers,
                # The certificate is checked for the name, though the IP is called.
                extensions={"sni_hostname": target.host},
            ) as answer:
                _read_to_end(answer)
                return outcome_of(answer.status_code, answer.headers.get("retry-after", ""))
        except httpx.TimeoutException:
            return Outcome(AttemptResult.TIMED_OUT)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            logger.info("message %s: %s", message.message_id, type(problem).__name__)
            return Outcome(AttemptResult.UNREACHABLE)


def _read_to_end(answer: httpx.Response) -> None:
    # The words are not wanted, only the connection, which serves again once it is read to the end.
    size, end = 0, time.monotonic() + settings.DELIVERY_SECONDS
    with suppress(httpx.HTTPError, httpx.StreamError):
        for chunk in answer.iter_raw():
            size += len(chunk)
            if size > ANSWER_LIMIT or time.monotonic() > end:
                break


def outcome_of(status: int, retry_after: str = "") -> Outcome:
    """Return what an answer means: accepted, refused for good, or to be tried again."""
    seconds = (
        min(int(retry_after), LONGEST_RETRY_AFTER)
        if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10
        else None
    )
    if 200 <= status < 300:
        return Outcome(AttemptResult.DELIVERED, status)
    if 300 <= status < 400:
        return Outcome(AttemptResult.REDIRECTED, status)
    if status in TRY_LATER:
        return Outcome(AttemptResult.TRY_LATER, status, seconds)
    if 400 <= status < 500:
        return Outcome(AttemptResult.REFUSED, status)
    return Outcome(AttemptResult.FAILED, status, seconds)
