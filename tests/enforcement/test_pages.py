"""The pages: the button leads to the service, a refusal is told and keeps what was typed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance import work
from compliance.models import ActionLog, ActionOutcome, StaffUser
from enforcement.models import (
    Case,
    CatalogueVersion,
    Decision,
    Measure,
    MeasureType,
    ReportDuty,
    ViolationType,
)
from tests.enforcement.conftest import (
    CLOSURE,
    FACTS,
    ID_NUMBER,
    PERSON_NAME,
    REASONING,
    Staff,
    clause,
    propose,
    suspension,
    violation,
)

pytestmark = pytest.mark.django_db


def client_of(login: StaffUser) -> Client:
    client = Client()
    client.force_login(login)
    return client


def proposal_form(case: Case, fence: int, **changes: Any) -> dict[str, Any]:
    return {
        "action": "propose",
        "fence": fence,
        "version": case.version,
        "violation": violation().pk,
        "severity": 2,
        "facts": FACTS,
        "reasoning": REASONING,
        "private_note": "",
        "statute": "",
        "content_kind": "text",
        "content_ref": "article-1",
        "clauses": [clause().pk],
        "measures": ["suspend_updates", "warn"],
        "term_days": 7,
        "reason": "核查属实",
        **changes,
    }


def test_a_moderator_takes_a_case_and_proposes_a_decision(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()
    client = client_of(staff.moderator)
    taken = client.post(reverse("admin:claim_next", args=["cases"]))
    page = client.get(taken["Location"])
    fence = page.context["lease"].fence

    answer = client.post(taken["Location"], proposal_form(case, fence))

    assert answer.status_code == 302
    decision = Decision.objects.get()
    assert decision.proposed_by == staff.moderator.person
    assert {each.measure for each in decision.ordered_measures.all()} == {
        "warn",
        "suspend_updates",
    }
    assert decision.clauses.get().clause == clause()


def test_a_refused_proposal_is_told_logged_and_keeps_the_words(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    case = open_case()
    fence = work.claim_item(work_item=case.work_item, actor=staff.moderator).fence
    client = client_of(staff.moderator)

    answer = client.post(
        reverse("admin:work_on_case", args=[case.work_item_id]),
        proposal_form(case, fence, facts="其他", reasoning="写了很久的理由不应当丢失。"),
    )

    assert answer.status_code == 409
    assert "写了很久的理由不应当丢失。" in answer.content.decode()
    assert not Decision.objects.exists()
    row = ActionLog.objects.get(outcome=ActionOutcome.REFUSED)
    assert row.action == "enforcement.case.propose"
    assert row.actor_number == staff.moderator.person_id


def test_the_case_page_shows_no_identity(open_case: Callable[..., Case], staff: Staff) -> None:
    case = open_case()
    work.claim_item(work_item=case.work_item, actor=staff.moderator)

    page = client_of(staff.moderator).get(reverse("admin:work_on_case", args=[case.work_item_id]))

    text = page.content.decode()
    assert case.account.name in text
    assert ID_NUMBER not in text
    assert PERSON_NAME not in text


def test_supervisor_and_officer_approve_a_closure_on_their_pages(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    decision = propose(open_case(), staff.moderator, measures=CLOSURE)

    for login, queue in (
        (staff.supervisor, "approvals"),
        (staff.officer, "approvals_officer"),
    ):
        client = client_of(login)
        taken = client.post(reverse("admin:claim_next", args=[queue]))
        page = client.get(taken["Location"])
        assert FACTS in page.content.decode()
        answer = client.post(
            taken["Location"],
            {"action": "approve", "fence": page.context["lease"].fence, "reason": "同意"},
        )
        assert answer.status_code == 302

    decision.refresh_from_db()
    assert decision.status == "in_force"
    assert decision.account.status == "closed"


def test_an_approver_returns_a_decision_on_the_page(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    decision = propose(open_case(), staff.moderator)
    lease = work.claim_item(work_item=decision.approval_item, actor=staff.supervisor)

    client_of(staff.supervisor).post(
        reverse("admin:approve_decision", args=[decision.approval_item_id]),
        {"action": "return", "fence": lease.fence, "reason": "请补充证据"},
    )

    decision.refresh_from_db()
    assert (decision.status, decision.ended_reason) == ("returned", "请补充证据")


def test_the_proposer_is_refused_on_the_page_and_the_refusal_is_logged(
    open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    second_login = staff_user("supervisor", person=staff.moderator.person)
    decision = propose(open_case(), staff.moderator)
    lease = work.claim_item(work_item=decision.approval_item, actor=second_login)

    answer = client_of(second_login).post(
        reverse("admin:approve_decision", args=[decision.approval_item_id]),
        {"action": "approve", "fence": lease.fence, "reason": "同意"},
    )

    assert answer.status_code == 409
    decision.refresh_from_db()
    assert decision.status == "proposed"
    row = ActionLog.objects.get(outcome=ActionOutcome.REFUSED)
    assert row.actor_number == staff.moderator.person_id


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


def test_the_system_administrator_sees_no_case(
    open_case: Callable[..., Case], staff_user: Callable[..., StaffUser]
) -> None:
    case = open_case()
    client = client_of(staff_user("system_administrator"))

    assert client.get(reverse("admin:enforcement_case_changelist")).status_code == 403
    assert client.get(reverse("admin:work_on_case", args=[case.work_item_id])).status_code == 403
