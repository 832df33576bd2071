"""Rules on public pages and in the console, through the doors that people use."""

from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance import proposals
from compliance.models import (
    ActionLog,
    LimitUnit,
    ProposalResult,
    RuleChange,
    RuleDocument,
    RuleFiling,
    RuleVersion,
    Side,
    StaffUser,
    TimeLimit,
)
from compliance.public import rules
from compliance.rulebook import changes
from compliance.rulebook.texts import ClauseText
from tests.compliance.rule_documents import (
    TEXT,
    RuleStaff,
    add_document,
    announce,
    approve,
    because,
    draft,
    propose,
)

pytestmark = pytest.mark.django_db

CANARY = "<img src=x onerror=alert(1)>&\"'"


@pytest.fixture
def staff(staff_user: Callable[..., StaffUser]) -> RuleStaff:
    return RuleStaff(staff_user)


@pytest.fixture
def convention() -> RuleDocument:
    """The document that a migration lays, with version 1.0 in force."""
    return RuleDocument.objects.get(code="platform-convention")


def as_login(login: StaffUser) -> Client:
    client = Client()
    client.force_login(login)
    return client


class TestPublicPages:
    def test_the_list_says_what_holds_and_what_is_announced_in_both_languages(
        self, client: Client, staff: RuleStaff, convention: RuleDocument
    ) -> None:
        version = announce(staff, convention, draft("2.0", summary="补充来源标注要求"))

        in_chinese = client.get("/public/rules/").text
        in_english = client.get("/public/rules/?lang=en").text

        day = version.effective_date.isoformat()
        assert "1.0 版，自 2021-03-01 起施行" in in_chinese
        assert f"已公布：2.0 版，自 {day} 起施行" in in_chinese
        assert "补充来源标注要求" in in_chinese
        assert f"Announced: version 2.0, in force from {day}" in in_english
        assert "Platform convention" in in_english
        assert "/public/rules/platform-convention/?lang=en" in in_english

    def test_every_version_keeps_its_address_whatever_comes_after_it(
        self, client: Client, staff: RuleStaff, convention: RuleDocument
    ) -> None:
        address = "/public/rules/platform-convention/versions/1.0/"
        before = client.get(address)
        version = announce(staff, convention, draft("2.0"))

        with mock.patch.object(timezone, "localdate", return_value=version.effective_date):
            after = client.get(address)
            standing = client.get("/public/rules/platform-convention/").text

        assert before.status_code == after.status_code == 200
        clause = "不得购买、出售或交换关注数、阅读数和评论。"
        assert clause in before.text
        assert clause in after.text
        assert 'id="c-3.4"' in after.text
        assert "该版本已失效" in after.text
        assert "该版本已失效" not in before.text
        assert clause not in standing
        assert TEXT[0].text in standing

    def test_a_withdrawn_version_says_that_it_never_came_into_force(
        self, client: Client, staff: RuleStaff, convention: RuleDocument
    ) -> None:
        version = announce(staff, convention, draft("2.0"))
        change = changes.propose_withdrawal(
            version=version, **because(staff.proposer, "征求意见后另行公布")
        )
        approve(staff, change)

        page = client.get("/public/rules/platform-convention/versions/2.0/").text
        listed = client.get("/public/rules/").text

        assert "从未施行" in page
        assert "征求意见后另行公布" in page
        assert "2.0" not in listed

    def test_two_versions_stand_beside_each_other(
        self, client: Client, staff: RuleStaff, convention: RuleDocument
    ) -> None:
        announce(staff, convention, draft("2.0"))

        page = client.get("/public/rules/platform-convention/compare/1.0/2.0/")
        same = client.get("/public/rules/platform-convention/compare/1.0/1.0/?lang=en")

        assert "<del>" in page.text
        assert f"<ins>{TEXT[0].text}</ins>" in page.text
        assert "The two versions say the same." in same.text

    def test_too_many_comparisons_at_once_are_put_off(
        self, client: Client, convention: RuleDocument, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "_PATIENCE", 0.01)

        with rules._COMPARING:
            busy = client.get("/public/rules/platform-convention/compare/1.0/1.0/")
        free = client.get("/public/rules/platform-convention/compare/1.0/1.0/")

        assert busy.status_code == 429
        assert busy["Retry-After"]
        assert free.status_code == 200

    def test_the_text_is_handed_out_as_a_file(self, client: Client) -> None:
        response = client.get("/public/rules/platform-convention/versions/1.0/text/")

        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response["Content-Disposition"] == (
            'attachment; filename="platform-convention-1.0.txt"'
        )
        assert "平台公约\n版本 1.0，自 2021-03-01 起施行\n" in response.content.decode()

    def test_words_of_a_rule_are_words_and_nothing_else(
        self, client: Client, staff: RuleStaff, convention: RuleDocument
    ) -> None:
        clauses = (ClauseText("第一条", f"甲{CANARY}", heading=CANARY, chapter=CANARY),)
        announce(staff, convention, draft("2.0", clauses=clauses, summary=CANARY))

        pages = [
            client.get(f"/public/rules/{address}").text
            for address in (
                "",
                "platform-convention/",
                "platform-convention/versions/2.0/",
                "platform-convention/compare/1.0/2.0/",
            )
        ]
        console = as_login(staff.officer)
        pages += [
            console.get("/rules/documents/platform-convention/").text,
            console.get("/rules/documents/platform-convention/draft/").text,
            console.get(f"/rules/changes/{RuleChange.objects.get().pk}/").text,
        ]

        for page in pages:
            assert "<img src=x" not in page
            assert "&lt;img src=x" in page

    @pytest.mark.parametrize(
        "address",
        [
            "none/",
            "platform-convention/versions/9.9/",
            "platform-convention/versions/9.9/text/",
            "platform-convention/compare/1.0/9.9/",
            "platform-convention/versions/%00/",
            "platform-convention/versions/../",
        ],
    )
    def test_what_is_not_there_is_said_in_the_frame(self, client: Client, address: str) -> None:
        response = client.get(f"/public/rules/{address}")

        assert response.status_code == 404
        assert "public.css" in response.text

    def test_a_system_that_is_not_published_is_nowhere(
        self, client: Client, staff: RuleStaff
    ) -> None:
        system = add_document(staff, "network_security", is_public=False)
        announce(staff, system, draft())
        empty = add_document(staff, "data_security")

        listed = client.get("/public/rules/").text

        assert system.title not in listed
        assert empty.title not in listed
        assert client.get("/public/rules/network-security/").status_code == 404
        assert client.get("/public/rules/network-security/versions/1.0/").status_code == 404
        assert client.get("/public/rules/data-security/").status_code == 404

    def test_a_page_is_sent_again_when_its_rules_changed(
        self, client: Client, staff: RuleStaff, convention: RuleDocument
    ) -> None:
        address = "/public/rules/platform-convention/"
        first = client.get(address)
        kept = {"If-None-Match": first["ETag"]}
        since = {"If-Modified-Since": first["Last-Modified"]}
        same, same_since = client.get(address, headers=kept), client.get(address, headers=since)
        announce(staff, convention, draft("2.0"))

        changed = client.get(address, headers=kept)
        changed_since = client.get(address, headers=since)

        assert (same.status_code, same_since.status_code) == (304, 304)
        assert (changed.status_code, changed_since.status_code) == (200, 200)
        assert changed["Last-Modified"] != first["Last-Modified"]

    def test_time_limits_are_published_as_they_hold_and_as_they_are_announced(
        self, client: Client, staff: RuleStaff
    ) -> None:
        proposer, matter = staff.proposer, proposals.open_matter("time_limit")
        proposal = proposals.submit_proposal(
            matter=matter,
            kind="time_limit",
            content={},
            slots=(),
            proposer_side=Side.DECIDED,
            approver_side=Side.DECIDED,
            **because(proposer),
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            (now,) = cursor.fetchone()
        coming = now + timedelta(days=20)
        TimeLimit.objects.create(
            code="case_decision",
            amount=5,
            unit=LimitUnit.WORKING_DAY,
            provision="platform-default",
            effective_from=coming,
            announced_at=now,
            proposal=proposal,
            approved_result=ProposalResult.APPROVED,
        )

        in_chinese = client.get("/public/rules/time-limits/").text
        in_english = client.get("/public/rules/time-limits/?lang=en").text

        day = timezone.localdate(coming).isoformat()
        assert f"自 {day} 起为 5 工作日" in in_chinese
        assert f"5 working days from {day}" in in_english
        assert "Decision on a case" in in_english

    def test_no_page_costs_more_queries_with_more_versions(
        self,
        client: Client,
        staff: RuleStaff,
        convention: RuleDocument,
        django_assert_max_num_queries: Callable,
    ) -> None:
        for number in range(2, 6):
            announce(staff, convention, draft(f"{number}.0", days=number * 8))

        with django_assert_max_num_queries(2):
            client.get("/public/rules/")
        with django_assert_max_num_queries(3):
            client.get("/public/rules/platform-convention/")


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
