"""What was shown, declared or agreed to for the earlier operator counts for the new one no more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.enums import Category
from accounts.models import (
    AccountMark,
    AgreementAcceptance,
    DisclosureConsent,
    PublicAccount,
    Qualification,
    Restriction,
    Transfer,
    TransferConfirmation,
)
from accounts.qualification_words import QualificationStatus, publishing_function
from accounts.services.agreements import without_agreement
from accounts.services.disclosure import find_public_accounts, sheet_of
from accounts.services.disclosure.recording import Consent, record_consents
from accounts.services.subjects import set_subject
from accounts.services.transfers.sweeping import keep_transfers
from accounts.transfer_words import TransferParty
from compliance.errors import ActionRefused
from compliance.models import StaffUser
from reports.demo.clock import clock_at
from tests.accounts.qualifications import in_days
from tests.accounts.transfers import TransferDesk, after, fresh, grounds
from tests.compliance.rule_documents import RuleStaff, add_document, announce, draft

pytestmark = pytest.mark.django_db
MakeAccount = Callable[..., PublicAccount]


def pass_on(desk: TransferDesk, account: PublicAccount, **declared: str) -> Transfer:
    transfer = desk.announced(account, **declared)
    with after(transfer.follower_clock):
        assert keep_transfers(now=timezone.now(), actor=desk.system).effective == 1
    return fresh(transfer)


def test_documents_and_marks_end_and_the_field_is_off_until_new_ones_are_verified(
    transfer_desk: TransferDesk,
    make_account: MakeAccount,
    qualification_desk: Callable[..., object],
) -> None:
    account = make_account()
    old = qualification_desk(account, type="nurse", valid_until=in_days(300)).verify()  # type: ignore[attr-defined]
    assert AccountMark.objects.filter(account=account, ended_at=None).exists()

    pass_on(
        transfer_desk,
        account,
        qualification_type="med_org",
        qualification_number="PDY20260001",
        qualification_issuer="示范区卫生健康局",
    )

    old.refresh_from_db()
    assert old.status == QualificationStatus.REVOKED
    assert not AccountMark.objects.filter(account=account, ended_at=None).exists()
    name = publishing_function(Category.HEALTH)
    off = Restriction.objects.get(account=account, functions__contains=[name], ended_at=None)
    assert off.in_force_until is None
    new = Qualification.objects.get(account=account, type="med_org")
    assert new.status == QualificationStatus.IN_REVIEW
    assert new.subject_id == PublicAccount.objects.get(pk=account.pk).subject_id


def test_the_agreement_is_the_new_operators_and_a_late_word_of_the_old_one_changes_nothing(
    transfer_desk: TransferDesk, make_account: MakeAccount, staff_user: Callable[..., StaffUser]
) -> None:
    staff = RuleStaff(staff_user)
    start = timezone.now()
    with clock_at(start):
        document = add_document(staff, "service_agreement")
        announce(staff, document, draft("1.0", accept_days=30))
    later = start + timedelta(days=8)
    with clock_at(later):
        account = make_account(applied_at=later.isoformat())
        assert AgreementAcceptance.objects.filter(account=account).count() == 1
        transfer = transfer_desk.announced(account)
    with after(transfer.follower_clock):
        keep_transfers(now=timezone.now(), actor=transfer_desk.system)

        new = AgreementAcceptance.objects.get(account=account, transfer=transfer)
        assert new.method == "transfer"
        assert account not in without_agreement(timezone.localdate())


def test_consent_of_the_earlier_person_shows_nothing_of_the_new_one(
    transfer_desk: TransferDesk, make_account: MakeAccount, system: StaffUser
) -> None:
    account = make_account(subject_name="纸上某")
    record_consents(
        consents=[
            Consent(
                platform_uid=account.platform_uid,
                is_given=True,
                method="click",
                at=timezone.now(),
                source_ref="log:1",
            )
        ],
        **grounds(system),
    )
    assert DisclosureConsent.objects.filter(account=account).exists()
    assert sheet_of(find_public_accounts(account.platform_uid).get()).operator == "纸上某"

    pass_on(transfer_desk, account, registered_region="四川省成都市")

    sheet = sheet_of(find_public_accounts(account.platform_uid).get())
    assert "纸上某" not in repr(sheet)
    assert sheet.registered_region == "四川省成都市"


def test_nobody_is_let_in_twice_or_into_a_closed_account(
    transfer_desk: TransferDesk, make_account: MakeAccount
) -> None:
    account = make_account()
    transfer = pass_on(transfer_desk, account)
    before = list(PublicAccount.objects.filter(pk=account.pk).values())

    with pytest.raises(ActionRefused), transaction.atomic():
        set_subject(
            account=PublicAccount.objects.get(pk=account.pk),
            transfer=transfer,
            **grounds(transfer_desk.system),
        )

    assert list(PublicAccount.objects.filter(pk=account.pk).values()) == before


class TestConstraints:
    @pytest.fixture
    def announced(self, transfer_desk: TransferDesk, make_account: MakeAccount) -> Transfer:
        return transfer_desk.announced(make_account())

    @pytest.mark.parametrize(
        ("name", "changes"),
        [
            ("transfer_effect_has_instant", {"status": "effective"}),
            ("transfer_end_has_reason", {"status": "lapsed", "decision_reason": ""}),
            ("transfer_is_announced_first", {"announced_at": None}),
            ("transfer_status_known", {"status": "nowhere"}),
            ("transfer_approval_is_real", {"approved_result": "returned"}),
        ],
    )
    def test_the_database_holds_the_way(
        self, announced: Transfer, name: str, changes: dict[str, object]
    ) -> None:
        if name == "transfer_approval_is_real":
            changes = {**changes, "status": "in_review"}
        found = Transfer.objects.filter(pk=announced.pk)

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            found.update(**changes, version=announced.version + 1)

    def test_a_side_confirms_once(self, announced: Transfer) -> None:
        with (
            pytest.raises(IntegrityError, match="transferconfirmation_once_a_side"),
            transaction.atomic(),
        ):
            TransferConfirmation.objects.create(
                transfer=announced,
                party=TransferParty.TRANSFEROR,
                source="api",
                confirmed_at=timezone.now(),
            )
