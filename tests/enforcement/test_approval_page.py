"""The page on which a decision is approved or returned."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.urls import reverse

from accounts.enums import GroundKind
from accounts.services import restrictions
from compliance import work
from compliance.errors import SamePerson
from compliance.models import StaffUser
from enforcement.models import (
    Case,
    Decision,
)
from enforcement.services import decisions
from tests.enforcement.conftest import (
    CLOSURE,
    FACTS,
    NOTE,
    REASON,
    REASONING,
    P,
    Staff,
    approve,
    clause,
    propose,
    suspension,
)
from tests.enforcement.console import (
    approval_page,
    client_of,
    decision_page,
    refusals,
    text_of,
)

pytestmark = pytest.mark.django_db


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

    def test_what_was_written_is_read_as_it_is_and_never_as_markup(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        markup = "账号发布了<b>某条</b>信息<img src=x onerror=alert(1)>，经核实并无此事。"
        decision = propose(open_case(), staff.moderator, measures=CLOSURE, facts=markup)

        page = client_of(staff.supervisor).get(approval_page(decision)).text

        assert "<b>某条" not in page
        assert "<img src=x" not in page
        # Among the words to approve and in the text for the operator, in two languages.
        assert page.count("&lt;b&gt;某条&lt;/b&gt;") >= 3

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
        with pytest.raises(SamePerson):
            work.claim_item(work_item=decision.approval_item, actor=second_login)
        client = client_of(second_login)

        page = client.get(approval_page(decision))
        answer = client.post(
            approval_page(decision), {"action": "approve", "fence": 1, "reason": "同意"}
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
