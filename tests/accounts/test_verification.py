"""What providers of real-name verification answer, and what never leaves them."""

import csv
import json
import logging
import traceback
from datetime import date

import httpx
import pytest

from accounts.enums import IdType, VerificationMethod
from accounts.rules.identity_numbers import mobile_problem, number_problem
from accounts.verification import sandbox
from accounts.verification.http import HttpProvider, HttpSettings
from accounts.verification.provider import (
    ProviderUnavailable,
    VerificationRequest,
    methods_for,
)
from accounts.verification.sandbox import SandboxProvider
from tests.accounts.applications import COMPANY, DATA, PERSON

PRIVATE = (PERSON["subject_name"], PERSON["id_number"], PERSON["mobile"], "secret-token")


def request(base=PERSON, **changes):
    id_type = IdType(base["id_type"])
    made = {
        "key": "question-1",
        "subject_name": base["subject_name"],
        "id_type": id_type,
        "id_number": base["id_number"],
        "mobile": base["mobile"],
        "methods": methods_for(id_type),
    }
    return VerificationRequest(**{**made, **changes})


def provider(handler, **changes):
    settings = HttpSettings(
        url="https://verify.example.com/v1/verifications",
        token="secret-token",
        **{"pause_seconds": 0.0, **changes},
    )
    return HttpProvider(settings, transport=httpx.MockTransport(handler))


def answer(**changes):
    results = [
        {"method": method.value, "verified": True, "reference": "r-1", **changes}
        for method in methods_for(IdType.RESIDENT_ID)
    ]
    return httpx.Response(200, json={"results": results})


@pytest.mark.parametrize("id_type", IdType)
def test_asks_at_least_two_methods_for_every_document(id_type):
    assert len(set(methods_for(id_type))) >= 2


@pytest.mark.parametrize("base", [PERSON, COMPANY])
def test_sandbox_verifies_everybody_else(base):
    fact = SandboxProvider().verify(request(base)).fact()

    assert len(fact.methods_passed) == 2
    assert fact.methods_failed == ()


@pytest.mark.parametrize("number", sorted(sandbox.UNVERIFIED_RESIDENT_IDS))
def test_sandbox_does_not_verify_its_test_people(number):
    fact = SandboxProvider().verify(request(id_number=number)).fact()

    assert fact.methods_passed == ()


@pytest.mark.parametrize("number", sorted(sandbox.UNVERIFIED_USCCS))
def test_sandbox_does_not_verify_its_test_companies(number):
    fact = SandboxProvider().verify(request(COMPANY, id_number=number)).fact()

    assert fact.methods_passed == ()


@pytest.mark.parametrize("base", [PERSON, COMPANY])
@pytest.mark.parametrize("mobile", sorted(sandbox.UNVERIFIED_MOBILES))
def test_sandbox_passes_one_method_only_for_its_test_mobiles(base, mobile):
    fact = SandboxProvider().verify(request(base, mobile=mobile)).fact()

    assert len(fact.methods_passed) == 1


def test_sandbox_cannot_be_reached_by_the_number_for_an_outage():
    (mobile,) = sandbox.UNREACHABLE_MOBILES

    with pytest.raises(ProviderUnavailable):
        SandboxProvider().verify(request(mobile=mobile))


def test_test_numbers_are_well_formed_published_and_not_in_the_sample():
    on = date(2026, 11, 17)
    with (DATA / "registrations-sample.csv").open(encoding="utf-8", newline="") as file:
        used = {cell for row in csv.DictReader(file) for cell in row.values()}
    people, companies = sandbox.UNVERIFIED_RESIDENT_IDS, sandbox.UNVERIFIED_USCCS
    mobiles = sandbox.UNVERIFIED_MOBILES | sandbox.UNREACHABLE_MOBILES

    assert [n for n in people if number_problem(IdType.RESIDENT_ID, n, on)] == []
    assert [n for n in companies if number_problem(IdType.USCC, n, on)] == []
    assert [n for n in mobiles if mobile_problem(n)] == []
    assert used & (people | companies | mobiles) == set()
    assert [n for n in people | companies | mobiles if n not in SandboxProvider.__doc__] == []


