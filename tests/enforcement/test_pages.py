"""The pages of enforcement: who may open them, what stands on the desk, how records lead there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from compliance.models import StaffUser
from compliance.provisions import Provision
from enforcement.models import (
    Case,
    CatalogueVersion,
    Decision,
    Measure,
    MeasureType,
    ReportDuty,
    ViolationType,
)
from enforcement.services import cases, decisions
from tests.enforcement.conftest import (
    CLOSURE,
    ID_NUMBER,
    PERSON_NAME,
    REASON,
    P,
    Staff,
    propose,
    suspension,
)
from tests.enforcement.console import (
    approval_page,
    case_page,
    client_of,
    decision_page,
    hold,
    text_of,
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
            reverse("admin:ladder_of_case", args=[waiting.case_id])
            + f"?violation={waiting.violation_type_id}",
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


class TestTheDesk:
    def titles(self, login: StaffUser) -> dict[str, Any]:
        client = client_of(login)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        page = client.get(reverse("admin:index"))
        with translation.override("en"):
            return {str(card.title): card for card in page.context["cards"]}

    def queues(self, cards: dict[str, Any]) -> set[str]:
        with translation.override("en"):
            return {str(row.label) for row in cards["Next in each queue"].rows}

    def test_each_role_has_its_queues_and_cards(self, staff: Staff) -> None:
        moderator = self.titles(staff.moderator)
        supervisor = self.titles(staff.supervisor)
        officer = self.titles(staff.officer)

        assert "Cases" in self.queues(moderator)
        assert "Decisions to approve" in self.queues(supervisor)
        assert "Decisions for the compliance officer" in self.queues(officer)
        assert "Cases" not in self.queues(supervisor)
        assert "Reports to the regulator" in officer
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
        assert card.rows[0].url == case_page(case)
        assert "请补充证据" in str(card.rows[0].hint)
        assert "Returned to me" not in self.titles(staff_user("moderator"))

    def test_what_was_proposed_anew_or_closed_no_longer_waits_for_its_proposer(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator)
        decisions.return_decision(
            decision=decision, actor=staff.supervisor, provision=P, reason="请补充证据"
        )

        propose(Case.objects.get(), staff.moderator)

        assert self.titles(staff.moderator)["Returned to me"].value == 0

    def test_reports_are_due_until_sent_and_late_ones_stand_out(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))

        with time_machine.travel(timezone.now() + timedelta(days=30)):
            late = self.titles(staff.officer)["Reports to the regulator"]
        client_of(staff.officer).post(
            decision_page(decision),
            {"action": "send_report", "channel": "公函", "reason": REASON},
        )
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
