"""At one moment, by two processes: filing, deciding, withdrawing; what races is done once, by others."""

from collections.abc import Callable

import pytest

from accounts.models import PublicAccount
from compliance.errors import ActionRefused
from compliance.models import StaffUser
from enforcement.models import ComplaintAppeal, ComplaintAppealRuling, ComplaintMessage
from enforcement.services.complaint_appeals import hearing, ruling
from enforcement.services.complaints import sweeping
from tests.enforcement.complaint_appeals import TOLD, decide, filed, fresh, hold, not_upheld
from tests.enforcement.complaints import again, fence_of, grounds
from tests.processes import said_at_once

pytestmark = pytest.mark.django_db(transaction=True)
Staff = Callable[..., StaffUser]
Account = Callable[..., PublicAccount]


def said(act: Callable[[], object]) -> str:
    """Return whether an act was done or refused."""
    try:
        act()
    except ActionRefused:
        return "refused"
    return "done"


def test_two_appeals_at_once_are_one(make_account: Account, staff_user: Staff) -> None:
    complaint = not_upheld(make_account(), staff_user("complaint_handler"))

    outcomes = said_at_once(
        lambda: said(lambda: filed(complaint)), lambda: said(lambda: filed(complaint))
    )

    assert sorted(outcomes) == ["done", "refused"]
    assert ComplaintAppeal.objects.count() == 1
    assert ComplaintMessage.objects.filter(kind="appeal").count() == 1


def test_filed_and_closed_at_once_both_are_done(make_account: Account, staff_user: Staff) -> None:
    handler = staff_user("complaint_handler")
    complaint = not_upheld(make_account(), handler, contact="")

    outcomes = said_at_once(
        lambda: said(lambda: filed(complaint)),
        lambda: said(
            lambda: sweeping.close_complaint(complaint=again(complaint), **grounds(handler))
        ),
    )

    assert outcomes == ["done", "done"]
    assert again(complaint).status == "closed"
    assert ComplaintAppeal.objects.get().status == "filed"


def test_withdrawn_and_decided_at_once_it_ends_one_way(
    make_account: Account, staff_user: Staff, system: StaffUser
) -> None:
    handler, other = staff_user("complaint_handler"), staff_user("complaint_handler")
    appeal = filed(not_upheld(make_account(), handler))
    fence = hold(appeal, other)

    outcomes = said_at_once(
        lambda: said(
            lambda: ruling.decide_complaint_appeal(
                appeal=fresh(appeal), outcome="taken_up", text=TOLD, fence=fence, **grounds(other)
            )
        ),
        lambda: said(
            lambda: hearing.withdraw_complaint_appeal(appeal=fresh(appeal), **grounds(system))
        ),
    )

    assert sorted(outcomes) == ["done", "refused"]
    is_decided = fresh(appeal).status == "decided"
    assert ComplaintAppealRuling.objects.exists() == is_decided
    assert (again(appeal.complaint).status == "investigating") == is_decided


def test_two_at_once_hear_it_once(make_account: Account, staff_user: Staff) -> None:
    appeal = filed(not_upheld(make_account(), staff_user("complaint_handler")))
    one, other = staff_user("complaint_handler"), staff_user("complaint_handler")

    outcomes = said_at_once(
        lambda: said(lambda: decide(appeal, one, "confirmed")),
        lambda: said(lambda: decide(appeal, other, "confirmed")),
    )

    assert sorted(outcomes) == ["done", "refused"]
    assert ComplaintAppealRuling.objects.count() == 1


def test_who_handled_it_does_not_get_back_what_is_taken_up_at_this_moment(
    make_account: Account, staff_user: Staff
) -> None:
    handler, other = staff_user("complaint_handler"), staff_user("complaint_handler")
    complaint = not_upheld(make_account(), handler)
    appeal = filed(complaint)
    fence = hold(appeal, other)

    outcomes = said_at_once(
        lambda: said(
            lambda: ruling.decide_complaint_appeal(
                appeal=fresh(appeal), outcome="taken_up", text=TOLD, fence=fence, **grounds(other)
            )
        ),
        lambda: said(lambda: fence_of(complaint, handler)),
    )

    assert outcomes == ["done", "refused"]
    assert said(lambda: fence_of(complaint, handler)) == "refused"
