"""The pages of the package in the console, per role."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ApplicationStatus, GroundKind, ListedNameKind, RestrictionKind
from accounts.models import Application, ListedName, PublicAccount
from accounts.services.names import NameRow, add_names
from accounts.services.restrictions import impose_restriction
from compliance.models import ActionLog, Lease
from compliance.provisions import Provision

MODELS = ["application", "subject", "publicaccount", "restriction", "listedname"]
PERSON = {
    "subject_name": "欧阳测试壬",
    "mobile": "13912345670",
    "contact": "unmistakable@example.com",
    "registered_region": "浙江省杭州市无双路88号",
}


@pytest.fixture
def records(make_account, make_application, system):
    """One record of each sort."""
    grounds = {
        "actor": system,
        "provision": Provision.PUBLIC_ACCOUNT_19_2,
        "reason": "测试",
    }
    account = make_account(**PERSON)
    restriction = impose_restriction(
        account=account,
        kind=RestrictionKind.SUSPEND_UPDATES,
        from_=timezone.now() - timedelta(days=1),
        until=timezone.now() + timedelta(days=7),
        ground_kind=GroundKind.DECISION,
        ground_ref="D-1",
        **grounds,
    )
    add_names(kind=ListedNameKind.BARRED, rows=[NameRow("某某内参", "关闭")], **grounds)
    return {
        "application": make_application(category="education", bio="<script>alert(1)</script>"),
        "subject": account.subject,
        "publicaccount": account,
        "restriction": restriction,
        "listedname": ListedName.objects.get(),
    }


@pytest.mark.parametrize("role", ["moderator", "supervisor", "compliance_officer", "auditor"])
def test_every_list_record_and_history_opens_to_who_may_see_it(client, staff_user, records, role):
    client.force_login(staff_user(role))

    for name in MODELS:
        pages = [
            reverse(f"admin:accounts_{name}_changelist"),
            reverse(f"admin:accounts_{name}_change", args=[records[name].pk]),
            reverse(f"admin:accounts_{name}_history", args=[records[name].pk]),
        ]
        for page in pages:
            assert client.get(page, follow=True).status_code == 200, page
        assert client.get(reverse(f"admin:accounts_{name}_add")).status_code == 403
        assert client.post(pages[1], {"name": "x"}).status_code == 403


def test_the_system_administrator_sees_no_account(client, staff_user, records):
    client.force_login(staff_user("system_administrator"))

    for name in MODELS:
        assert client.get(reverse(f"admin:accounts_{name}_changelist")).status_code == 403


def test_identity_data_is_masked_on_every_page(client, staff_user, records):
    client.force_login(staff_user("moderator"))
    account = records["publicaccount"]
    addresses = [
        reverse("admin:accounts_application_change", args=[account.application_id]),
        reverse("admin:accounts_application_history", args=[account.application_id]),
        reverse("admin:accounts_subject_change", args=[account.subject_id]),
        reverse("admin:accounts_subject_changelist"),
    ]

    text = "".join(client.get(address, follow=True).content.decode() for address in addresses)

    for value in (*PERSON.values(), "无双路88号"):
        assert value not in text
    assert "欧**" in text
    assert "139****5670" in text


def test_an_address_cannot_probe_identity_data(client, staff_user, records):
    client.force_login(staff_user("moderator"))
    page = reverse("admin:accounts_application_changelist")

    response = client.get(page, {"mobile__masked__startswith": "139"})

    assert response.status_code in {302, 400}


def test_an_account_is_found_by_its_number_and_shows_what_limits_it(client, staff_user, records):
    client.force_login(staff_user("moderator"))
    page = reverse("admin:accounts_publicaccount_changelist")
    account = records["publicaccount"]

    found = client.get(page, {"q": account.platform_uid}).content.decode()
    missing = client.get(page, {"q": "nobody"}).content.decode()

    assert account.name in found
    assert account.name not in missing
    record = client.get(reverse("admin:account", args=[account.pk]))
    assert "No updates until" in record.content.decode() or "停" in record.content.decode()


def test_what_was_sent_is_shown_escaped(client, staff_user, records):
    client.force_login(staff_user("moderator"))

    page = client.get(
        reverse("admin:accounts_application_change", args=[records["application"].pk])
    ).content.decode()

    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def posted(application, act, **more):
    lease = Lease.objects.get(work_item=application.work_item)
    return {
        "action": act,
        "reason": "材料齐全",
        "fence": lease.fence,
        "version": application.version,
        **more,
    }


@pytest.fixture
def review(client, staff_user, records):
    """A moderator who took the one application from the desk; returns its page and record."""
    client.force_login(staff_user("moderator"))
    response = client.post(reverse("admin:claim_next", args=["applications"]))
    application = Application.objects.get(pk=records["application"].pk)
    assert response.url == reverse("admin:review_application", args=[application.work_item_id])
    return response.url, application


def test_a_moderator_takes_reads_and_approves_an_application(client, review):
    page, application = review

    text = client.get(page).content.decode()
    response = client.post(page, posted(application, "approve"))

    assert application.platform_uid in text
    assert "EXPERT_FIELD" in text
    assert response.status_code == 302
    assert PublicAccount.objects.filter(application=application).exists()


@pytest.mark.parametrize(
    ("act", "status"),
    [
        ("refuse", ApplicationStatus.REFUSED),
        ("ask_for_material", ApplicationStatus.WAITING_MATERIAL),
        ("withdraw", ApplicationStatus.WITHDRAWN),
    ],
)
def test_every_other_act_of_the_page_works(client, review, act, status):
    page, application = review

    client.post(page, posted(application, act))

    application.refresh_from_db()
    assert application.status == status


def test_a_refused_act_is_said_on_the_page_and_logged(client, review):
    page, application = review

    response = client.post(page, posted(application, "approve", version=1))

    assert response.status_code == 409
    application.refresh_from_db()
    assert application.status == ApplicationStatus.IN_REVIEW
    assert ActionLog.objects.refused().get().action == "accounts.application.approve"


def test_an_auditor_does_not_reach_the_review_page(client, staff_user, review):
    page, _application = review
    client.force_login(staff_user("auditor"))

    assert client.get(page).status_code == 403
