"""An account that closes takes with it whatever else is open about it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ApplicationSource, GroundKind, HoldKind
from accounts.models import Hold, PublicAccount, Restriction
from accounts.services.closing import close_accounts
from accounts.services.closing_matters import named_holds, named_matters
from accounts.services.restrictions import close_account
from accounts.services.stops.wishing import apply_to_close, pause_account
from compliance import proposals
from compliance.grounds import Grounds
from compliance.models import Clock, Notice, ResponseInvitation, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.responses.codes import code_of
from compliance.workflow import StatusModel
from tests.accounts.corrections import order
from tests.accounts.transfers import TransferDesk, fresh

pytestmark = pytest.mark.django_db


def grounds(actor: StaffUser) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_19_2, reason="测试：关闭账号")


def open_about(account: PublicAccount) -> dict[str, int]:
    """Count what is still waited for or asked about an account."""
    recipient = {"recipient_type": "account", "recipient_id": account.platform_uid}
    return {
        "holds": Hold.objects.in_force().filter(account=account).count(),
        "items": WorkItem.objects.open().count(),
        "clocks": Clock.objects.filter(state="running").count(),
        "invitations": ResponseInvitation.objects.open().filter(**recipient).count(),
        "restrictions": Restriction.objects.in_force(timezone.now())
        .filter(account=account)
        .count(),
    }


@pytest.fixture
def busy(
    make_account: Callable[..., PublicAccount],
    submitted: Callable[..., Any],
    changed: Callable[..., Any],
    reviewer: StaffUser,
    system: StaffUser,
    at_once: None,
) -> PublicAccount:
    """An account about which as much is open as can be at one time."""
    account = make_account()
    submitted(account)
    changed(account, name="河畔日报")
    apply_to_close(
        account=account, source=ApplicationSource.API, **{**grounds(system), "reason": "不再运营"}
    )
    order(account, reviewer)
    return account


def close(account: PublicAccount, actor: StaffUser, number: str = "CZ00000009") -> None:
    close_account(
        account=PublicAccount.objects.get(pk=account.pk),
        ground_kind=GroundKind.DECISION,
        ground_ref=number,
        **grounds(actor),
    )


NOTHING = dict.fromkeys(("holds", "items", "clocks", "invitations", "restrictions"), 0)


def test_nothing_is_waited_for_any_more(busy: PublicAccount, system: StaffUser) -> None:
    before = open_about(busy)
    assert all(before.values()), before
    told = Notice.objects.count()

    close(busy, system)

    assert open_about(busy) == NOTHING
    assert Notice.objects.count() == told


def test_many_that_close_at_once_leave_nothing_either(
    busy: PublicAccount, system: StaffUser
) -> None:
    close_accounts(
        accounts=[PublicAccount.objects.get(pk=busy.pk)],
        ground_kind=GroundKind.DORMANCY,
        ground_refs=["dormancy:1"],
        **grounds(system),
    )

    assert open_about(busy) == NOTHING


def test_a_pause_ends_with_the_account(
    make_account: Callable[..., PublicAccount], system: StaffUser
) -> None:
    account = make_account()
    stop = pause_account(account=account, source=ApplicationSource.API, **grounds(system))

    close(account, system)

    stop.refresh_from_db()
    assert (stop.status, stop.ended_at is None) == ("blocked", False)
    assert open_about(account) == NOTHING


def test_a_transfer_under_way_lapses_and_both_sides_learn_why(
    make_account: Callable[..., PublicAccount], transfer_desk: TransferDesk, system: StaffUser
) -> None:
    account = make_account()
    transfer = transfer_desk.proposed(account)

    close(account, system)

    transfer = fresh(transfer)
    assert transfer.status == "lapsed"
    assert transfer.proposal is not None
    assert not proposals.is_open(transfer.proposal)
    told = Notice.objects.filter(purpose="accounts.transfer_lapsed")
    assert {each.recipient_type for each in told} == {"account", "transferee"}
    assert open_about(account) == NOTHING


def test_a_link_about_it_says_that_the_account_is_closed(
    busy: PublicAccount, system: StaffUser, client: Client
) -> None:
    invitation = ResponseInvitation.objects.open().filter(recipient_id=busy.platform_uid).first()
    assert invitation is not None
    code = code_of(invitation)
    close(busy, system)

    page = client.get(reverse("public:response", args=[code]))

    assert busy.platform_uid in page.text


def has_account(model: type[models.Model]) -> bool:
    """Return whether rows of a model are about an account, directly or by what they belong to."""
    return any(
        each.many_to_one or each.one_to_one
        for each in model._meta.get_fields()
        if each.is_relation and each.concrete and each.related_model is PublicAccount
    )


def test_of_every_kind_of_matter_it_is_said_what_a_closing_means() -> None:
    kinds = {
        model
        for package in ("accounts", "enforcement", "reports")
        for model in apps.get_app_config(package).get_models()
        if not model.__name__.startswith("Historical")
        and (
            (issubclass(model, StatusModel) and has_account(model))
            or any(field.related_model is WorkItem for field in model._meta.concrete_fields)
        )
    }

    # Those that are looked at in the review of another row end with that row.
    of_reviews = {"ChecklistTick", "IssuerLookup"}
    unnamed = {each for each in kinds - named_matters() if each.__name__ not in of_reviews}
    assert unnamed == set()
    assert named_holds() == frozenset(HoldKind)
