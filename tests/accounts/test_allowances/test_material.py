"""Material for an application, and a further account within the cap."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.allowance_words import AllowanceStatus, MultiAccountItem
from accounts.models import AccountAllowance, Application, PublicAccount
from accounts.services import lapsed_answers
from accounts.services import review as applications
from accounts.services.allowances import review
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, StaleLease
from compliance.models import Notice, ResponseInvitation, StaffUser
from compliance.responses.codes import code_of
from compliance.staff import system_actor
from reports.demo.clock import clock_at
from tests.accounts.fixtures import unused_credit_code
from tests.accounts.test_allowances.conftest import (
    MakeApplication,
    grounds,
    held,
    refused,
    state,
)
from tests.compliance.evidence_files import picture


@pytest.mark.django_db
class TestMaterial:
    def test_the_operator_supplies_it_without_a_login(
        self, allowance: AccountAllowance, moderator: StaffUser
    ) -> None:
        review.ask_for_allowance_material(**held(allowance, moderator), told="请补充商标证明")
        invitation = ResponseInvitation.objects.about(allowance).get()
        url = reverse("public:response", args=[code_of(invitation)])
        visitor = Client(raise_request_exception=False)
        before = state()
        assert visitor.post(url, {"words": " ", "complete": "1"}).status_code == 409
        assert state()[:-1] == before[:-1]

        file = SimpleUploadedFile("zheng.jpg", picture(), "image/jpeg")
        sent = visitor.post(url, {"words": "见附件", "files": [file], "complete": "1"})

        assert sent.status_code == 302
        allowance.refresh_from_db()
        assert allowance.status == AllowanceStatus.IN_REVIEW
        assert allowance.materials.count() == 2

    def test_what_nobody_supplies_comes_back_to_the_queue(
        self, allowance: AccountAllowance, moderator: StaffUser
    ) -> None:
        review.ask_for_allowance_material(**held(allowance, moderator), told="请补充商标证明")
        later = timezone.now() + timedelta(days=90)
        with clock_at(later):
            assert lapsed_answers.return_lapsed_answers(now=later, actor=system_actor()) == 1

        allowance.refresh_from_db()
        assert allowance.status == AllowanceStatus.IN_REVIEW

    def test_refused_it_says_why_and_how_to_appeal(
        self, allowance: AccountAllowance, moderator: StaffUser
    ) -> None:
        on = held(allowance, moderator)
        refused(InvalidInput, lambda: review.refuse_allowance(**on, told=" "))
        refused(StaleLease, lambda: review.refuse_allowance(**{**on, "fence": 99_999}, told="不符"))

        review.refuse_allowance(**on, told="经营范围与用途不符")

        notice = Notice.objects.get(purpose="accounts.allowance_refused")
        assert "经营范围与用途不符" in notice.text
        assert reverse("public:appeal") in notice.text


@pytest.mark.django_db
class TestAFurtherAccountWithinTheCap:
    def test_cannot_be_approved_before_the_four_items_are_answered(
        self, make_application: MakeApplication, moderator: StaffUser
    ) -> None:
        company = {"id_type": "uscc", "id_number": unused_credit_code()}
        make_application(**company)
        second = Application.objects.get(pk=make_application(**company).pk)
        assert second.work_item is not None
        lease = work.claim_item(work_item=second.work_item, actor=moderator)
        version = second.version

        with pytest.raises(ActionRefused, match="主体性质"), transaction.atomic():
            applications.approve_application(
                application=second,
                fence=lease.fence,
                expected_version=version,
                **grounds(moderator),
            )

        assert PublicAccount.objects.count() == 1
        client = Client()
        client.force_login(moderator)
        url = reverse("admin:review_application", args=[second.work_item.pk])
        page = client.get(url)
        assert "信用评价" in page.text
        ticks = {f"tick-{item.value}": "yes" for item in MultiAccountItem}
        form = {"fence": lease.fence, "version": version}
        assert client.post(url, {**form, "action": "tick", **ticks}).status_code == 302
        done = client.post(url, {**form, "action": "approve", "reason": "四项核对无误"})
        assert done.status_code == 302
        assert PublicAccount.objects.count() == 2
