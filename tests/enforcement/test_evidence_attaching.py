"""Evidence of a case is attached on its page, all files of one step or none."""

import json
import threading
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from compliance.errors import NotPermitted, SamePerson
from compliance.models import (
    ActionLog,
    EvidenceFile,
    Participation,
    Side,
    StaffUser,
)
from enforcement.models import Case, CaseEvidence
from enforcement.services import cases, evidence
from tests.compliance.evidence_desk import stored
from tests.compliance.evidence_files import PAGE, document, picture
from tests.enforcement.conftest import REASON, P, Staff, approve, propose
from tests.enforcement.console import (
    case_page,
    client_of,
    refusals,
    text_of,
)
from tests.enforcement.evidence_pages import attach_page, form, original_page

pytestmark = pytest.mark.django_db
Attach = Callable[..., EvidenceFile]


class TestAttaching:
    def test_files_come_in_through_the_form_and_stand_on_the_case(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case, client = open_case(), client_of(staff.moderator)

        answer = client.post(
            attach_page(case), form(("一.jpg", picture()), ("二.pdf", document())), follow=True
        )

        first, second = EvidenceFile.objects.order_by("pk")
        text = text_of(answer)
        assert answer.status_code == 200
        assert all(each.sha256 in text for each in (first, second))
        assert "一.jpg" in text
        assert "所附为文章截图" in text
        assert [each.case for each in CaseEvidence.objects.all()] == [case, case]

    def test_count_and_digests_stand_in_the_timeline_and_in_the_log(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case, client = open_case(), client_of(staff.moderator)

        client.post(attach_page(case), form(("一.jpg", picture()), ("二.pdf", document())))

        entry = ActionLog.objects.for_object(case).get(action="enforcement.case.attach_evidence")
        digests = set(EvidenceFile.objects.values_list("sha256", flat=True))
        assert {each["sha256"] for each in json.loads(entry.payload)["changes"]["files"]} == digests
        page = text_of(client.get(case_page(case)))
        assert all(f"SHA-256 {digest}" in page for digest in digests)

    def test_one_file_that_is_not_taken_keeps_all_out_and_the_words_on_the_screen(
        self, open_case: Callable[..., Case], staff: Staff, store: Any
    ) -> None:
        case, client = open_case(), client_of(staff.moderator)

        answer = client.post(
            attach_page(case),
            form(("好.jpg", picture()), ("坏.jpg", PAGE), ("也好.jpg", picture())),
        )

        assert answer.status_code == 409
        assert "坏.jpg" in text_of(answer)
        assert "所附为文章截图" in text_of(answer)
        assert not EvidenceFile.objects.exists()
        assert stored(store) == []
        assert refusals() == [("enforcement.case.attach_evidence", staff.moderator.person_id)]

    @pytest.mark.parametrize(
        "changes",
        [
            {"shows": " "},
            {"shows": "长" * 501},
            {"reason": " "},
            {"sensitivity": "nice"},
            {"files": []},
            {"complete": None},
        ],
    )
    def test_what_is_missing_or_cut_off_leaves_nothing_behind(
        self,
        changes: dict[str, Any],
        open_case: Callable[..., Case],
        staff: Staff,
        store: Any,
    ) -> None:
        case = open_case()
        posted = {**form(("一.jpg", picture())), **changes}

        answer = client_of(staff.moderator).post(
            attach_page(case), {name: value for name, value in posted.items() if value is not None}
        )

        assert answer.status_code == 409
        assert not EvidenceFile.objects.exists()
        assert stored(store) == []

    def test_more_files_than_are_taken_at_once_are_refused(
        self, open_case: Callable[..., Case], staff: Staff, store: Any
    ) -> None:
        case = open_case()
        files = [(f"{number}.jpg", picture(size=(20, 20 + number))) for number in range(11)]

        answer = client_of(staff.moderator).post(attach_page(case), form(*files))

        assert answer.status_code == 409
        assert stored(store) == []

    def test_a_body_that_is_too_large_is_refused_before_it_is_read(
        self, open_case: Callable[..., Case], staff: Staff, store: Any, settings: Any
    ) -> None:
        settings.EVIDENCE_REQUEST_MAX_MB = 1
        case = open_case()

        answer = client_of(staff.moderator).post(
            attach_page(case), form(("一.jpg", picture() + bytes(3_000_000)))
        )

        assert answer.status_code == 409
        assert "1 MB" in text_of(answer)
        assert stored(store) == []

    def test_the_same_file_is_attached_once(
        self, open_case: Callable[..., Case], staff: Staff, store: Any
    ) -> None:
        case, client = open_case(), client_of(staff.moderator)
        body = picture()
        client.post(attach_page(case), form(("一.jpg", body)))

        answer = client.post(attach_page(case), form(("二.jpg", body)))

        assert answer.status_code == 409
        assert EvidenceFile.objects.get().number in text_of(answer)

    def test_without_the_token_of_the_form_nothing_is_kept(
        self, open_case: Callable[..., Case], staff: Staff, store: Any
    ) -> None:
        case = open_case()
        client = Client(enforce_csrf_checks=True)
        client.force_login(staff.moderator)

        answer = client.post(attach_page(case), form(("一.jpg", picture())))

        assert answer.status_code == 403
        assert stored(store) == []

    def test_with_the_token_of_the_form_it_gets_in(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        client = Client(enforce_csrf_checks=True)
        client.force_login(staff.moderator)
        client.get(case_page(case))
        token = client.cookies[django_settings.CSRF_COOKIE_NAME].value

        answer = client.post(
            attach_page(case), form(("一.jpg", picture()), csrfmiddlewaretoken=token)
        )

        assert answer.status_code == 302
        assert EvidenceFile.objects.count() == 1

    @pytest.mark.parametrize("role", ["supervisor", "compliance_officer", "auditor"])
    def test_other_roles_are_turned_away_before_anything_is_read(
        self,
        role: str,
        open_case: Callable[..., Case],
        staff_user: Callable[..., StaffUser],
        store: Any,
    ) -> None:
        case, other = open_case(), staff_user(role)

        answer = client_of(other).post(attach_page(case), form(("一.jpg", picture())))

        assert answer.status_code == 403
        assert stored(store) == []
        with pytest.raises(NotPermitted):
            evidence.attach_evidence(
                case=case, files=[], shows="x", actor=other, provision=P, reason=REASON
            )

    def test_nothing_is_attached_to_a_closed_case(
        self, open_case: Callable[..., Case], staff: Staff, store: Any
    ) -> None:
        case = open_case()
        cases.close_case(case=case, actor=staff.supervisor, provision=P, reason=REASON)

        answer = client_of(staff.moderator).post(attach_page(case), form(("一.jpg", picture())))

        assert answer.status_code == 409
        assert not EvidenceFile.objects.exists()
        assert 'data-key="u"' not in text_of(client_of(staff.moderator).get(case_page(case)))

    def test_the_case_page_offers_the_form_with_a_key(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        page = text_of(client_of(staff.moderator).get(case_page(open_case())))

        assert 'data-key="u"' in page
        assert 'enctype="multipart/form-data"' in page


class TestWhoTookPart:
    def test_who_collects_evidence_has_taken_part(
        self, open_case: Callable[..., Case], staff_user: Callable[..., StaffUser], attach: Attach
    ) -> None:
        case, colleague = open_case(), staff_user("moderator")

        attach(case, actor=colleague)

        taken = Participation.objects.get(matter=case.matter, person=colleague.person)
        assert taken.side == Side.DECIDED

    def test_who_collected_evidence_does_not_approve_the_decision(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
        attach: Attach,
    ) -> None:
        case = open_case()
        both = staff_user("moderator", "supervisor")
        attach(case, actor=both)
        decision = propose(case, staff.moderator)

        with pytest.raises(SamePerson):
            approve(decision, both)

        decision.refresh_from_db()
        assert decision.status == "proposed"
        assert not decision.proposal.approvals.exists()

    def test_who_takes_an_original_out_has_taken_part(
        self, open_case: Callable[..., Case], staff_user: Callable[..., StaffUser], attach: Attach
    ) -> None:
        case, officer = open_case(), staff_user("compliance_officer")
        file = attach(case)

        answer = client_of(officer).post(original_page(file), {"reason": "移送"})
        b"".join(answer)

        assert Participation.objects.filter(matter=case.matter, person=officer.person).exists()


@pytest.mark.django_db(transaction=True)
def test_a_line_that_breaks_halfway_leaves_no_file(
    live_server: Any, open_case: Callable[..., Case], staff: Staff, store: Any
) -> None:
    case = open_case()
    client = client_of(staff.moderator)
    client.get(case_page(case))
    session = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    token = client.cookies[django_settings.CSRF_COOKIE_NAME].value
    body = (
        b'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n'
        + token.encode()
        + b'\r\n--x\r\nContent-Disposition: form-data; name="shows"\r\n\r\nwords'
        + b'\r\n--x\r\nContent-Disposition: form-data; name="reason"\r\n\r\nwords'
        + b'\r\n--x\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
        + picture(size=(2000, 2000))
    )
    host = live_server.url.removeprefix("http://")
    line = HTTPConnection(host, timeout=20)
    line.putrequest("POST", attach_page(case))
    line.putheader("Content-Type", "multipart/form-data; boundary=x")
    line.putheader("Content-Length", str(len(body) + 1_000_000))
    line.putheader(
        "Cookie",
        f"{django_settings.SESSION_COOKIE_NAME}={session}; "
        f"{django_settings.CSRF_COOKIE_NAME}={token}",
    )
    line.endheaders(body)

    line.close()
    settle(store)

    assert not EvidenceFile.objects.exists()
    assert stored(store) == []


def settle(store: Any) -> None:
    """Give the server a moment to notice that nobody is there any more."""
    waited = threading.Event()
    for _turn in range(50):
        waited.wait(0.1)
        if store.exists() and not stored(store):
            return
