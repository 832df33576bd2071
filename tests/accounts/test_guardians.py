"""Accounts of minors: nothing without a guardian's consent, and the service rests without it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import AccountStatus, ApplicationStatus, GroundKind
from accounts.guardian_words import DECLARATION_VERSION, WithdrawalStatus
from accounts.models import (
    Application,
    GuardianConsent,
    GuardianWithdrawal,
    PublicAccount,
    Restriction,
)
from accounts.services import review
from accounts.services.guardians import notices, withdrawal
from accounts.services.guardians.standing import valid_consent
from accounts.services.invitations import GUARDIAN
from compliance import work
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import (
    EvidenceFile,
    IdentityValue,
    Notice,
    ResponseInvitation,
    StaffUser,
)
from compliance.provisions import Provision
from compliance.responses.codes import code_of
from reports.demo.clock import clock_at
from tests.accounts.applications import personal
from tests.accounts.fixtures import unused_personal_number
from tests.compliance.api_fixtures import Caller
from tests.compliance.evidence_files import picture

pytestmark = pytest.mark.django_db

MakeStaff = Callable[..., StaffUser]


def grounds(actor: StaffUser, reason: str = "核对无误") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_8_1, "reason": reason}


@pytest.fixture
def moderator(staff_user: MakeStaff) -> StaffUser:
    return staff_user("moderator")


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def minor(make_application: Callable[..., Application]) -> Application:
    """An application of somebody who comes of age in about three years."""
    born = date(timezone.localdate().year - 15, 6, 1)
    application = make_application(id_number=personal(f"110101{born:%Y%m%d}123"))
    assert application.status == ApplicationStatus.IN_REVIEW
    assert application.needs_guardian
    return application


def held(application: Application, moderator: StaffUser) -> dict[str, Any]:
    application = Application.objects.get(pk=application.pk)
    assert application.work_item is not None
    lease = work.claim_item(work_item=application.work_item, actor=moderator)
    return {
        "application": application,
        "fence": lease.fence,
        "expected_version": application.version,
        **grounds(moderator),
    }


def facts() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Application.objects.order_by("pk").values()),
        list(GuardianWithdrawal.objects.order_by("pk").values()),
        list(Restriction.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values()),
        GuardianConsent.objects.count(),
        IdentityValue.objects.count(),
        EvidenceFile.objects.count(),
        Notice.objects.count(),
    )


def refused(kind: type[Exception], act: Callable[[], Any]) -> str:
    before = facts()
    with pytest.raises(kind) as refusal, transaction.atomic():
        act()
    assert facts() == before
    return str(refusal.value)


def asked(application: Application, moderator: StaffUser) -> str:
    """Ask for the consent and return where the guardian answers."""
    review.ask_for_material(
        **held(application, moderator), told="请监护人同意并上传监护证明", asks_guardian=True
    )
    invitation = ResponseInvitation.objects.about(application).get(kind=GUARDIAN)
    return reverse("public:response", args=[code_of(invitation)])


def answer(visitor: Client, url: str, **changes: Any) -> Any:
    given = {
        "name": "王大力",
        "relation": "father",
        "id_type": "resident_id",
        "id_number": unused_personal_number(),
        "mobile": "13600004321",
        "agreed": DECLARATION_VERSION,
        "files": [SimpleUploadedFile("hukou.jpg", picture(), "image/jpeg")],
        "complete": "1",
        **changes,
    }
    return visitor.post(url, {name: value for name, value in given.items() if value is not None})


@pytest.fixture
def approved(minor: Application, moderator: StaffUser, visitor: Client) -> PublicAccount:
    assert answer(visitor, asked(minor, moderator)).status_code == 302
    return review.approve_application(**held(minor, moderator))


class TestWhoseItIs:
    def test_asker_and_approver_read_whose_each_value_is(
        self, approved: PublicAccount, moderator: StaffUser, staff_user: Callable[..., StaffUser]
    ) -> None:
        consent = valid_consent(approved.application)
        assert consent is not None
        asker, approver = Client(), Client()
        asker.force_login(moderator)
        approver.force_login(staff_user("supervisor"))
        of_guardian, of_child = consent.id_number, approved.application.id_number
        url = reverse("admin:reveal_identity", args=[of_guardian.pk])
        labels = {each.pk: label for each, label in asker.get(url).context["asked"]}
        assert "监护人" in labels[of_guardian.pk]

        values = [of_guardian.pk]
        asker.post(url, {"action": "ask", "reason": "核对", "values": values})

        page = approver.get(reverse("admin:minor_reveals"))
        facts = {str(each.label): each for each in page.context["proposed"][0]["facts"]}
        assert any("监护人" in label for label in facts)
        assert facts["账号"].value == approved.name
        assert facts["账号"].url
        child = reverse("admin:reveal_identity", args=[of_child.pk])
        assert any("未成年人" in str(each.label) for each in asker.get(child).context["facts"])


class TestConsent:
    def test_nobody_approves_a_minor_without_it_and_the_database_neither(
        self, minor: Application, moderator: StaffUser
    ) -> None:
        on = held(minor, moderator)

        said = refused(ActionRefused, lambda: review.approve_application(**on))

        assert "监护人" in said
        with pytest.raises(IntegrityError, match="minor_has_consent"), transaction.atomic():
            Application.objects.filter(pk=minor.pk).update(
                status="approved",
                decided_by=moderator.person,
                decided_at=timezone.now(),
                version=on["application"].version + 1,
            )

    def test_the_guardian_is_verified_and_the_application_goes_on(
        self, minor: Application, moderator: StaffUser, visitor: Client
    ) -> None:
        url = asked(minor, moderator)
        assert "监护人" in visitor.get(url).text

        assert answer(visitor, url).status_code == 302

        minor.refresh_from_db()
        consent = valid_consent(minor)
        assert minor.status == ApplicationStatus.IN_REVIEW
        assert consent is not None
        assert consent.name.key_id == minor.subject.key_id
        assert "王大力" not in str(consent.name)
        assert consent.documents.count() == 1
        account = review.approve_application(**held(minor, moderator))
        minor.refresh_from_db()
        assert minor.guardian_consent == consent
        assert account.status == AccountStatus.ACTIVE
        client = Client()
        client.force_login(moderator)
        page = client.get(reverse("admin:application", args=[minor.pk])).text
        assert "王大力" not in page
        assert "13600004321" not in page

    @pytest.mark.parametrize(
        "changes",
        [
            {"name": " "},
            {"id_number": "110101199003071234"},
            {"id_number": personal("11010120150601123")},
            {"mobile": "12"},
            {"mobile": "19900000009"},
            {"relation": "friend"},
            {"agreed": "no"},
            {"files": None},
        ],
    )
    def test_what_cannot_be_is_refused_and_leaves_nothing(
        self, minor: Application, moderator: StaffUser, visitor: Client, changes: dict[str, Any]
    ) -> None:
        url = asked(minor, moderator)
        before = facts()

        assert answer(visitor, url, **changes).status_code == 409

        assert facts() == before

    def test_an_unverified_guardian_is_no_guardian(
        self, minor: Application, moderator: StaffUser, visitor: Client
    ) -> None:
        assert answer(visitor, asked(minor, moderator), mobile="19900000001").status_code == 302

        assert GuardianConsent.objects.get().is_verified is False
        on = held(minor, moderator)
        refused(ActionRefused, lambda: review.approve_application(**on))

    def test_of_another_application_it_counts_nothing_in_the_database(
        self,
        approved: PublicAccount,
        make_application: Callable[..., Application],
    ) -> None:
        other = make_application(id_number=personal("11010120120601124"))
        with pytest.raises(IntegrityError, match="consent_is_its_own"), transaction.atomic():
            Application.objects.filter(pk=other.pk).update(
                guardian_consent=GuardianConsent.objects.get(), version=other.version + 1
            )

    def test_who_has_come_of_age_needs_none(self, minor: Application, moderator: StaffUser) -> None:
        with clock_at(timezone.now() + timedelta(days=4 * 366)):
            review.approve_application(**held(minor, moderator))

        minor.refresh_from_db()
        assert (minor.status, minor.needs_guardian) == (ApplicationStatus.APPROVED, False)

    def test_only_of_a_minor_it_is_asked(
        self, make_application: Callable[..., Application], moderator: StaffUser
    ) -> None:
        teacher = make_application(category="education")
        on = held(teacher, moderator)
        refused(
            ActionRefused,
            lambda: review.ask_for_material(**on, told="请监护人同意", asks_guardian=True),
        )


class TestTakenBack:
    def test_the_service_rests_at_once_and_both_are_told(
        self, approved: PublicAccount, visitor: Client
    ) -> None:
        invitation = ResponseInvitation.objects.get(kind=notices.WITHDRAWAL)
        url = reverse("public:response", args=[code_of(invitation)])

        assert visitor.post(url, {"withdraw": "yes", "complete": "1"}).status_code == 302

        rests = Restriction.objects.get(account=approved)
        assert (rests.kind, rests.ground_kind) == ("suspend_service", GroundKind.GUARDIAN)
        told = Notice.objects.filter(purpose=notices.WITHDRAWN)
        assert {each.recipient_type for each in told} == {"account", "guardian"}
        assert visitor.post(url, {"withdraw": "yes", "complete": "1"}).status_code == 409

    def test_through_the_platform_too_and_a_person_decides(
        self,
        approved: PublicAccount,
        moderator: StaffUser,
        make_caller: Callable[..., Caller],
    ) -> None:
        caller = make_caller("guardians:read", "guardians:write")
        url = reverse("api:guardian-withdrawals")
        made = caller.post(url, {"platform_uid": approved.platform_uid})
        assert made.status_code == 201, made.content
        assert caller.get(made["Location"]).json()["status"] == "open"
        assert caller.post(url, {"platform_uid": approved.platform_uid}).status_code == 422
        taken = GuardianWithdrawal.objects.get()
        client = Client()
        client.force_login(moderator)
        page_url = reverse("admin:review_guardian_withdrawal", args=[taken.work_item_id])
        lease = work.claim_item(work_item=taken.work_item, actor=moderator)
        shown = client.get(page_url).text
        assert approved.name in shown
        # Of a minor the service is not resumed: nobody is led to try.
        assert 'value="close"' in shown
        assert 'value="resume"' not in shown
        form = {"fence": lease.fence, "version": taken.version, "reason": "监护人坚持撤回"}
        before = facts()
        assert client.post(page_url, {**form, "action": "resume"}).status_code == 409
        assert facts() == before

        assert client.post(page_url, {**form, "action": "close"}).status_code == 302

        approved.refresh_from_db()
        taken.refresh_from_db()
        assert approved.status == AccountStatus.CLOSED
        assert approved.closed_ground_kind == GroundKind.GUARDIAN
        assert taken.status == WithdrawalStatus.CLOSED
        assert Notice.objects.filter(purpose=notices.DECIDED).count() == 2

    def test_the_list_names_the_account_and_leads_to_the_page_of_the_matter(
        self, approved: PublicAccount, moderator: StaffUser, staff_user: MakeStaff, client: Client
    ) -> None:
        consent = GuardianConsent.objects.get()
        taken = withdrawal.withdraw_consent(consent=consent, source="console", **grounds(moderator))
        client.force_login(staff_user("auditor"))

        listed = client.get(reverse("admin:accounts_guardianwithdrawal_changelist"))
        led = client.get(reverse("admin:accounts_guardianwithdrawal_change", args=[taken.pk]))

        assert approved.name in listed.text
        page_url = reverse("admin:review_guardian_withdrawal", args=[taken.work_item_id])
        assert led["Location"] == page_url
        page = client.get(page_url)
        assert approved.name in page.text
        assert 'value="close"' not in page.text

    def test_once_of_age_the_service_is_resumed(
        self, approved: PublicAccount, moderator: StaffUser, system: StaffUser
    ) -> None:
        consent = GuardianConsent.objects.get()
        taken = withdrawal.withdraw_consent(consent=consent, source="console", **grounds(moderator))
        refused(
            ActionRefused,
            lambda: withdrawal.withdraw_consent(
                consent=consent, source="console", **grounds(moderator)
            ),
        )
        with clock_at(timezone.now() + timedelta(days=4 * 366)):
            lease = work.claim_item(work_item=taken.work_item, actor=moderator)
            on = {
                "withdrawal": taken,
                "fence": lease.fence,
                "expected_version": taken.version,
                **grounds(moderator),
            }
            refused(
                InvalidInput,
                lambda: withdrawal.decide_withdrawal(**on, act="resume", told=" "),
            )
            client = Client()
            client.force_login(moderator)
            page_url = reverse("admin:review_guardian_withdrawal", args=[taken.work_item_id])
            assert 'value="resume"' in client.get(page_url).text
            withdrawal.decide_withdrawal(**on, act="resume", told="已成年，无需监护人同意")

        assert Restriction.objects.filter(account=approved, ended_at=None).count() == 0
        approved.refresh_from_db()
        assert approved.status == AccountStatus.ACTIVE


class TestPage:
    def test_it_says_what_was_agreed_to_and_takes_it_back(
        self,
        approved: PublicAccount,
        moderator: StaffUser,
        staff_user: MakeStaff,
        client: Client,
    ) -> None:
        consent = GuardianConsent.objects.get()
        url = reverse("admin:guardian_consent", args=[consent.pk])
        listed = reverse("admin:accounts_guardianconsent_change", args=[consent.pk])
        client.force_login(moderator)
        assert client.get(listed)["Location"] == url

        page = client.get(url).text

        assert "有效" in page
        assert "可以随时撤回" in page
        assert consent.name.masked in page
        assert "王大力" not in page
        assert "13600004321" not in page
        onlooker = Client()
        onlooker.force_login(staff_user("auditor"))
        assert "data-evidence-viewer" not in onlooker.get(url).text

        before = facts()
        said = {"action": "withdraw", "reason": " "}
        assert client.post(url, said).status_code == 409
        assert facts() == before
        assert client.post(url, {**said, "reason": "监护人来电撤回"}).status_code == 302
        assert GuardianWithdrawal.objects.get().source == "console"
        after = client.get(url).text
        assert "已撤回" in after
        assert client.post(url, {**said, "reason": "再次"}).status_code == 409
        assert GuardianWithdrawal.objects.count() == 1
