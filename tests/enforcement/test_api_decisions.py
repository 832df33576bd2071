"""Decisions as the platform reads them: what was taken, and no word of why."""

import json
from collections.abc import Callable

import pytest

from enforcement.models import Case, Decision
from tests.compliance.api_fixtures import Caller
from tests.enforcement.conftest import FACTS, NOTE, REASONING, Staff, propose, suspension

LIST = "/api/v1/decisions/"


@pytest.mark.django_db
class TestDecisions:
    def test_tell_number_measures_terms_and_state(
        self, make_caller: Callable[..., Caller], decide: Callable[..., Decision]
    ) -> None:
        caller = make_caller("decisions:read", "accounts:read")
        decision = decide(measures=suspension(7))
        decide()
        uid = decision.account.platform_uid

        (row,) = json.loads(caller.get(f"{LIST}?platform_uid={uid}").content)["results"]
        response = caller.get(f"{LIST}{decision.pk}/")
        account = json.loads(caller.get(f"/api/v1/accounts/{uid}/").content)
        restrictions = json.loads(caller.get(f"/api/v1/accounts/{uid}/restrictions/").content)[
            "results"
        ]

        assert json.loads(response.content) == row
        assert (row["number"], row["status"]) == (decision.number, "in_force")
        (measure,) = row["measures"]
        assert measure["measure"] == "suspend_updates"
        assert measure["in_force_until"] == account["effective"]["publishing_off"]["until"]
        assert account["effective"]["may_publish"] is False
        assert restrictions[0]["is_in_force"] is True
        for told in (FACTS, REASONING, NOTE):
            assert told not in response.content.decode()

    def test_that_are_only_proposed_are_nobodys_business(
        self,
        make_caller: Callable[..., Caller],
        open_case: Callable[..., Case],
        staff: Staff,
    ) -> None:
        caller = make_caller("decisions:read")
        decision = propose(open_case(), staff.moderator)

        assert json.loads(caller.get(LIST).content)["results"] == []
        assert caller.get(f"{LIST}{decision.pk}/").status_code == 404
        assert caller.get(f"{LIST}?status=proposed").status_code == 400


@pytest.mark.django_db
class TestTheCatalogue:
    def test_is_told_as_it_is_in_force(self, make_caller: Callable[..., Caller]) -> None:
        caller = make_caller("catalogue:read")

        rows = json.loads(caller.get("/api/v1/violations/?limit=100").content)["results"]

        by_code = {row["code"]: row for row in rows}
        assert (by_code["V06.1"]["sub_code_of"], by_code["V06.1"]["ladder"]) == ("V06", [])
        assert by_code["V06"]["counted_as"] == "V04+V06"
        first = by_code["V06"]["ladder"][0]
        assert (first["offence_number"], first["from_severity"]) == (1, 1)
        assert [each["measure"] for each in first["measures"]] == [
            "warn",
            "handle_content",
            "label",
        ]
        assert {"measure": "close", "from_offence": 5} in by_code["V10"]["allowed_measures"]

    def test_is_told_to_nobody_without_its_scope(self, make_caller: Callable[..., Caller]) -> None:
        answer = make_caller("decisions:read").get("/api/v1/violations/")

        assert answer.status_code == 403
