"""Sweeps in processes of their own, two at once or killed: each effect once, and none lost."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.dormancy_words import BatchStatus, DormancyStatus
from accounts.models import (
    Dormancy,
    DormancyBatch,
    PatrolCheck,
    PatrolRun,
    PublicAccount,
    Restriction,
)
from accounts.services.dormancy import batches, selection, sweeping
from accounts.services.patrol import planning
from compliance import staff
from compliance.models import Notice, PlatformCommand
from tests.accounts.dormancy import Platform, grounds
from tests.processes import at_once, kill_in

pytestmark = pytest.mark.django_db(transaction=True)


def states() -> Counter[str]:
    return Counter(Dormancy.objects.values_list("status", flat=True))


def notices(purpose: str) -> int:
    return Notice.objects.filter(purpose=f"accounts.{purpose}").count()


def test_each_step_of_dormancy_is_taken_once_whoever_is_killed_or_comes_twice(
    platform: Platform,
    make_idle: Callable[..., PublicAccount],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    platform.change_rule()
    accounts = [make_idle() for _number in range(4)]
    monkeypatch.setattr(selection, "BATCH", 2)
    monkeypatch.setattr(batches, "AT_ONCE", 2)

    # Told: two accounts were committed, the next two were not.
    kill_in(platform.sweep, sweeping, "tell_all", call=2)
    assert states() == {DormancyStatus.NOTICED: 2}
    assert at_once(platform.sweep, platform.sweep) == [0, 0]
    assert states() == {DormancyStatus.NOTICED: 4}
    assert notices("dormancy_noticed") == 4

    # Suspended.
    platform.pass_days(15)
    kill_in(platform.sweep, sweeping, "tell_all", call=1)
    assert states() == {DormancyStatus.NOTICED: 4}
    assert not Restriction.objects.exists()
    assert at_once(platform.sweep, platform.sweep) == [0, 0]
    assert states() == {DormancyStatus.SUSPENDED: 4}
    assert Counter(Restriction.objects.values_list("account", flat=True)) == {
        each.pk: 1 for each in accounts
    }
    assert PlatformCommand.objects.count() == 4

    # Proposed, in one batch.
    platform.pass_days(31)
    assert at_once(platform.sweep, platform.sweep) == [0, 0]
    batch = DormancyBatch.objects.get()
    assert batch.count == 4

    # Carried out: killed when two were closed and two more were about to be.
    batches.approve_batch(batch=batch, **grounds(platform.supervisor))
    system = staff.system_actor()

    def carry_out() -> None:
        list(batches.carry_out_approved(actor=system))

    kill_in(carry_out, batches, "tell_all", call=2)
    assert states() == {DormancyStatus.PROPOSED: 2, DormancyStatus.TERMINATED: 2}
    assert at_once(carry_out, carry_out) == [0, 0]
    assert states() == {DormancyStatus.TERMINATED: 4}
    assert DormancyBatch.objects.get().status == BatchStatus.DONE
    assert notices("dormancy_terminated") == 4
    assert set(PublicAccount.objects.values_list("status", flat=True)) == {"closed"}


def test_a_month_of_patrol_is_planned_once_whoever_is_killed_or_comes_twice(
    platform: Platform, make_idle: Callable[..., PublicAccount]
) -> None:
    for _number in range(3):
        make_idle()
    actor = platform.officer

    def plan() -> None:
        planning.plan_patrol(month=timezone.localdate(), **grounds(actor))

    kill_in(plan, planning, "_put_up", call=1)
    assert not PatrolRun.objects.exists()
    assert not PatrolCheck.objects.exists()

    assert sorted(at_once(plan, plan)) == [0, 1]
    assert PatrolRun.objects.count() == 1
    checked = Counter(PatrolCheck.objects.values_list("account", flat=True))
    assert checked
    assert set(checked.values()) == {1}
