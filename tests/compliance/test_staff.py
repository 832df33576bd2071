"""Colleagues, logins and roles: through the services and the administrator's pages."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from compliance import roles, staff
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.models import ActionLog, ActionOutcome, Person, StaffUser
from compliance.provisions import Provision
from tests.conftest import PASSWORD

P = Provision.OPINIONS_10


@pytest.fixture
def administrator(staff_user: Callable[..., StaffUser], client: Client) -> StaffUser:
    login = staff_user("system_administrator")
    client.force_login(login)
    return login


@pytest.mark.django_db
class TestAddColleague:
    def test_the_colleague_can_log_in_with_the_rights_of_the_role(
        self, administrator: StaffUser, client: Client
    ) -> None:
        response = client.post(
            reverse("admin:add_staff"),
            {
                "name": "新来的",
                "post": "审核",
                "username": "xinlai",
                "password": PASSWORD,
                "role": "moderator",
                "reason": "入职登记",
            },
        )

        login = StaffUser.objects.get(username="xinlai")
        assert response.status_code == 302
        assert login.has_perm("compliance.reveal_identity")
        assert Client().login(username="xinlai", password=PASSWORD)
        assert login.history.get().history_change_reason == "入职登记"
        assert ActionLog.objects.for_object(login).get().actor_number == administrator.person_id

    @pytest.mark.parametrize(
        ("field", "value"), [("password", "123456789012"), ("username", "system"), ("name", "  ")]
    )
    def test_a_refused_colleague_leaves_nobody_behind(
        self, field: str, value: str, administrator: StaffUser, client: Client
    ) -> None:
        people = Person.objects.count()
        given = {
            "name": "某人",
            "post": "",
            "username": "mouren",
            "password": PASSWORD,
            "role": "moderator",
            "reason": "入职",
            field: value,
        }

        response = client.post(reverse("admin:add_staff"), given)

        assert response.status_code in (409, 422)
        assert Person.objects.count() == people
        assert not StaffUser.objects.filter(username="mouren").exists()

    @pytest.mark.parametrize("role", ["moderator", "supervisor", "compliance_officer", "auditor"])
    def test_no_other_role_opens_the_page_or_may_use_the_service(
        self, role: str, staff_user: Callable[..., StaffUser], client: Client
    ) -> None:
        other = staff_user(role)
        client.force_login(other)

        assert client.get(reverse("admin:add_staff")).status_code == 403
        with pytest.raises(NotPermitted):
            staff.add_person(name="x", post="", actor=other, provision=P, reason="x")


@pytest.mark.django_db
class TestRoles:
    def test_an_ended_role_gives_no_rights_any_more(
        self, administrator: StaffUser, staff_user: Callable[..., StaffUser], client: Client
    ) -> None:
        moderator = staff_user("moderator")
        assignment = moderator.role_assignments.get()

        client.post(
            reverse("admin:staff_login", args=[moderator.pk]),
            {"action": "end_role", "assignment": assignment.pk, "reason": "转岗"},
        )

        assert not StaffUser.objects.get(pk=moderator.pk).has_perm("compliance.reveal_identity")
        assignment.refresh_from_db()
        assert assignment.ended_at is not None

    def test_a_role_that_another_one_excludes_is_refused_said_and_logged(
        self, administrator: StaffUser, staff_user: Callable[..., StaffUser], client: Client
    ) -> None:
        auditor = staff_user("auditor")

        response = client.post(
            reverse("admin:staff_login", args=[auditor.pk]),
            {"action": "assign", "role": "moderator", "reason": "兼任"},
        )

        assert response.status_code == 409
        assert auditor.role_assignments.count() == 1
        refused = ActionLog.objects.refused().get()
        assert refused.action == "compliance.staffuser.assign"
        assert refused.actor_number == administrator.person_id

    def test_a_login_out_of_use_is_out_at_once(
        self, administrator: StaffUser, staff_user: Callable[..., StaffUser], client: Client
    ) -> None:
        leaving = staff_user("moderator")
        their_client = Client()
        their_client.force_login(leaving)

        client.post(
            reverse("admin:staff_login", args=[leaving.pk]),
            {"action": "deactivate", "reason": "离职"},
        )

        assert their_client.get(reverse("admin:index")).status_code == 302
        assert not Client().login(username=leaving.username, password=PASSWORD)

    def test_the_last_administrator_stays(
        self, administrator: StaffUser, staff_user: Callable[..., StaffUser], client: Client
    ) -> None:
        page = reverse("admin:staff_login", args=[administrator.pk])
        role = administrator.role_assignments.get()

        for posted in ({"action": "end_role", "assignment": role.pk}, {"action": "deactivate"}):
            assert client.post(page, {**posted, "reason": "离职"}).status_code == 409

        administrator.refresh_from_db()
        role.refresh_from_db()
        assert administrator.is_active
        assert role.ended_at is None
        staff_user("system_administrator")
        assert client.post(page, {"action": "deactivate", "reason": "离职"}).status_code == 302

    def test_nobody_deletes_a_login(
        self, administrator: StaffUser, staff_user: Callable[..., StaffUser], client: Client
    ) -> None:
        login = staff_user("moderator")

        response = client.post(
            reverse("admin:compliance_staffuser_delete", args=[login.pk]), {"post": "yes"}
        )

        assert response.status_code == 403
        assert StaffUser.objects.filter(pk=login.pk).exists()


@pytest.mark.django_db
class TestLogin:
    def test_nobody_logs_in_as_the_system(self) -> None:
        assert not Client().login(username="system", password="!")
        assert not Client().login(username="system", password="")

    def test_a_changed_password_is_a_step_of_its_own_version(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        login = staff_user("moderator")
        version = login.version

        login.set_password("another-made-up-secret-7")
        login.save(update_fields=["password"])

        login.refresh_from_db()
        assert login.version == version + 1
        assert ActionOutcome.REFUSED not in ActionLog.objects.values_list("outcome", flat=True)

    def test_a_colleague_changes_the_own_password_and_that_is_on_record(
        self, staff_user: Callable[..., StaffUser], client: Client
    ) -> None:
        login = staff_user("moderator")
        client.force_login(login)
        new = "another-made-up-secret-7"

        response = client.post(
            reverse("admin:password_change"),
            {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
        )

        assert response.status_code == 302
        assert Client().login(username=login.username, password=new)
        row = ActionLog.objects.get(action="compliance.staffuser.change_password")
        assert (row.object_id, row.actor_number) == (str(login.pk), login.person_id)
        assert new not in row.payload

    def test_nobody_changes_the_password_of_somebody_else(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        login, other = staff_user("moderator"), staff_user("system_administrator")

        with pytest.raises(NotPermitted):
            staff.change_password(
                staff=login,
                password="another-made-up-secret-7",
                actor=other,
                provision=P,
                reason="x",
            )

        assert Client().login(username=login.username, password=PASSWORD)

    def test_a_weak_password_is_refused(self, system: StaffUser) -> None:
        person = staff.add_person(name="某人", post="", actor=system, provision=P, reason="x")

        with pytest.raises(InvalidInput):
            staff.create_login(
                person=person,
                username="weak",
                password="short",
                actor=system,
                provision=P,
                reason="x",
            )


@pytest.mark.django_db
def test_the_roles_in_the_database_are_those_defined(system: StaffUser) -> None:
    from django.contrib.auth.models import Group

    for definition in roles.definitions():
        held = {
            f"{each.content_type.app_label}.{each.codename}"
            for each in Group.objects.get(name=definition.code).permissions.select_related(
                "content_type"
            )
        }
        assert held == set(definition.permissions)


@pytest.mark.django_db
def test_a_role_held_twice_is_refused(
    system: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    login = staff_user("moderator")

    with pytest.raises(ActionRefused):
        staff.assign_role(staff=login, role="moderator", actor=system, provision=P, reason="x")

    assert login.role_assignments.count() == 1
