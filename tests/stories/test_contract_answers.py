"""An operator without a login supplies what is missing of an agreement, by the code in the notice."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import ContractDocument
from accounts.powers_words import ContractStatus
from accounts.services.agencies import review
from compliance.models import InvitationStatus, Notice, ResponseInvitation
from compliance.responses import marker
from compliance.responses.codes import code_of
from tests.accounts.powers import because, held
from tests.compliance.evidence_files import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(make_account, make_agency, submitted_contract, staff_user):
    contract = submitted_contract(make_account(), make_agency())
    moderator = staff_user("moderator")
    on = held(contract, moderator)
    review.ask_for_contract_material(**on, told="请补充双方盖章页", **because(moderator))
    contract.refresh_from_db()
    return contract


@pytest.fixture
def url(waiting):
    return reverse("public:response", args=[code_of(ResponseInvitation.objects.get())])


def test_what_is_sent_lies_with_the_agreement_and_the_review_goes_on(waiting, url):
    visitor = Client(raise_request_exception=False)
    invitation = ResponseInvitation.objects.get()
    told = Notice.objects.get(purpose="accounts.contract_material")
    assert marker(invitation) in told.text
    assert "请补充双方盖章页" in visitor.get(url).text
    page = SimpleUploadedFile("gai.jpg", picture(size=(900, 600)), "image/jpeg")

    answer = visitor.post(url, {"files": [page], "words": "已补盖章页", "complete": "1"})

    assert answer.status_code == 302
    waiting.refresh_from_db()
    invitation.refresh_from_db()
    assert waiting.status == ContractStatus.IN_REVIEW
    assert waiting.documents.count() == 3
    assert invitation.status == InvitationStatus.ANSWERED


def test_nothing_at_all_is_refused_and_leaves_nothing(waiting, url):
    visitor = Client(raise_request_exception=False)

    answer = visitor.post(url, {"words": " ", "complete": "1"})

    assert answer.status_code == 409
    assert ContractDocument.objects.count() == 1
    waiting.refresh_from_db()
    assert waiting.status == ContractStatus.WAITING_MATERIAL
    assert ResponseInvitation.objects.get().status == InvitationStatus.OPEN
