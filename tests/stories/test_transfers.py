"""Leaving an account through the real doors: interface, response page, console, public page, clock."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import AccountStatus, FindingKind, GroundKind, IdType
from accounts.models import (
    Finding,
    Hold,
    PublicAccount,
    Regularisation,
    Restriction,
    Stop,
    Subject,
    Transfer,
)
from accounts.services.stops.wishing import carry_out_stops
from accounts.services.transfers.sweeping import keep_transfers
from accounts.transfer_words import RegularisationStatus, StopStatus, TransferStatus
from compliance import work
from compliance.models import Notice, ResponseInvitation, StaffUser, WorkItem
from compliance.notices import dispatch
from compliance.responses import marker
from compliance.responses.codes import code_of
from enforcement.models import Case
from tests.accounts.transfers import PAPERS, TransferDesk, after, company, fresh
from tests.compliance.evidence_files import picture

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def account(make_account: Callable[..., PublicAccount]) -> PublicAccount:
    return make_account()


@pytest.fixture
def platform(make_caller: Callable[..., Any]) -> Any:
    return make_caller(
        "transfers:read",
        "transfers:write",
        "stops:read",
        "stops:write",
        "transfers:report",
    )


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def declared(account: PublicAccount, **changes: str) -> dict[str, str]:
    given = company()
    body = {
        "platform_uid": account.platform_uid,
        "subject_nature": given.subject_nature.value,
        "subject_name": given.subject_name,
        "id_type": given.id_type.value,
        "id_number": given.id_number,
        "mobile": given.mobile,
        "contact": given.contact,
        "registered_region": given.registered_region,
        "operating_region": given.operating_region,
        "business_scope": given.business_scope,
    }
    return {**body, **changes}


def logged_in(staff: StaffUser) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(staff)
    return client


def answer(visitor: Client, invitation: ResponseInvitation, **given: Any) -> Any:
    url = reverse("public:response", args=[code_of(invitation)])
    return visitor.post(url, {**given, "complete": "1"})


def papers() -> dict[str, Any]:
    return {
        each.value: SimpleUploadedFile(
            f"{each.value}.jpg", picture() + bytes([number]), "image/jpeg"
        )
        for number, each in enumerate(PAPERS)
    }


def invited(about: Any, kind: str) -> ResponseInvitation:
    return ResponseInvitation.objects.open().about(about).get(kind=kind)


def rows() -> tuple[int, ...]:
    models = (Transfer, Stop, Regularisation, Hold, Subject, WorkItem, Notice, Finding)
    return tuple(each._default_manager.count() for each in models)


class TestTransfer:
    def test_from_the_platform_to_the_new_operator(
        self, platform: Any, visitor: Client, account: PublicAccount, transfer_desk: TransferDesk
    ) -> None:
        body = declared(account)
        created = platform.post(f"{API}/transfers/", body)
        assert created.status_code == 201, created.content
        assert json.loads(created.content)["status"] == "waiting_material"
        transfer = Transfer.objects.get()
        asked = invited(transfer, "accounts.transfer_material")
        assert marker(asked) in Notice.objects.get(purpose="accounts.transfer_material").text

        assert answer(visitor, asked, words="").status_code == 409
        assert answer(visitor, asked, words="请审核", **papers()).status_code == 302
        transfer = fresh(transfer)
        assert transfer.status == TransferStatus.IN_REVIEW

        desk = logged_in(transfer_desk.moderator)
        review = reverse("admin:review_transfer", args=[transfer.work_item_id])
        assert transfer.work_item is not None
        fence = work.claim_item(work_item=transfer.work_item, actor=transfer_desk.moderator).fence
        page = desk.get(review)
        assert body["id_number"] not in page.text
        assert body["subject_name"] in page.text
        acted = {"fence": fence, "version": transfer.version, "reason": "材料齐全、核验一致"}
        assert desk.post(review, {"action": "propose", **acted}).status_code == 302
        record = reverse("admin:transfer", args=[transfer.pk])
        assert [each.code for each in desk.get(record).context["actions"]] == ["withdraw"]

        chief = logged_in(transfer_desk.supervisor)
        version = fresh(transfer).version
        assert [each.code for each in chief.get(record).context["actions"]] == [
            "approve",
            "return",
        ]
        sent = {"action": "approve", "version": version, "reason": "同意转让"}
        assert chief.post(record, sent).status_code == 302

        transferor = invited(transfer, "accounts.transfer_by_transferor")
        transferee = invited(transfer, "accounts.transfer_by_transferee")
        assert (transferor.recipient_type, transferee.recipient_type) == ("account", "transferee")
        assert answer(visitor, transferor, answer="confirm").status_code == 302
        assert answer(visitor, transferee, answer="confirm").status_code == 302
        assert fresh(transfer).status == TransferStatus.ANNOUNCED
        public = reverse("public:account", args=[account.platform_uid])
        assert body["subject_name"] in visitor.get(public).text

        with after(fresh(transfer).follower_clock):
            keep_transfers(now=timezone.now(), actor=transfer_desk.system)
        account.refresh_from_db()
        assert account.subject.organisation_name == body["subject_name"]
        told = platform.get(f"{API}/transfers/{transfer.reference}/")
        assert json.loads(told.content)["status"] == "effective"
        assert body["id_number"] not in told.content.decode()

    def test_both_sides_confirm_through_the_platform_and_one_may_decline_by_its_link(
        self, platform: Any, visitor: Client, account: PublicAccount, transfer_desk: TransferDesk
    ) -> None:
        transfer = transfer_desk.approved(account)
        address = f"{API}/transfers/{transfer.reference}/confirmation/"
        first = platform.post(address, {"party": "transferor"})
        assert (first.status_code, json.loads(first.content)["confirmed_by"]) == (
            200,
            ["transferor"],
        )
        assert platform.post(address, {"party": "transferor"}).status_code in (409, 422)

        declined = answer(
            visitor, invited(transfer, "accounts.transfer_by_transferee"), answer="decline"
        )

        assert declined.status_code == 302
        assert fresh(transfer).status == TransferStatus.WITHDRAWN

    def test_what_the_interface_refuses_leaves_nothing(
        self, platform: Any, account: PublicAccount, transfer_desk: TransferDesk
    ) -> None:
        before = rows()
        wrong = [
            declared(account, subject_nature="natural_person"),
            declared(account, id_number="1"),
            declared(account, platform_uid="nobody"),
            declared(account, id_type=IdType.PASSPORT.value, id_number="0"),
        ]

        answers = [platform.post(f"{API}/transfers/", each).status_code for each in wrong]

        assert set(answers) <= {409, 422}
        assert rows() == before

    def test_the_console_enters_one_and_shows_why_another_is_not_possible(
        self, account: PublicAccount, transfer_desk: TransferDesk
    ) -> None:
        desk = logged_in(transfer_desk.moderator)
        entering = reverse("admin:enter_transfer", args=[account.pk])
        page = desk.get(reverse("admin:account", args=[account.pk]))
        assert entering in page.text
        given = {**declared(account), "reason": "运营者当面提交"}
        assert desk.post(entering, given).status_code == 302
        transfer = Transfer.objects.get()
        before = rows()

        again = desk.post(entering, {**declared(account), "reason": "再次提交"})

        assert again.status_code == 409
        assert rows() == before
        attach = reverse("admin:attach_transfer_papers", args=[transfer.pk])
        assert desk.get(attach).status_code == 200
        for kind, file in papers().items():
            sent = {"paper": kind, "reason": "随件提交", "files": file, "complete": "1"}
            assert desk.post(attach, sent).status_code == 302
        assert fresh(transfer).status == TransferStatus.IN_REVIEW

    def test_what_cannot_be_read_is_told_beside_its_field_and_leaves_nothing(
        self, account: PublicAccount, transfer_desk: TransferDesk
    ) -> None:
        desk = logged_in(transfer_desk.moderator)
        entering = reverse("admin:enter_transfer", args=[account.pk])
        wrong = {"mobile": "1", "business_scope": "", "reason": "运营者当面提交"}
        before = rows()

        page = desk.post(entering, {**declared(account), **wrong})

        assert page.status_code == 409
        form = page.context["form"]
        assert sorted(form.errors) == ["business_scope", "mobile"]
        assert form["mobile"].value() == "1"
        assert rows() == before

    def test_what_stands_in_the_way_is_told_before_anything_is_typed(
        self, account: PublicAccount, transfer_desk: TransferDesk
    ) -> None:
        desk = logged_in(transfer_desk.moderator)
        entering = reverse("admin:enter_transfer", args=[account.pk])
        assert desk.get(entering).context["in_the_way"] == []

        transfer_desk.applied(account)

        page = desk.get(entering)
        assert len(page.context["in_the_way"]) == 1
        assert page.context["in_the_way"][0] in page.text
        natures = dict(page.context["form"].fields["subject_nature"].choices)
        assert "natural_person" not in natures


class TestWithoutApproval:
    def report(self, platform: Any, account: PublicAccount) -> Finding:
        body = {
            "platform_uid": account.platform_uid,
            "facts": "收益账户与管理员同日更换",
            "source_ref": "risk-2026-1",
        }
        assert platform.post(f"{API}/unapproved-transfers/", body).status_code == 201
        return Finding.objects.get(kind=FindingKind.UNAPPROVED_TRANSFER)

    def suspend(self, finding: Finding, desk: TransferDesk) -> Regularisation:
        fence = work.claim_item(work_item=finding.work_item, actor=desk.moderator).fence
        sent = logged_in(desk.moderator).post(
            reverse("admin:look_at_finding", args=[finding.work_item_id]),
            {
                "action": "suspend_for_transfer",
                "fence": fence,
                "version": finding.version,
                "reason": "涉嫌擅自转让",
            },
        )
        regularisation = Regularisation.objects.get(finding=finding)
        assert sent.url == reverse("admin:regularisation", args=[regularisation.pk])
        return regularisation

    def test_service_rests_until_a_transfer_is_in_order(
        self, platform: Any, account: PublicAccount, transfer_desk: TransferDesk
    ) -> None:
        regularisation = self.suspend(self.report(platform, account), transfer_desk)
        off = Restriction.objects.in_force(timezone.now()).get(account=account)
        assert (off.kind, off.ground_kind) == ("suspend_service", GroundKind.TRANSFER)
        assert Notice.objects.filter(purpose="accounts.transfer_unapproved").count() == 1

        transfer = transfer_desk.announced(account)
        with after(transfer.follower_clock):
            keep_transfers(now=timezone.now(), actor=transfer_desk.system)

            running = Restriction.objects.in_force(timezone.now()).filter(account=account)
            assert [each.kind for each in running] == ["restrict_functions"]
        regularisation.refresh_from_db()
        assert regularisation.status == RegularisationStatus.REGULARISED
        assert regularisation.transfer_id == transfer.pk

    def test_not_in_time_a_finding_goes_up_from_which_a_case_is_opened(
        self, at_once: None, platform: Any, account: PublicAccount, transfer_desk: TransferDesk
    ) -> None:
        regularisation = self.suspend(self.report(platform, account), transfer_desk)
        dispatch.drain_outbox()

        with after(regularisation.clock):
            kept = keep_transfers(now=timezone.now(), actor=transfer_desk.system)
            again = keep_transfers(now=timezone.now(), actor=transfer_desk.system)

        assert (kept.missed, again.missed) == (1, 0)
        regularisation.refresh_from_db()
        assert regularisation.status == RegularisationStatus.MISSED
        assert Restriction.objects.in_force(timezone.now()).filter(account=account).exists()
        finding = Finding.objects.open().get(ground_ref=regularisation.ground_ref)
        fence = work.claim_item(work_item=finding.work_item, actor=transfer_desk.moderator).fence
        logged_in(transfer_desk.moderator).post(
            reverse("admin:look_at_finding", args=[finding.work_item_id]),
            {
                "action": "open_case",
                "fence": fence,
                "version": finding.version,
                "reason": "逾期未补办，立案",
            },
        )
        finding.refresh_from_db()
        assert finding.taken_up_as == f"case:{Case.objects.get(account=account).pk}"

    def test_cleared_service_is_resumed_and_a_finding_about_something_else_is_refused(
        self, platform: Any, account: PublicAccount, transfer_desk: TransferDesk
    ) -> None:
        regularisation = self.suspend(self.report(platform, account), transfer_desk)
        page = reverse("admin:regularisation", args=[regularisation.pk])
        desk = logged_in(transfer_desk.moderator)
        sent = {
            "action": "clear",
            "version": regularisation.version,
            "reason": "系更换管理员，并非转让",
        }

        assert desk.post(page, sent).status_code == 302

        assert not Restriction.objects.in_force(timezone.now()).filter(account=account).exists()
        before = rows()
        assert desk.post(page, sent).status_code == 409
        assert rows() == before


class TestStop:
    def test_asked_for_by_the_platform_and_taken_back_by_the_link(
        self, platform: Any, visitor: Client, account: PublicAccount, system: StaffUser
    ) -> None:
        body = {"platform_uid": account.platform_uid, "kind": "close"}
        created = platform.post(f"{API}/stops/", body)
        assert created.status_code == 201, created.content
        stop = Stop.objects.get()
        asked = invited(stop, "accounts.stop_revocation")
        assert marker(asked) in Notice.objects.get(purpose="accounts.stop_received").text
        before = rows()
        assert platform.post(f"{API}/stops/", body).status_code == 409
        assert rows() == before

        assert answer(visitor, asked, answer="revoke").status_code == 302

        stop.refresh_from_db()
        assert stop.status == StopStatus.REVOKED
        assert answer(visitor, asked, answer="revoke").status_code == 409

    def test_entered_in_the_console_and_carried_out_by_the_clock(
        self, account: PublicAccount, transfer_desk: TransferDesk
    ) -> None:
        desk = logged_in(transfer_desk.moderator)
        entering = reverse("admin:enter_stop", args=[account.pk])
        assert desk.post(entering, {"kind": "close", "reason": "书面申请"}).status_code == 302
        stop = Stop.objects.get()
        assert stop.reference in desk.get(reverse("admin:account", args=[account.pk])).text

        with after(stop.clock):
            carry_out_stops(now=timezone.now(), actor=transfer_desk.system)

        account.refresh_from_db()
        assert account.status == AccountStatus.CLOSED
        page = desk.get(reverse("admin:stop", args=[stop.pk]))
        assert page.status_code == 200
        assert page.context["actions"] == []

    def test_paused_and_resumed_through_the_platform(
        self, platform: Any, account: PublicAccount
    ) -> None:
        body = {"platform_uid": account.platform_uid, "kind": "pause"}
        created = platform.post(f"{API}/stops/", body)
        reference = json.loads(created.content)["reference"]

        ended = platform.post(f"{API}/stops/{reference}/revocation/", {}, If_Match=created["ETag"])

        assert ended.status_code == 200, ended.content
        assert json.loads(ended.content)["status"] == "resumed"
        assert not Restriction.objects.in_force(timezone.now()).filter(account=account).exists()
