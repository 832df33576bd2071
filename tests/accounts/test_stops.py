"""An operator ends or pauses an account of the own wish; what is open about it stands in the way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.enums import (
    AccountStatus,
    ApplicationSource,
    GroundKind,
    HoldKind,
    ListedNameKind,
    RestrictionKind,
)
from accounts.models import (
    AccountActivity,
    Application,
    Hold,
    ListedName,
    NameProtection,
    PublicAccount,
    Restriction,
    Stop,
)
from accounts.services import review as applications
from accounts.services.blocks import Blocked
from accounts.services.holds import place_hold
from accounts.services.registration import register_account
from accounts.services.restrictions import impose_restriction, state_of
from accounts.services.stops import wishing
from accounts.services.stops.wishing import carry_out_stops
from accounts.transfer_words import StopStatus
from compliance import work
from compliance.errors import ActionRefused, TransitionRefused
from compliance.models import Notice, PlatformCommand, ResponseInvitation, StaffUser
from reports.demo.clock import clock_at
from tests.accounts.fixtures import application_data, unused_credit_code
from tests.accounts.transfers import after, stop_grounds

pytestmark = pytest.mark.django_db
MakeAccount = Callable[..., PublicAccount]


@pytest.fixture
def account(make_account: MakeAccount) -> PublicAccount:
    return make_account()


def kept() -> tuple[Any, ...]:
    return (
        list(Stop.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values()),
        list(Hold.objects.order_by("pk").values()),
        list(Restriction.objects.order_by("pk").values()),
        NameProtection.objects.count(),
        ResponseInvitation.objects.count(),
        Notice.objects.count(),
        PlatformCommand.objects.count(),
    )


def to_close(account: PublicAccount, actor: StaffUser) -> Stop:
    return wishing.apply_to_close(
        account=account, source=ApplicationSource.API, **stop_grounds(actor)
    )


def closed(account: PublicAccount, actor: StaffUser) -> Stop:
    stop = to_close(account, actor)
    with after(stop.clock):
        assert carry_out_stops(now=timezone.now(), actor=actor) == (1, 0)
    return Stop.objects.get(pk=stop.pk)


def open_case(account: PublicAccount, actor: StaffUser) -> None:
    place_hold(
        account=account,
        kind=HoldKind.OPEN_CASE,
        ground_ref="case:4711",
        **stop_grounds(actor),
    )


def mute(account: PublicAccount, actor: StaffUser) -> None:
    impose_restriction(
        account=account,
        kind=RestrictionKind.SUSPEND_UPDATES,
        from_=timezone.now(),
        until=None,
        ground_kind=GroundKind.DECISION,
        ground_ref="CZ00004711",
        **stop_grounds(actor),
    )


class TestEnding:
    @pytest.mark.parametrize(
        ("followers", "days"),
        [(0, 15), (10_000, 15), (10_001, 30), (100_000, 30), (100_001, 60)],
    )
    def test_the_time_to_think_again_depends_on_the_followers(
        self, account: PublicAccount, system: StaffUser, followers: int, days: int
    ) -> None:
        AccountActivity.objects.filter(account=account).update(followers=followers)

        stop = to_close(account, system)

        assert stop.clock is not None
        left = timezone.localdate(stop.clock.due_at - timedelta(seconds=1)) - timezone.localdate()
        assert (left.days, stop.followers) == (days, followers)

    def test_it_closes_after_that_without_a_sanction(
        self, account: PublicAccount, system: StaffUser
    ) -> None:
        stop = closed(account, system)

        account.refresh_from_db()
        assert (account.status, account.closed_ground_kind) == (
            AccountStatus.CLOSED,
            GroundKind.STOP,
        )
        assert stop.status == StopStatus.CLOSED
        assert not ListedName.objects.filter(kind=ListedNameKind.BARRED, name=account.name).exists()
        assert not Hold.objects.in_force().filter(account=account).exists()
        assert Notice.objects.filter(purpose="accounts.stop_closed").count() == 1

    def test_not_a_moment_before_and_never_twice(
        self, account: PublicAccount, system: StaffUser
    ) -> None:
        stop = to_close(account, system)
        before = kept()
        assert carry_out_stops(now=timezone.now(), actor=system) == (0, 0)
        with pytest.raises(ActionRefused), transaction.atomic():
            wishing.carry_out_stop(stop=stop, **stop_grounds(system))
        assert kept() == before

        with after(stop.clock):
            carry_out_stops(now=timezone.now(), actor=system)
            before = kept()
            assert carry_out_stops(now=timezone.now(), actor=system) == (0, 0)
        assert kept() == before

    def test_taken_back_the_account_goes_on_as_it_was(
        self, account: PublicAccount, system: StaffUser
    ) -> None:
        stop = to_close(account, system)

        wishing.revoke_stop(stop=stop, **stop_grounds(system))

        with after(stop.clock):
            assert carry_out_stops(now=timezone.now(), actor=system) == (0, 0)
        account.refresh_from_db()
        assert account.status == AccountStatus.ACTIVE
        assert not Hold.objects.in_force().filter(account=account).exists()
        with pytest.raises(TransitionRefused):
            wishing.revoke_stop(stop=stop, **stop_grounds(system))

    @pytest.mark.parametrize("blocker", [open_case, mute], ids=["open case", "running measure"])
    def test_what_is_open_blocks_it_at_the_application(
        self, account: PublicAccount, system: StaffUser, blocker: Callable[..., None]
    ) -> None:
        blocker(account, system)
        before = kept()

        with pytest.raises(Blocked) as refusal, transaction.atomic():
            to_close(account, system)

        assert "4711" not in str(refusal.value)
        assert kept() == before

    @pytest.mark.parametrize("blocker", [open_case, mute], ids=["open case", "running measure"])
    def test_what_comes_up_meanwhile_ends_the_wish_and_is_told(
        self, account: PublicAccount, system: StaffUser, blocker: Callable[..., None]
    ) -> None:
        stop = to_close(account, system)
        blocker(account, system)

        with after(stop.clock):
            assert carry_out_stops(now=timezone.now(), actor=system) == (0, 1)

        stop.refresh_from_db()
        account.refresh_from_db()
        assert (stop.status, account.status) == (StopStatus.BLOCKED, AccountStatus.ACTIVE)
        assert stop.told in Notice.objects.get(purpose="accounts.stop_blocked").text

    def test_there_is_one_at_a_time(self, account: PublicAccount, system: StaffUser) -> None:
        to_close(account, system)
        before = kept()

        with pytest.raises(ActionRefused), transaction.atomic():
            to_close(account, system)

        assert kept() == before


class TestProtectedName:
    def test_somebody_else_is_looked_at_and_cannot_be_approved_until_it_is_over(
        self,
        account: PublicAccount,
        system: StaffUser,
        make_application: Callable[..., Application],
        staff_user: Callable[..., StaffUser],
    ) -> None:
        stop = closed(account, system)
        until = stop.name_protection.protected_until
        with clock_at(until - timedelta(days=1)):
            other = make_application(account_name=account.name)
            assert {each.code for each in other.checks.all()} == {"name_similar"}
            moderator = staff_user("moderator")
            lease = work.claim_item(work_item=other.work_item, actor=moderator)
            before = kept()

            said = timezone.localtime(until).strftime("%Y-%m-%d")
            with pytest.raises(ActionRefused, match=said), transaction.atomic():
                applications.approve_application(
                    application=Application.objects.get(pk=other.pk),
                    fence=lease.fence,
                    expected_version=other.version,
                    **stop_grounds(moderator),
                )
            assert kept() == before
        with clock_at(until):
            free = make_application(account_name=account.name)

        assert "name_similar" not in {
            each.params.get("until") and each.code for each in free.checks.all()
        }

    def test_who_gave_it_up_gets_it_again(
        self, make_account: MakeAccount, system: StaffUser
    ) -> None:
        code = unused_credit_code()
        account = make_account(id_type="uscc", subject_nature="enterprise", id_number=code)
        closed(account, system)

        again = register_account(
            data=application_data(
                id_type="uscc",
                subject_nature="enterprise",
                id_number=code,
                account_name=account.name,
            ),
            source=ApplicationSource.API,
            **stop_grounds(system),
        )

        assert "name_similar" not in {each.code.value for each in again.checks}


class TestPausing:
    def test_service_rests_until_the_operator_resumes(
        self, account: PublicAccount, system: StaffUser
    ) -> None:
        stop = wishing.pause_account(
            account=account, source=ApplicationSource.API, **stop_grounds(system)
        )
        paused = Restriction.objects.get(account=account)
        assert (paused.kind, paused.ground_kind, paused.in_force_until) == (
            RestrictionKind.SUSPEND_SERVICE,
            GroundKind.STOP,
            None,
        )

        wishing.resume_account(stop=stop, **stop_grounds(system))

        assert state_of(account, timezone.now()).may_publish
        with pytest.raises(TransitionRefused):
            wishing.resume_account(stop=stop, **stop_grounds(system))

    def test_a_measure_outlives_the_pause(self, account: PublicAccount, system: StaffUser) -> None:
        mute(account, system)
        stop = wishing.pause_account(
            account=account, source=ApplicationSource.API, **stop_grounds(system)
        )

        wishing.resume_account(stop=stop, **stop_grounds(system))

        running = Restriction.objects.in_force(timezone.now()).get(account=account)
        assert running.ground_kind == GroundKind.DECISION
