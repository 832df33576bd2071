"""Both sides confirm a transfer, or it comes to nothing."""

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.enums import GroundKind
from accounts.models import Hold, PublicAccount
from accounts.services.restrictions import close_account
from accounts.services.transfers import review
from accounts.services.transfers.sweeping import keep_transfers
from accounts.transfer_words import TransferParty
from compliance.errors import ActionRefused
from compliance.models import ResponseInvitation, WorkItem
from tests.accounts.test_transfers.conftest import S, kept
from tests.accounts.transfers import TransferDesk, after, fresh, grounds

pytestmark = pytest.mark.django_db


class TestConfirming:
    def test_one_side_alone_changes_nothing_and_none_confirms_twice(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        transfer = transfer_desk.approved(account)
        transfer_desk.confirm(transfer, TransferParty.TRANSFEROR)
        assert fresh(transfer).status == S.APPROVED
        before = kept()

        with pytest.raises(ActionRefused), transaction.atomic():
            transfer_desk.confirm(transfer, TransferParty.TRANSFEROR)

        assert kept() == before

    def test_not_both_in_time_lets_it_lapse(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        transfer = transfer_desk.approved(account)
        transfer_desk.confirm(transfer, TransferParty.TRANSFEROR)

        with after(transfer.confirmation_clock):
            with pytest.raises(ActionRefused), transaction.atomic():
                transfer_desk.confirm(transfer, TransferParty.TRANSFEREE)
            done = keep_transfers(now=timezone.now(), actor=transfer_desk.system)

        assert done.lapsed == 1
        assert fresh(transfer).status == S.LAPSED
        assert not Hold.objects.in_force().filter(account=account).exists()

    @pytest.mark.parametrize("state", ["applied", "proposed", "approved", "announced"])
    def test_withdrawn_at_any_time_before_it_frees_the_account(
        self, transfer_desk: TransferDesk, account: PublicAccount, state: str
    ) -> None:
        transfer = getattr(transfer_desk, state)(account)

        review.withdraw_transfer(
            transfer=transfer, fence=None, expected_version=None, **grounds(transfer_desk.system)
        )

        assert fresh(transfer).status == S.WITHDRAWN
        assert not Hold.objects.in_force().filter(account=account).exists()
        assert not ResponseInvitation.objects.open().about(transfer).exists()
        assert not WorkItem.objects.open().filter(transfer=transfer).exists()

    def test_a_closed_account_does_not_pass_on(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        transfer = transfer_desk.announced(account)
        close_account(
            account=PublicAccount.objects.get(pk=account.pk),
            ground_kind=GroundKind.DECISION,
            ground_ref="CZ00000001",
            **grounds(transfer_desk.system),
        )

        with after(transfer.follower_clock):
            keep_transfers(now=timezone.now(), actor=transfer_desk.system)

        assert fresh(transfer).status == S.LAPSED
