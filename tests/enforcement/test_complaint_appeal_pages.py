"""The tracking page with an appeal, and the page on which it is heard, in both languages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.clocks.rules import last_day
from compliance.evidence.uploads import END_FIELD
from compliance.models import StaffUser
from enforcement.models import Complaint, ComplaintAppeal, ComplaintFile
from enforcement.services.complaints import tracking
from reports.demo.clock import clock_at
from tests.compliance.evidence_files import picture
from tests.enforcement import complaints
from tests.enforcement.complaint_appeals import (
    QUESTION,
    TOLD,
    WORDS,
    ask,
    decide,
    filed,
    fresh,
    hold,
    not_upheld,
    refused,
)
from tests.enforcement.complaints import again
from tests.enforcement.console import client_of, text_of

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]
Staff = Callable[..., StaffUser]
TRACK = "/public/track/"
APPEAL = "/public/track/appeal/"


@pytest.fixture
def handler(staff_user: Staff) -> StaffUser:
    return staff_user("complaint_handler")


@pytest.fixture
def another(staff_user: Staff) -> StaffUser:
    return staff_user("complaint_handler")


def seen(client: Client, complaint: Complaint) -> str:
    """Return what the complainant sees for half an hour."""
    return text_of(client.post(TRACK, {"view": tracking.open_view(again(complaint))}))


def posted(complaint: Complaint, action: str, words: str = "") -> dict[str, str]:
    view = tracking.open_view(again(complaint))
    return {"view": view, "action": action, "appeal_words": words, END_FIELD: "1"}


class TestTracking:
    def test_the_form_is_there_with_its_last_day_where_something_can_be_contested(
        self, make_account: Account, handler: StaffUser, client: Client
    ) -> None:
        complaint = refused(make_account(), handler)
        clock = again(complaint).appeal_clock
        assert clock is not None

        shown = seen(client, complaint)

        assert f"可在 {last_day(clock.due_at)} 前申请" in shown
        assert 'name="appeal_words"' in shown
        upheld = complaints.answered(make_account(), handler, contact="")
        assert 'name="appeal_words"' not in seen(client, upheld)
        with clock_at(timezone.now() + timedelta(days=182)):
            assert 'name="appeal_words"' not in seen(client, complaint)

    def test_it_is_filed_with_a_file_and_followed(
        self, make_account: Account, handler: StaffUser, another: StaffUser, client: Client
    ) -> None:
        complaint = not_upheld(make_account(), handler)

        answer = client.post(
            APPEAL,
            {
                **posted(complaint, "file", WORDS),
                "files": SimpleUploadedFile("截图.jpg", picture()),
            },
        )

        appeal = ComplaintAppeal.objects.get()
        shown = text_of(answer)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert appeal.number in shown
        assert WORDS in shown
        assert str(last_day(appeal.decision_clock.due_at)) in shown
        assert ComplaintFile.objects.filter(complaint=complaint).count() == 1
        ask(appeal, another)
        assert QUESTION in seen(client, complaint)
        client.post(APPEAL, posted(complaint, "add", "三月二日晚八点"))
        assert fresh(appeal).status == "filed"
        with clock_at(timezone.now() + timedelta(days=40)):
            assert "已逾期" in seen(client, complaint)
        decide(appeal, another, "taken_up")
        shown = seen(client, complaint)
        assert TOLD in shown
        assert complaints.TOLD in shown
        assert "重新办理" in shown

    def test_what_is_refused_leaves_what_was_typed_and_nothing_else(
        self, make_account: Account, handler: StaffUser, client: Client
    ) -> None:
        complaint = not_upheld(make_account(), handler)

        short = client.post(APPEAL, posted(complaint, "file", "……"))
        unknown = client.post(APPEAL, posted(complaint, "reopen", WORDS))
        forged = client.post(APPEAL, {**posted(complaint, "file", WORDS), "view": "1:2:3"})
        too_early = client.post(APPEAL, posted(complaint, "add", WORDS))

        assert [each.status_code for each in (short, unknown, forged, too_early)] == [409] * 4
        assert "……" in text_of(short)
        assert not ComplaintAppeal.objects.exists()

    def test_it_is_withdrawn(
        self, make_account: Account, handler: StaffUser, client: Client
    ) -> None:
        complaint = not_upheld(make_account(), handler)
        filed(complaint)

        answer = client.post(APPEAL, posted(complaint, "withdraw"))

        assert ComplaintAppeal.objects.get().status == "withdrawn"
        assert 'name="appeal_words"' not in text_of(answer)

    def test_in_english(self, make_account: Account, handler: StaffUser, client: Client) -> None:
        complaint = not_upheld(make_account(), handler)
        view = tracking.open_view(again(complaint))

        shown = text_of(client.post(f"{TRACK}?lang=en", {"view": view}))

        assert "I do not agree: appeal" in shown


class TestHearing:
    def test_it_is_heard_in_the_console_beside_the_answer(
        self, make_account: Account, handler: StaffUser, another: StaffUser
    ) -> None:
        complaint = not_upheld(make_account(), handler)
        appeal = filed(complaint)
        fence = hold(appeal, another)
        client = client_of(another)
        page = reverse("admin:hear_complaint_appeal", args=[fresh(appeal).work_item_id])

        shown = text_of(client.get(page))
        assert WORDS in shown
        assert complaints.TOLD in shown
        assert complaints.MOBILE not in shown
        answer = client.post(
            page,
            {
                "action": "take_up_again",
                "fence": fence,
                "version": fresh(appeal).version,
                "text": TOLD,
                "reason": "原办理未核对材料",
            },
        )

        assert answer.status_code == 302
        assert again(complaint).status == "investigating"
        assert appeal.number in text_of(client.get(reverse("admin:complaint", args=[complaint.pk])))

    def test_whoever_answered_only_reads_it(
        self, make_account: Account, handler: StaffUser
    ) -> None:
        appeal = filed(not_upheld(make_account(), handler))
        client = client_of(handler)
        page = reverse("admin:complaint_appeal", args=[appeal.pk])

        shown = client.get(page, follow=True)

        assert shown.status_code == 200
        assert 'value="confirm"' not in text_of(shown)

    def test_moderators_learn_nothing_of_it(
        self, make_account: Account, handler: StaffUser, staff_user: Staff
    ) -> None:
        appeal = filed(not_upheld(make_account(), handler))
        client = client_of(staff_user("moderator"))
        item = reverse("admin:hear_complaint_appeal", args=[appeal.work_item_id])

        assert client.get(item).status_code == 403
        assert client.get(reverse("admin:complaint_appeal", args=[appeal.pk])).status_code == 403
        listed = client.get(reverse("admin:enforcement_complaintappeal_changelist"))
        assert listed.status_code == 403

    def test_those_about_the_platform_are_for_compliance_officers(
        self, another: StaffUser, staff_user: Staff
    ) -> None:
        officer = staff_user("compliance_officer")
        appeal = filed(not_upheld(None, officer, kind="platform"))
        page = reverse("admin:hear_platform_complaint_appeal", args=[appeal.work_item_id])
        listed = reverse("admin:enforcement_complaintappeal_changelist")

        assert client_of(another).get(page).status_code == 403
        assert appeal.number not in text_of(client_of(another).get(listed))
        theirs = client_of(staff_user("compliance_officer"))
        assert WORDS in text_of(theirs.get(page))
        assert appeal.number in text_of(theirs.get(listed))
