"""Calls to the platform: signed as receivers expect, and to no address that was not named."""

import base64
import ipaddress
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.exceptions import ImproperlyConfigured
from standardwebhooks import Webhook, WebhookVerificationError

from compliance.models import AttemptResult, Channel
from compliance.notices.channels import signatures
from compliance.notices.channels.adapter import Message
from compliance.notices.channels.addresses import (
    AddressRefused,
    AllowedAddresses,
    find_target,
)
from compliance.notices.channels.webhook import WebhookAdapter, outcome_of
from compliance.notices.outbox import Outcome

R = AttemptResult
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()
HOST = "platform.example"
PUBLIC_IP = "93.184.216.34"
NAMED = AllowedAddresses(hosts={HOST})
MESSAGE = Message(
    message_id="5a1f0f5e-3b0e-4a6b-9c1e-0a8f6c3d2b10",
    channel=Channel.COMMAND,
    recipient=None,
    title="",
    text="",
    body='{"账号":"uid1"}'.encode(),
    created_at=datetime(2026, 3, 2, tzinfo=UTC),
)


def adapter_to(
    url: str = f"https://{HOST}/heyan",
    *,
    answer: httpx.Response | None = None,
    keys: tuple[str, ...] = (SECRET,),
    allowed: AllowedAddresses = NAMED,
    found: tuple[str, ...] = (PUBLIC_IP,),
) -> tuple[WebhookAdapter, list[httpx.Request]]:
    """Return an adapter whose calls go nowhere, and the calls that it makes."""
    calls: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        request.read()
        calls.append(request)
        return answer or httpx.Response(204)

    adapter = WebhookAdapter(
        url,
        allowed=allowed,
        keys=tuple(signatures.parse_key(each) for each in keys),
        resolve=lambda _host, _port: list(found),
        transport=httpx.MockTransport(take),
    )
    return adapter, calls


