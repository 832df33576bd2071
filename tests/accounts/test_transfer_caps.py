"""Whoever takes an account over needs a free place, counted with what was granted beyond the cap."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.enums import AccountStatus
from accounts.models import AccountAllowance, Application, PublicAccount, Transfer
from accounts.powers_words import CreditGrade
from accounts.services.allowances import review as allowances
from accounts.services.standing import set_standing
from accounts.services.transfers import review
from accounts.services.transfers.sweeping import keep_transfers
from accounts.transfer_words import TransferStatus
from compliance.errors import ActionRefused
from compliance.models import ActionLog, Notice, Proposal, StaffUser
from tests.accounts.test_allowances.conftest import (
    allowance,
    approve,
    full,
    granted,
    moderator,
    one_too_many,
    supervisor,
)
from tests.accounts.test_transfer_races import at_once
from tests.accounts.transfers import TransferDesk, after, fresh, grounds

__all__ = ["allowance", "full", "granted", "moderator", "one_too_many", "supervisor"]
MakeAccount = Callable[..., PublicAccount]


def kept() -> tuple[Any, ...]:
    return (
        list(Transfer.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values("subject", "status")),
        Proposal.objects.count(),
        Notice.objects.count(),
        ActionLog.objects.count(),
    )


def end(granted: AccountAllowance, supervisor: StaffUser) -> None:
    granted.refresh_from_db()
    allowances.end_allowance(
        allowance=granted,
        expected_version=granted.version,
        told="材料虚假",
        **grounds(supervisor),
    )


@pytest.mark.django_db
def test_a_granted_place_takes_an_account_over_and_the_next_one_is_one_too_many(
    granted: AccountAllowance,
    full: dict[str, str],
    make_account: MakeAccount,
    transfer_desk: TransferDesk,
) -> None:
    code = full["id_number"]
    transfer = transfer_desk.announced(make_account(), id_number=code)
    (hit,) = transfer.checks.all()
    assert (hit.code, hit.params["allowance"]) == ("multi_account", granted.reference)

    with after(transfer.follower_clock):
        assert keep_transfers(now=timezone.now(), actor=transfer_desk.system).effective == 1
        subject = fresh(transfer).subject
        assert PublicAccount.objects.filter(subject=subject).count() == 3

    late = transfer_desk.applied(make_account(), id_number=code)
    assert {each.code for each in late.checks.all()} == {"subject_cap"}
    on = transfer_desk.held(late)
    before = kept()
    with pytest.raises(ActionRefused, match="3"), transaction.atomic():
        review.propose_transfer(**on)
    assert kept() == before


@pytest.mark.django_db
def test_a_grant_that_ends_before_the_approval_forbids_it(
    granted: AccountAllowance,
    full: dict[str, str],
    supervisor: StaffUser,
    make_account: MakeAccount,
    transfer_desk: TransferDesk,
) -> None:
    transfer = transfer_desk.proposed(make_account(), id_number=full["id_number"])
    end(granted, supervisor)
    before = kept()

    with pytest.raises(ActionRefused, match="2"), transaction.atomic():
        review.approve_transfer(transfer=transfer, **grounds(transfer_desk.supervisor))

    assert kept() == before


@pytest.mark.django_db
def test_a_grant_that_ends_before_the_effect_lets_it_lapse_and_both_are_told(
    granted: AccountAllowance,
    full: dict[str, str],
    make_account: MakeAccount,
    transfer_desk: TransferDesk,
) -> None:
    account = make_account()
    transfer = transfer_desk.announced(account, id_number=full["id_number"])
    before = account.subject_id
    end(granted, transfer_desk.supervisor)

    with after(transfer.follower_clock):
        ended = keep_transfers(now=timezone.now(), actor=transfer_desk.system)

    assert (ended.effective, ended.lapsed) == (0, 1)
    transfer = fresh(transfer)
    account.refresh_from_db()
    assert (transfer.status, account.subject_id) == (TransferStatus.LAPSED, before)
    told = Notice.objects.filter(purpose="accounts.transfer_lapsed")
    assert told.count() == 2
    assert all("2" in each.text and transfer.decision_reason in each.text for each in told)


@pytest.mark.django_db
@pytest.mark.parametrize("side", ["from_subject", "subject"])
def test_credit_that_allows_no_transfer_stops_it_and_neither_side_learns_whose_it_is(
    make_account: MakeAccount, transfer_desk: TransferDesk, side: str
) -> None:
    transfer = transfer_desk.proposed(make_account())

    def rate(grade: CreditGrade) -> None:
        set_standing(
            subject=getattr(transfer, side),
            grade=grade,
            score=50,
            since=timezone.now(),
            reference="credit:1",
            **grounds(transfer_desk.system, "信用评价"),
        )

    rate(CreditGrade.D)
    before = kept()
    with pytest.raises(ActionRefused, match="一方") as refusal, transaction.atomic():
        review.approve_transfer(transfer=transfer, **grounds(transfer_desk.supervisor))
    assert "信用" in str(refusal.value)
    assert kept() == before

    rate(CreditGrade.C)
    review.approve_transfer(transfer=transfer, **grounds(transfer_desk.supervisor))
    assert fresh(transfer).status == TransferStatus.APPROVED


@pytest.mark.django_db(transaction=True)
def test_the_last_place_goes_to_one_of_a_transfer_and_a_registration(
    granted: AccountAllowance,
    full: dict[str, str],
    moderator: StaffUser,
    make_account: MakeAccount,
    make_application: Callable[..., Application],
    transfer_desk: TransferDesk,
) -> None:
    transfer = transfer_desk.announced(make_account(), id_number=full["id_number"])
    third = make_application(**full)

    with after(transfer.follower_clock):
        now = timezone.now()
        taken, approved = at_once(
            lambda: keep_transfers(now=now, actor=transfer_desk.system).effective,
            lambda: approve(third, moderator),
        )

    has_passed = taken == 1
    assert isinstance(approved, ActionRefused) == has_passed, (taken, approved)
    theirs = PublicAccount.objects.filter(subject=transfer.subject, status=AccountStatus.ACTIVE)
    assert theirs.count() == 3
