"""An account passes on: what was written to its earlier operator does not reach the new one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ApplicationSource
from accounts.models import AccountAllowance, ProfileChange, PublicAccount, Transfer
from accounts.profile_words import ProfileChangeStatus
from accounts.services.allowances import submission
from accounts.services.operators import operator_of
from accounts.services.profiles import Profile
from accounts.services.profiles.invitations import invite_after_refusal
from accounts.services.profiles.submission import ProfileChangeDraft, submit_profile_change
from accounts.services.transfers.sweeping import keep_transfers
from compliance.identity import vault
from compliance.models import Channel, Delivery, Notice, ResponseInvitation, StaffUser, WorkItem
from compliance.notices import dispatch
from compliance.notices.channels.adapter import message_of
from compliance.notices.interventions import cancel_delivery
from compliance.notices.writing import write_again
from compliance.responses.codes import code_of
from compliance.staff import system_actor
from tests.accounts.fixtures import unused_credit_code
from tests.accounts.profiles import grounds
from tests.accounts.test_allowances.conftest import DRAFT
from tests.accounts.transfers import TransferDesk, after, fresh
from tests.stories.test_public_response.conftest import Mailbox, mailbox, visitor

pytestmark = pytest.mark.django_db
__all__ = ["mailbox", "visitor"]


def wish(account: PublicAccount, name: str) -> ProfileChange:
    return submit_profile_change(
        account=PublicAccount.objects.get(pk=account.pk),
        draft=ProfileChangeDraft(profile=Profile(name=name)),
        source=ApplicationSource.API,
        **grounds(system_actor(), "平台推送的变更"),
    )


def pass_on(transfer: Transfer, desk: TransferDesk) -> Transfer:
    with after(transfer.follower_clock):
        assert keep_transfers(now=timezone.now(), actor=desk.system).effective == 1
    return fresh(transfer)


@pytest.fixture
def account(make_account: Callable[..., PublicAccount]) -> PublicAccount:
    return make_account(contact="earlier@example.com")


@pytest.fixture
def transfer(
    mailbox: Mailbox,
    account: PublicAccount,
    transfer_desk: TransferDesk,
    listed: Callable[..., None],
) -> Transfer:
    """A transfer a moment before it takes effect; nothing was sent yet of what was told before."""
    listed("barred", "旧日茶馆")
    announced = transfer_desk.announced(account)
    wish(account, "旧日茶馆")
    return announced


def delivery_of(purpose: str) -> Delivery:
    return Delivery.objects.select_related("notice", "command").get(notice__purpose=purpose)


def test_what_was_not_sent_before_goes_to_whom_it_was_written(
    transfer: Transfer, account: PublicAccount, transfer_desk: TransferDesk, mailbox: Mailbox
) -> None:
    refused = Notice.objects.get(purpose="accounts.profile_refused")
    assert (refused.recipient_type, refused.recipient_id) == ("account", account.platform_uid)

    transfer = pass_on(transfer, transfer_desk)
    with after(transfer.follower_clock):
        dispatch.drain_outbox()

    got = [each for each in mailbox.got if each.title == refused.title]
    (message,) = got
    assert message.recipient is not None
    assert (message.recipient.type, message.recipient.id) == ("transferor", transfer.reference)
    assert '"recipient_type":"transferor"' in message.body.decode().replace(" ", "")
    # By mail it would go to the address of the earlier operator, never to the new one's.
    delivery = delivery_of("accounts.profile_refused")
    delivery.channel = Channel.EMAIL
    address = message_of(delivery).sealed_address()
    assert address is not None
    assert vault.read(address) == "earlier@example.com"


def test_the_earlier_operators_link_and_wish_end_with_it(
    account: PublicAccount,
    transfer_desk: TransferDesk,
    transfer: Transfer,
    visitor: Client,
) -> None:
    waiting = wish_that_waits(account)
    invitation = ResponseInvitation.objects.open().get(kind="accounts.profile_change")
    assert waiting.status == ProfileChangeStatus.IN_REVIEW

    pass_on(transfer, transfer_desk)

    page = reverse("public:response", args=[code_of(invitation)])
    before = ProfileChange.objects.count()
    assert visitor.post(page, {"name": "前任的新名"}).status_code == 409
    assert ProfileChange.objects.count() == before
    waiting.refresh_from_db()
    assert waiting.status == ProfileChangeStatus.WITHDRAWN
    assert not WorkItem.objects.open().filter(profile_change=waiting).exists()
    open_ones = ResponseInvitation.objects.open().filter(recipient_type="account")
    assert not open_ones.filter(recipient_id=account.platform_uid).exists()


def wish_that_waits(account: PublicAccount) -> ProfileChange:
    # Another wish closes the way that a refusal opened: a second invitation is asked for by hand.
    invited = ProfileChange.objects.get(status=ProfileChangeStatus.REFUSED)
    waiting = wish(account, "北京河畔夜读")
    invite_after_refusal(invited, grounds(system_actor()))  # type: ignore[arg-type]
    return waiting


def test_what_is_written_afterwards_goes_to_the_new_operator(
    transfer: Transfer, account: PublicAccount, transfer_desk: TransferDesk, mailbox: Mailbox
) -> None:
    transfer = pass_on(transfer, transfer_desk)
    with after(transfer.follower_clock):
        wish(account, "新任清谈")
        dispatch.drain_outbox()

    (approved,) = [each for each in mailbox.got if "新任清谈" in each.text]
    assert approved.recipient is not None
    assert (approved.recipient.type, approved.recipient.id) == ("account", account.platform_uid)


def test_written_again_it_goes_to_whom_it_was_written_first(
    transfer: Transfer, transfer_desk: TransferDesk, system: StaffUser
) -> None:
    notice = Notice.objects.get(purpose="accounts.profile_refused")
    on: dict[str, Any] = grounds(system, "核对收件人")
    for each in notice.deliveries.all():
        cancel_delivery(delivery=each, **on)
    transfer = pass_on(transfer, transfer_desk)

    with after(transfer.follower_clock):
        again = write_again(notice=notice, **on)

    assert (again.recipient_type, again.recipient_id) == ("transferor", transfer.reference)


def test_how_many_accounts_a_subject_may_run_stays_its_own_matter(
    make_account: Callable[..., PublicAccount], transfer_desk: TransferDesk
) -> None:
    account = make_account(
        id_type="uscc", subject_nature="enterprise", id_number=unused_credit_code()
    )
    asked = submission.submit_allowance(
        platform_uid=account.platform_uid,
        draft=DRAFT,
        source=ApplicationSource.API,
        **grounds(system_actor()),
    )
    transfer = pass_on(transfer_desk.announced(account), transfer_desk)

    found = AccountAllowance.objects.get(pk=asked.pk)
    who = operator_of(found.platform_uid, found.subject_id)
    assert (who.type, who.id) == ("transferor", transfer.reference)
