"""Evidence of a case: attached on its page, seen with its decisions, viewed, taken out, erased."""

import io
import json
import threading
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from compliance.errors import NotPermitted, SamePerson
from compliance.evidence import access, services, storage
from compliance.evidence.incoming import take_in
from compliance.evidence.scanner import ScannerUnavailable
from compliance.models import (
    ActionLog,
    EvidenceFile,
    EvidenceStatus,
    EvidenceView,
    Participation,
    Side,
    StaffUser,
)
from compliance.proposals import take_part
from enforcement.models import Case, CaseEvidence
from enforcement.services import cases, evidence
from tests.compliance.evidence_files import HOSTILE, PAGE, document, photo_with_position, picture
from tests.enforcement.conftest import REASON, P, Staff, approve, propose
from tests.enforcement.console import (
    approval_page,
    case_page,
    client_of,
    decision_page,
    refusals,
    text_of,
)

pytestmark = pytest.mark.django_db
Attach = Callable[..., EvidenceFile]


@pytest.fixture
def store(settings: Any, tmp_path: Any) -> Any:
    """A store of this test's own, to look into."""
    settings.EVIDENCE_ROOT = tmp_path / "store"
    return tmp_path / "store"


@pytest.fixture
def attach(staff: Staff, system: StaffUser) -> Attach:
    """Attaches a file to a case and has it checked."""

    def make(
        case: Case,
        body: bytes | None = None,
        name: str = "截图.jpg",
        sensitivity: str = "ordinary",
        actor: StaffUser | None = None,
    ) -> EvidenceFile:
        incoming = take_in(name, [picture() if body is None else body])
        (attached,) = evidence.attach_evidence(
            case=case,
            files=[incoming],
            shows="聊天截图",
            sensitivity=sensitivity,
            actor=actor or staff.moderator,
            provision=P,
            reason=REASON,
        )
        return services.check_file(file=attached.file, actor=system, provision=P, reason=REASON)

    return make


def form(*files: tuple[str, bytes], **changes: Any) -> dict[str, Any]:
    return {
        "files": [SimpleUploadedFile(name, body) for name, body in files],
        "shows": "所附为文章截图",
        "sensitivity": "ordinary",
        "reason": "固定证据",
        "complete": "1",
        **changes,
    }


def attach_page(case: Case) -> str:
    return reverse("admin:attach_evidence", args=[case.pk])


def viewer(file: EvidenceFile) -> str:
    return reverse("admin:evidence_file", args=[file.pk])


def copy_url(file: EvidenceFile, number: int = 1) -> str:
    return reverse("admin:evidence_copy", args=[file.pk, number])


def original_page(file: EvidenceFile) -> str:
    return reverse("admin:evidence_original", args=[file.pk])


def kept(store: Any) -> list[Any]:
    return [path for path in store.rglob("*") if path.is_file()]


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
        assert kept(store) == []
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
        assert kept(store) == []

    def test_more_files_than_are_taken_at_once_are_refused(
        self, open_case: Callable[..., Case], staff: Staff, store: Any
    ) -> None:
        case = open_case()
        files = [(f"{number}.jpg", picture(size=(20, 20 + number))) for number in range(11)]

        answer = client_of(staff.moderator).post(attach_page(case), form(*files))

        assert answer.status_code == 409
        assert kept(store) == []

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
        assert kept(store) == []

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
        assert kept(store) == []

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
        assert kept(store) == []
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


