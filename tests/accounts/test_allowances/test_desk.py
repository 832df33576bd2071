"""Applications for more accounts on the desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.allowance_words import AllowanceStatus, MultiAccountItem
from accounts.models import AccountAllowance, Application
from accounts.services.allowances import review
from compliance import work
from compliance.models import Proposal, StaffUser
from tests.compliance.evidence_files import picture


@pytest.mark.django_db
class TestTheDesk:
    def test_from_the_paper_to_the_grant_through_the_pages(
        self, one_too_many: Application, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        desk, second = Client(), Client()
        desk.force_login(moderator)
        second.force_login(supervisor)
        enter = reverse("admin:enter_allowance", args=[one_too_many.subject_id])
        paper = {
            "wanted": "3",
            "purpose": "三个门店",
            "uses": "甲店\n乙店\n丙店",
            "business_scope": "策划",
            "reason": "收到纸质申请",
        }
        assert desk.post(enter, {**paper, "purpose": ""}).status_code == 422
        entered = desk.post(enter, paper)
        record_url = entered["Location"]
        allowance = AccountAllowance.objects.get()
        assert desk.get(record_url).status_code == 200
        attach = reverse("admin:attach_allowance_material", args=[allowance.pk])
        file = SimpleUploadedFile("zheng.jpg", picture(), "image/jpeg")
        attached = desk.post(
            attach, {"shows": "营业执照", "reason": "附件", "files": [file], "complete": "1"}
        )
        assert attached.status_code == 302

        item = allowance.work_item
        lease = work.claim_item(work_item=item, actor=moderator)
        url = reverse("admin:review_allowance", args=[item.pk])
        assert "准予" in desk.get(url).text
        form = {"fence": lease.fence, "version": allowance.version}
        ticks = {f"tick-{each.value}": "yes" for each in MultiAccountItem}
        assert desk.post(url, {**form, "action": "tick", **ticks}).status_code == 302
        wish = {**form, "action": "propose", "granted": "3", "reason": "同意"}
        assert desk.post(url, {**wish, "valid_until": "soon"}).status_code == 409
        assert desk.post(url, {**wish, "valid_until": "2099-12-31"}).status_code == 302

        proposal = Proposal.objects.get(kind=review.KIND)
        said = {"action": "approve", "proposal": proposal.pk, "reason": "同意"}
        assert desk.post(record_url, said).status_code == 409
        page = second.get(record_url)
        assert f"proposal-{proposal.pk}" in page.text
        assert second.post(record_url, said).status_code == 302
        allowance.refresh_from_db()
        assert allowance.status == AllowanceStatus.GRANTED
        assert second.get(reverse("admin:subject", args=[allowance.subject_id])).text.count(
            allowance.reference
        )
