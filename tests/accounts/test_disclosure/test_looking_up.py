"""Everybody looks an account up, and reads its sheet."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import DisclosureItem, GroundKind, RestrictionKind
from accounts.models import Disclosure, DisclosureConsent, PublicAccount
from accounts.services import restrictions
from accounts.services.disclosure import (
    Contact,
    SubjectChange,
    record_contacts,
    register_subject_change_source,
    sources,
)
from compliance.identity import vault
from compliance.models import PublicUse, StaffUser
from compliance.public import use
from tests.accounts.fixtures import unused_credit_code
from tests.accounts.test_disclosure.conftest import PLANTED, MakeAccount, agree, because, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources that a test registers are its own."""
    monkeypatch.setattr(sources, "_changes", [])


class TestLookUp:
    def test_an_account_is_found_by_its_exact_number_or_name_and_nothing_is_listed(
        self, visitor: Client, company: PublicAccount, person: PublicAccount
    ) -> None:
        empty = visitor.get("/public/accounts/")
        by_number = visitor.get("/public/accounts/", {"q": company.platform_uid})
        by_name = visitor.get("/public/accounts/", {"q": f" {person.name} "})
        by_half = visitor.get("/public/accounts/", {"q": person.name[:-2]})

        link = f'href="/public/accounts/{company.platform_uid}/"'
        assert company.platform_uid not in empty.text
        assert link in by_number.text
        assert person.name not in by_number.text
        assert f'href="/public/accounts/{person.platform_uid}/"' in by_name.text
        assert "没有编号或名称与此完全一致的账号" in by_half.text

    @pytest.mark.parametrize("words", ["%", "_", "*", "x" * 201, "\x00", "'; --"])
    def test_words_that_mean_something_elsewhere_find_nothing(
        self, visitor: Client, person: PublicAccount, words: str
    ) -> None:
        response = visitor.get("/public/accounts/", {"q": words})

        assert response.status_code == (400 if "\x00" in words else 200)
        assert person.platform_uid not in response.text

    def test_many_accounts_of_one_name_are_paged(
        self,
        visitor: Client,
        make_account: MakeAccount,
        make_namesake: Callable[[PublicAccount], PublicAccount],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("accounts.pages.public_accounts.SHOWN", 1)
        earlier = make_account(account_name="同名频道")
        accounts = [earlier, make_namesake(earlier)]

        first = visitor.get("/public/accounts/", {"q": "同名频道"})
        place = first.context["following"]
        second = visitor.get("/public/accounts/", {"q": "同名频道", "from": place})
        forged = visitor.get("/public/accounts/", {"q": "同名频道", "from": "made-up"})

        assert accounts[1].platform_uid in first.text
        assert accounts[0].platform_uid not in first.text
        assert accounts[0].platform_uid in second.text
        assert accounts[1].platform_uid in forged.text

    def test_no_search_engine_and_nobody_on_the_way_keeps_it(
        self, visitor: Client, company: PublicAccount
    ) -> None:
        for address in ("/public/accounts/", f"/public/accounts/{company.platform_uid}/"):
            response = visitor.get(address)

            assert "noindex" in response["X-Robots-Tag"]
            assert '<meta name="robots" content="noindex">' in response.text
            assert response["Cache-Control"] == "no-store"
            assert "<script" not in response.text

    def test_who_asks_too_often_has_to_wait_and_others_do_not(
        self,
        visitor: Client,
        company: PublicAccount,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(use, "MOST_A_MINUTE", 2)
        page = f"/public/accounts/{company.platform_uid}/"
        answers = [visitor.get(page).status_code for _number in range(2)]

        one_too_many = visitor.get(page)
        looked_up = visitor.get("/public/accounts/", {"q": company.platform_uid})
        elsewhere = visitor.get(page, REMOTE_ADDR="192.0.2.77")
        form = visitor.get("/public/accounts/")

        assert answers == [200, 200]
        assert (one_too_many.status_code, looked_up.status_code) == (429, 429)
        assert 0 < int(one_too_many["Retry-After"]) <= 60
        assert (elsewhere.status_code, form.status_code) == (200, 200)
        assert all(b"192.0.2.77" not in bytes(each.address) for each in PublicUse.objects.all())

    def test_what_is_past_counts_no_more_and_is_forgotten(
        self, visitor: Client, company: PublicAccount
    ) -> None:
        old = timezone.now() - timedelta(minutes=5)
        PublicUse.objects.create(address=b"x" * 32, minute=old, used=1)

        visitor.get(f"/public/accounts/{company.platform_uid}/")

        assert not PublicUse.objects.filter(minute=old).exists()

    def test_an_account_that_is_not_there_has_no_page(self, visitor: Client) -> None:
        assert visitor.get("/public/accounts/nobody/").status_code == 404


class TestSheet:
    def test_an_organisation_shows_all_five_items(
        self, visitor: Client, company: PublicAccount, system: StaffUser
    ) -> None:
        record_contacts(
            contacts=[Contact(company.platform_uid, "service@example.com", "form:1")],
            **because(system),
        )

        page = page_of(visitor, company)

        subject = company.subject
        for words in ("文化", subject.organisation_name, subject.uscc, "service@example.com"):
            assert words in page
        assert company.application.registered_region in page

    def test_a_contact_that_was_taken_back_is_shown_no_more(
        self, visitor: Client, company: PublicAccount, system: StaffUser
    ) -> None:
        for contact in ("service@example.com", ""):
            record_contacts(
                contacts=[Contact(company.platform_uid, contact, "form:1")], **because(system)
            )

        assert "service@example.com" not in page_of(visitor, company)
        assert DisclosureItem.CONTACT in Disclosure.objects.get(account=company).missing

    def test_a_persons_name_is_shown_with_consent_and_no_more_once_it_is_taken_back(
        self, visitor: Client, person: PublicAccount, system: StaffUser
    ) -> None:
        before = page_of(visitor, person)
        agree(person, system)
        agreed = page_of(visitor, person)
        agree(person, system, is_given=False, source_ref="consent:2")
        taken_back = page_of(visitor, person)

        assert PLANTED["subject_name"] not in before
        assert PLANTED["subject_name"] in agreed
        assert PLANTED["subject_name"] not in taken_back
        for page in (before, agreed, taken_back):
            assert "浙江省" in page
            assert "蒗园路" not in page

    def test_a_consent_that_arrives_late_does_not_undo_what_took_it_back(
        self, visitor: Client, person: PublicAccount, system: StaffUser
    ) -> None:
        at = timezone.now()
        agree(person, system, is_given=False, at=at, source_ref="consent:2")
        agree(person, system, at=at - timedelta(hours=1))
        agree(person, system, at=at, source_ref="consent:3")

        assert PLANTED["subject_name"] not in page_of(visitor, person)

    def test_the_consent_of_one_operator_is_none_of_the_next(
        self, visitor: Client, person: PublicAccount, make_account: MakeAccount, system: StaffUser
    ) -> None:
        other = make_account(subject_name="欧阳湉湉")
        DisclosureConsent.objects.create(
            account=person,
            subject=other.subject,
            is_given=True,
            at=timezone.now(),
            method="click",
            source_ref="consent:1",
        )

        assert PLANTED["subject_name"] not in page_of(visitor, person)

    def test_nothing_of_a_name_is_left_once_the_identity_data_is_erased(
        self, visitor: Client, person: PublicAccount, system: StaffUser
    ) -> None:
        agree(person, system)
        vault.erase(key=person.subject.key, **because(system))

        page = page_of(visitor, person)

        assert PLANTED["subject_name"] not in page
        assert "端**" not in page

    def test_an_individual_business_shows_its_trade_name_and_masks_a_persons(
        self, visitor: Client, make_account: MakeAccount
    ) -> None:
        with_code = make_account(
            subject_nature="individual_business",
            id_type="uscc",
            id_number=unused_credit_code("92"),
            subject_name="示例区湉湉面馆",
        )
        without = make_account(
            subject_nature="individual_business", subject_name="欧阳湉湉", business_scope="餐饮"
        )

        trade, masked = page_of(visitor, with_code), page_of(visitor, without)

        assert "示例区湉湉面馆" in trade
        assert "个体工商户的字号名称" in trade
        assert "欧阳湉湉" not in masked
        assert "欧**" in masked

    def test_a_licence_without_a_trade_name_shows_its_operator_with_consent_alone(
        self, visitor: Client, make_account: MakeAccount, system: StaffUser
    ) -> None:
        business = make_account(
            subject_nature="individual_business",
            id_type="uscc",
            id_number=unused_credit_code("92"),
            subject_name="欧阳湉湉",
        )

        before = page_of(visitor, business)
        agree(business, system)
        agreed = page_of(visitor, business)
        agree(business, system, is_given=False, source_ref="consent:2")
        taken_back = page_of(visitor, business)

        assert "欧阳湉湉" not in before + taken_back
        assert "欧**" in before
        assert "欧阳湉湉" in agreed

    def test_a_person_is_reached_through_the_platform(
        self, visitor: Client, person: PublicAccount, settings: Any
    ) -> None:
        without = page_of(visitor, person)
        settings.RELAYED_CONTACT = "https://relay.example.com/to/{platform_uid}"

        relayed = page_of(visitor, person)

        assert "relay.example.com" not in without
        assert f"https://relay.example.com/to/{person.platform_uid}" in relayed

    def test_it_says_whether_the_account_is_in_service_and_never_why(
        self, visitor: Client, company: PublicAccount, person: PublicAccount, system: StaffUser
    ) -> None:
        grounds: dict[str, Any] = {
            "ground_kind": GroundKind.DECISION,
            "ground_ref": "CA00000007",
            **because(system),
        }
        restrictions.impose_restriction(
            account=company,
            kind=RestrictionKind.SUSPEND_UPDATES,
            from_=timezone.now(),
            until=timezone.now() + timedelta(days=7),
            **grounds,
        )
        restrictions.close_account(account=person, **grounds)
        agree(person, system)

        suspended, closed = page_of(visitor, company), page_of(visitor, person)

        assert "暂停信息更新" in suspended
        assert "已关闭" in closed
        assert PLANTED["subject_name"] not in closed
        assert "CA00000007" not in suspended + closed

    def test_changes_of_the_subject_come_from_the_part_that_knows(
        self, visitor: Client, company: PublicAccount, no_sources: None
    ) -> None:
        day = date(2026, 5, 6)
        register_subject_change_source(
            lambda _one: [SubjectChange(on=day, earlier="甲公司", later="乙公司")]
        )

        page = page_of(visitor, company)

        assert "甲公司 → 乙公司" in page

    def test_it_is_complete_in_english_too(self, visitor: Client, person: PublicAccount) -> None:
        page = page_of(visitor, person, "en")

        assert "only with that person’s consent" in page
        assert "Of a person the province alone." in page