class TestSeeing:
    def test_evidence_stands_on_case_approval_and_decision(
        self, open_case: Callable[..., Case], staff: Staff, attach: Attach
    ) -> None:
        case = open_case()
        file = attach(case)
        decision = propose(case, staff.moderator)
        on_approval = text_of(client_of(staff.supervisor).get(approval_page(decision)))
        approve(decision, staff.supervisor)
        decision.refresh_from_db()
        on_decision = text_of(client_of(staff.supervisor).get(decision_page(decision)))

        for page in (on_approval, on_decision):
            assert file.sha256 in page
            assert viewer(file) in page

    def test_the_auditor_sees_that_it_is_there_and_not_what_it_is(
        self,
        open_case: Callable[..., Case],
        staff_user: Callable[..., StaffUser],
        attach: Attach,
    ) -> None:
        case = open_case()
        file = attach(case, name="王五的身份证.jpg")
        auditor = client_of(staff_user("auditor"))

        page = text_of(auditor.get(case_page(case)))

        assert file.sha256 in page
        assert "王五" not in page
        for url in (viewer(file), copy_url(file), original_page(file)):
            assert auditor.get(url).status_code == 403

    def test_a_file_of_an_unknown_owner_is_nobodys(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        attach: Attach,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        file = attach(open_case())
        monkeypatch.delitem(access._owners, evidence.OWNER_KIND)

        assert client_of(staff.moderator).get(copy_url(file)).status_code == 403

    def test_what_is_served_is_a_file_apart_and_never_a_page(
        self, open_case: Callable[..., Case], staff: Staff, attach: Attach
    ) -> None:
        file = attach(open_case(), photo_with_position())

        answer = client_of(staff.moderator).get(copy_url(file))

        assert answer.content == storage.read_copy(file.copies.get())
        assert answer["Content-Type"] == "image/jpeg"
        require_sealed(answer)
        assert answer["Content-Disposition"].startswith("attachment; ")

    def test_a_text_is_served_within_json_and_without_a_sign_of_markup(
        self, open_case: Callable[..., Case], staff: Staff, attach: Attach
    ) -> None:
        words = "前文" * 3000 + "<script>alert(1)</script> & 后文"
        file = attach(open_case(), words.encode(), "记录.txt")

        answer = client_of(staff.moderator).get(copy_url(file))

        require_sealed(answer)
        assert answer["Content-Type"] == "application/json"
        assert b"<" not in answer.content
        assert answer.json()["text"] == words

    @pytest.mark.parametrize(
        "case_name",
        [
            "GIF that is a script and an archive",
            "JPEG that is a web page",
            "PDF with a file in it",
            "PDF that is a web page",
        ],
    )
    def test_of_a_file_that_is_two_things_only_dots_are_served(
        self, case_name: str, open_case: Callable[..., Case], staff: Staff, attach: Attach
    ) -> None:
        name, make = HOSTILE[case_name]
        file = attach(open_case(), make(), name)
        assert file.status == EvidenceStatus.AVAILABLE

        answer = client_of(staff.moderator).get(copy_url(file))

        with Image.open(io.BytesIO(answer.content)) as drawn:
            drawn.load()
            assert drawn.format == "JPEG"
        for trace in (b"<script", b"<html", b"PK\x03\x04", b"canary"):
            assert trace not in answer.content

    def test_a_sensitive_copy_is_veiled_until_it_is_asked_for_on_record(
        self, open_case: Callable[..., Case], staff: Staff, attach: Attach
    ) -> None:
        file = attach(open_case(), sensitivity="gore")
        client = client_of(staff.moderator)

        veiled = client.get(copy_url(file))
        assert not EvidenceView.objects.exists()
        shown = client.post(copy_url(file))

        assert veiled["X-Veiled"] == "1"
        assert veiled.content != shown.content
        assert len(veiled.content) < 1000
        assert shown.content == storage.read_copy(file.copies.get())
        require_sealed(shown)
        look = EvidenceView.objects.get()
        assert (look.person, look.file, look.number) == (staff.moderator.person, file, 1)

    def test_what_roles_do_not_allow_is_refused_in_a_sentence_and_logged(
        self, open_case: Callable[..., Case], staff: Staff, attach: Attach
    ) -> None:
        file = attach(open_case(), sensitivity="identity_document")

        answer = client_of(staff.supervisor).post(copy_url(file))

        assert answer.status_code == 409
        assert answer.json()["message"]
        assert not EvidenceView.objects.exists()
        assert refusals() == [("compliance.evidencefile.show", staff.supervisor.person_id)]

    def test_a_file_in_quarantine_has_a_page_and_nothing_to_see(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case, client = open_case(), client_of(staff.moderator)
        client.post(attach_page(case), form(("一.jpg", picture())))
        file = EvidenceFile.objects.get()

        page = client.get(viewer(file))

        assert page.status_code == 200
        assert "data-evidence-viewer" not in text_of(page)
        assert client.get(copy_url(file)).status_code == 404
        assert client.post(original_page(file), {"reason": "看"}).status_code == 409

    def test_a_refused_file_says_why(
        self, open_case: Callable[..., Case], staff: Staff, attach: Attach
    ) -> None:
        name, make = HOSTILE["PNG bomb"]
        case = open_case()
        file = attach(case, make(), name)
        client = client_of(staff.moderator)

        for page in (text_of(client.get(case_page(case))), text_of(client.get(viewer(file)))):
            assert str(file.get_refusal_display()) in page


def require_sealed(answer: Any) -> None:
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''" in answer["Content-Disposition"]


class TestTakingOut:
    def test_the_original_leaves_as_it_came_after_a_reason(
        self, open_case: Callable[..., Case], staff: Staff, attach: Attach
    ) -> None:
        body = photo_with_position()
        file = attach(open_case(), body, "报警 回执.jpg")
        client = client_of(staff.moderator)

        without = client.post(original_page(file), {"reason": " "})
        answer = client.post(original_page(file), {"reason": "移送公安机关"})

        assert without.status_code == 409
        assert b"".join(answer) == body
        require_sealed(answer)
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Length"] == str(len(body))
        assert file.number in answer["Content-Disposition"]
        look = EvidenceView.objects.get()
        assert (look.part, look.reason) == ("original", "移送公安机关")

    def test_it_never_goes_by_an_address_alone(
        self, open_case: Callable[..., Case], staff: Staff, attach: Attach
    ) -> None:
        body = photo_with_position()
        file = attach(open_case(), body)

        page = client_of(staff.moderator).get(original_page(file))

        assert body[:100] not in page.content
        assert not EvidenceView.objects.exists()

    def test_a_damaged_original_is_told_and_not_handed_out(
        self, open_case: Callable[..., Case], staff: Staff, attach: Attach
    ) -> None:
        file = attach(open_case())
        path = storage.path_of(file.stored_as)
        path.write_bytes(path.read_bytes()[:-1] + b"x")

        answer = client_of(staff.moderator).post(original_page(file), {"reason": "看"})

        assert answer.status_code == 409
        assert not EvidenceView.objects.exists()

    def test_supervisors_do_not_take_out(
        self, open_case: Callable[..., Case], staff: Staff, attach: Attach
    ) -> None:
        file = attach(open_case())

        answer = client_of(staff.supervisor).post(original_page(file), {"reason": "看"})

        assert answer.status_code == 403
        assert not EvidenceView.objects.exists()


class TestDoingThingsInTheViewer:
    def test_sensitivity_is_changed_with_a_reason(
        self, open_case: Callable[..., Case], staff: Staff, attach: Attach
    ) -> None:
        file = attach(open_case())

        answer = client_of(staff.moderator).post(
            viewer(file),
            {"action": "rate", "sensitivity": "gore", "version": file.version, "reason": "血腥"},
        )

        file.refresh_from_db()
        assert answer.status_code == 302
        assert file.sensitivity == "gore"

    def test_an_erasure_is_proposed_approved_by_two_and_leaves_the_record(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        attach: Attach,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        case = open_case()
        file = attach(case)
        proposed = {"action": "propose_erasure", "version": file.version, "reason": "法院裁定"}
        approved = {"action": "approve_erasure", "reason": "同意"}

        assert client_of(staff.moderator).post(viewer(file), proposed).status_code == 302
        desk = text_of(client_of(staff.supervisor).get(reverse("admin:index")))
        assert file.number in desk
        assert client_of(staff.moderator).post(viewer(file), approved).status_code == 409
        assert client_of(staff.supervisor).post(viewer(file), approved).status_code == 302
        assert client_of(staff.officer).post(viewer(file), approved).status_code == 302

        file.refresh_from_db()
        assert file.status == EvidenceStatus.ERASED
        page = text_of(client_of(staff.moderator).get(case_page(case)))
        assert file.sha256 in page
        assert "截图.jpg" not in page
        assert client_of(staff.moderator).get(viewer(file)).status_code == 200
        assert client_of(staff.moderator).get(copy_url(file)).status_code == 409

    def test_an_act_that_is_not_offered_is_refused_and_logged(
        self, open_case: Callable[..., Case], staff: Staff, attach: Attach
    ) -> None:
        file = attach(open_case())

        answer = client_of(staff.supervisor).post(
            viewer(file), {"action": "propose_erasure", "reason": "x"}
        )

        assert answer.status_code == 409
        assert refusals() == [
            ("compliance.evidencefile.propose_erasure", staff.supervisor.person_id)
        ]


class TestTheRecord:
    def test_the_auditor_reads_what_is_there_and_who_looked_and_not_what_files_are_called(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
        attach: Attach,
    ) -> None:
        file = attach(open_case(), name="王五的身份证.jpg", sensitivity="gore")
        client_of(staff.moderator).post(copy_url(file))
        look = EvidenceView.objects.get()
        auditor = client_of(staff_user("auditor"))

        for url in (
            reverse("admin:compliance_evidencefile_changelist"),
            reverse("admin:compliance_evidencefile_change", args=[file.pk]),
            reverse("admin:compliance_evidencefile_history", args=[file.pk]),
            reverse("admin:compliance_evidenceview_changelist"),
            reverse("admin:compliance_evidenceview_change", args=[look.pk]),
        ):
            answer = auditor.get(url)
            assert answer.status_code == 200, url
            assert "王五" not in text_of(answer)

        page = text_of(auditor.get(reverse("admin:compliance_evidencefile_change", args=[file.pk])))
        assert file.sha256 in page
        assert staff.moderator.person.name in page


class TestTheDesk:
    def test_it_says_when_the_scanner_gives_no_answer(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        settings: Any,
        tmp_path: Any,
        attach: Attach,
    ) -> None:
        settings.CLAMD = f"unix:{tmp_path}/nobody"
        case = open_case()
        with pytest.raises(ScannerUnavailable):
            attach(case)
        client = client_of(staff.moderator)

        desk, page = text_of(client.get("/")), text_of(client.get(case_page(case)))

        assert "病毒扫描程序没有应答" in desk
        assert "病毒扫描程序没有应答" in page


class TestFrozen:
    def test_what_is_attached_is_neither_detached_nor_passed_to_another_case(
        self, open_case: Callable[..., Case], attach: Attach
    ) -> None:
        attach(open_case())
        link = CaseEvidence.objects.get()

        with pytest.raises(DatabaseError), transaction.atomic():
            link.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            CaseEvidence.objects.update(case=open_case())

        assert CaseEvidence.objects.get().case_id == link.case_id

    def test_who_hears_the_appeal_does_not_collect_evidence(
        self, open_case: Callable[..., Case], staff_user: Callable[..., StaffUser], attach: Attach
    ) -> None:
        case, handler = open_case(), staff_user("moderator")
        take_part(case.matter, handler, Side.APPEAL)

        with pytest.raises(SamePerson):
            attach(case, actor=handler)

        assert not EvidenceFile.objects.exists()


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
    assert kept(store) == []


def settle(store: Any) -> None:
    """Give the server a moment to notice that nobody is there any more."""
    waited = threading.Event()
    for _turn in range(50):
        waited.wait(0.1)
        if store.exists() and not kept(store):
            return
