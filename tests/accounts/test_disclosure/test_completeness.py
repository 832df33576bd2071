"""All that is to be shown is, and nothing of a person beyond it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import DisclosureItem
from accounts.models import Disclosure, PublicAccount, PublicContact, Subject
from accounts.services.disclosure import (
    Contact,
    check_due_disclosures,
    disclosure_figures,
    record_contacts,
)
from compliance.models import StaffUser
from tests.accounts.test_disclosure.conftest import PLANTED, MakeAccount, because, page_of

pytestmark = pytest.mark.django_db


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
