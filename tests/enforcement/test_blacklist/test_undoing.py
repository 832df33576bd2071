"""A reversal takes its entries away, whatever else was decided."""

from collections.abc import Callable

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.enums import ApplicationStatus
from accounts.models import BlacklistEntry, IdentityBar, ListedName, PublicAccount
from compliance.errors import TransitionRefused
from compliance.models import Notice, StaffUser
from enforcement.enums import MeasureCode
from enforcement.services import reversals
from enforcement.services.blacklist import reviewing
from tests.enforcement.blacklist import Decide, entry_of, grounds, listing, number_of, proposed
from tests.enforcement.conftest import CLOSURE
from tests.enforcement.test_blacklist.conftest import MakeApplication, digests

pytestmark = pytest.mark.django_db


class TestUndoing:
    def test_a_reversal_takes_exactly_its_own_entries_back(
        self, decide: Decide, account: PublicAccount, staff_user: Callable[..., StaffUser]
    ) -> None:
        stays = decide(account, measures=listing(MeasureCode.BAR_REREGISTRATION))
        goes = decide(
            account, measures=listing(MeasureCode.BLACKLIST, MeasureCode.BAR_REREGISTRATION)
        )
        before = set(
            IdentityBar.objects.filter(entry=entry_of(stays)).values_list("pk", "removed_at")
        )

        report = reversals.reverse_decision(
            decision=goes, **grounds(staff_user("complaint_handler"))
        )

        assert len(report.restored) == 2
        assert entry_of(stays).status == "listed"
        assert before == set(
            IdentityBar.objects.filter(entry=entry_of(stays)).values_list("pk", "removed_at")
        )
        assert digests() == len(before)
        assert ListedName.objects.in_force().filter(name=account.name).count() == 1

    def test_what_cannot_be_given_back_is_said(
        self,
        decide: Decide,
        account: PublicAccount,
        make_application: MakeApplication,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        decision = decide(account, measures=listing(also=CLOSURE))
        again = make_application(id_number=number_of(account), account_name="山谷纪行")
        assert again.status == ApplicationStatus.REFUSED

        report = reversals.reverse_decision(
            decision=decision, **grounds(staff_user("complaint_handler"))
        )

        listed = next(each for each in report.items if each.measure == MeasureCode.BLACKLIST)
        assert "1 件申请" in str(listed.explanation)
        again.refresh_from_db()
        assert again.status == ApplicationStatus.REFUSED

    def test_a_review_under_way_ends_with_the_decision(
        self, decide: Decide, account: PublicAccount, staff_user: Callable[..., StaffUser]
    ) -> None:
        decision = decide(account, measures=listing())
        proposal = proposed(entry_of(decision), staff_user("moderator"))
        reversals.reverse_decision(decision=decision, **grounds(staff_user("complaint_handler")))
        supervisor, officer = staff_user("supervisor"), staff_user("compliance_officer")
        reviewing.approve_removal(proposal=proposal, **grounds(supervisor))

        with pytest.raises(TransitionRefused):
            reviewing.approve_removal(proposal=proposal, **grounds(officer))

        assert entry_of(decision).status == "reversed"
        assert not Notice.objects.filter(purpose="enforcement.blacklist_removed").exists()


KINDS = st.sampled_from(
    [
        (MeasureCode.BLACKLIST,),
        (MeasureCode.BAR_REREGISTRATION,),
        (MeasureCode.BLACKLIST, MeasureCode.BAR_REREGISTRATION),
    ]
)


def facts_of_listing() -> dict[str, set[tuple[object, ...]]]:
    """Return everything by which somebody could be met, of all decisions."""
    return {
        "bars": {
            (each.entry_id, each.field, bytes(each.digest or b""))
            for each in IdentityBar.objects.in_force()
        },
        "names": set(ListedName.objects.in_force().values_list("name", "kind", "ground_ref")),
        "entries": set(BlacklistEntry.objects.in_force().values_list("pk", "review_date")),
    }


@given(before=st.lists(KINDS, max_size=2), undone=KINDS, after=st.lists(KINDS, max_size=2))
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_else_was_decided_a_reversal_leaves_what_was_there_without_it(
    decide: Decide,
    account: PublicAccount,
    staff_user: Callable[..., StaffUser],
    before: list[tuple[MeasureCode, ...]],
    undone: tuple[MeasureCode, ...],
    after: list[tuple[MeasureCode, ...]],
) -> None:
    with transaction.atomic():
        for codes in before:
            decide(account, measures=listing(*codes))
        decision = decide(account, measures=listing(*undone))
        for codes in after:
            decide(account, measures=listing(*codes))
        own = set(BlacklistEntry.objects.filter(measure__decision=decision))
        refs = {f"{each.ground_ref}/entry:{each.pk}" for each in own}
        numbers = {each.pk for each in own}
        there = facts_of_listing()
        expected = {
            "bars": {each for each in there["bars"] if each[0] not in numbers},
            "names": {each for each in there["names"] if each[2] not in refs},
            "entries": {each for each in there["entries"] if each[0] not in numbers},
        }

        reversals.reverse_decision(decision=decision, **grounds(staff_user("complaint_handler")))

        assert facts_of_listing() == expected
        transaction.set_rollback(True)
