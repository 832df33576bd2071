"""The rules in the console: drafted, compared, proposed, filed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from compliance.models import (
    ActionLog,
    RuleChange,
    RuleDocument,
    RuleFiling,
    RuleVersion,
    StaffUser,
)
from compliance.rulebook import changes
from compliance.rulebook.texts import ClauseText
from tests.compliance.rule_documents import (
    RuleStaff,
    add_document,
    announce,
    draft,
    propose,
)
from tests.compliance.rulebook.conftest import as_login

pytestmark = pytest.mark.django_db


def written(response: HttpResponse) -> str:
    """Return what a draft page asks to be sent back with the proposal."""
    page = response.text
    mark = 'name="previewed" value="'
    return page[page.index(mark) + len(mark) :].split('"')[0]


class TestConsole:
    def words(self, **more: str) -> dict[str, str]:
        return {
            "label": "2.0",
            "effective_date": (timezone.localdate() + timedelta(days=10)).isoformat(),
            "change_summary": "补充来源标注要求",
            "text": "第一章 总则\n第一条 适用范围\n本公约适用于全体运营者。\n第二条 发布内容应当注明来源。",
            "reason": "年度修订",
            **more,
        }

    ADDRESS = "/rules/documents/platform-convention/draft/"

    def test_a_pasted_text_becomes_a_version_by_way_of_a_look_at_its_clauses(
        self, staff: RuleStaff, convention: RuleDocument
    ) -> None:
        officer = as_login(staff.proposer)
        looked = officer.post(self.ADDRESS, self.words(action="preview"))
        proposed = officer.post(
            self.ADDRESS, self.words(action="propose", previewed=written(looked))
        )
        change = RuleChange.objects.get()
        address = reverse("admin:rule_change", args=[change.pk])
        first = as_login(staff.supervisor).post(address, {"action": "approve", "reason": "同意"})
        second = as_login(staff.officer).post(address, {"action": "approve", "reason": "同意"})

        assert "识别出 2 条" in looked.text
        assert proposed["Location"] == address
        assert first["Location"] == address
        assert second["Location"] == "/rules/documents/platform-convention/"
        version = RuleVersion.objects.get(label="2.0")
        clauses = list(
            version.clauses.order_by("position").values_list("number", "heading", "chapter")
        )
        assert clauses == [("第一条", "适用范围", "第一章 总则"), ("第二条", "", "第一章 总则")]

    def test_what_was_not_looked_at_is_not_proposed(
        self, staff: RuleStaff, convention: RuleDocument
    ) -> None:
        officer = as_login(staff.proposer)
        seen = written(officer.post(self.ADDRESS, self.words(action="preview")))
        changed = self.words(action="propose", previewed=seen)
        changed["text"] += "\n第三条 悄悄加上的一条。"

        response = officer.post(self.ADDRESS, changed)

        assert "识别出 3 条" in response.text
        assert not RuleChange.objects.exists()

    def test_a_file_takes_the_place_of_the_text(
        self, staff: RuleStaff, convention: RuleDocument
    ) -> None:
        file = SimpleUploadedFile("rules.txt", "第一条 来自文件。".encode("gb18030"))

        response = as_login(staff.proposer).post(
            self.ADDRESS, {**self.words(action="preview"), "file": file}
        )
        refused = as_login(staff.proposer).post(
            self.ADDRESS,
            {
                **self.words(action="preview"),
                "file": SimpleUploadedFile("rules.docx", b"PK\x03\x04\x00"),
            },
        )

        assert "识别出 1 条" in response.text
        assert "来自文件。" in response.text
        assert refused.status_code == 409
        assert "不是纯文本" in refused.text

    def test_what_a_clause_carries_out_moves_with_its_text(self, staff: RuleStaff) -> None:
        rules_document = add_document(staff, "management_rules", code="content-rules")
        announce(
            staff,
            rules_document,
            draft(
                "1.0",
                clauses=(
                    ClauseText("第一条", "不得买卖账号。", provision="public-account-2021:18(8)"),
                ),
            ),
        )
        officer = as_login(staff.proposer)
        address = "/rules/documents/content-rules/draft/"
        text = "第一条 本规则适用于账号。\n第二条 不得买卖账号。"
        day = (timezone.localdate() + timedelta(days=20)).isoformat()

        looked = officer.post(address, self.words(action="preview", text=text, effective_date=day))
        officer.post(
            address,
            self.words(action="propose", text=text, effective_date=day, previewed=written(looked)),
        )

        change = RuleChange.objects.filter(proposal__outcome=None).get()
        assert [
            each["provision"] for each in changes.json.loads(change.proposal.content)["clauses"]
        ] == [
            "",
            "public-account-2021:18(8)",
        ]

    def test_whoever_proposed_is_offered_no_verdict_and_gets_none_past_the_page(
        self, staff: RuleStaff, convention: RuleDocument
    ) -> None:
        change = propose(staff, convention, draft("2.0"))
        officer = as_login(staff.proposer)
        address = reverse("admin:rule_change", args=[change.pk])

        page = officer.get(address).text
        refused = officer.post(address, {"action": "approve", "reason": "自行批准"})

        assert 'value="approve"' not in page
        assert refused.status_code == 409
        assert not change.proposal.approvals.exists()
        assert ActionLog.objects.refused().get().action == "compliance.rulechange.approve"

    @pytest.mark.parametrize("role", ["moderator", "complaint_handler", "system_administrator"])
    def test_the_rule_book_is_kept_by_those_whose_work_it_is(
        self, staff_user: Callable[..., StaffUser], role: str
    ) -> None:
        client = as_login(staff_user(role))

        assert client.get("/rules/").status_code == 403
        assert client.get(self.ADDRESS).status_code == 403
        assert client.post(self.ADDRESS, self.words(action="preview")).status_code == 403

    def test_missing_and_unfiled_documents_stand_on_the_desk_and_in_the_list(
        self, staff: RuleStaff, convention: RuleDocument
    ) -> None:
        officer = as_login(staff.proposer)

        desk, book = officer.get("/").text, officer.get("/rules/").text
        others = as_login(staff.supervisor).get("/").text

        for page in (desk, book):
            assert "应急处置管理制度" in page
            assert "缺失" in page
            assert "未备案" in page
        assert "应急处置管理制度" not in others

    def test_a_filing_and_its_receipt_end_the_alarm(
        self, staff: RuleStaff, convention: RuleDocument
    ) -> None:
        officer = as_login(staff.proposer)
        address = "/rules/documents/platform-convention/"
        version = convention.versions.get()
        today = timezone.localdate().isoformat()
        posted = {
            "action": "file",
            "rule_version": version.pk,
            "filed_with": "某省互联网信息办公室",
            "day": today,
            "reason": "首次备案",
        }

        refused = officer.post(address, {**posted, "day": "昨天"})
        officer.post(address, posted)
        filing = RuleFiling.objects.get()
        between = officer.get(address).text
        officer.post(
            address,
            {
                "action": "receipt",
                "filing": filing.pk,
                "receipt_number": "备〔2026〕1号",
                "day": today,
                "reason": "收到回执",
            },
        )
        text = officer.get(f"/rules/filings/{filing.pk}/text/")

        assert refused.status_code == 409
        assert "已备案，待回执" in between
        assert "备〔2026〕1号" in officer.get(address).text
        assert bytes(filing.content) == text.content
        assert "未备案" not in officer.get("/").text
