"""What every test may ask for: people in their roles, through the services that make them."""

from collections.abc import Callable
from itertools import count

import pytest

from compliance import staff
from compliance.models import Person, StaffUser
from compliance.provisions import Provision

PASSWORD = "korrekt-pferd-batterie-9"  # made up, for tests alone
_numbers = count(1)


@pytest.fixture
def system(db: None) -> StaffUser:
    """The login as which the system acts."""
    return staff.system_actor()


@pytest.fixture
def make_person(system: StaffUser) -> Callable[..., Person]:
    """Enters a made-up person in the staff file."""

    def make(name: str = "") -> Person:
        return staff.add_person(
            name=name or f"测试员{next(_numbers)}",
            post="测试",
            actor=system,
            provision=Provision.OPINIONS_10,
            reason="测试数据",
        )

    return make


@pytest.fixture
def staff_user(system: StaffUser, make_person: Callable[..., Person]) -> Callable[..., StaffUser]:
    """Makes a login that holds a role: `staff_user("moderator")`, or several roles."""

    def make(*roles: str, person: Person | None = None, username: str = "") -> StaffUser:
        login = staff.create_login(
            person=person or make_person(),
            username=username or f"login{next(_numbers)}",
            password=PASSWORD,
            actor=system,
            provision=Provision.OPINIONS_10,
            reason="测试数据",
        )
        for role in roles:
            staff.assign_role(
                staff=login,
                role=role,
                actor=system,
                provision=Provision.OPINIONS_10,
                reason="测试数据",
            )
        # A fresh object: permissions are cached on the one that was just built.
        return StaffUser.objects.select_related("person").get(pk=login.pk)

    return make
