"""Second looks: another colleague, and decisions to draw from."""

from collections.abc import Callable
from typing import Any

import pytest

from compliance.models import StaffUser
from enforcement.models import Decision, SecondLook
from tests.enforcement.second_looks import draw, look_at


@pytest.fixture
def other(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """A moderator who has no part in anything."""
    return staff_user("moderator")


@pytest.fixture
def drawn(decide: Callable[..., Decision], system: StaffUser) -> Callable[..., SecondLook]:
    """Takes a decision and draws it for a second look."""

    def make(**changes: Any) -> SecondLook:
        decision = decide(**changes)
        draw(system)
        return look_at(decision)

    return make
