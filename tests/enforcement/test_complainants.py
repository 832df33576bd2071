"""Who complains is sealed: planted data stand in no page, list, notice, log or history."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import PublicAccount
from compliance.errors import NotPermitted
from compliance.identity import vault
from compliance.models import ActionLog, Notice, Reveal, SandboxMessage, StaffUser
from compliance.notices import dispatch
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from enforcement.enums import CaseSource
from enforcement.models import Complainant, Complaint
from enforcement.services.complaints import joining
from tests.enforcement import complaints
from tests.enforcement.complaints import fence_of, grounds
from tests.enforcement.console import client_of, text_of
from tests.enforcement.test_complaint_codes import found_in_database

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]
PLANTED = (complaints.MOBILE, complaints.EMAIL, complaints.WORDS, "紫藤路七号")


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """A complaint handler."""
    return staff_user("complaint_handler")


@pytest.fixture(autouse=True)
def sent_at_once(settings: Any) -> None:
    """Hold nothing back."""
    settings.NOTICE_HOLD_SECONDS = 0


@pytest.fixture
def forwarded(make_account: Account, handler: StaffUser) -> Complaint:
    """A complaint that became a case, after others about the account went through to the end."""
    account = make_account()
    complaints.answered(account, handler, contact=complaints.EMAIL)
    complaints.asked(account, handler, kind="harmful")
    complaint = complaints.accepted(account, handler)
    joining.forward_complaint(
        complaint=complaint,
        summary=complaints.SUMMARY,
        fence=fence_of(complaint, handler),
        **grounds(handler),
    )
    return complaints.again(complaint)


def test_no_table_holds_the_contact_or_the_words_in_plain(forwarded: Complaint) -> None:
    assert forwarded.case is not None
    for planted in PLANTED:
        assert found_in_database(planted) == []


def test_what_is_sent_reaches_the_complainant_and_no_log_says_where(
    forwarded: Complaint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    dispatch.drain_outbox()

    assert SandboxMessage.objects.filter(channel="sms").exists()
    assert Notice.objects.filter(audience="complainant").exists()
    for planted in PLANTED:
        assert planted not in caplog.text
        assert not ActionLog.objects.filter(reason__contains=planted).exists()
        assert not SandboxMessage.objects.filter(body__contains=planted).exists()


@pytest.mark.parametrize("role", ["moderator", "supervisor", "compliance_officer", "auditor"])
def test_no_page_of_the_case_the_account_or_a_list_names_the_complainant(
    forwarded: Complaint, role: str, staff_user: Callable[..., StaffUser]
) -> None:
    login = staff_user(role)
    client = client_of(login)
    case, account = forwarded.case, forwarded.account
    assert case is not None
    assert account is not None
    pages = [
        reverse("admin:work_on_case", args=[case.work_item_id]),
        reverse("admin:case", args=[case.pk]),
        reverse("admin:account", args=[account.pk]),
        reverse("admin:complaint", args=[forwarded.pk]),
        *(
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            for model in admin.site._registry
            if model._meta.label
            in (
                "enforcement.Case",
                "enforcement.Complaint",
                "compliance.EvidenceFile",
                "compliance.ActionLog",
                "compliance.Notice",
            )
        ),
    ]

    opened = 0
    for page in pages:
        answer = client.get(page, follow=True)
        opened += answer.status_code == 200
        for planted in PLANTED:
            assert planted not in text_of(answer), page
    assert opened >= 3
    assert client.get(reverse("admin:complaint", args=[forwarded.pk])).status_code == (
        403 if role == "moderator" else 200
    )
    steps = timeline_page(account, login, position="", size=200).steps
    for planted in PLANTED:
        assert not any(planted in f"{step.text}{step.title}{step.changes}" for step in steps)


def test_the_public_pages_of_the_account_say_nothing_of_complaints(
    forwarded: Complaint, client: Client
) -> None:
    assert forwarded.account is not None
    shown = text_of(client.get(reverse("public:account", args=[forwarded.account.platform_uid])))

    for planted in (*PLANTED, forwarded.number):
        assert planted not in shown


def test_the_case_holds_what_the_handler_wrote_and_no_file_of_the_complainant(
    forwarded: Complaint,
) -> None:
    case = forwarded.case
    assert case is not None
    assert (case.source, case.summary) == (CaseSource.COMPLAINT, complaints.SUMMARY)
    assert not case.evidence.exists()


def test_the_contact_is_revealed_to_handlers_with_a_reason_and_to_no_moderator(
    forwarded: Complaint, handler: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    contact = Complainant.objects.get(pk=forwarded.complainant_id).contact
    assert contact is not None
    on: dict[str, Any] = {
        "value": contact,
        "provision": Provision.PIPL_51,
        "reason": "按投诉人要求回电",
    }
    page = reverse("admin:reveal_identity", args=[contact.pk])
    moderator = staff_user("moderator")

    assert client_of(moderator).get(page).status_code == 403
    with pytest.raises(NotPermitted):
        vault.reveal(actor=moderator, **on)
    assert not Reveal.objects.exists()

    assert client_of(handler).get(page).status_code == 200
    shown = client_of(handler).post(page, {"action": "reveal", "reason": "按投诉人要求回电"})
    assert contact.masked != complaints.MOBILE
    assert Reveal.objects.get().person == handler.person
    assert complaints.MOBILE in text_of(shown)


def test_a_handler_reveals_nothing_of_an_operator(forwarded: Complaint, handler: StaffUser) -> None:
    assert forwarded.account is not None
    value = forwarded.account.subject.id_number
    assert value is not None

    assert (
        client_of(handler).get(reverse("admin:reveal_identity", args=[value.pk])).status_code == 403
    )


def test_complaints_by_one_contact_are_one_complainants_and_each_other_is_another(
    make_account: Account,
) -> None:
    account = make_account()
    complaints.handed_in(account)
    complaints.handed_in(account, contact="139-1234-5678", words="另一件事")
    complaints.handed_in(account, contact="")
    complaints.handed_in(account, contact="", words="另一件事")

    assert Complainant.objects.count() == 3


def test_what_was_erased_is_read_by_nobody_and_the_record_stays(
    forwarded: Complaint, handler: StaffUser, system: StaffUser
) -> None:
    vault.erase(
        key=forwarded.complainant.key,
        actor=system,
        provision=Provision.PIPL_51,
        reason="保存期限届满",
    )

    shown = text_of(client_of(handler).get(reverse("admin:complaint", args=[forwarded.pk])))

    assert forwarded.number in shown
    assert complaints.WORDS not in shown
