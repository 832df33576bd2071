"""The pages: who may open them, what each act does, and what is kept when one is refused."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.enums import GroundKind, RestrictionKind
from accounts.models import PublicAccount
from accounts.services import restrictions
from compliance import work
from compliance.models import ActionLog, ActionOutcome, Lease, Proposal, StaffUser
from compliance.provisions import Provision
from enforcement.enums import DecisionStatus, MeasureStatus, ReportDutyStatus
from enforcement.models import (
    Case,
    CatalogueVersion,
    Decision,
    DecisionNotice,
    Measure,
    MeasureType,
    ReportDuty,
    ViolationType,
)
from enforcement.services import cases, decisions
from tests.enforcement.conftest import (
    CLOSURE,
    FACTS,
    ID_NUMBER,
    NOTE,
    PERSON_NAME,
    REASON,
    REASONING,
    P,
    Staff,
    approve,
    clause,
    propose,
    suspension,
    violation,
)

pytestmark = pytest.mark.django_db

ROLES = (
    "moderator",
    "complaint_handler",
    "compliance_officer",
    "supervisor",
    "auditor",
    "system_administrator",
)
READERS = frozenset(ROLES) - {"system_administrator"}


def client_of(login: StaffUser) -> Client:
    client = Client()
    client.force_login(login)
    return client


def text_of(answer: HttpResponse) -> str:
    return html.unescape(answer.content.decode())


def case_page(case: Case) -> str:
    return reverse("admin:work_on_case", args=[case.work_item_id])


def approval_page(decision: Decision) -> str:
    item = decision.approval_item
    return reverse(work.get_queue(item.queue).url_name, args=[item.pk])


def decision_page(decision: Decision) -> str:
    return reverse("admin:decision", args=[decision.pk])


def hold(case: Case, login: StaffUser) -> int:
    return work.claim_item(work_item=case.work_item, actor=login).fence


def words(case: Case, fence: int, **changes: Any) -> dict[str, Any]:
    return {
        "fence": fence,
        "version": case.version,
        "violation": violation().pk,
        "severity": 2,
        "facts": FACTS,
        "reasoning": REASONING,
        "private_note": NOTE,
        "statute": "",
        "content_kind": "text",
        "content_ref": "article-1",
        "clauses": [clause().pk],
        "measures": ["suspend_updates", "warn"],
        "term_suspend_updates": 7,
        **changes,
    }


def look_and_propose(client: Client, case: Case, fence: int, **changes: Any) -> HttpResponse:
    posted = words(case, fence, **changes)
    seen = client.post(case_page(case), {**posted, "action": "preview"})
    return client.post(
        case_page(case),
        {**posted, "action": "propose", "previewed": seen.context["previewed"]},
    )


def refusals() -> list[tuple[str, int]]:
    rows = ActionLog.objects.filter(outcome=ActionOutcome.REFUSED).order_by("pk")
    return [(row.action, row.actor_number) for row in rows]


class TestWhoMayOpen:
    @pytest.mark.parametrize("role", ROLES)
    def test_a_case_is_opened_by_moderators_alone(
        self, role: str, staff_user: Callable[..., StaffUser]
    ) -> None:
        answer = client_of(staff_user(role)).get(reverse("admin:open_case"))

        assert answer.status_code == (200 if role == "moderator" else 403)

    @pytest.mark.parametrize("role", ROLES)
    def test_cases_and_decisions_are_read_by_all_but_the_system_administrator(
        self,
        role: str,
        open_case: Callable[..., Case],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        waiting = propose(open_case(), staff.moderator, measures=CLOSURE)
        client = client_of(staff_user(role))

        pages = [
            case_page(waiting.case),
            approval_page(waiting),
            decision_page(waiting),
            reverse("admin:comparable_decisions", args=[waiting.case_id]) + "?code=V06.1",
        ]
        expected = 200 if role in READERS else 403
        assert [client.get(page).status_code for page in pages] == [expected] * 4

    @pytest.mark.parametrize("role", sorted(READERS - {"moderator"}))
    def test_whoever_only_reads_is_offered_neither_case_nor_form(
        self, role: str, open_case: Callable[..., Case], staff_user: Callable[..., StaffUser]
    ) -> None:
        case = open_case()

        page = text_of(client_of(staff_user(role)).get(case_page(case)))

        assert reverse("admin:claim_item", args=[case.work_item_id]) not in page
        assert 'id="proposal"' not in page

    def test_no_page_shows_who_a_person_is(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        hold(case, staff.moderator)
        moderator = client_of(staff.moderator)
        pages = [
            moderator.get(case_page(case)),
            moderator.get(reverse("admin:open_case"), {"uid": case.account.platform_uid}),
        ]
        decision = propose(case, staff.moderator)
        pages += [moderator.get(approval_page(decision)), moderator.get(decision_page(decision))]

        for page in pages:
            assert case.account.name in text_of(page)
            assert ID_NUMBER not in text_of(page)
            assert PERSON_NAME not in text_of(page)


class TestOpeningACase:
    def given(self, account: PublicAccount, **changes: Any) -> dict[str, Any]:
        return {
            "uid": account.platform_uid,
            "source": "authority",
            "source_ref": "网信〔2026〕12号",
            "summary": "来函称该账号编造灾情",
            "content_ref": "article-9",
            "reason": "根据来函立案",
            "then": "work",
            **changes,
        }

    def test_the_case_is_open_and_in_the_hands_of_whoever_opened_it(
        self, make_account: Callable[..., PublicAccount], staff: Staff
    ) -> None:
        account = make_account()

        answer = client_of(staff.moderator).post(reverse("admin:open_case"), self.given(account))

        case = Case.objects.get()
        assert answer["Location"] == case_page(case)
        assert (case.account, case.source_ref, case.content_ref) == (
            account,
            "网信〔2026〕12号",
            "article-9",
        )
        assert case.work_item.lease.holder == staff.moderator.person

    def test_it_can_be_left_in_the_queue(
        self, make_account: Callable[..., PublicAccount], staff: Staff
    ) -> None:
        given = self.given(make_account(), then="queue")

        client_of(staff.moderator).post(reverse("admin:open_case"), given)

        assert not Lease.objects.filter(work_item=Case.objects.get().work_item).exists()

    def test_a_letter_without_number_is_refused_logged_and_what_was_typed_is_kept(
        self, make_account: Callable[..., PublicAccount], staff: Staff
    ) -> None:
        given = self.given(make_account(), source_ref="")

        answer = client_of(staff.moderator).post(reverse("admin:open_case"), given)

        assert answer.status_code == 409
        for typed in ("来函称该账号编造灾情", "article-9", "根据来函立案"):
            assert typed in text_of(answer)
        assert not Case.objects.exists()
        assert refusals() == [("enforcement.case.create", staff.moderator.person_id)]

    def test_an_unknown_account_is_said_beside_the_field(
        self, make_account: Callable[..., PublicAccount], staff: Staff
    ) -> None:
        given = self.given(make_account(), uid="nobody")

        answer = client_of(staff.moderator).post(reverse("admin:open_case"), given)

        assert answer.status_code == 422
        assert "uid" in answer.context["form"].errors
        assert "来函称该账号编造灾情" in text_of(answer)
        assert not Case.objects.exists()

    def test_the_page_of_the_account_leads_here_and_shows_the_cases_that_are_open(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        client = client_of(staff.moderator)
        way = reverse("admin:accounts_publicaccount_open_case", args=[case.account_id])

        answer = client.get(way, follow=True)

        assert way in text_of(
            client.get(reverse("admin:accounts_publicaccount_change", args=[case.account_id]))
        )
        assert answer.context["form"]["uid"].value() == case.account.platform_uid
        assert case_page(case) in text_of(answer)

    def test_the_page_of_the_account_offers_it_to_nobody_else(
        self, make_account: Callable[..., PublicAccount], staff: Staff
    ) -> None:
        account = make_account()
        way = reverse("admin:accounts_publicaccount_open_case", args=[account.pk])
        client = client_of(staff.supervisor)

        page = client.get(reverse("admin:accounts_publicaccount_change", args=[account.pk]))

        assert way not in text_of(page)
        assert client.get(way).status_code == 403


class TestLookingAtTheConsequences:
    def test_it_names_approvers_terms_report_and_the_text_and_stores_nothing(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        fence = hold(case, staff.moderator)
        before = ActionLog.objects.count()

        answer = client_of(staff.moderator).post(
            case_page(case),
            words(case, fence, action="preview", measures=["close"], term_suspend_updates=""),
        )

        assert answer.status_code == 200
        page = text_of(answer)
        assert staff.supervisor.person.name in page
        assert staff.officer.person.name in page
        assert f"“{case.account.name}”" in page
        notices = {each.language: each.text for each in answer.context["notices"]}
        assert REASONING in notices["zh-hans"]
        assert clause().text in notices["zh-hans"]
        assert answer.context["preview"].report_due_at is not None
        assert not Decision.objects.exists()
        assert not Proposal.objects.exists()
        assert not DecisionNotice.objects.exists()
        assert ActionLog.objects.count() == before
        case.refresh_from_db()
        assert case.version == 1

    def test_the_text_shown_is_the_text_that_is_sent(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        client = client_of(staff.moderator)
        with time_machine.travel(timezone.now(), tick=False):
            fence = hold(case, staff.moderator)
            posted = words(case, fence)
            seen = client.post(case_page(case), {**posted, "action": "preview"})
            client.post(
                case_page(case),
                {**posted, "action": "propose", "previewed": seen.context["previewed"]},
            )
            decision = Decision.objects.get()
            approve(decision, staff.supervisor)

        shown = {each.language: each.text for each in seen.context["notices"]}
        for notice in decision.notices.all():
            number = re.compile(r"(: |：)[(（][^)）]*[)）]$", re.MULTILINE)
            assert number.sub(rf"\g<1>{decision.number}", shown[notice.language]) == notice.text

    def test_the_private_note_is_in_no_text_for_the_operator(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        fence = hold(case, staff.moderator)

        answer = client_of(staff.moderator).post(
            case_page(case), words(case, fence, action="preview")
        )

        assert all(NOTE not in each.text for each in answer.context["notices"])

    def test_what_proposing_would_refuse_is_refused_here_and_not_logged_as_an_act(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        fence = hold(case, staff.moderator)

        answer = client_of(staff.moderator).post(
            case_page(case), words(case, fence, action="preview", facts="其他")
        )

        assert answer.status_code == 409
        assert "preview" not in answer.context
        assert refusals() == []

    def test_nobody_left_to_approve_is_said(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        fence = hold(case, staff.moderator)
        decided = words(case, fence, action="preview", measures=["close"], term_suspend_updates="")
        case.matter.participations.create(person=staff.officer.person, side="appeal")

        answer = client_of(staff.moderator).post(case_page(case), decided)

        assert [step.is_stuck for step in answer.context["approvals"]] == [False, True]

    def test_comparable_decisions_are_those_on_the_same_violation_by_others(
        self, open_case: Callable[..., Case], decide: Callable[..., Decision], staff: Staff
    ) -> None:
        same, other = decide(), decide(violation_type=violation("V06.2"))
        case = open_case()

        answer = client_of(staff.moderator).get(
            reverse("admin:comparable_decisions", args=[case.pk]), {"code": "V06.1"}
        )

        assert same.number in text_of(answer)
        assert other.number not in text_of(answer)


class TestProposing:
    def test_a_moderator_takes_a_case_looks_and_proposes(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        client = client_of(staff.moderator)
        taken = client.post(reverse("admin:claim_next", args=["cases"]))
        fence = client.get(taken["Location"]).context["lease"].fence

        answer = look_and_propose(client, case, fence)

        assert answer.status_code == 302
        decision = Decision.objects.get()
        assert decision.proposed_by == staff.moderator.person
        orders = {each.measure: each.term_days for each in decision.ordered_measures.all()}
        assert orders == {"warn": None, "suspend_updates": 7}
        assert decision.clauses.get().clause == clause()
        assert decision.private_note == NOTE

    def test_the_catalogue_gives_the_severity_that_was_left_open(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()

        look_and_propose(client_of(staff.moderator), case, hold(case, staff.moderator), severity="")

        assert Decision.objects.get().severity == violation().default_severity

    def test_nothing_is_proposed_before_its_consequences_were_seen(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        fence = hold(case, staff.moderator)

        answer = client_of(staff.moderator).post(
            case_page(case), words(case, fence, action="propose")
        )

        assert answer.status_code == 200
        assert answer.context["preview"].slots
        assert not Decision.objects.exists()

    def test_words_changed_since_are_shown_once_more(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        client = client_of(staff.moderator)
        posted = words(case, hold(case, staff.moderator))
        seen = client.post(case_page(case), {**posted, "action": "preview"})

        answer = client.post(
            case_page(case),
            {
                **posted,
                "term_suspend_updates": 90,
                "action": "propose",
                "previewed": seen.context["previewed"],
            },
        )

        assert answer.context["has_changed_since"]
        assert len(answer.context["preview"].slots) == 2
        assert not Decision.objects.exists()

    def test_a_refused_proposal_is_told_logged_and_keeps_everything(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        client = client_of(staff.moderator)
        fence = hold(case, staff.moderator)
        posted = words(case, fence, severity=3, measures=["suspend_updates"], statute="某法第一条")
        seen = client.post(case_page(case), {**posted, "action": "preview"})
        work.release_item(work_item=case.work_item, actor=staff.moderator, fence=fence)

        answer = client.post(
            case_page(case),
            {**posted, "action": "propose", "previewed": seen.context["previewed"]},
        )

        assert answer.status_code == 409
        page = text_of(answer)
        for typed in (FACTS, REASONING, NOTE, "某法第一条", "article-1"):
            assert typed in page
        form = answer.context["form"]
        assert form["severity"].value() == "3"
        assert [each.pk for each in form.offered_clauses() if each.is_cited] == [clause().pk]
        chosen = {line.type.measure: line.is_chosen for line in form.measure_lines()}
        assert chosen == {"warn": False, "suspend_updates": True, "close": False}
        assert not Decision.objects.exists()
        assert refusals() == [("enforcement.case.propose", staff.moderator.person_id)]

    def test_the_case_can_be_taken_again_without_losing_the_words(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()

        answer = client_of(staff.moderator).post(case_page(case), words(case, 0, action="retake"))

        assert answer.status_code == 200
        assert FACTS in text_of(answer)
        assert case.work_item.lease.holder == staff.moderator.person
        assert answer.context["lease"].holder == staff.moderator.person

    def test_what_is_missing_is_said_beside_its_field(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        posted = words(case, hold(case, staff.moderator), violation="", term_suspend_updates=181)

        answer = client_of(staff.moderator).post(case_page(case), {**posted, "action": "preview"})

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"violation", "term_suspend_updates"}
        assert REASONING in text_of(answer)

    def test_days_without_their_measure_are_not_passed_over(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        posted = words(case, hold(case, staff.moderator), measures=["warn"])

        answer = client_of(staff.moderator).post(case_page(case), {**posted, "action": "preview"})

        assert set(answer.context["form"].errors) == {"term_suspend_updates"}

    @pytest.mark.parametrize("role", ["supervisor", "compliance_officer", "auditor"])
    def test_whoever_may_not_propose_is_refused_and_logged(
        self,
        role: str,
        open_case: Callable[..., Case],
        staff_user: Callable[..., StaffUser],
    ) -> None:
        case, login = open_case(), staff_user(role)

        answer = client_of(login).post(case_page(case), words(case, 1, action="propose"))

        assert answer.status_code == 409
        assert not Decision.objects.exists()
        assert refusals() == [("enforcement.case.propose", login.person_id)]

    def test_a_returned_decision_comes_back_with_its_words_and_what_was_suggested(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator, measures=suspension(30))
        old_address = case_page(decision.case)
        decisions.return_decision(
            decision=decision, actor=staff.supervisor, provision=P, reason="请补充截图"
        )
        case = Case.objects.get()
        hold(case, staff.moderator)

        answer = client_of(staff.moderator).get(old_address, follow=True)

        assert answer.redirect_chain == [(case_page(case), 302)]
        form = answer.context["form"]
        assert "请补充截图" in text_of(answer)
        assert form["facts"].value() == FACTS
        assert form["term_suspend_updates"].value() == 30
        assert [each.pk for each in form.offered_clauses() if each.is_cited] == [clause().pk]

    def test_the_account_is_compared_with_what_it_was_when_the_case_was_opened(
        self, open_case: Callable[..., Case], staff: Staff, system: StaffUser
    ) -> None:
        case = open_case()
        restrictions.impose_restriction(
            account=case.account,
            kind=RestrictionKind.SUSPEND_UPDATES,
            from_=timezone.now(),
            until=None,
            ground_kind=GroundKind.CORRECTION,
            ground_ref="GZ1",
            actor=system,
            provision=P,
            reason=REASON,
        )

        answer = client_of(staff.moderator).get(case_page(case))

        changed = [each for each in answer.context["snapshot_changes"] if each.has_changed]
        assert len(changed) == 1
        assert changed[0].before == ""
        assert answer.context["has_changed"]


class TestClosingACase:
    def test_a_supervisor_closes_a_case_without_taking_it(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()

        answer = client_of(staff.supervisor).post(
            case_page(case), {"action": "close", "reason": "不构成违规"}
        )

        assert answer.status_code == 302
        case.refresh_from_db()
        assert case.status == "closed"

    def test_it_is_refused_while_a_decision_waits_and_the_reason_is_kept(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = propose(open_case(), staff.moderator).case

        answer = client_of(staff.supervisor).post(
            case_page(case), {"action": "close", "reason": "这一句不应当丢失"}
        )

        assert answer.status_code == 409
        assert "这一句不应当丢失" in text_of(answer)
        assert Case.objects.get().status == "open"
        assert refusals() == [("enforcement.case.close", staff.supervisor.person_id)]

    def test_a_moderator_is_not_offered_it_and_is_refused(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        client = client_of(staff.moderator)

        page = client.get(case_page(case))
        answer = client.post(case_page(case), {"action": "close", "reason": REASON})

        assert "close" not in {each.code for each in page.context["actions"]}
        assert answer.status_code == 409
        assert Case.objects.get().status == "open"


class TestApproving:
    def act(self, decision: Decision, login: StaffUser, act: str, reason: str) -> HttpResponse:
        item = decision.approval_item
        fence = work.claim_item(work_item=item, actor=login).fence
        return client_of(login).post(
            approval_page(decision), {"action": act, "fence": fence, "reason": reason}
        )

    def test_supervisor_and_officer_take_it_read_it_and_approve_a_closure(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator, measures=CLOSURE)

        for login, queue in (
            (staff.supervisor, "approvals"),
            (staff.officer, "approvals_officer"),
        ):
            client = client_of(login)
            taken = client.post(reverse("admin:claim_next", args=[queue]))
            page = client.get(taken["Location"])
            for read in (FACTS, REASONING, NOTE, clause().text, staff.moderator.person.name):
                assert read in text_of(page)
            assert {each.code for each in page.context["actions"]} == {"approve", "return"}
            answer = client.post(
                taken["Location"],
                {"action": "approve", "fence": page.context["lease"].fence, "reason": "同意"},
            )
            assert answer.status_code == 302

        decision.refresh_from_db()
        assert decision.status == "in_force"
        assert decision.account.status == "closed"

    def test_the_next_item_is_opened_after_a_verdict(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        first = propose(open_case(), staff.moderator)
        second = propose(open_case(), staff.moderator)

        answer = self.act(first, staff.supervisor, "approve", "同意")

        assert answer["Location"] == approval_page(second)

    def test_it_is_returned_with_a_suggestion(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator)

        self.act(decision, staff.supervisor, "return", "请补充证据")

        decision.refresh_from_db()
        assert (decision.status, decision.ended_reason) == ("returned", "请补充证据")

    def test_without_reason_it_is_refused_and_nothing_is_approved(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator)

        answer = self.act(decision, staff.supervisor, "approve", "  ")

        assert answer.status_code == 409
        assert not decision.proposal.approvals.exists()
        assert refusals() == [("enforcement.decision.approve", staff.supervisor.person_id)]

    def test_whoever_does_not_hold_it_is_refused_and_keeps_the_reason(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        decision = propose(open_case(), staff.moderator)
        work.claim_item(work_item=decision.approval_item, actor=staff_user("supervisor"))

        answer = client_of(staff.supervisor).post(
            approval_page(decision), {"action": "approve", "fence": 1, "reason": "同意"}
        )

        assert answer.status_code == 409
        assert not decision.proposal.approvals.exists()

    def test_a_proposer_with_a_second_login_reads_why_and_has_no_buttons(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        second_login = staff_user("supervisor", person=staff.moderator.person)
        decision = propose(open_case(), staff.moderator)
        lease = work.claim_item(work_item=decision.approval_item, actor=second_login)
        client = client_of(second_login)

        page = client.get(approval_page(decision))
        answer = client.post(
            approval_page(decision), {"action": "approve", "fence": lease.fence, "reason": "同意"}
        )

        assert page.context["actions"] == []
        assert page.context["why_not"] in text_of(page)
        assert answer.status_code == 409
        decision.refresh_from_db()
        assert decision.status == "proposed"
        assert refusals() == [("enforcement.decision.approve", staff.moderator.person_id)]

    def test_whoever_gave_a_verdict_and_whoever_has_not_the_role_read_why(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator, measures=CLOSURE)
        early = client_of(staff.officer).get(approval_page(decision))
        first_address = approval_page(decision)
        approve(decision, staff.supervisor)

        late = client_of(staff.supervisor).get(first_address, follow=True)
        outside = client_of(staff.moderator).get(first_address, follow=True)

        decision.refresh_from_db()
        assert late.redirect_chain == [(approval_page(decision), 302)]
        for page in (late, outside):
            assert page.context["why_not"] in text_of(page)
            assert not page.context["may_take"]
        assert late.context["why_not"] != outside.context["why_not"]
        # The officer may approve before the supervisor, but not from the supervisors' queue.
        assert early.context["why_not"] == ""
        assert not early.context["may_take"]

    def test_what_changed_since_it_was_proposed_is_shown(
        self, open_case: Callable[..., Case], staff: Staff, system: StaffUser
    ) -> None:
        case = open_case()
        decision = propose(case, staff.moderator)
        quiet = client_of(staff.supervisor).get(approval_page(decision))
        restrictions.close_account(
            account=case.account,
            ground_kind=GroundKind.DECISION,
            ground_ref="CZ00000000",
            actor=system,
            provision=P,
            reason=REASON,
        )

        page = client_of(staff.supervisor).get(approval_page(decision))

        assert quiet.context["changes_since"] == []
        assert [(each.before, each.after) for each in page.context["changes_since"]]

    def test_what_differs_from_the_one_that_came_back_is_shown(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        first = propose(open_case(), staff.moderator, measures=suspension(30))
        decisions.return_decision(
            decision=first, actor=staff.supervisor, provision=P, reason="期限过长"
        )
        second = propose(Case.objects.get(), staff.moderator, measures=suspension(7))

        page = client_of(staff.supervisor).get(approval_page(second))

        assert len(page.context["replaced"]) == 1
        assert "30" in page.context["replaced"][0].before
        assert "期限过长" in text_of(page)

    def test_a_decision_that_no_longer_waits_is_shown_on_its_own_page(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide()

        answer = client_of(staff.supervisor).get(approval_page(decision))

        assert answer["Location"] == decision_page(decision)


class TestTheDecision:
    def post(self, decision: Decision, login: StaffUser, **posted: Any) -> HttpResponse:
        return client_of(login).post(decision_page(decision), {"reason": REASON, **posted})

    def test_it_shows_measures_clauses_approvals_and_the_text_as_frozen(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))

        page = client_of(staff.officer).get(decision_page(decision))

        shown = {each.language: each.text for each in page.context["notices"]}
        assert shown == {each.language: each.text for each in decision.notices.all()}
        for read in (clause().text, NOTE, staff.supervisor.person.name, "同意"):
            assert read in text_of(page)

    def test_a_supervisor_lifts_a_measure(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))
        measure = decision.measures.get()

        answer = self.post(decision, staff.supervisor, action="lift", measure=measure.pk)

        assert answer.status_code == 302
        measure.refresh_from_db()
        assert measure.status == MeasureStatus.LIFTED

    @pytest.mark.parametrize(
        ("changes", "kept"),
        [({"reason": ""}, ""), ({"measure": "0", "reason": "这一句要留下"}, "这一句要留下")],
    )
    def test_lifting_without_reason_or_measure_is_refused_and_logged(
        self,
        changes: dict[str, str],
        kept: str,
        decide: Callable[..., Decision],
        staff: Staff,
    ) -> None:
        decision = decide(measures=suspension(7))
        measure = decision.measures.get()

        answer = self.post(
            decision, staff.supervisor, **{"action": "lift", "measure": measure.pk, **changes}
        )

        assert answer.status_code == 409
        assert kept in text_of(answer)
        measure.refresh_from_db()
        assert measure.status == MeasureStatus.IN_FORCE
        assert refusals() == [("enforcement.decision.lift", staff.supervisor.person_id)]

    def test_a_measure_of_another_decision_is_not_lifted_here(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision, other = decide(measures=suspension(7)), decide(measures=suspension(7))
        measure = other.measures.get()

        answer = self.post(decision, staff.supervisor, action="lift", measure=measure.pk)

        assert answer.status_code == 409
        measure.refresh_from_db()
        assert measure.status == MeasureStatus.IN_FORCE

    def test_the_officer_records_report_and_confirmation(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))

        self.post(decision, staff.officer, action="send_report", channel="公函")
        self.post(decision, staff.officer, action="receipt_report", receipt_number="回执7号")

        duty = ReportDuty.objects.get()
        assert (duty.status, duty.channel, duty.receipt_number) == (
            ReportDutyStatus.RECEIPTED,
            "公函",
            "回执7号",
        )

    def test_a_report_without_channel_is_refused_and_the_reason_kept(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))

        answer = self.post(
            decision, staff.officer, action="send_report", channel=" ", reason="这一句要留下"
        )

        assert answer.status_code == 409
        assert "这一句要留下" in text_of(answer)
        assert ReportDuty.objects.get().status == ReportDutyStatus.DUE

    @pytest.mark.parametrize(
        ("act", "permitted"),
        [("lift", "supervisor"), ("send_report", "officer")],
    )
    def test_each_act_is_offered_to_its_role_and_refused_to_the_others(
        self,
        act: str,
        permitted: str,
        decide: Callable[..., Decision],
        staff: Staff,
    ) -> None:
        decision = decide(measures=suspension(7))

        for name in ("moderator", "supervisor", "officer"):
            login = getattr(staff, name)
            page = client_of(login).get(decision_page(decision))
            assert (act in {each.code for each in page.context["actions"]}) == (name == permitted)
            if name != permitted:
                answer = self.post(
                    decision,
                    login,
                    action=act,
                    measure=decision.measures.get().pk,
                    channel="公函",
                )
                assert answer.status_code == 409

        assert Measure.objects.get().status == MeasureStatus.IN_FORCE
        assert ReportDuty.objects.get().status == ReportDutyStatus.DUE
        assert len(refusals()) == 2

    def test_a_proposer_withdraws_and_nobody_else_can(
        self, open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        decision = propose(open_case(), staff.moderator)

        refused = self.post(decision, staff_user("moderator"), action="withdraw")
        answer = self.post(decision, staff.moderator, action="withdraw")

        assert (refused.status_code, answer.status_code) == (409, 302)
        decision.refresh_from_db()
        assert decision.status == DecisionStatus.WITHDRAWN

    def test_an_act_that_the_page_does_not_know_is_refused(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide()

        assert self.post(decision, staff.officer, action="reverse").status_code == 409
        # A warning has no duty to report.
        assert self.post(decision, staff.officer, action="send_report").status_code == 409


class TestTheDesk:
    def titles(self, login: StaffUser) -> dict[str, Any]:
        client = client_of(login)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        page = client.get(reverse("admin:index"))
        with translation.override("en"):
            return {str(card.title): card for card in page.context["cards"]}

    def test_each_role_has_its_queues_and_cards(self, staff: Staff) -> None:
        moderator = self.titles(staff.moderator)
        supervisor = self.titles(staff.supervisor)
        officer = self.titles(staff.officer)

        assert {"Cases", "Returned to me"} <= set(moderator)
        assert "Decisions to approve" in supervisor
        assert {"Decisions for the compliance officer", "Reports to the regulator"} <= set(officer)
        assert "Reports to the regulator" not in moderator
        assert "Returned to me" not in officer

    def test_what_came_back_leads_its_proposer_to_the_case(
        self, open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        decision = propose(open_case(), staff.moderator)
        decisions.return_decision(
            decision=decision, actor=staff.supervisor, provision=P, reason="请补充证据"
        )
        case = Case.objects.get()

        card = self.titles(staff.moderator)["Returned to me"]

        assert card.value == 1
        assert (card.rows[0].url, card.rows[0].hint) == (case_page(case), "请补充证据")
        assert self.titles(staff_user("moderator"))["Returned to me"].value == 0

    def test_reports_are_due_until_sent_and_late_ones_stand_out(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))

        with time_machine.travel(timezone.now() + timedelta(days=30)):
            late = self.titles(staff.officer)["Reports to the regulator"]
        TestTheDecision().post(decision, staff.officer, action="send_report", channel="公函")
        sent = self.titles(staff.officer)["Reports to the regulator"]

        assert (late.value, late.tone) == (1, "danger")
        assert (sent.value, len(sent.rows)) == (0, 1)
        assert sent.rows[0].url == decision_page(decision)


@pytest.mark.parametrize(
    "model", [Case, Decision, Measure, ReportDuty, CatalogueVersion, ViolationType, MeasureType]
)
def test_every_record_is_read_by_the_auditor_and_written_by_nobody(
    model: Any, decide: Callable[..., Decision], staff_user: Callable[..., StaffUser]
) -> None:
    decide(measures=suspension(7))
    row = model.objects.first()
    name = f"admin:enforcement_{model._meta.model_name}"
    auditor = client_of(staff_user("auditor"))

    assert auditor.get(reverse(f"{name}_changelist")).status_code == 200
    assert auditor.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    for login in (staff_user("auditor"), staff_user("moderator", "supervisor")):
        client = client_of(login)
        assert client.get(reverse(f"{name}_add")).status_code == 403
        assert client.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403
        assert client.post(reverse(f"{name}_delete", args=[row.pk]), {}).status_code == 403


def test_records_lead_to_the_pages_on_which_they_are_worked_on(
    decide: Callable[..., Decision], staff: Staff
) -> None:
    decision = decide(measures=suspension(7))
    client = client_of(staff.officer)
    ways = {
        "case_case_page": (decision.case_id, case_page(decision.case)),
        "decision_decision_page": (decision.pk, decision_page(decision)),
        "measure_decision_page": (decision.measures.get().pk, decision_page(decision)),
        "reportduty_decision_page": (decision.report_duty.pk, decision_page(decision)),
    }

    for name, (number, expected) in ways.items():
        way = reverse(f"admin:enforcement_{name}", args=[number])
        change = reverse(f"admin:enforcement_{name.split('_')[0]}_change", args=[number])
        assert way in text_of(client.get(change))
        assert client.get(way)["Location"] == expected


def test_a_case_whose_decision_is_in_force_and_reported_can_be_closed_from_its_page(
    decide: Callable[..., Decision], staff: Staff
) -> None:
    case = decide().case

    cases.close_case(
        case=case,
        actor=staff.supervisor,
        provision=Provision.PUBLIC_ACCOUNT_19_2,
        reason="处置完毕",
    )

    page = client_of(staff.supervisor).get(case_page(case))
    assert page.context["actions"] == []
