"""The page on which a case is opened."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import PublicAccount
from compliance.models import Lease
from enforcement.models import (
    Case,
)
from enforcement.pages.open_case import open_case_url
from tests.enforcement.conftest import (
    Staff,
)
from tests.enforcement.console import (
    case_page,
    client_of,
    refusals,
    text_of,
)

pytestmark = pytest.mark.django_db


class TestOpeningACase:
    def given(self, account: PublicAccount, **changes: Any) -> dict[str, Any]:
        return {
            "uid": account.platform_uid,
            "source": "authority",
            "source_ref": "网信〔2026〕12号",
            "summary": "来函称该账号编造灾情",
            "content_ref": "article-9",
            "reason": "根据来函立案",
            "then": "work",
            **changes,
        }

    def test_the_case_is_open_and_in_the_hands_of_whoever_opened_it(
        self, make_account: Callable[..., PublicAccount], staff: Staff
    ) -> None:
        account = make_account()

        answer = client_of(staff.moderator).post(reverse("admin:open_case"), self.given(account))

        case = Case.objects.get()
        assert answer["Location"] == case_page(case)
        assert (case.account, case.source_ref, case.content_ref) == (
            account,
            "网信〔2026〕12号",
            "article-9",
        )
        assert case.work_item.lease.holder == staff.moderator.person

    def test_it_can_be_left_in_the_queue(
        self, make_account: Callable[..., PublicAccount], staff: Staff
    ) -> None:
        given = self.given(make_account(), then="queue")

        client_of(staff.moderator).post(reverse("admin:open_case"), given)

        assert not Lease.objects.filter(work_item=Case.objects.get().work_item).exists()

    def test_a_letter_without_number_is_refused_logged_and_what_was_typed_is_kept(
        self, make_account: Callable[..., PublicAccount], staff: Staff
    ) -> None:
        given = self.given(make_account(), source_ref="")

        answer = client_of(staff.moderator).post(reverse("admin:open_case"), given)

        assert answer.status_code == 409
        for typed in ("来函称该账号编造灾情", "article-9", "根据来函立案"):
            assert typed in text_of(answer)
        assert not Case.objects.exists()
        assert refusals() == [("enforcement.case.create", staff.moderator.person_id)]

    def test_an_unknown_account_is_said_beside_the_field(
        self, make_account: Callable[..., PublicAccount], staff: Staff
    ) -> None:
        given = self.given(make_account(), uid="nobody")

        answer = client_of(staff.moderator).post(reverse("admin:open_case"), given)

        assert answer.status_code == 422
        assert "uid" in answer.context["form"].errors
        assert "来函称该账号编造灾情" in text_of(answer)
        assert not Case.objects.exists()

    def test_the_page_of_the_account_leads_here_and_shows_the_cases_that_are_open(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        client = client_of(staff.moderator)
        way = open_case_url(case.account)

        answer = client.get(way)

        account = client.get(reverse("admin:account", args=[case.account_id]))
        assert way in text_of(account)
        assert case_page(case) in text_of(account)
        assert answer.context["form"]["uid"].value() == case.account.platform_uid
        assert case_page(case) in text_of(answer)

    def test_the_page_of_the_account_offers_it_to_nobody_else(
        self, make_account: Callable[..., PublicAccount], staff: Staff
    ) -> None:
        account = make_account()
        way = open_case_url(account)
        client = client_of(staff.supervisor)

        page = client.get(reverse("admin:account", args=[account.pk]))

        assert page.status_code == 200
        assert way not in text_of(page)
        assert client.get(way).status_code == 403
