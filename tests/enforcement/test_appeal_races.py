"""At one moment, by two processes: filing, taking up, deciding; what races is done once and by others."""

from collections.abc import Callable

import pytest

from compliance.errors import ActionRefused
from compliance.models import StaffUser
from enforcement.models import Appeal, AppealRuling, Decision
from enforcement.services.appeals import ruling, taking_up
from tests.enforcement.appeals import TOLD, accept, filed, fresh, grounds, hold
from tests.enforcement.conftest import suspension
from tests.processes import said_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def said(act: Callable[[], object]) -> str:
    """Return whether an act was done or refused."""
    try:
        act()
    except ActionRefused:
        return "refused"
    return "done"


def test_two_appeals_at_once_are_one(decide: Callable[..., Decision]) -> None:
    decision = decide(measures=suspension(7))

    outcomes = said_at_once(
        lambda: said(lambda: filed(decision)), lambda: said(lambda: filed(decision))
    )

    assert sorted(outcomes) == ["done", "refused"]
    assert Appeal.objects.count() == 1


def test_withdrawn_and_decided_at_once_it_ends_one_way(
    decide: Callable[..., Decision], staff_user: Callable[..., StaffUser], system: StaffUser
) -> None:
    handler = staff_user("complaint_handler")
    appeal = accept(filed(decide(measures=suspension(7))), handler)
    fence = hold(appeal, handler)

    outcomes = said_at_once(
        lambda: said(
            lambda: ruling.decide_appeal(
                appeal=fresh(appeal),
                outcome="revoked",
                ground="facts",
                text=TOLD,
                fence=fence,
                **grounds(handler),
            )
        ),
        lambda: said(lambda: taking_up.withdraw_appeal(appeal=fresh(appeal), **grounds(system))),
    )

    assert sorted(outcomes) == ["done", "refused"]
    is_decided = fresh(appeal).status == "decided"
    assert AppealRuling.objects.exists() == is_decided
    assert (Decision.objects.get().status == "reversed") == is_decided


def test_two_handlers_at_once_take_it_up_once(
    decide: Callable[..., Decision], staff_user: Callable[..., StaffUser]
) -> None:
    appeal = filed(decide(measures=suspension(7)))
    one, other = staff_user("complaint_handler"), staff_user("complaint_handler")

    def take(handler: StaffUser) -> str:
        return said(lambda: accept(appeal, handler))

    assert sorted(said_at_once(lambda: take(one), lambda: take(other))) == ["done", "refused"]
