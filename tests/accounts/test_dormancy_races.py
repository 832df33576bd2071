"""Sweeps that come at once, and use that is pushed meanwhile: nothing happens twice or is lost."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from accounts.dormancy_words import DormancyStatus
from accounts.models import Dormancy, PublicAccount, Restriction
from accounts.services.activity import Use, record_activity
from compliance import staff
from compliance.models import Notice
from tests.accounts.dormancy import Platform

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    barrier = threading.Barrier(len(acts))
    outcomes: list[Any] = []

    def work(act: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            outcomes.append(act())
        except Exception as problem:  # noqa: BLE001 - whatever it is, the test says it
            outcomes.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [each for each in outcomes if isinstance(each, Exception)] == []
    return outcomes


def test_sweeps_at_once_and_a_login_between_them(
    platform: Platform, make_idle: Callable[..., PublicAccount]
) -> None:
    platform.change_rule()
    accounts = [make_idle() for _number in range(6)]

    at_once(platform.sweep, platform.sweep, platform.sweep)

    told = Dormancy.objects.values_list("account", flat=True)
    assert Counter(told) == Counter(each.pk for each in accounts)
    assert Notice.objects.filter(purpose="accounts.dormancy_noticed").count() == len(accounts)
    platform.pass_days(15)
    system = staff.system_actor()

    def log_in() -> None:
        uses = [Use(each.platform_uid, last_login_at=timezone.now()) for each in accounts[:3]]
        record_activity(uses=uses, actor=system)

    at_once(platform.sweep, log_in, platform.sweep)

    states = dict(Dormancy.objects.values_list("account", "status"))
    assert {states[each.pk] for each in accounts[:3]} == {DormancyStatus.RETURNED}
    assert {states[each.pk] for each in accounts[3:]} == {DormancyStatus.SUSPENDED}
    running = Restriction.objects.filter(ended_at=None).values_list("account", flat=True)
    assert Counter(running) == Counter(each.pk for each in accounts[3:])


def test_sweep_that_died_halfway_is_gone_on_with_by_the_next(
    platform: Platform, make_idle: Callable[..., PublicAccount]
) -> None:
    platform.change_rule()
    for _number in range(3):
        make_idle()
    with pytest.raises(RuntimeError), transaction.atomic():
        platform.sweep()
        raise RuntimeError("the process died before its transaction was written")
    assert not Dormancy.objects.exists()

    platform.sweep()

    assert Dormancy.objects.count() == 3
