"""A transfer is blocked by an open matter, reviewed and approved."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.enums import ApplicationSource, GroundKind, HoldKind, RestrictionKind
from accounts.models import Hold, PublicAccount, Transfer
from accounts.services.blocks import Blocked
from accounts.services.holds import place_hold
from accounts.services.restrictions import impose_restriction
from accounts.services.transfers import applying, review
from accounts.services.transfers.sweeping import keep_transfers
from accounts.transfer_words import TransferParty
from compliance.errors import ActionRefused, SamePerson
from compliance.models import Notice, StaffUser
from tests.accounts.test_transfers.conftest import S, kept
from tests.accounts.transfers import TransferDesk, after, apply, company, fresh, grounds

pytestmark = pytest.mark.django_db


def open_case(account: PublicAccount, actor: StaffUser) -> None:
    place_hold(
        account=account,
        kind=HoldKind.OPEN_CASE,
        ground_ref="case:4711",
        **grounds(actor, "事项未结"),
    )


def mute(account: PublicAccount, actor: StaffUser) -> None:
    impose_restriction(
        account=account,
        kind=RestrictionKind.SUSPEND_UPDATES,
        from_=timezone.now(),
        until=None,
        ground_kind=GroundKind.DECISION,
        ground_ref="CZ00004711",
        **grounds(actor, "处置决定"),
    )


@pytest.mark.parametrize("blocker", [open_case, mute], ids=["open case", "running measure"])
class TestBlocks:
    def test_at_the_application(
        self, transfer_desk: TransferDesk, account: PublicAccount, blocker: Callable[..., None]
    ) -> None:
        blocker(account, transfer_desk.system)
        before = kept()

        with pytest.raises(Blocked) as refusal, transaction.atomic():
            apply(account, transfer_desk.system)

        assert "4711" not in str(refusal.value)
        assert kept() == before

    def test_at_the_approval(
        self, transfer_desk: TransferDesk, account: PublicAccount, blocker: Callable[..., None]
    ) -> None:
        transfer = transfer_desk.proposed(account)
        blocker(account, transfer_desk.system)
        before = kept()

        with pytest.raises(Blocked), transaction.atomic():
            review.approve_transfer(transfer=transfer, **grounds(transfer_desk.supervisor))

        assert kept() == before

    def test_at_the_confirmation(
        self, transfer_desk: TransferDesk, account: PublicAccount, blocker: Callable[..., None]
    ) -> None:
        transfer = transfer_desk.approved(account)
        blocker(account, transfer_desk.system)
        before = kept()

        with pytest.raises(Blocked), transaction.atomic():
            transfer_desk.confirm(transfer, TransferParty.TRANSFEREE)

        assert kept() == before

    def test_at_the_completion_it_lapses_and_both_sides_are_told_why(
        self, transfer_desk: TransferDesk, account: PublicAccount, blocker: Callable[..., None]
    ) -> None:
        transfer = transfer_desk.announced(account)
        earlier = account.subject_id
        blocker(account, transfer_desk.system)

        with after(transfer.follower_clock):
            done = keep_transfers(now=timezone.now(), actor=transfer_desk.system)

        assert (done.effective, done.lapsed) == (0, 1)
        assert fresh(transfer).status == S.LAPSED
        assert PublicAccount.objects.get(pk=account.pk).subject_id == earlier
        notices = Notice.objects.filter(purpose="accounts.transfer_lapsed")
        assert notices.count() == 2
        assert not any("4711" in each.text for each in notices)
        assert not Hold.objects.in_force().filter(kind=HoldKind.PENDING_TRANSFER).exists()


class TestDeciding:
    def test_nobody_approves_an_own_proposal(
        self, account: PublicAccount, system: StaffUser, staff_user: Callable[..., StaffUser]
    ) -> None:
        both = staff_user("moderator", "supervisor")
        desk = TransferDesk(system, both, both)
        transfer = desk.proposed(account)
        before = kept()

        with pytest.raises(SamePerson), transaction.atomic():
            review.approve_transfer(transfer=transfer, **grounds(both))

        assert kept() == before

    def test_returned_it_is_reviewed_again_and_can_be_proposed_anew(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        transfer = transfer_desk.proposed(account)

        review.return_transfer(
            transfer=transfer, **grounds(transfer_desk.supervisor, "请核对公证书")
        )

        assert fresh(transfer).status == S.IN_REVIEW
        review.propose_transfer(**transfer_desk.held(transfer))
        assert fresh(transfer).status == S.PROPOSED

    def test_a_refusal_tells_both_sides_why_and_how_to_appeal_and_frees_the_account(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        transfer = transfer_desk.applied(account)

        review.refuse_transfer(**transfer_desk.held(transfer), told="公证书与申请函不一致")

        assert fresh(transfer).status == S.REFUSED
        texts = Notice.objects.filter(purpose="accounts.transfer_refused")
        assert texts.count() == 2
        assert all("公证书与申请函不一致" in each.text for each in texts)
        assert not Hold.objects.in_force().filter(account=account).exists()

    def test_papers_that_are_missing_forbid_a_proposal(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        ready = applying.verify_transferee(account=account, transferee=company())
        transfer = applying.apply_for_transfer(
            ready=ready, source=ApplicationSource.API, **grounds(transfer_desk.system)
        )
        review.resume_transfer(
            transfer=fresh(transfer), expected_version=None, **grounds(transfer_desk.moderator)
        )
        held = transfer_desk.held(transfer)
        before = kept()

        with pytest.raises(ActionRefused), transaction.atomic():
            review.propose_transfer(**held)

        assert kept() == before

    def test_the_database_wants_an_approval(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        transfer = transfer_desk.applied(account)

        with (
            pytest.raises(IntegrityError, match="transfer_only_if_approved"),
            transaction.atomic(),
        ):
            Transfer.objects.filter(pk=transfer.pk).update(
                status=S.APPROVED, version=transfer.version + 1
            )
