"""Clients, keys and scopes on the pages of those who keep them."""

import logging
import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from compliance import audit, proposals, staff
from compliance.api import clients
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.models import (
    ActionLog,
    ApiClient,
    Approval,
    Proposal,
    RoleAssignment,
    Side,
    StaffUser,
)
from tests.compliance.api_fixtures import REASON
from tests.compliance.test_api_client_pages.conftest import MakeCaller, MakeStaff, grounds, page_of
from tests.conftest import PASSWORD

SECRET = re.compile(r"heyan_[a-z2-7]{8}_[a-z2-7]{32}")


@pytest.mark.django_db
class TestPages:
    def test_a_client_is_registered_and_may_do_nothing(
        self, api_keeper: StaffUser, client: Client
    ) -> None:
        client.force_login(api_keeper)

        response = client.post(
            reverse("admin:add_api_client"),
            {
                "name": "平台主站",
                "contact_post": "平台值班",
                "reads_a_minute": 10,
                "writes_a_minute": 5,
                "reason": "接入",
            },
        )

        made = ApiClient.objects.get()
        assert response["Location"] == page_of(made)
        assert not made.scopes.exists()
        assert not made.keys.exists()
        assert "平台主站" in client.get(page_of(made)).text
        assert "平台主站" in client.get(reverse("admin:compliance_apiclient_changelist")).text
        assert made.actor.person.is_client

    @pytest.mark.parametrize(
        ("field", "value"),
        [("name", " "), ("name", "a\u200b"), ("contact_post", ""), ("reads_a_minute", "0")],
    )
    def test_a_refused_client_leaves_nothing_behind(
        self, field: str, value: str, api_keeper: StaffUser, client: Client
    ) -> None:
        client.force_login(api_keeper)
        before = StaffUser.objects.count()
        given = {
            "name": "平台主站",
            "contact_post": "平台值班",
            "reads_a_minute": "10",
            "writes_a_minute": "5",
            "reason": "接入",
            field: value,
        }

        response = client.post(reverse("admin:add_api_client"), given)

        assert response.status_code in (409, 422)
        assert not ApiClient.objects.exists()
        assert StaffUser.objects.count() == before

    def test_a_new_key_stands_on_one_answer_and_nowhere_else(
        self,
        make_caller: MakeCaller,
        api_keeper: StaffUser,
        client: Client,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        caller = make_caller("rules:read")
        client.force_login(api_keeper)
        page = page_of(caller.client)

        shown = client.post(page, {"action": "issue", "days": "30", "reason": "轮换"})
        after = client.get(page)

        (secret,) = set(SECRET.findall(shown.text))
        assert "no-store" in shown["Cache-Control"]
        assert 'data-copies="secret"' in shown.text
        assert SECRET.search(after.text) is None
        assert secret.rpartition("_")[0] in after.text
        assert secret not in caplog.text
        assert (
            Client()
            .get("/api/v1/time-limits/", headers={"Authorization": f"Bearer {secret}"})
            .status_code
            == 200
        )

    def test_every_act_of_the_page(
        self, make_caller: MakeCaller, api_keeper: StaffUser, client: Client
    ) -> None:
        caller = make_caller("rules:read")
        client.force_login(api_keeper)
        page = page_of(caller.client)

        def act(**posted: Any) -> int:
            return client.post(page, {"reason": REASON, **posted}).status_code

        rotated = act(action="rotate", key=caller.key.pk, days="10", overlap="1")
        refused = act(action="issue", days="10")
        revoked = act(action="revoke", key=caller.key.pk)
        granted = act(action="grant", scope="accounts:read")
        ended = act(action="end_scope", scope=caller.client.scopes.get(scope="rules:read").pk)
        changed = act(action="change", contact_post="值班", reads="7", writes="8", version=1)
        stale = act(action="change", contact_post="值班", reads="9", writes="9", version=1)
        stopped = act(action="stop")
        resumed = act(action="resume")
        unknown = act(action="delete")

        assert rotated == 200
        assert {refused, stale, unknown} == {409}
        assert {revoked, granted, ended, changed, stopped, resumed} == {302}
        caller.client.refresh_from_db()
        assert (caller.client.reads_a_minute, caller.client.writes_a_minute) == (7, 8)
        assert [each.scope for each in caller.client.scopes.filter(ended_at=None)] == [
            "accounts:read"
        ]
        assert ActionLog.objects.refused().count() == 3
        assert client.get(page).status_code == 200

    def test_the_timeline_names_the_scope_and_the_key_even_when_the_scope_has_ended(
        self, make_caller: MakeCaller, api_keeper: StaffUser, client: Client
    ) -> None:
        caller = make_caller("rules:read")
        client.force_login(api_keeper)
        grant = caller.client.scopes.get()
        clients.end_scope(grant=grant, **grounds(api_keeper))

        _head, timeline = client.get(page_of(caller.client)).text.split('class="ui-timeline"')

        assert timeline.count("读取规则文件和办理时限 (rules:read)") == 2
        assert "已授予权限范围" in timeline
        assert f"接口密钥 {caller.key}：已生成密钥" in timeline

    def test_numbers_are_asked_for_as_numbers_within_the_limits_of_the_service(
        self, make_caller: MakeCaller, api_keeper: StaffUser, client: Client
    ) -> None:
        caller = make_caller("rules:read")
        client.force_login(api_keeper)

        page = client.get(page_of(caller.client)).text
        fields = re.findall(r'<input class="ui-input" (type="number"[^>]*)>', page)

        assert {re.search(r'name="(\w+)"', each)[1] for each in fields} == {
            *("days", "overlap", "reads", "writes")
        }
        days = next(each for each in fields if 'name="days"' in each)
        assert f'min="1" max="{clients.LONGEST_TERM_DAYS}"' in days

    @pytest.mark.parametrize("days", ["0", "367", "1.5", "neunzig", "-1"])
    def test_a_term_out_of_bounds_makes_no_key(
        self, days: str, make_caller: MakeCaller, api_keeper: StaffUser, client: Client
    ) -> None:
        caller = make_caller("rules:read")
        client.force_login(api_keeper)

        refused = client.post(
            page_of(caller.client), {"action": "issue", "days": days, "reason": REASON}
        )

        assert refused.status_code == 409
        assert caller.client.keys.count() == 1

    @pytest.mark.parametrize("role", ["moderator", "supervisor", "complaint_handler"])
    def test_others_do_not_see_it(
        self, role: str, make_caller: MakeCaller, staff_user: MakeStaff, client: Client
    ) -> None:
        made = make_caller().client
        client.force_login(staff_user(role))

        assert client.get(page_of(made)).status_code == 403
        assert client.get(reverse("admin:add_api_client")).status_code == 403

    @pytest.mark.parametrize("role", ["auditor", "compliance_officer"])
    def test_those_who_only_look_are_offered_no_act_and_refused_one(
        self, role: str, make_caller: MakeCaller, staff_user: MakeStaff, client: Client
    ) -> None:
        made = make_caller().client
        client.force_login(staff_user(role))

        response = client.get(page_of(made))
        tried = client.post(page_of(made), {"action": "issue", "days": "5", "reason": "x"})

        assert response.status_code == 200
        assert 'name="action" value=' not in response.text
        assert tried.status_code == 409
        assert SECRET.search(tried.text) is None
        assert made.keys.count() == 1


@pytest.mark.django_db
class TestMachine:
    def test_gets_no_login_and_no_role(self, make_caller: MakeCaller, system: StaffUser) -> None:
        login = make_caller().client.actor

        with pytest.raises(InvalidInput):
            staff.create_login(
                person=login.person, username="maschine", password=PASSWORD, **grounds(system)
            )
        with pytest.raises(ActionRefused):
            staff.assign_role(staff=login, role="supervisor", **grounds(system))

    def test_cannot_be_let_in_by_the_database_either(
        self, make_caller: MakeCaller, system: StaffUser
    ) -> None:
        login = make_caller().client.actor

        with (
            pytest.raises(IntegrityError, match="nobody logs in as a machine"),
            transaction.atomic(),
        ):
            audit.amend(login, "change", is_active=True, **grounds(system))
        with (
            pytest.raises(IntegrityError, match="roles are for people"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO compliance_roleassignment (staff_id, role_id, granted_by_id, version) "
                "SELECT %s, id, %s, 1 FROM auth_group WHERE name = 'supervisor'",
                [login.pk, system.person_id],
            )
        assert not RoleAssignment.objects.filter(staff=login).exists()

    def test_approves_nothing_not_even_past_the_services(
        self, make_caller: MakeCaller, api_keeper: StaffUser
    ) -> None:
        made = make_caller().client
        proposal = clients.grant_scope(
            client=made, scope="applications:write", **grounds(api_keeper)
        )
        assert isinstance(proposal, Proposal)

        with pytest.raises(NotPermitted):
            proposals.approve_proposal(proposal=proposal, **grounds(made.actor))
        with (
            pytest.raises(IntegrityError, match="no machine approves"),
            transaction.atomic(),
        ):
            proposals.take_part(proposal.matter, made.actor, Side.RELEASER)
            Approval.objects.create(
                proposal=proposal,
                matter=proposal.matter,
                proposer=proposal.proposer,
                approver=made.actor.person,
                approver_side=Side.RELEASER,
                slot=1,
                verdict="approve",
                reason="x",
            )

    def test_a_person_never_becomes_one(self, system: StaffUser, staff_user: MakeStaff) -> None:
        person = staff_user("moderator").person

        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            audit.amend(person, "change", is_client=True, **grounds(system))
