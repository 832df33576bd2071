"""Claims on the desk."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import PublicAccount, Repudiation
from accounts.services.repudiations import outcome
from compliance import work
from compliance.models import Proposal, StaffUser
from tests.accounts.test_repudiations.conftest import S, identity_of

pytestmark = pytest.mark.django_db


class TestTheDesk:
    def test_from_the_paper_to_the_result_through_the_pages(
        self, account: PublicAccount, moderator: StaffUser, supervisor: StaffUser
    ) -> None:
        desk, second = Client(), Client()
        desk.force_login(moderator)
        second.force_login(supervisor)
        paper = {**identity_of(account), "reason": "来访提出", "complete": "1"}
        enter = reverse("admin:enter_repudiation")
        assert desk.get(enter).status_code == 200
        assert desk.post(enter, {**paper, "id_number": "12"}).status_code == 409
        assert Repudiation.objects.count() == 0
        record_url = desk.post(enter, paper)["Location"]
        repudiation = Repudiation.objects.get()
        lease = work.claim_item(work_item=repudiation.work_item, actor=moderator)
        url = reverse("admin:review_repudiation", args=[repudiation.work_item_id])
        page = desk.get(url)
        assert account.name in page.text
        assert identity_of(account)["id_number"] not in page.text
        form = {"fence": lease.fence, "version": repudiation.version, "reason": "证据充分"}
        assert desk.post(url, {**form, "action": "protect"}).status_code == 302
        named = {**form, "action": "name_account", "account": "999999"}
        assert desk.post(url, named).status_code == 409
        assert desk.post(url, {**form, "action": "uphold"}).status_code == 302
        proposal = Proposal.objects.get(kind=outcome.KIND)
        said = {"action": "approve", "proposal": proposal.pk, "reason": "同意"}
        assert desk.post(record_url, said).status_code == 409
        assert second.post(record_url, said).status_code == 302
        repudiation.refresh_from_db()
        assert repudiation.status == S.UPHELD
        done = {"action": "undo", "version": repudiation.version, "reason": "异议不实"}
        assert second.post(record_url, done).status_code == 302
        repudiation.refresh_from_db()
        assert repudiation.status == S.REVERSED
        assert second.get(record_url).status_code == 200