class TestSignature:
    def test_a_receiver_with_the_library_of_the_standard_verifies_it(self) -> None:
        adapter, calls = adapter_to()

        assert adapter.send(MESSAGE) == Outcome(R.DELIVERED, 204)

        headers = dict(calls[0].headers)
        assert Webhook(SECRET).verify(calls[0].content, headers) == {"账号": "uid1"}
        assert headers["webhook-id"] == MESSAGE.message_id
        with pytest.raises(WebhookVerificationError):
            Webhook(OTHER).verify(calls[0].content, headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(calls[0].content + b" ", headers)

    def test_while_a_key_is_exchanged_both_the_old_and_the_new_verify_it(self) -> None:
        adapter, calls = adapter_to(keys=(OTHER, SECRET))

        adapter.send(MESSAGE)

        for secret in (SECRET, OTHER):
            assert Webhook(secret).verify(calls[0].content, dict(calls[0].headers))

    def test_an_ed25519_key_is_the_default_and_its_public_half_verifies(
        self, settings: Any, tmp_path: Path
    ) -> None:
        settings.WEBHOOK_KEY_FILE = str(tmp_path / "keys" / "webhook.json")
        signatures.signing_keys.cache_clear()
        (key,) = signatures.signing_keys()
        signatures.signing_keys.cache_clear()
        assert (tmp_path / "keys" / "webhook.json").stat().st_mode & 0o077 == 0
        public = key.public()

        headers = signatures.signed_headers("id-1", MESSAGE.created_at, b"body", (key,))

        version, _comma, signature = headers["webhook-signature"].partition(",")
        assert (version, public[:5]) == ("v1a", "whpk_")
        verifier = Ed25519PublicKey.from_public_bytes(base64.b64decode(public[5:]))
        signed = f"id-1.{headers['webhook-timestamp']}.body".encode()
        verifier.verify(base64.b64decode(signature), signed)
        with pytest.raises(InvalidSignature):
            verifier.verify(base64.b64decode(signature), signed + b"x")

    def test_a_replayed_message_is_too_old_for_a_receiver(self) -> None:
        key = signatures.parse_key(SECRET)
        late = datetime.now(UTC) - timedelta(minutes=6)

        headers = signatures.signed_headers("id-1", late, b"{}", (key,))

        with pytest.raises(WebhookVerificationError, match="too old"):
            Webhook(SECRET).verify(b"{}", headers)

    @pytest.mark.parametrize(
        "keys",
        [
            [],
            ["whsec_" + base64.b64encode(b"short").decode()],
            ["whsk_" + base64.b64encode(bytes(31)).decode()],
            ["secret"],
            ["whsec_?"],
            [SECRET, OTHER, SECRET],
            [7],
        ],
    )
    def test_a_key_file_that_does_not_do_is_refused(
        self, settings: Any, tmp_path: Path, keys: list[object]
    ) -> None:
        path = tmp_path / "webhook.json"
        path.write_text(json.dumps({"keys": keys}))
        settings.WEBHOOK_KEY_FILE = str(path)
        signatures.signing_keys.cache_clear()

        with pytest.raises(ImproperlyConfigured):
            signatures.signing_keys()
        signatures.signing_keys.cache_clear()

    def test_no_key_shows_its_secret(self) -> None:
        assert "AAEC" not in repr(signatures.parse_key(SECRET))


class TestAnswer:
    @pytest.mark.parametrize(
        ("status", "result"),
        [
            (200, R.DELIVERED),
            (204, R.DELIVERED),
            (301, R.REDIRECTED),
            (307, R.REDIRECTED),
            (400, R.REFUSED),
            (401, R.REFUSED),
            (404, R.REFUSED),
            (410, R.REFUSED),
            (422, R.REFUSED),
            (408, R.TRY_LATER),
            (425, R.TRY_LATER),
            (429, R.TRY_LATER),
            (500, R.FAILED),
            (503, R.FAILED),
            (599, R.FAILED),
        ],
    )
    def test_an_answer_has_one_meaning(self, status: int, result: AttemptResult) -> None:
        adapter, _calls = adapter_to(answer=httpx.Response(status))

        assert adapter.send(MESSAGE).result == result

    def test_a_time_to_wait_is_believed_within_reason(self) -> None:
        assert outcome_of(429, "120").retry_after == 120
        assert outcome_of(503, "99999999").retry_after == 86_400
        for nonsense in ("", "-5", "soon", "1e9", "9" * 12, "٣"):
            assert outcome_of(503, nonsense).retry_after is None

    def test_a_redirect_is_not_followed(self) -> None:
        adapter, calls = adapter_to(
            answer=httpx.Response(302, headers={"location": f"https://{HOST}/other"})
        )

        adapter.send(MESSAGE)

        assert len(calls) == 1

    @pytest.mark.parametrize(
        ("problem", "result"),
        [
            (httpx.ConnectTimeout("x"), R.TIMED_OUT),
            (httpx.ReadTimeout("x"), R.TIMED_OUT),
            (httpx.ConnectError("x"), R.UNREACHABLE),
            (httpx.RemoteProtocolError("x"), R.UNREACHABLE),
        ],
    )
    def test_a_call_that_fails_is_an_outcome(
        self, problem: httpx.HTTPError, result: AttemptResult
    ) -> None:
        def fail(_request: httpx.Request) -> httpx.Response:
            raise problem

        adapter = WebhookAdapter(
            f"https://{HOST}/",
            allowed=NAMED,
            keys=(signatures.parse_key(SECRET),),
            resolve=lambda _host, _port: [PUBLIC_IP],
            transport=httpx.MockTransport(fail),
        )

        assert adapter.send(MESSAGE) == Outcome(result)

    def test_without_an_address_it_is_not_set_up(self) -> None:
        adapter, calls = adapter_to("")

        assert adapter.send(MESSAGE).result == R.NOT_SET_UP
        assert calls == []


REFUSED_URLS = [
    "http://platform.example/",
    "ftp://platform.example/",
    "file:///etc/passwd",
    "gopher://platform.example:70/_x",
    "//platform.example/",
    "platform.example",
    "",
    "https://",
    "https:///x",
    "https://other.example/",
    "https://platform.example.evil.example/",
    "https://evil.example/platform.example",
    "https://evil.example?platform.example",
    "https://evil.example#platform.example",
    "https://platform.example#x",
    "https://platform.example@evil.example/",
    "https://user:pw@platform.example/",
    "https://platform.example:22/",
    "https://platform.example:0/",
    "https://platform.example:99999/",
    "https://platform.example:x/",
    "https://platform.example.:443/",
    "https://platform.example\\@evil.example/",
    "https://platform.example\t/",
    "https://platform.example /",
    "https://platform.example/\r\nX-Evil: 1",
    "https://platform。example/",
    "https://plаtform.example/",
    "https://localhost/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0.0.0.0/",
    "https://0/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/",
    "https://metadata.google.internal/",
    "https://10.0.0.1/",
    "https://192.168.0.1/",
    "https://172.16.0.1/",
    "https://100.64.0.1/",
]
REFUSED_IPS = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.1.2.3",
    "172.31.0.9",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
]


