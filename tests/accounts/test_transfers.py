"""A transfer passes an account on only after review, approval, both confirmations and notice."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.allowance_words import MultiAccountItem
from accounts.enums import (
    ApplicationSource,
    GroundKind,
    HoldKind,
    IdType,
    RestrictionKind,
    SubjectNature,
)
from accounts.models import (
    AccountActivity,
    AgreementAcceptance,
    Hold,
    PublicAccount,
    Restriction,
    Subject,
    Transfer,
    TransferConfirmation,
    TransferMaterial,
)
from accounts.services import review as applications
from accounts.services.allowances.checklist import ItemAnswer, answer_items
from accounts.services.blocks import Blocked
from accounts.services.disclosure import find_public_accounts, sheet_of
from accounts.services.holds import place_hold
from accounts.services.notices import contact_of
from accounts.services.registration import register_account
from accounts.services.restrictions import close_account, impose_restriction, state_of
from accounts.services.transfers import applying, materials, review
from accounts.services.transfers.sweeping import keep_transfers
from accounts.transfer_words import TransferParty, TransferStatus
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, SamePerson
from compliance.identity import vault
from compliance.models import (
    Channel,
    EvidenceFile,
    Notice,
    PlatformCommand,
    ResponseInvitation,
    StaffUser,
    WorkItem,
)
from tests.accounts.fixtures import application_data
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
S = TransferStatus
MakeAccount = Callable[..., PublicAccount]


@pytest.fixture
def account(make_account: MakeAccount) -> PublicAccount:
    return make_account()


def kept() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Transfer.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values()),
        list(Hold.objects.order_by("pk").values()),
        list(Restriction.objects.order_by("pk").values()),
        list(WorkItem.objects.order_by("pk").values("pk", "closed_at")),
        Subject.objects.count(),
        TransferMaterial.objects.count(),
        TransferConfirmation.objects.count(),
        ResponseInvitation.objects.count(),
        EvidenceFile.objects.count(),
        Notice.objects.count(),
        PlatformCommand.objects.count(),
    )


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
