"""Everybody finds who runs an account, and nobody learns more of a person than the rules show."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from accounts.enums import DisclosureItem, GroundKind, RestrictionKind
from accounts.models import (
    Disclosure,
    DisclosureConsent,
    PublicAccount,
    PublicContact,
    Subject,
)
from accounts.services import restrictions
from accounts.services.disclosure import (
    Consent,
    Contact,
    SubjectChange,
    check_due_disclosures,
    disclosure_figures,
    record_consents,
    record_contacts,
    register_subject_change_source,
    sources,
)
from compliance.errors import InvalidInput, NotPermitted
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import ActionLog, PublicUse, StaffUser
from compliance.provisions import Provision
from compliance.public import use
from tests.accounts.applications import personal
from tests.accounts.fixtures import unused_credit_code

pytestmark = pytest.mark.django_db
MakeAccount = Callable[..., PublicAccount]
# Made up, and rare enough that nothing else can hold them by chance.
PLANTED = {
    "subject_name": "端木蒗蒗",
    "id_number": personal("11010119870315487"),
    "mobile": "19977661234",
    "registered_region": "浙江省杭州市蒗园路4321号",
    "operating_region": "浙江省杭州市蒗园路4321号",
    "contact": "langlang.secret.canary@example.com",
}


def because(actor: StaffUser) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_9_2, reason="测试数据")


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def no_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources that a test registers are its own."""
    monkeypatch.setattr(sources, "_changes", [])


@pytest.fixture
def company(make_account: MakeAccount) -> PublicAccount:
    return make_account(
        subject_nature="enterprise", id_type="uscc", subject_name="示例文化有限公司"
    )


@pytest.fixture
def person(make_account: MakeAccount) -> PublicAccount:
    return make_account(**PLANTED)


def agree(account: PublicAccount, actor: StaffUser, **changes: Any) -> Any:
    consent = {"is_given": True, "at": timezone.now(), "source_ref": "consent:1", **changes}
    return record_consents(consents=[Consent(account.platform_uid, **consent)], **because(actor))


def page_of(visitor: Client, account: PublicAccount, language: str = "zh-hans") -> str:
    response = visitor.get(f"/public/accounts/{account.platform_uid}/?lang={language}")
    assert response.status_code == 200
    return str(response.text)


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


class TestRecording:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"method": "telepathy"},
            {"source_ref": " "},
            {"source_ref": "x" * 121},
            {"at": timezone.now() + timedelta(days=2)},
        ],
    )
    def test_a_consent_with_something_wrong_is_not_recorded(
        self, person: PublicAccount, system: StaffUser, wrong: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidInput):
            agree(person, system, **wrong)

        assert not DisclosureConsent.objects.exists()
        assert not ActionLog.objects.filter(action__endswith="agree_to_name").exists()

    def test_only_persons_are_asked_and_only_organisations_publish_a_contact(
        self, person: PublicAccount, company: PublicAccount, system: StaffUser
    ) -> None:
        with pytest.raises(InvalidInput, match="个人"):
            agree(company, system)
        with pytest.raises(InvalidInput, match="平台"):
            record_contacts(
                contacts=[Contact(person.platform_uid, "13800138000", "form:1")],
                **because(system),
            )

        assert not DisclosureConsent.objects.exists()
        assert not PublicContact.objects.exists()

    def test_each_word_counts_once_and_is_on_the_record_of_the_account(
        self, person: PublicAccount, company: PublicAccount, system: StaffUser
    ) -> None:
        first = agree(person, system)
        again = agree(person, system)
        contacts = [
            Contact(uid, "a@example.com", "f:1") for uid in (company.platform_uid, "nobody")
        ]
        given = record_contacts(contacts=contacts, **because(system))
        same = record_contacts(contacts=contacts, **because(system))

        assert (first.new, again.new, again.known) == (1, 0, 1)
        assert (given.new, given.unknown, same.new, same.known) == (1, ("nobody",), 0, 1)
        acts = set(ActionLog.objects.for_object(person).values_list("action", flat=True))
        assert "accounts.publicaccount.agree_to_name" in acts
        assert not any(PLANTED["subject_name"] in each.payload for each in ActionLog.objects.all())

    def test_colleagues_do_not_consent_for_operators(
        self, person: PublicAccount, staff_user: Callable[..., StaffUser]
    ) -> None:
        with pytest.raises(NotPermitted):
            agree(person, staff_user("compliance_officer"))

        assert not DisclosureConsent.objects.exists()

    @pytest.mark.parametrize(
        ("constraint", "columns"),
        [
            ("disclosureconsent_names_its_source", {"method": "telepathy"}),
            ("disclosureconsent_names_its_source", {"source_ref": ""}),
            ("disclosureconsent_once", {}),
        ],
    )
    def test_the_database_holds_what_a_consent_is(
        self,
        person: PublicAccount,
        system: StaffUser,
        constraint: str,
        columns: dict[str, Any],
    ) -> None:
        agree(person, system)
        given = {"method": "click", "source_ref": "consent:1", **columns}

        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            DisclosureConsent.objects.create(
                account=person,
                subject=person.subject,
                is_given=True,
                at=timezone.now(),
                **given,
            )

        problem: Any = refusal.value.__cause__
        assert problem.diag.constraint_name == constraint