class TestAddress:
    @pytest.mark.parametrize("url", REFUSED_URLS)
    def test_only_named_hosts_are_called(self, url: str) -> None:
        adapter, calls = adapter_to(url)

        outcome = adapter.send(MESSAGE)

        assert outcome.result in {R.ADDRESS_REFUSED, R.NOT_SET_UP}
        assert outcome.is_final
        assert calls == []

    @pytest.mark.parametrize("ip", REFUSED_IPS)
    @pytest.mark.parametrize("beside", [(), (PUBLIC_IP,)], ids=["alone", "beside a public one"])
    def test_a_named_host_that_lies_inside_is_not_called(
        self, ip: str, beside: tuple[str, ...]
    ) -> None:
        adapter, calls = adapter_to(found=(*beside, ip))

        assert adapter.send(MESSAGE) == Outcome(R.ADDRESS_REFUSED)
        assert calls == []

    def test_the_call_goes_to_the_ip_that_was_looked_at_under_the_name_of_the_host(self) -> None:
        looked_up: list[str] = []

        def rebind(host: str, _port: int) -> list[str]:
            looked_up.append(host)
            return [PUBLIC_IP] if len(looked_up) == 1 else ["127.0.0.1"]

        calls: list[httpx.Request] = []
        adapter = WebhookAdapter(
            f"https://{HOST}/heyan?x=1",
            allowed=NAMED,
            keys=(signatures.parse_key(SECRET),),
            resolve=rebind,
            transport=httpx.MockTransport(
                lambda request: (calls.append(request), httpx.Response(204))[1]
            ),
        )

        assert adapter.send(MESSAGE).result == R.DELIVERED
        # The second look finds the host inside: a new call is refused, none is made unseen.
        assert adapter.send(MESSAGE).result == R.ADDRESS_REFUSED

        (call,) = calls
        assert str(call.url) == f"https://{PUBLIC_IP}/heyan?x=1"
        assert call.headers["host"] == HOST
        assert call.extensions["sni_hostname"] == HOST
        assert looked_up == [HOST, HOST]

    def test_a_private_network_is_called_where_the_settings_name_it(self) -> None:
        inside = AllowedAddresses(
            hosts={f"{HOST}:8443"}, networks=(ipaddress.ip_network("10.1.0.0/16"),)
        )

        target = find_target(f"https://{HOST}:8443/x", inside, lambda _h, _p: ["10.1.2.3"])

        assert (target.pinned_url, target.host_header) == (
            "https://10.1.2.3:8443/x",
            f"{HOST}:8443",
        )
        for url, ip in ((f"https://{HOST}:8443/", "10.2.0.1"), (f"https://{HOST}/", "10.1.2.3")):
            with pytest.raises(AddressRefused):
                find_target(url, inside, lambda _h, _p, ip=ip: [ip])  # type: ignore[misc]

    def test_plain_http_is_called_in_the_quick_start_alone(self) -> None:
        for is_allowed in (True, False):
            allowed = AllowedAddresses(hosts={HOST}, is_http_allowed=is_allowed)
            adapter, calls = adapter_to(f"http://{HOST}/", allowed=allowed)

            adapter.send(MESSAGE)

            assert len(calls) == is_allowed


@contextmanager
def listening(address: str) -> Iterator[list[object]]:
    """Listen on a local address and note whoever comes."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    came: list[object] = []
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.bind((address, 0))
        listener.listen()
        listener.settimeout(0.05)
        stop = threading.Event()

        def accept() -> None:
            while not stop.is_set():
                try:
                    connection, who = listener.accept()
                except TimeoutError:
                    continue
                came.append(who)
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        came.append(listener.getsockname()[1])
        try:
            yield came
        finally:
            stop.set()
            thread.join()


def test_nobody_inside_ever_sees_a_connection() -> None:
    real: Callable[..., WebhookAdapter] = WebhookAdapter
    with listening("127.0.0.1") as came:
        (port,) = came
        hosts = [
            "localhost",
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "[::ffff:127.0.0.1]",
        ]
        # Even if somebody named them: what is inside is called only where its network is named.
        allowed = AllowedAddresses(
            hosts={f"{host.strip('[]')}:{port}" for host in hosts}, is_http_allowed=True
        )
        for host in hosts:
            adapter = real(
                f"http://{host}:{port}/",
                allowed=allowed,
                keys=(signatures.parse_key(SECRET),),
            )
            assert adapter.send(MESSAGE).result == R.ADDRESS_REFUSED
            adapter.close()
        assert came == [port]
