"""Consents and what is shown are recorded, and pushed by the platform."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import DisclosureConsent, PublicAccount, PublicContact
from accounts.services.disclosure import Contact, record_contacts
from compliance.errors import InvalidInput, NotPermitted
from compliance.models import ActionLog, StaffUser
from tests.accounts.test_disclosure.conftest import PLANTED, agree, because

pytestmark = pytest.mark.django_db


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
