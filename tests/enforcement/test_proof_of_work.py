"""The public form where the platform asks for a proof of work: with one, without, and with a bad one."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test import Client

from accounts.models import PublicAccount
from compliance.evidence.uploads import END_FIELD
from compliance.models import WorkItem
from compliance.public import proof_of_work
from enforcement.models import Complainant, Complaint
from enforcement.pages.complaints.public import MOST_WITHOUT_PROOF
from tests.enforcement import complaints

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]
FORM = "/public/complain/false_information/"
BITS = 8


@pytest.fixture
def asked_for(settings: Any) -> None:
    """This platform asks for a proof of work."""
    settings.PROOF_OF_WORK_BITS = BITS


def stamp(*, bits: int = BITS, ago: int = 0, address: str = FORM, fits: bool = True) -> str:
    """Return a stamp as the script makes it, or one whose number was not searched for."""
    head = f"{bits}:{int(time.time()) - ago}:{address}:{secrets.token_hex(16)}:"
    for number in count():
        digest = hashlib.sha256(f"{head}{number}".encode()).digest()
        if (int.from_bytes(digest[:4], "big") >> (32 - min(bits, 32)) == 0) == fits:
            return f"{head}{number}"
    raise AssertionError("numbers do not end")


def send(account: PublicAccount, proof: str = "") -> int:
    """Send the form; return with which status it was answered."""
    # The same words again are told of the first complaint.
    words = f"{complaints.WORDS}{secrets.token_hex(4)}"
    posted = {"target": account.platform_uid, "words": words, END_FIELD: "1"}
    address = f"{FORM}?{urlencode({'proof': proof})}" if proof else FORM
    return Client().post(address, posted).status_code


def spend_what_needs_no_proof(account: PublicAccount) -> None:
    for _number in range(MOST_WITHOUT_PROOF):
        assert send(account) == 200


def test_nothing_is_asked_unless_the_platform_says_so(
    make_account: Account, client: Client
) -> None:
    account = make_account()

    page = client.get(FORM)

    assert "<script" not in page.text
    assert "script-src" not in page["Content-Security-Policy"]
    assert {send(account) for _number in range(MOST_WITHOUT_PROOF + 1)} == {200}


def test_the_form_runs_our_script_alone_and_says_what_it_does(
    asked_for: None, client: Client
) -> None:
    page = client.get(FORM)

    assert f'data-proof-bits="{BITS}"' in page.text
    assert "script-src 'self';" in f"{page['Content-Security-Policy']};"
    assert "浏览器会先计算几秒钟" in page.text
    assert "script-src" not in client.get("/public/complain/")["Content-Security-Policy"]


def test_with_a_proof_each_time_all_complaints_are_taken(
    asked_for: None, make_account: Account
) -> None:
    account = make_account()

    sent = [send(account, stamp()) for _number in range(MOST_WITHOUT_PROOF + 2)]

    assert set(sent) == {200}
    # None of them was counted among those without.
    spend_what_needs_no_proof(account)


def test_without_one_a_few_are_taken_and_the_next_leaves_nothing(
    asked_for: None, make_account: Account, client: Client
) -> None:
    account = make_account()
    spend_what_needs_no_proof(account)
    kept = [each.objects.count() for each in (Complaint, Complainant, WorkItem)]

    refused = client.post(FORM, {"target": account.platform_uid, "words": complaints.WORDS})

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 600
    assert "运行脚本" in refused.text
    assert [each.objects.count() for each in (Complaint, Complainant, WorkItem)] == kept
    assert send(account, stamp()) == 200


BAD: dict[str, Callable[[], str]] = {
    "too easy": lambda: stamp(bits=BITS - 1),
    "not found": lambda: stamp(fits=False),
    "too old": lambda: stamp(ago=proof_of_work.SECONDS + 2),
    "of a time to come": lambda: stamp(ago=-proof_of_work.SECONDS - 2),
    "for another form": lambda: stamp(address="/public/complain/fraud/"),
    "more behind it": lambda: f"{stamp()}:1",
    "other digits": lambda: stamp().replace(":1", ":١"),
    "far too long": lambda: "8:" * 5000,
}


@pytest.mark.parametrize("made", BAD.values(), ids=BAD)
def test_what_proves_nothing_counts_as_none(
    asked_for: None, make_account: Account, made: Callable[[], str]
) -> None:
    account = make_account()
    spend_what_needs_no_proof(account)

    assert send(account, made()) == 429


def test_a_proof_serves_once(asked_for: None, make_account: Account) -> None:
    account = make_account()
    spend_what_needs_no_proof(account)
    proof = stamp()

    assert [send(account, proof) for _number in range(2)] == [200, 429]


@pytest.mark.django_db(transaction=True)
def test_of_those_who_send_one_proof_at_once_a_single_one_is_believed(asked_for: None) -> None:
    proof, told = stamp(), []
    ready = threading.Barrier(6)

    def spend() -> None:
        ready.wait()
        told.append(proof_of_work.spend(proof, address=FORM))
        connection.close()

    threads = [threading.Thread(target=spend) for _number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(told) == [False] * 5 + [True]


@pytest.mark.parametrize("bits", [-1, proof_of_work.HARDEST + 1])
def test_a_platform_cannot_ask_for_what_no_phone_finds(settings: Any, bits: int) -> None:
    settings.PROOF_OF_WORK_BITS = bits

    assert "compliance.E006" in [each.id for each in run_checks()]
