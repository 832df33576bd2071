"""The rules as everybody reads them."""

from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from compliance import proposals
from compliance.models import (
    LimitUnit,
    ProposalResult,
    RuleChange,
    RuleDocument,
    Side,
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
)
from tests.compliance.rulebook.conftest import CANARY, as_login

pytestmark = pytest.mark.django_db


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
