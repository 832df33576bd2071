"""Measures on contents, labels and suspensions of the service: ordered, carried out, taken back."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.services.restrictions import state_of
from compliance import audit
from compliance.errors import InvalidInput
from compliance.models import PlatformCommand
from compliance.notices.commands import repeat_command
from compliance.public.pages import public_url
from enforcement.enums import MeasureCode
from enforcement.models import Case, Decision, Measure, OrderedMeasure
from enforcement.services.contents.commands import latest_of
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.lapses import lapse_measures
from enforcement.services.measures import lift_measure
from enforcement.services.reversals import reverse_decision
from tests.compliance.api_fixtures import Caller
from tests.enforcement.conftest import REASON, P, Staff, clause, propose, violation
from tests.enforcement.console import (
    case_page,
    client_of,
    decision_page,
    hold,
    look_and_propose,
    text_of,
    words,
)

pytestmark = pytest.mark.django_db
TEXTS = ("article-17", "https://example.com/a/18")
STOPPED = MeasureOrder(
    MeasureCode.HANDLE_CONTENT, content_refs=TEXTS, content_acts=("stop", "keep")
)
REMOVED = MeasureOrder(MeasureCode.HANDLE_CONTENT, content_refs=TEXTS, content_acts=("remove",))
RUMOUR = MeasureOrder(MeasureCode.LABEL, content_refs=TEXTS[:1], label="rumour")
OF_ACCOUNT = MeasureOrder(MeasureCode.LABEL, 30, label="generated")
SUSPENDED = MeasureOrder(MeasureCode.SUSPEND_SERVICE, 7)


def payload_of(command: PlatformCommand | None) -> dict[str, Any]:
    assert command is not None
    content: dict[str, Any] = json.loads(command.payload)
    return content


def reverse(decision: Decision, actor: Any) -> Any:
    return reverse_decision(decision=decision, actor=actor, provision=P, reason=REASON)


@pytest.fixture
def handler(staff_user: Callable[..., Any]) -> Any:
    """Who hears appeals, and took no part in decisions."""
    return staff_user("complaint_handler")


class TestOrdering:
    def test_contents_are_named_with_what_is_done_and_the_platform_is_ordered_to_do_it(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide(measures=[STOPPED])

        measure = decision.measures.get()
        told = payload_of(measure.command)
        assert (told["contents"], told["acts"]) == (list(TEXTS), ["keep", "stop"])
        assert (told["is_in_force"], told["decision"]) == (True, decision.number)
        assert (measure.in_force_until, measure.release) == (None, None)
        assert not decision.account.restrictions.exists()
        assert all(TEXTS[1] in each.text for each in decision.notices.all())

    @pytest.mark.parametrize(
        "order",
        [
            MeasureOrder(MeasureCode.HANDLE_CONTENT, content_acts=("stop",)),
            MeasureOrder(MeasureCode.HANDLE_CONTENT, content_refs=TEXTS),
            MeasureOrder(MeasureCode.HANDLE_CONTENT, content_refs=TEXTS, content_acts=("burn",)),
            MeasureOrder(MeasureCode.HANDLE_CONTENT, 7, content_refs=TEXTS, content_acts=("stop",)),
            MeasureOrder(
                MeasureCode.HANDLE_CONTENT, content_refs=("a", "a"), content_acts=("stop",)
            ),
            MeasureOrder(
                MeasureCode.HANDLE_CONTENT, content_refs=("a\u200b",), content_acts=("stop",)
            ),
            MeasureOrder(
                MeasureCode.HANDLE_CONTENT,
                content_refs=tuple(str(number) for number in range(101)),
                content_acts=("stop",),
            ),
            MeasureOrder(MeasureCode.LABEL, content_refs=TEXTS),
            MeasureOrder(MeasureCode.LABEL, label="boring"),
            MeasureOrder(MeasureCode.LABEL, label="rumour", content_acts=("stop",)),
            MeasureOrder(MeasureCode.LABEL, 366, label="rumour"),
            MeasureOrder(MeasureCode.WARN, content_refs=TEXTS),
            MeasureOrder(MeasureCode.WARN, label="rumour"),
            MeasureOrder(MeasureCode.SUSPEND_SERVICE),
        ],
    )
    def test_what_is_not_said_in_full_is_refused_and_nothing_is_left(
        self, open_case: Callable[..., Case], staff: Staff, order: MeasureOrder
    ) -> None:
        with pytest.raises(InvalidInput):
            propose(open_case(), staff.moderator, measures=[order])

        assert not Decision.objects.exists()
        assert not OrderedMeasure.objects.exists()

    def test_contents_are_no_departure_from_a_step_and_need_not_be_taken(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        """The first step of V06 is a warning, with what the case has of contents."""
        warning = MeasureOrder(MeasureCode.WARN)
        ordered = [
            propose(open_case(), staff.moderator, severity=2, measures=measures)
            for measures in ([warning], [warning, STOPPED, RUMOUR])
        ]

        assert [each.deviation for each in ordered] == ["none", "none"]

    def test_a_suspension_of_the_service_that_the_step_has_not_is_heavier(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(
            open_case(),
            staff.moderator,
            violation_type=violation("V08.1"),
            clauses=[clause("public-account-2021:18(8)")],
            severity=3,
            measures=[
                MeasureOrder(MeasureCode.WARN),
                MeasureOrder(MeasureCode.SUSPEND_SERVICE, 60),
            ],
            deviation_reason="persistent",
        )

        assert (decision.deviation, decision.approvals_needed) == ("heavier", 2)

    def test_the_form_orders_them_and_shows_what_they_do(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        answer = look_and_propose(
            client_of(staff.moderator),
            case,
            hold(case, staff.moderator),
            measures=["handle_content", "label"],
            term_suspend_updates="",
            content_acts=["remove"],
            contents_handle_content="",
            label_kind="disputed",
            contents_label="\n".join(TEXTS),
        )

        assert answer.status_code == 302
        handled, label = Decision.objects.get().ordered_measures.order_by("measure")
        assert (handled.content_refs, handled.content_acts) == (["article-1"], ["remove"])
        assert (label.content_refs, label.label) == (list(TEXTS), "disputed")

    def test_details_of_a_measure_that_is_not_chosen_are_refused_on_the_form(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        fence = hold(case, staff.moderator)
        page = client_of(staff.moderator).post(
            case_page(case), words(case, fence, action="preview", label_kind="rumour")
        )

        assert page.context["form"].errors.keys() == {"label_kind"}


class TestWhatBecomesOfThem:
    def test_the_platform_says_what_it_did_and_the_decision_shows_it(
        self,
        decide: Callable[..., Decision],
        staff: Staff,
        make_caller: Callable[..., Caller],
    ) -> None:
        decision = decide(measures=[STOPPED])
        caller = make_caller("commands:confirm", "commands:read", "decisions:read")
        command = decision.measures.get().command
        assert command is not None

        caller.post(f"/api/v1/commands/{command.reference}/confirm/", {"carried_out": True})

        told = json.loads(caller.get(f"/api/v1/decisions/{decision.pk}/").content)["measures"][0]
        assert told["command_status"] == "confirmed"
        assert (told["content_refs"], told["content_acts"]) == (list(TEXTS), ["keep", "stop"])
        page = text_of(client_of(staff.officer).get(decision_page(decision)))
        command.refresh_from_db()
        assert f"{command.kind_label}: {command.get_status_display()}" in page.replace("：", ": ")

    def test_what_failed_is_ordered_again_although_the_account_was_restricted_since(
        self, decide: Callable[..., Decision], staff_user: Callable[..., Any], system: Any
    ) -> None:
        decision = decide(measures=[STOPPED, MeasureOrder(MeasureCode.SUSPEND_UPDATES, 7)])
        command = decision.measures.get(measure=MeasureCode.HANDLE_CONTENT).command
        assert command is not None
        audit.move(
            command, "fail", actor=system, provision=P, reason=REASON, answered_at=timezone.now()
        )

        again = repeat_command(
            command=command, actor=staff_user("compliance_officer"), provision=P, reason=REASON
        )

        assert latest_of(command) == again

    def test_lifting_takes_it_back_at_the_platform_and_leaves_the_rest(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        decision = decide(measures=[STOPPED, RUMOUR])
        handled = decision.measures.get(measure=MeasureCode.HANDLE_CONTENT)

        lift_measure(measure=handled, actor=staff.supervisor, provision=P, reason=REASON)

        handled.refresh_from_db()
        assert handled.status == "lifted"
        assert payload_of(handled.release)["is_in_force"] is False
        assert decision.measures.get(measure=MeasureCode.LABEL).status == "in_force"

    def test_a_label_ends_with_its_term_whether_or_not_a_job_runs(
        self, decide: Callable[..., Decision], system: Any
    ) -> None:
        decision = decide(measures=[OF_ACCOUNT])
        page = public_url("account", decision.account.platform_uid)
        label = decision.measures.get()
        assert payload_of(label.command)["until"] is not None
        assert len(Client().get(page).context["sheet"].labels) == 1

        with time_machine.travel(timezone.now() + timedelta(days=30, minutes=1), tick=False):
            assert Client().get(page).context["sheet"].labels == ()
            lapse_measures(now=timezone.now(), actor=system)

        label.refresh_from_db()
        assert (label.status, label.release) == ("expired", None)

    def test_only_a_label_of_the_account_itself_stands_on_its_public_page(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide(measures=[RUMOUR])

        page = Client().get(public_url("account", decision.account.platform_uid))

        assert page.context["sheet"].labels == ()

    @pytest.mark.parametrize(("order", "is_restored"), [(STOPPED, True), (REMOVED, False)])
    def test_a_reversal_takes_it_back_and_says_what_it_cannot_give(
        self,
        decide: Callable[..., Decision],
        handler: Any,
        order: MeasureOrder,
        is_restored: bool,
    ) -> None:
        decision = decide(measures=[order, OF_ACCOUNT])

        report = reverse(decision, handler)

        assert [each.is_restored for each in report.items] == [is_restored, True]
        assert all(
            payload_of(each.release)["is_in_force"] is False
            for each in Measure.objects.filter(decision=decision)
        )

    def test_a_reversal_after_lifting_orders_nothing_a_second_time(
        self, decide: Callable[..., Decision], handler: Any, staff: Staff
    ) -> None:
        decision = decide(measures=[STOPPED])
        measure = decision.measures.get()
        lift_measure(measure=measure, actor=staff.supervisor, provision=P, reason=REASON)
        of_contents = PlatformCommand.objects.filter(kind__startswith="content.")
        before = of_contents.count()

        report = reverse(Decision.objects.get(pk=decision.pk), handler)

        assert not report.items[0].is_restored
        assert of_contents.count() == before

    def test_a_suspension_of_the_service_lapses_and_is_given_back_exactly(
        self, decide: Callable[..., Decision], handler: Any
    ) -> None:
        decision = decide(
            violation_type=violation("V08.1"),
            clauses=[clause("public-account-2021:18(8)")],
            severity=3,
            measures=[MeasureOrder(MeasureCode.WARN), SUSPENDED],
        )
        now = timezone.now()
        assert state_of(decision.account, now).service is not None
        assert state_of(decision.account, now + timedelta(days=7, minutes=1)).service is None

        report = reverse(decision, handler)

        assert report.not_restored == []
        assert state_of(decision.account, timezone.now()).is_unrestricted
