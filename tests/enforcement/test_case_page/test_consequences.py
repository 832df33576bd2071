"""The page of a case: looking at the consequences, and what was told of its decisions."""

import re
from collections.abc import Callable

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from compliance.models import ActionLog, Notice, Proposal
from compliance.responses.links import markers_in, without_markers
from enforcement.models import Case, Decision
from tests.enforcement.conftest import NOTE, REASONING, Staff, approve, clause, propose, violation
from tests.enforcement.console import case_page, client_of, hold, refusals, text_of, words

pytestmark = pytest.mark.django_db


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
        assert not Notice.objects.exists()
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
            # Nobody is heard before a warning: nothing is added to the text.
            posted = words(case, fence, measures=["warn"], term_suspend_updates="")
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
            sent = number.sub(rf"\g<1>{decision.number}", shown[notice.language])
            # The link to the appeal is the operator's own, and there is none before the decision.
            (link,) = markers_in(notice.text)
            own = {"zh-hans": "（接收方专用链接）", "en": "(the recipient’s own link)"}
            assert sent.replace(own[notice.language], link) == notice.text

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

    def test_comparable_decisions_are_those_on_the_same_violation_severity_and_offence(
        self, open_case: Callable[..., Case], decide: Callable[..., Decision], staff: Staff
    ) -> None:
        same, other = decide(), decide(violation_type=violation("V06.2"))
        case = open_case()

        answer = client_of(staff.moderator).get(
            reverse("admin:ladder_of_case", args=[case.pk]),
            {"violation": same.violation_type_id, "severity": 4},
        )
        milder = client_of(staff.moderator).get(
            reverse("admin:ladder_of_case", args=[case.pk]),
            {"violation": same.violation_type_id, "severity": 2},
        )

        assert same.number in text_of(answer)
        assert other.number not in text_of(answer)
        assert same.number not in text_of(milder)


def test_what_the_operator_was_told_of_its_decisions_stands_on_the_page_of_the_case(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()
    untold = client_of(staff.moderator).get(case_page(case))
    decision = propose(case, staff.moderator)
    approve(decision, staff.supervisor)
    case.refresh_from_db()

    page = client_of(staff.moderator).get(case_page(case))

    # What is told of the credit stands on the page of the credit.
    written = list(Notice.objects.exclude(about_type="enforcement.creditscore").order_by("pk"))
    assert written
    assert untold.context["told"] == []
    told = [each.text for each in page.context["told"]]
    assert told == [without_markers(each.text) for each in written]
    assert all(each.title in text_of(page) for each in written)
