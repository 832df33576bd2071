"""A transfer is handed in and goes its whole way."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.allowance_words import MultiAccountItem
from accounts.enums import ApplicationSource, GroundKind, HoldKind, IdType, SubjectNature
from accounts.models import AccountActivity, AgreementAcceptance, Hold, PublicAccount, Restriction
from accounts.services import review as applications
from accounts.services.allowances.checklist import ItemAnswer, answer_items
from accounts.services.blocks import Blocked
from accounts.services.disclosure import find_public_accounts, sheet_of
from accounts.services.notices import contact_of
from accounts.services.registration import register_account
from accounts.services.restrictions import state_of
from accounts.services.transfers import applying, materials, review
from accounts.services.transfers.sweeping import keep_transfers
from compliance import work
from compliance.errors import ActionRefused, InvalidInput
from compliance.identity import vault
from compliance.models import Channel, Notice, ResponseInvitation
from tests.accounts.fixtures import application_data
from tests.accounts.test_transfers.conftest import MakeAccount, S, kept
from tests.accounts.transfers import (
    PAPERS,
    TransferDesk,
    after,
    apply,
    company,
    fresh,
    grounds,
    papers,
)

pytestmark = pytest.mark.django_db


def approve(code: str, desk: TransferDesk) -> None:
    """Register another account of a company, which a moderator approves."""
    registered = register_account(
        data=application_data(id_type="uscc", id_number=code),
        source=ApplicationSource.API,
        **grounds(desk.system),
    ).application
    item = registered.work_item
    assert item is not None
    lease = work.claim_item(work_item=item, actor=desk.moderator)
    answer_items(
        asked=registered,
        answers={each.value: ItemAnswer(True) for each in MultiAccountItem},
        fence=lease.fence,
        **grounds(desk.moderator),
    )
    applications.approve_application(
        application=registered,
        fence=lease.fence,
        expected_version=registered.version,
        **grounds(desk.moderator),
    )


class TestTheWholeWay:
    def test_an_account_passes_on_and_its_record_stays_with_it(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        earlier = account.subject_id
        transfer = transfer_desk.announced(account, contact="neu@example.com")
        assert transfer.status == S.ANNOUNCED
        assert PublicAccount.objects.get(pk=account.pk).subject_id == earlier

        with after(transfer.follower_clock):
            kept_ones = keep_transfers(now=timezone.now(), actor=transfer_desk.system)

            assert (kept_ones.effective, kept_ones.lapsed) == (1, 0)
            account.refresh_from_db()
            transfer = fresh(transfer)
            assert transfer.status == S.EFFECTIVE
            assert account.subject_id == transfer.subject_id
            assert account.transfer == transfer
            state = state_of(account, timezone.now())
            assert "monetise" in state.functions_off
        off = Restriction.objects.get(account=account, ground_kind=GroundKind.TRANSFER)
        assert off.in_force_until == transfer.monetisation_off_until
        assert not Hold.objects.in_force().filter(account=account).exists()
        told = Notice.objects.filter(purpose="accounts.transfer_effective")
        assert {each.recipient_type for each in told} == {"transferor", "transferee"}
        address = contact_of(account.platform_uid, Channel.EMAIL)
        assert address is not None
        assert vault.read(address) == "neu@example.com"

    def test_what_the_register_of_transfers_asks_for_is_kept(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        transfer = transfer_desk.announced(account)
        with after(transfer.follower_clock):
            keep_transfers(now=timezone.now(), actor=transfer_desk.system)
        transfer = fresh(transfer)

        assert (transfer.from_nature, transfer.subject_nature) == ("natural_person", "enterprise")
        assert transfer.materials_complete_at is not None
        assert transfer.is_verified
        assert transfer.open_cases == 0
        assert transfer.announced_at is not None
        assert transfer.monetisation_off_until is not None

    def test_a_second_run_changes_nothing(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        transfer = transfer_desk.announced(account)
        with after(transfer.follower_clock):
            keep_transfers(now=timezone.now(), actor=transfer_desk.system)
            before = kept()

            again = keep_transfers(now=timezone.now(), actor=transfer_desk.system)

        assert (again.effective, again.lapsed, again.missed) == (0, 0, 0)
        assert kept() == before

    def test_the_change_is_public_and_names_no_person(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        transfer = transfer_desk.announced(account, subject_name="受让示范有限公司")

        planned = sheet_of(find_public_accounts(account.platform_uid).get()).changes
        with after(transfer.follower_clock):
            keep_transfers(now=timezone.now(), actor=transfer_desk.system)
            (change,) = sheet_of(find_public_accounts(account.platform_uid).get()).changes

        assert [each.is_planned for each in planned] == [True]
        assert not change.is_planned
        assert change.later == "受让示范有限公司"
        assert "张" not in str(change.earlier)

    def test_the_new_operator_has_declared_the_agreement_and_the_old_ones_word_counts_no_more(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        before = set(AgreementAcceptance.objects.filter(account=account).values_list("pk"))
        transfer = transfer_desk.announced(account)
        with after(transfer.follower_clock):
            keep_transfers(now=timezone.now(), actor=transfer_desk.system)

        new = AgreementAcceptance.objects.filter(account=account).exclude(pk__in=before)
        activity = AccountActivity.objects.get(account=account)
        assert [each.transfer for each in new] == [fresh(transfer)] if before else not new
        assert activity.agreed_version_id == (new[0].version_id if new else None)


class TestHandingIn:
    def test_missing_papers_are_asked_for_and_lead_to_the_review_once_they_are_there(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        ready = applying.verify_transferee(account=account, transferee=company())
        transfer = applying.apply_for_transfer(
            ready=ready, source=ApplicationSource.API, **grounds(transfer_desk.system)
        )
        assert transfer.status == S.WAITING_MATERIAL
        assert Hold.objects.in_force().get(account=account).kind == HoldKind.PENDING_TRANSFER
        assert ResponseInvitation.objects.open().about(transfer).count() == 1

        materials.attach_papers(
            transfer=transfer, papers=papers(PAPERS[0]), **grounds(transfer_desk.moderator)
        )
        assert fresh(transfer).status == S.WAITING_MATERIAL
        materials.attach_papers(
            transfer=transfer, papers=papers(*PAPERS[1:]), **grounds(transfer_desk.moderator)
        )

        transfer = fresh(transfer)
        assert transfer.status == S.IN_REVIEW
        assert transfer.materials_complete_at is not None
        assert not ResponseInvitation.objects.open().about(transfer).exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"subject_nature": SubjectNature.NATURAL_PERSON, "id_type": IdType.RESIDENT_ID},
            {"subject_nature": SubjectNature.INDIVIDUAL_BUSINESS},
            {"id_number": "91110101MA0123450"},
            {"mobile": "12"},
            {"contact": " "},
            {"business_scope": ""},
        ],
    )
    def test_who_may_not_or_cannot_be_read_is_refused_at_the_door(
        self, account: PublicAccount, wrong: dict[str, Any], transfer_desk: TransferDesk
    ) -> None:
        before = kept()

        with pytest.raises(InvalidInput):
            apply(account, transfer_desk.system, **wrong)

        assert kept() == before

    def test_a_transferee_beyond_the_cap_is_a_hit_for_a_person_and_never_proposed(
        self, transfer_desk: TransferDesk, account: PublicAccount, make_account: MakeAccount
    ) -> None:
        code = company().id_number
        first = make_account(id_type="uscc", subject_nature="enterprise", id_number=code)
        transfer = transfer_desk.applied(account, id_number=code)
        assert transfer.subject_id == first.subject_id
        assert {each.code for each in transfer.checks.all()} == {"multi_account"}
        # The second of its two places goes to a registration meanwhile.
        approve(code, transfer_desk)
        held = transfer_desk.held(transfer)
        before = kept()

        with pytest.raises(ActionRefused, match="2"), transaction.atomic():
            review.propose_transfer(**held)

        assert kept() == before

    def test_its_own_name_is_no_hit_of_the_account(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        transfer = transfer_desk.applied(account)

        assert list(transfer.checks.all()) == []

    def test_to_the_same_subject_is_refused_and_leaves_nothing(
        self, transfer_desk: TransferDesk, make_account: MakeAccount
    ) -> None:
        code = company().id_number
        account = make_account(id_type="uscc", subject_nature="enterprise", id_number=code)
        before = kept()

        with pytest.raises(ActionRefused), transaction.atomic():
            apply(account, transfer_desk.system, id_number=code)

        assert kept() == before

    def test_a_second_one_is_blocked_by_the_first(
        self, transfer_desk: TransferDesk, account: PublicAccount
    ) -> None:
        transfer_desk.applied(account)
        before = kept()

        with pytest.raises(Blocked), transaction.atomic():
            apply(account, transfer_desk.system)

        assert kept() == before
