"""Accounts that are tied to the platform: noted, ended, shown; nothing else follows from it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Affiliation, PublicAccount
from accounts.services.affiliations import affiliation_of, end_affiliation, note_affiliation
from compliance.errors import ActionRefused, InvalidInput, MissingReason, NotPermitted
from compliance.models import StaffUser
from compliance.provisions import Provision

pytestmark = pytest.mark.django_db
P = Provision.OPINIONS_2


@pytest.fixture
def officer(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """A compliance officer."""
    return staff_user("compliance_officer")


def note(account: PublicAccount, actor: StaffUser, **changes: Any) -> Affiliation:
    return note_affiliation(
        **{
            "account": account,
            "kind": "own",
            "actor": actor,
            "provision": P,
            "reason": "平台自营账号（测试）",
            **changes,
        }
    )


def test_a_tie_is_noted_once_and_can_end(
    make_account: Callable[..., PublicAccount], officer: StaffUser
) -> None:
    account = make_account()

    tie = note(account, officer)

    assert affiliation_of(account) == tie
    with pytest.raises(ActionRefused):
        note(account, officer)
    end_affiliation(account=account, actor=officer, provision=P, reason="已转让")
    assert affiliation_of(account) is None
    with pytest.raises(ActionRefused):
        end_affiliation(account=account, actor=officer, provision=P, reason="已转让")
    assert [each.history_type for each in tie.history.order_by("history_id")] == ["+", "~"]


def test_it_is_noted_by_compliance_officers_with_a_ground(
    make_account: Callable[..., PublicAccount],
    officer: StaffUser,
    staff_user: Callable[..., StaffUser],
) -> None:
    account = make_account()
    for actor, changes, refusal in (
        (staff_user("moderator"), {}, NotPermitted),
        (officer, {"kind": "cousin"}, InvalidInput),
        (officer, {"reason": " "}, MissingReason),
    ):
        with pytest.raises(refusal):
            note(account, actor, **changes)
    assert not Affiliation.objects.exists()


def test_affiliation_one_at_a_time(
    make_account: Callable[..., PublicAccount], officer: StaffUser
) -> None:
    tie = note(make_account(), officer)
    tie.pk = None
    with pytest.raises(IntegrityError, match="affiliation_one_at_a_time"), transaction.atomic():
        tie.save(force_insert=True)


def test_the_page_notes_it_and_the_account_says_so(
    make_account: Callable[..., PublicAccount], officer: StaffUser
) -> None:
    account = make_account()
    client = Client()
    client.force_login(officer)
    page = reverse("admin:affiliation", args=[account.pk])
    of_account = reverse("admin:account", args=[account.pk])
    before = client.get(of_account).content.decode()

    done = client.post(
        page, {"action": "note", "kind": "affiliated", "reason": "股东控股", "version": 1}
    )

    assert page in before
    assert done.status_code == 302
    assert "股东控股" in client.get(page).content.decode()
    assert "股东控股" in client.get(of_account).content.decode()
