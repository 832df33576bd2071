"""The whole API: its description, who may do what on every address, and no fault on any input."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Application, PublicAccount
from compliance.api import problems
from compliance.api.resources import registered_resources
from compliance.scopes import find_scope, scopes
from tests.compliance.api_fixtures import Caller

MakeCaller = Callable[..., Caller]
# Scopes that one client holds, where none of them should open an address.
GROUP = 8
# A code stands in no address: it is sent, and nothing is written.
READ_BY_POST = {"complaint_track"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def address(route: str) -> str:
    for part, value in (
        ("<int:pk>", "1"),
        ("<path:platform_uid>", "nobody"),
        ("<slug:code>", "nothing"),
        ("<str:reference>", "ZZ00000000"),
        ("<uuid:reference>", "00000000-0000-4000-8000-000000000000"),
    ):
        route = route.replace(part, value)
    assert "<" not in route, "name a value for the new kind of part"
    return f"/api/v1/{route}"


def described(language: str = "en") -> dict[str, Any]:
    response = Client().get("/api/schema/", headers={"Accept-Language": language})
    assert response.status_code == 200
    return json.loads(response.content)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


class TestDescription:
    def test_is_valid_without_a_warning(self, tmp_path: Any) -> None:
        call_command(
            "spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "api.yaml")
        )

        assert (tmp_path / "api.yaml").stat().st_size > 10_000

    def test_tells_every_resource_and_method_in_both_languages(self) -> None:
        found = {(path, method) for path, method, _operation in operations()}
        wanted = {
            (each.name, method)
            for each in registered_resources()
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
            if hasattr(each.view, method.lower())
        }

        assert len(found) == len(wanted)
        chinese = described("zh-Hans")["paths"]
        for path, method, operation in operations():
            other = chinese[path][method.lower()]
            assert operation["summary"].replace("’", "'").isascii()
            assert not other["summary"].isascii()

    def test_names_scheme_problems_headers_and_required_keys(self) -> None:
        everything = described()

        assert everything["components"]["securitySchemes"]["clientKey"]["scheme"] == "bearer"
        for _path, _method, operation in operations():
            assert operation["security"] == [{"clientKey": []}]
            assert {"401", "403", "429", "500"} <= set(operation["responses"])
            problem = operation["responses"]["403"]["content"]
            assert set(problem) == {problems.CONTENT_TYPE}
            assert "RateLimit" in operation["responses"]["200"]["headers"]
            assert "Scope: `" in operation["description"]
        named = {
            parameter["name"]
            for _path, _method, operation in operations()
            for parameter in operation["parameters"]
            if parameter["in"] == "header" and parameter.get("required")
        }
        assert named == {"Idempotency-Key", "If-Match"}

    def test_holds_no_name_of_a_field_with_identity_data_but_where_it_is_sent(self) -> None:
        shown = {
            name
            for schema, content in described()["components"]["schemas"].items()
            if not schema.endswith("Input")
            for name in content.get("properties", {})
        }

        sent = set(described()["components"]["schemas"]["ApplicationInput"]["properties"])
        assert {"subject_name", "id_number", "mobile", "contact"} <= sent
        assert not shown & {
            "subject_name",
            "id_number",
            "mobile",
            "contact",
            "registered_region",
            "operating_region",
            "professional_background",
            "qualification_number",
            "organisation_name",
            "facts",
            "reasoning",
            "private_note",
            "decision_reason",
        }


@pytest.mark.django_db
class TestWhoMay:
    def test_each_scope_opens_its_own_methods_and_no_other(self, make_caller: MakeCaller) -> None:
        codes = [scope.code for scope in scopes()]
        alone = {(code,): make_caller(code) for code in codes}
        # Those that none of several scopes opens are asked once for all of them.
        groups = [tuple(codes[first : first + GROUP]) for first in range(0, len(codes), GROUP)]
        together = {group: make_caller(*group) for group in groups}
        opened = []
        wanted = []
        for resource in registered_resources():
            for method in METHODS:
                needed = resource.view.scopes.get("GET" if method == "HEAD" else method)
                asked = [
                    held
                    for group in groups
                    for held in ([(code,) for code in group] if needed in group else [group])
                ]
                for held in asked:
                    caller = alone.get(held) or together[held]
                    response = caller.call(method, address(resource.route), b"")
                    place = (resource.name, method, *held)
                    assert response.status_code < 500, place
                    if response.status_code not in (403, 405):
                        opened.append(place)
                    if needed in held:
                        wanted.append(place)

        assert sorted(opened) == sorted(wanted)
        assert len(wanted) > 15

    def test_without_a_key_every_address_answers_alike(self) -> None:
        answers = {
            (response.status_code, response.content)
            for resource in registered_resources()
            for method in METHODS
            if method != "HEAD"
            for response in [Client().generic(method, address(resource.route))]
        }

        assert len(answers) == 1
        assert next(iter(answers))[0] == 401

    def test_a_method_that_writes_asks_for_a_scope_that_writes(self) -> None:
        for resource in registered_resources():
            handled = {method for method in METHODS if hasattr(resource.view, method.lower())} - {
                "HEAD",
                "OPTIONS",
            }
            assert handled == set(resource.view.scopes), resource.name
            for method, code in resource.view.scopes.items():
                scope = find_scope(code)
                assert scope is not None
                is_reading = method == "GET" or resource.name in READ_BY_POST
                assert scope.is_writing != is_reading


TEXTS = st.text(max_size=40) | st.sampled_from(["", "\u200b", "'", "‮", "\U0001f600", "0" * 30])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def fuzzed(
    make_caller: MakeCaller,
    make_account: Callable[..., PublicAccount],
    make_application: Callable[..., Application],
) -> Caller:
    """A client that may do everything, and some rows to find."""
    make_account()
    make_application(category="")
    return make_caller(*(scope.code for scope in scopes()))


def sent_to(operation: dict[str, Any]) -> Iterator[str]:
    """The names of the properties that a body may have."""
    content = operation.get("requestBody", {}).get("content", {})
    for media in content.values():
        name = media["schema"]["$ref"].rpartition("/")[2]
        yield from described()["components"]["schemas"][name]["properties"]


@pytest.mark.django_db
def test_no_input_makes_a_fault_or_an_answer_that_is_not_described(fuzzed: Caller) -> None:
    known = [
        (
            path,
            method,
            [each["name"] for each in operation["parameters"] if each["in"] == "query"],
            list(sent_to(operation)),
            set(operation["responses"]),
        )
        for path, method, operation in operations()
    ]
    seen: set[int] = set()

    @settings(
        max_examples=300,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        path, method, parameters, properties, answers = data.draw(st.sampled_from(known))
        number = st.sampled_from(["1", "2", "0", str(2**63 - 1), str(2**63), "9" * 40])
        path = path.replace("{id}", data.draw(number))
        for part in ("{platform_uid}", "{code}", "{reference}"):
            path = path.replace(part, quote(data.draw(TEXTS.filter(bool)), safe=""))
        query = data.draw(st.dictionaries(st.sampled_from([*parameters, "x"]), TEXTS, max_size=3))
        body = data.draw(
            st.dictionaries(st.sampled_from([*properties, "x"]), VALUES, max_size=6)
            if properties
            else st.just({})
        )
        header = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
        headers = {
            name: data.draw(header)
            for name in data.draw(
                st.sets(
                    st.sampled_from(
                        ["If_Match", "If_None_Match", "Idempotency_Key", "Accept_Language"]
                    )
                )
            )
        }
        address = f"{path}?{urlencode(query)}" if query else path
        response = fuzzed.call(method, address, body if method != "GET" else None, **headers)

        seen.add(response.status_code)
        assert response.status_code < 500, (method, address, body, response.content)
        if response.status_code != 404:
            assert str(response.status_code) in answers, (method, address, response.content)
        if response.status_code >= 400:
            assert response["Content-Type"] == problems.CONTENT_TYPE
            assert json.loads(response.content)["status"] == response.status_code

    ask()
    assert {200, 400, 404} <= seen
