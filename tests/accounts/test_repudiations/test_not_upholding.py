"""What was shown of a claim, and a claim that was not upheld."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Category, GroundKind
from accounts.models import PublicAccount, Repudiation, Restriction
from accounts.services.qualifications import cover
from accounts.services.qualifications.review import verify_qualification
from accounts.services.repudiations import notices, outcome, review
from compliance.errors import ActionRefused
from compliance.models import Notice, StaffUser
from tests.accounts.qualifications import Desk
from tests.accounts.test_repudiations.conftest import (
    claim,
    grounds,
    held,
    identity_of,
    refused,
    uphold,
)

pytestmark = pytest.mark.django_db


class TestWhatWasShown:
    """A certificate shown for the victim's name says nothing of whoever runs the account."""

    def of_account(self, account: PublicAccount) -> tuple[Any, ...]:
        account = PublicAccount.objects.get(pk=account.pk)
        now = timezone.now()
        return (
            [(each.code, each.in_force_until) for each in cover.marks_of(account, now)],
            cover.is_covered(account, Category.EDUCATION, now),
            [
                (each.functions, each.in_force_until)
                for each in account.restrictions.filter(
                    ended_at=None, ground_kind=GroundKind.QUALIFICATION
                )
            ],
        )

    def test_ends_with_the_name_and_is_back_with_it(
        self,
        expert_account: Callable[..., PublicAccount],
        visitor: Client,
        moderator: StaffUser,
        supervisor: StaffUser,
    ) -> None:
        until = (timezone.localdate() + timedelta(days=400)).isoformat()
        account = expert_account(qualification_valid_until=until)
        before = self.of_account(account)
        assert claim(visitor, **identity_of(account)).status_code == 302
        claimed = Repudiation.objects.get()

        uphold(claimed, moderator, supervisor)

        assert self.of_account(account) == ([], False, [(["publish_education"], None)])
        page = visitor.get(reverse("public:account", args=[account.platform_uid]))
        assert page.status_code == 200
        assert page.context["sheet"].marks == ()

        claimed.refresh_from_db()
        outcome.undo_repudiation(
            repudiation=claimed,
            expected_version=claimed.version,
            told="经查异议不实",
            **grounds(supervisor),
        )

        assert self.of_account(account) == before

    def test_nobody_verifies_what_was_shown_for_another_name(
        self,
        expert_account: Callable[..., PublicAccount],
        visitor: Client,
        moderator: StaffUser,
        supervisor: StaffUser,
    ) -> None:
        account = expert_account(is_verified=False)
        claim(visitor, **identity_of(account))
        uphold(Repudiation.objects.get(), moderator, supervisor)
        desk = Desk(moderator, account.qualifications.get()).take().look()

        refused(ActionRefused, lambda: desk.do(verify_qualification, told="材料齐全"))

        assert self.of_account(account)[0] == []


class TestNotUpheld:
    def test_the_service_is_back_and_both_are_told(
        self, claimed: Repudiation, account: PublicAccount, moderator: StaffUser
    ) -> None:
        review.protect_account(**held(claimed, moderator), told="身份存疑，保护本人权益")
        assert Restriction.objects.filter(ended_at=None).count() == 1
        assert Notice.objects.filter(purpose=notices.PROTECTED).count() == 1
        on = held(claimed, moderator)
        refused(ActionRefused, lambda: review.protect_account(**on, told="再次"))

        review.refuse_repudiation(**on, told="经核对，账号由本人使用")

        assert Restriction.objects.filter(ended_at=None).count() == 0
        assert "账号由本人使用" in Notice.objects.get(purpose=notices.RESULT).text
        assert "账号由本人使用" not in Notice.objects.get(purpose=notices.ENDED).text
        account.refresh_from_db()
        assert account.subject == claimed.subject