def test_http_asks_in_the_body_with_the_key_of_the_question():
    asked = []

    def handler(sent):
        asked.append(sent)
        return answer()

    given = provider(handler).verify(request())

    (sent,) = asked
    assert sent.headers["Idempotency-Key"] == "question-1"
    assert json.loads(sent.content)["id_number"] == PERSON["id_number"]
    assert not [value for value in PRIVATE if value in str(sent.url)]
    assert [result.reference for result in given.results] == ["r-1", "r-1"]
    assert given.fact().methods_passed == methods_for(IdType.RESIDENT_ID)


def test_http_hands_on_words_and_references_but_no_free_text():
    number = PERSON["id_number"]

    def handler(_sent):
        return answer(verified=False, reason=f"{number} unknown", reference=f"ref-{number}")

    given = provider(handler).verify(request())

    assert {(r.is_verified, r.reason, r.reference) for r in given.results} == {(False, "", "")}


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout])
def test_http_tries_again_where_nothing_was_asked_yet(error):
    tried = []

    def handler(sent):
        tried.append(sent)
        if len(tried) < 3:
            raise error("no route", request=sent)
        return answer()

    provider(handler).verify(request())

    assert len(tried) == 3


@pytest.mark.parametrize(
    "error",
    [httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError],
)
def test_http_does_not_ask_twice_by_itself(error):
    tried = []

    def handler(sent):
        tried.append(sent)
        raise error("broken", request=sent)

    with pytest.raises(ProviderUnavailable):
        provider(handler).verify(request())

    assert len(tried) == 1


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(500, text="oops"),
        httpx.Response(429),
        httpx.Response(401),
        httpx.Response(302, headers={"Location": "https://elsewhere.example.com/"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"results": None}),
        httpx.Response(200, json={"results": []}),
        httpx.Response(200, json={"results": [{"method": "id_document", "verified": True}]}),
        httpx.Response(200, text="[" * 50_000),
        httpx.Response(200, text=" " * 70_000),
    ],
)
def test_http_takes_nothing_but_a_full_answer_for_an_answer(response):
    with pytest.raises(ProviderUnavailable):
        provider(lambda _sent: response).verify(request())


@pytest.mark.parametrize("verified", [None, "true", 1, 0])
def test_http_takes_only_true_and_false_for_an_answer(verified):
    with pytest.raises(ProviderUnavailable):
        provider(lambda _sent: answer(verified=verified)).verify(request())


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout])
def test_http_keeps_people_out_of_logs_and_errors(error, caplog):
    caplog.set_level(logging.DEBUG)

    def handler(sent):
        raise error(sent.content.decode(), request=sent)

    with pytest.raises(ProviderUnavailable) as caught:
        provider(handler).verify(request())

    told = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(request())
    assert caught.value.__context__ is None
    assert "question-1" in caplog.text
    assert not [value for value in PRIVATE if value in told]


@pytest.mark.parametrize(
    "url",
    [
        "http://verify.example.com/",
        "https://verify.example.com/?number=1",
        "https://name:word@verify.example.com/",
    ],
)
def test_http_refuses_an_address_that_would_give_people_away(url):
    with pytest.raises(ValueError, match="address of the provider"):
        HttpProvider(HttpSettings(url=url, token="secret-token"))


def test_http_does_not_show_its_token():
    assert "secret-token" not in repr(
        HttpSettings(url="https://x.example.com/", token="secret-token")
    )


def test_every_method_that_is_asked_has_a_name():
    asked = {method for id_type in IdType for method in methods_for(id_type)}

    assert asked == set(VerificationMethod) - {VerificationMethod.MICRO_PAYMENT}
