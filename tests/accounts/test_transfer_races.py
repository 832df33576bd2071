"""What happens at once: both sides confirm, a case is opened, a wish is taken back."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.enums import AccountStatus, ApplicationSource, HoldKind
from accounts.models import Hold, PublicAccount, Stop
from accounts.services.holds import place_hold
from accounts.services.stops import wishing
from accounts.services.transfers.sweeping import keep_transfers
from accounts.transfer_words import StopStatus, TransferParty, TransferStatus
from compliance.errors import ActionRefused
from tests.accounts.transfers import TransferDesk, after, fresh, grounds, stop_grounds

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Let everybody act at the same moment, each on a connection of the own."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def work(number: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            outcomes[number] = act()
        except ActionRefused as refusal:
            outcomes[number] = refusal
        except Exception as problem:  # noqa: BLE001  # shown by the assertion
            outcomes[number] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def test_what_meets_at_one_moment_leaves_one_whole_outcome(
    transfer_desk: TransferDesk, make_account: Callable[..., PublicAccount]
) -> None:
    # One database for the three: a test that commits gets one of its own.
    desk = transfer_desk
    # Both sides confirm, each twice.
    transfer = desk.approved(make_account())
    both = [*TransferParty, *TransferParty]
    outcomes = at_once(*(lambda party=each: desk.confirm(transfer, party) for each in both))
    assert [isinstance(each, ActionRefused) for each in outcomes].count(True) == 2
    assert outcomes.count(None) == 2
    transfer = fresh(transfer)
    assert transfer.status == TransferStatus.ANNOUNCED
    assert transfer.confirmations.count() == 2

    # A case is opened while it takes effect, which is tried twice.
    account = PublicAccount.objects.get(pk=transfer.account_id)
    with after(transfer.follower_clock):
        now = timezone.now()
        outcomes = at_once(
            lambda: keep_transfers(now=now, actor=desk.system).effective,
            lambda: keep_transfers(now=now, actor=desk.system).effective,
            lambda: place_hold(
                account=PublicAccount.objects.get(pk=account.pk),
                kind=HoldKind.OPEN_CASE,
                ground_ref="case:1",
                **grounds(desk.system, "立案"),
            ),
        )
    assert isinstance(outcomes[2], Hold), outcomes
    transfer = fresh(transfer)
    account.refresh_from_db()
    has_passed = transfer.status == TransferStatus.EFFECTIVE
    assert has_passed or transfer.status == TransferStatus.LAPSED
    assert (account.subject_id == transfer.subject_id) == has_passed
    assert outcomes[:2].count(1) == int(has_passed)
    left = Hold.objects.in_force().filter(account=account)
    assert [each.kind for each in left] == [HoldKind.OPEN_CASE]

    # A wish to close is taken back in the moment in which it is carried out.
    account = make_account()
    stop = wishing.apply_to_close(
        account=account, source=ApplicationSource.API, **stop_grounds(desk.system)
    )
    with after(stop.clock):
        now = timezone.now()
        outcomes = at_once(
            lambda: wishing.carry_out_stops(now=now, actor=desk.system),
            lambda: wishing.revoke_stop(
                stop=Stop.objects.select_related("account", "clock").get(pk=stop.pk),
                **stop_grounds(desk.system),
            ),
        )
    stop.refresh_from_db()
    account.refresh_from_db()
    is_closed = stop.status == StopStatus.CLOSED
    assert outcomes[0] == (int(is_closed), 0)
    assert isinstance(outcomes[1], ActionRefused) == is_closed
    assert is_closed or (stop.status == StopStatus.REVOKED and outcomes[1] is None)
    assert (account.status == AccountStatus.CLOSED) == is_closed
    assert not Hold.objects.in_force().filter(account=account).exists()
