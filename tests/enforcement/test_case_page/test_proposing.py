"""The page of a case: proposing, closing."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import GroundKind, RestrictionKind
from accounts.services import restrictions
from compliance import work
from compliance.models import StaffUser
from enforcement.enums import MeasureCode
from enforcement.models import Case, Decision
from enforcement.services import decisions
from tests.enforcement.conftest import (
    FACTS,
    NOTE,
    REASON,
    REASONING,
    P,
    Staff,
    clause,
    propose,
    suspension,
    violation,
)
from tests.enforcement.console import (
    case_page,
    client_of,
    hold,
    look_and_propose,
    refusals,
    text_of,
    words,
)

pytestmark = pytest.mark.django_db


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

        look_and_propose(
            client_of(staff.moderator),
            case,
            hold(case, staff.moderator),
            severity="",
            deviation_reason="many_items",
        )

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
        posted = words(
            case,
            fence,
            severity=3,
            measures=["suspend_updates"],
            statute="某法第一条",
            deviation_reason="many_items",
        )
        seen = client.post(case_page(case), {**posted, "action": "preview"})
        work.release_item(
            work_item=case.work_item,
            actor=staff.moderator,
            fence=fence,
            provision=P,
            reason="转交同事",
        )

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
        lines = form.measure_lines()
        assert [each.type.measure for each in lines if each.is_chosen] == ["suspend_updates"]
        assert {each.type.measure for each in lines} == set(MeasureCode.values)
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

    def test_files_are_attached_beside_what_was_written_and_not_instead_of_it(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        fence = hold(case, staff.moderator)
        client = client_of(staff.moderator)
        attaching = re.compile(r'<form[^>]* target="_blank"[^>]* data-evidence-form')

        fresh = text_of(client.get(case_page(case)))
        written = text_of(client.post(case_page(case), words(case, fence, action="preview")))

        assert not attaching.search(fresh)
        assert attaching.search(written)

    def test_on_a_closed_account_the_page_says_so_before_anything_is_written(
        self, open_case: Callable[..., Case], staff: Staff, system: StaffUser
    ) -> None:
        case = open_case()
        hold(case, staff.moderator)
        before = client_of(staff.moderator).get(case_page(case))

        restrictions.close_account(
            account=case.account,
            ground_kind=GroundKind.DECISION,
            ground_ref="CZ1",
            actor=system,
            provision=P,
            reason=REASON,
        )

        after = client_of(staff.moderator).get(case_page(case))
        assert [each.context["is_account_closed"] for each in (before, after)] == [False, True]
        assert [text_of(each).count("enf-refusal") for each in (before, after)] == [0, 1]


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
