"""Open matters that block a transfer: placed once, released alone, shown on the account."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import HoldKind
from accounts.models import Hold, PublicAccount
from accounts.services import holds
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput, MissingReason
from compliance.models import ActionLog, StaffUser
from compliance.provisions import Provision

pytestmark = pytest.mark.django_db
K = HoldKind


@pytest.fixture
def account(make_account: Callable[..., PublicAccount]) -> PublicAccount:
    return make_account()


@pytest.fixture
def grounds(system: StaffUser) -> dict[str, Any]:
    return {
        "actor": system,
        "provision": Provision.PUBLIC_ACCOUNT_19_1,
        "reason": "事项未结",
    }


def state() -> tuple[Any, ...]:
    return (
        list(Hold.objects.order_by("pk").values()),
        Hold.history.count(),
        ActionLog.objects.count(),
    )


def test_each_matter_holds_and_releases_only_its_own(
    account: PublicAccount, grounds: dict[str, Any]
) -> None:
    first = {"account": account, "kind": K.PENDING_CORRECTION, "ground_ref": "correction:5"}
    second = {"account": account, "kind": K.PENDING_TRANSFER, "ground_ref": "transfer:2"}
    holds.place_hold(**first, **grounds)
    kept = holds.place_hold(**second, **grounds)

    holds.release_hold(**first, **grounds)

    assert list(holds.holds_in_force(account)) == [kept]
    released = Hold.objects.get(kind=K.PENDING_CORRECTION)
    assert released.released_at is not None
    actions = ActionLog.objects.for_object(released).order_by("id")
    assert [each.action for each in actions] == ["accounts.hold.create", "accounts.hold.release"]
    # What was released may hold again.
    holds.place_hold(**first, **grounds)
    assert holds.holds_in_force(account).count() == 2


def test_what_holds_already_holds_nothing_or_has_no_ground_is_refused(
    account: PublicAccount, grounds: dict[str, Any]
) -> None:
    given = {"account": account, "kind": K.PENDING_STOP, "ground_ref": "stop:1"}
    holds.place_hold(**given, **grounds)
    before = state()

    for kind, act in (
        (ActionRefused, lambda: holds.place_hold(**given, **grounds)),
        (InvalidInput, lambda: holds.place_hold(**{**given, "ground_ref": " "}, **grounds)),
        (MissingReason, lambda: holds.release_hold(**given, **{**grounds, "reason": ""})),
        (
            ActionRefused,
            lambda: holds.release_hold(**{**given, "ground_ref": "stop:2"}, **grounds),
        ),
    ):
        with pytest.raises(kind), transaction.atomic():
            act()
        assert state() == before


def test_the_database_refuses_a_second_hold_of_the_same_matter(
    account: PublicAccount, grounds: dict[str, Any]
) -> None:
    holds.place_hold(account=account, kind=K.PENDING_STOP, ground_ref="stop:1", **grounds)
    twin = Hold(account=account, kind=K.PENDING_STOP, ground_ref="stop:1", placed_at=timezone.now())

    with pytest.raises(IntegrityError, match="hold_one_in_force"), transaction.atomic():
        audit.create(twin, **grounds)


def test_the_page_of_the_account_shows_what_holds_it(
    account: PublicAccount,
    grounds: dict[str, Any],
    staff_user: Callable[..., StaffUser],
    client: Client,
) -> None:
    holds.place_hold(account=account, kind=K.PENDING_STOP, ground_ref="stop:1", **grounds)
    client.force_login(staff_user("moderator"))

    page = client.get(reverse("admin:account", args=[account.pk]))

    (panel,) = [each for each in page.context["panels"] if "转让" in str(each.title) and each.rows]
    assert [str(row.label) for row in panel.rows] == ["自行注销进行中"]