class TestCompleteness:
    def test_what_is_missing_is_found_for_each_nature_and_counted(
        self, company: PublicAccount, person: PublicAccount, make_account: MakeAccount
    ) -> None:
        abroad = make_account(registered_region="别处", operating_region="别处")

        checked = check_due_disclosures(now=timezone.now())
        again = check_due_disclosures(now=timezone.now())

        missing = dict(Disclosure.objects.values_list("account", "missing"))
        assert missing == {company.pk: ["contact"], person.pk: [], abroad.pk: ["region"]}
        assert (checked, again) == (3, 0)
        figures = {each.nature: each for each in disclosure_figures()}
        assert figures["enterprise"].missing[DisclosureItem.CONTACT] == 1
        assert (figures["natural_person"].accounts, figures["natural_person"].complete) == (2, 1)

    def test_what_changed_since_is_found_the_next_day(
        self, company: PublicAccount, system: StaffUser
    ) -> None:
        check_due_disclosures(now=timezone.now() - timedelta(days=2))
        record_contacts(
            contacts=[Contact(company.platform_uid, "a@example.com", "f:1")], **because(system)
        )
        at_once = Disclosure.objects.get(account=company).is_complete
        Disclosure.objects.update(is_complete=False, checked_at=timezone.now() - timedelta(days=2))

        check_due_disclosures(now=timezone.now())

        assert at_once
        assert Disclosure.objects.get(account=company).is_complete

    def test_the_desk_leads_to_the_accounts_that_lack_something(
        self,
        company: PublicAccount,
        person: PublicAccount,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        check_due_disclosures(now=timezone.now())
        client = Client()
        client.force_login(staff_user("compliance_officer"))

        desk = client.get("/").text
        listed = client.get("/accounts/disclosure/?is_complete__exact=0").text
        by_item = client.get("/accounts/disclosure/?missing=uscc").text
        page = client.get(f"/accounts/{company.pk}/").text

        assert "公示信息不完整的账号" in desk
        assert company.platform_uid in listed
        assert person.platform_uid not in listed
        assert company.platform_uid not in by_item
        assert "对外公示" in page


def every_public_answer(caller: Any, visitor: Client, account: PublicAccount) -> Iterator[str]:
    """What a visitor and a program can read of an account."""
    uid = account.platform_uid
    for language in ("zh-hans", "en"):
        yield visitor.get(f"/public/accounts/?q={uid}&lang={language}").text
        yield visitor.get(f"/public/accounts/?q={account.name}&lang={language}").text
        yield page_of(visitor, account, language)
    for value in PLANTED.values():
        # The words that were typed stand in the box again, and in the links to other languages.
        answer = visitor.get("/public/accounts/", {"q": value}).text
        yield answer.replace(value, "").replace(quote_plus(value), "")
    for path in ("accounts/", f"accounts/{uid}/", f"accounts/{uid}/disclosure/"):
        answer = caller.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.content
        yield answer.text


def test_no_public_page_and_no_answer_holds_anything_planted_of_a_person(
    person: PublicAccount, visitor: Client, make_caller: Callable[..., Any], system: StaffUser
) -> None:
    caller = make_caller("accounts:read", "disclosure:read", "disclosure:write")
    subject = Subject.objects.get(pk=person.subject_id)
    answers = list(every_public_answer(caller, visitor, person))
    refused = caller.post(
        "/api/v1/public-contacts/",
        {
            "contacts": [
                {
                    "platform_uid": person.platform_uid,
                    "contact": PLANTED["contact"],
                    "source_ref": "f:1",
                }
            ]
        },
    )
    answers.append(refused.text)

    planted = [*PLANTED.values(), "蒗园路", subject.shown_name, "19977", "canary"]
    for answer in answers:
        assert [each for each in planted if each in answer] == []
    assert refused.status_code == 422
    assert not PublicContact.objects.exists()


def test_the_platform_pushes_consents_and_reads_what_everybody_may_see(
    person: PublicAccount, company: PublicAccount, make_caller: Callable[..., Any]
) -> None:
    caller = make_caller("disclosure:read", "disclosure:write")
    pushed = caller.post(
        "/api/v1/disclosure-consents/",
        {
            "consents": [
                {
                    "platform_uid": person.platform_uid,
                    "is_given": True,
                    "at": timezone.now().isoformat(),
                    "source_ref": "consent:1",
                }
            ]
        },
    )
    contacts = caller.post(
        "/api/v1/public-contacts/",
        {
            "contacts": [
                {
                    "platform_uid": company.platform_uid,
                    "contact": "service@example.com",
                    "source_ref": "form:1",
                }
            ]
        },
    )

    of_person = caller.get(f"/api/v1/accounts/{person.platform_uid}/disclosure/").json()
    of_company = caller.get(f"/api/v1/accounts/{company.platform_uid}/disclosure/").json()

    assert (pushed.status_code, contacts.status_code) == (200, 200)
    assert pushed.json() == {"new": 1, "known": 0, "unknown": []}
    assert of_person["operator"] == PLANTED["subject_name"]
    assert (of_person["public_registration"], of_person["public_contact"]) == ("浙江省", "")
    assert of_company["public_contact"] == "service@example.com"
    assert (of_company["uscc"], of_company["missing"]) == (company.subject.uscc, [])
