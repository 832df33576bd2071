"""Evidence of a case is seen with its decisions, viewed, taken out and erased."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from PIL import Image

from compliance.errors import SamePerson
from compliance.evidence import access, storage
from compliance.evidence.scanner import ScannerUnavailable
from compliance.models import (
    EvidenceFile,
    EvidenceStatus,
    EvidenceView,
    Side,
    StaffUser,
)
from compliance.proposals import take_part
from enforcement.models import Case, CaseEvidence
from enforcement.services import evidence
from tests.compliance.evidence_files import HOSTILE, photo_with_position, picture
from tests.enforcement.conftest import Staff, approve, propose
from tests.enforcement.console import (
    approval_page,
    case_page,
    client_of,
    decision_page,
    refusals,
    text_of,
)
from tests.enforcement.evidence_pages import (
    attach_page,
    copy_url,
    form,
    original_page,
    viewer,
)

pytestmark = pytest.mark.django_db
Attach = Callable[..., EvidenceFile]


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
