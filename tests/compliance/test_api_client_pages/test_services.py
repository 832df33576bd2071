"""Clients, keys and scopes through the services, and what the tables hold of a key."""

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from compliance import audit
from compliance.api import clients
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NotPermitted,
    ProposalClosed,
    SamePerson,
    StaleVersion,
)
from compliance.models import ApiKey, ApiScopeGrant, Proposal, StaffUser
from tests.compliance.test_api_client_pages.conftest import MakeCaller, MakeStaff, grounds, page_of
from tests.stories.test_no_plaintext_identity import database_text


@pytest.mark.django_db
class TestWritingScope:
    def test_waits_on_the_desk_until_an_officer_approves_it(
        self, make_caller: MakeCaller, api_keeper: StaffUser, staff_user: MakeStaff, client: Client
    ) -> None:
        caller = make_caller()
        officer = staff_user("compliance_officer")
        client.force_login(api_keeper)
        client.post(
            page_of(caller.client),
            {"action": "grant", "scope": "applications:write", "reason": "登记系统要提交申请"},
        )
        before = caller.post("/api/v1/applications/", {}).status_code

        client.force_login(officer)
        assert caller.client.name in client.get("/").text
        response = client.post(
            page_of(caller.client),
            {"action": "approve", "proposal": Proposal.objects.get().pk, "reason": "同意"},
        )

        assert before == 403
        assert response.status_code == 302
        assert caller.post("/api/v1/applications/", {}).status_code == 400
        assert "登记系统要提交申请" not in client.get("/").text

    def test_is_not_approved_by_whoever_proposed_it_or_keeps_keys(
        self, make_caller: MakeCaller, api_keeper: StaffUser, staff_user: MakeStaff
    ) -> None:
        made = make_caller().client
        proposal = clients.grant_scope(
            client=made, scope="applications:write", **grounds(api_keeper)
        )
        assert isinstance(proposal, Proposal)

        for actor, refusal in (
            (api_keeper, SamePerson),
            (staff_user("system_administrator"), NotPermitted),
            (staff_user("supervisor"), NotPermitted),
        ):
            with pytest.raises(refusal):
                clients.approve_scope(client=made, proposal=proposal, **grounds(actor))
        assert not made.scopes.exists()

    def test_that_was_returned_is_not_there_and_can_be_asked_for_again(
        self, make_caller: MakeCaller, api_keeper: StaffUser, staff_user: MakeStaff
    ) -> None:
        made = make_caller().client
        officer = staff_user("compliance_officer")
        ask = {"client": made, "scope": "applications:write", **grounds(api_keeper)}
        proposal = clients.grant_scope(**ask)
        assert isinstance(proposal, Proposal)
        with pytest.raises(ActionRefused):
            clients.grant_scope(**ask)

        clients.return_scope(client=made, proposal=proposal, **grounds(officer))

        with pytest.raises(ProposalClosed):
            clients.approve_scope(client=made, proposal=proposal, **grounds(officer))
        assert not made.scopes.exists()
        assert isinstance(clients.grant_scope(**ask), Proposal)

    def test_cannot_stand_in_the_database_without_an_approval(
        self, make_caller: MakeCaller, api_keeper: StaffUser
    ) -> None:
        made = make_caller().client
        grant = ApiScopeGrant(
            client=made, scope="applications:write", is_writing=True, granted_by=api_keeper.person
        )

        with (
            pytest.raises(IntegrityError, match="apiscopegrant_writing_is_approved"),
            transaction.atomic(),
        ):
            audit.create(grant, **grounds(api_keeper))

    def test_of_another_clients_proposal_is_refused(
        self, make_caller: MakeCaller, api_keeper: StaffUser, staff_user: MakeStaff
    ) -> None:
        one, other = make_caller().client, make_caller().client
        proposal = clients.grant_scope(
            client=one, scope="applications:write", **grounds(api_keeper)
        )
        assert isinstance(proposal, Proposal)

        with pytest.raises(InvalidInput):
            clients.approve_scope(
                client=other, proposal=proposal, **grounds(staff_user("compliance_officer"))
            )


@pytest.mark.django_db
class TestServices:
    @pytest.mark.parametrize("days", [-1, 0, 367, 10**8])
    def test_a_key_has_a_term_in_bounds(
        self, days: int, make_caller: MakeCaller, api_keeper: StaffUser
    ) -> None:
        made = make_caller().client

        with pytest.raises(InvalidInput):
            clients.issue_key(client=made, days=days, **grounds(api_keeper))
        assert made.keys.count() == 1

    def test_what_is_over_is_not_ended_again(
        self, make_caller: MakeCaller, api_keeper: StaffUser
    ) -> None:
        caller = make_caller("rules:read")
        clients.revoke_key(key=caller.key, **grounds(api_keeper))
        grant = caller.client.scopes.get()
        clients.end_scope(grant=grant, **grounds(api_keeper))
        clients.stop_client(client=caller.client, **grounds(api_keeper))

        for again in (
            lambda: clients.revoke_key(key=caller.key, **grounds(api_keeper)),
            lambda: clients.rotate_key(
                key=caller.key, days=1, overlap_hours=1, **grounds(api_keeper)
            ),
            lambda: clients.end_scope(grant=grant, **grounds(api_keeper)),
            lambda: clients.stop_client(client=caller.client, **grounds(api_keeper)),
            lambda: clients.issue_key(client=caller.client, days=1, **grounds(api_keeper)),
        ):
            with pytest.raises(ActionRefused):
                again()

    def test_a_client_changed_meanwhile_is_not_changed_over(
        self, make_caller: MakeCaller, api_keeper: StaffUser
    ) -> None:
        made = make_caller().client

        with pytest.raises(StaleVersion):
            clients.change_client(
                client=made,
                contact_post="值班",
                reads_a_minute=1,
                writes_a_minute=1,
                expected_version=made.version + 1,
                **grounds(api_keeper),
            )


@pytest.mark.django_db(transaction=True)
def test_no_table_holds_a_secret(
    make_caller: MakeCaller, owner_connection: psycopg.Connection
) -> None:
    caller = make_caller("rules:read")
    caller.get("/api/v1/time-limits/")
    secret = caller.secret.rpartition("_")[2]

    texts = list(database_text(owner_connection))

    assert [table for table, text in texts if secret in text] == []
    assert any(caller.key.prefix in text for _table, text in texts)
    assert ApiKey.objects.exists()
