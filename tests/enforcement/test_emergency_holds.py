"""One person stops something at once; without a second one it ends by itself, to the moment."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicAccount, Restriction
from accounts.services.restrictions import state_of
from compliance import work
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NotPermitted,
    ProposalClosed,
    SamePerson,
)
from compliance.models import Approval, Notice, PlatformCommand, Proposal, StaffUser, WorkItem
from enforcement.models import Case, Decision, EmergencyHold
from enforcement.services import cases
from enforcement.services.holds import confirming, ending, placing
from enforcement.services.holds.placing import HoldDraft
from reports.demo.clock import clock_at
from tests.compliance.api_fixtures import Caller
from tests.enforcement.conftest import REASON, P, Staff, approve, propose, suspension
from tests.enforcement.console import case_page, client_of, text_of
from tests.enforcement.raw_rows import change_row, constraint_of, refused_copy

pytestmark = pytest.mark.django_db
FOUND = "账号冒充客服诱导转账，已有多人受骗"
TOLD = "经核对，诱导转账仍在继续，予以确认"


def draft(scope: str = "service", **changes: Any) -> HoldDraft:
    content = "article-9" if scope == "content" else ""
    given = {"scope": scope, "ground": "fraud", "facts": FOUND, "content_ref": content, **changes}
    return HoldDraft(**given)


def place(case: Case, actor: StaffUser, scope: str = "service", **changes: Any) -> EmergencyHold:
    return placing.place_hold(
        case=case, draft=draft(scope, **changes), actor=actor, provision=P, reason="等不及决定"
    )


def again(hold: EmergencyHold) -> EmergencyHold:
    return EmergencyHold.objects.select_related(
        "account", "case__account", "case__matter", "proposal", "work_item__clock"
    ).get(pk=hold.pk)


def confirm(hold: EmergencyHold, actor: StaffUser) -> None:
    confirming.confirm_hold(hold=again(hold), actor=actor, provision=P, reason=TOLD)


def may_publish(account: PublicAccount, at: datetime | None = None) -> bool:
    fresh = PublicAccount.objects.get(pk=account.pk)
    return state_of(fresh, at or timezone.now()).may_publish


def state_of_all() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(EmergencyHold.objects.values("pk", "status", "version", "in_force_until")),
        list(Restriction.objects.values("pk", "in_force_until", "ended_at")),
        Proposal.objects.count(),
        Approval.objects.count(),
        Notice.objects.count(),
        PlatformCommand.objects.count(),
        WorkItem.objects.filter(closed_at=None).count(),
    )


class TestPlacing:
    def test_one_person_suspends_the_service_at_once_and_the_operator_is_told(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()

        answer = client_of(staff.moderator).post(
            reverse("admin:place_hold", args=[case.pk]),
            {"scope": "service", "ground": "fraud", "facts": FOUND, "reason": "等不及决定"},
        )

        hold = EmergencyHold.objects.get()
        assert answer["Location"] == reverse("admin:emergency_hold", args=[hold.pk])
        assert not may_publish(case.account)
        restriction = Restriction.objects.get()
        assert (restriction.ground_kind, restriction.ground_ref) == ("emergency", hold.number)
        assert restriction.in_force_until == hold.in_force_until == hold.work_item.clock.due_at
        told = Notice.objects.get(purpose="enforcement.hold_placed", language="zh-hans")
        assert FOUND in told.text
        assert "等不及决定" not in told.text
        assert told.appeal
        assert hold.number in text_of(client_of(staff.moderator).get(case_page(case)))

    def test_one_content_is_held_by_a_command_and_the_account_goes_on(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()

        hold = place(case, staff.moderator, "content")

        command = PlatformCommand.objects.get(kind="content.hold")
        payload = json.loads(command.payload)
        assert (payload["content"], payload["is_held"]) == ("article-9", True)
        assert payload["until"]
        assert may_publish(case.account)
        assert not Restriction.objects.filter(ground_ref=hold.number).exists()

    @pytest.mark.parametrize(
        "changes",
        [
            {"scope": "planet"},
            {"ground": "whim"},
            {"facts": "其他"},
            {"scope": "content", "content_ref": ""},
            {"content_ref": "article-9"},
        ],
    )
    def test_what_is_not_said_rightly_is_refused_and_leaves_nothing(
        self, open_case: Callable[..., Case], staff: Staff, changes: dict[str, str]
    ) -> None:
        case = open_case()
        before = state_of_all()

        with pytest.raises(InvalidInput):
            place(case, staff.moderator, **changes)

        assert state_of_all() == before

    def test_only_moderators_place_and_no_second_one_runs_in_a_case(
        self, open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        case, other = open_case(), staff_user("moderator")
        with pytest.raises(NotPermitted):
            place(case, staff.supervisor)
        hold = place(case, staff.moderator)
        before = state_of_all()

        with pytest.raises(ActionRefused):
            place(case, other)

        assert state_of_all() == before
        name = refused_copy(
            hold,
            proposal_id=propose(open_case(), staff.moderator).proposal_id,
            work_item_id=WorkItem.objects.exclude(pk=hold.work_item_id).latest("pk").pk,
            placed_by_id=other.person_id,
        )
        assert name == "emergencyhold_one_running_per_case"

    def test_a_program_stops_one_content_at_most(
        self, open_case: Callable[..., Case], make_caller: Callable[..., Caller]
    ) -> None:
        caller = make_caller("emergency-holds:read", "emergency-holds:write")
        case = open_case()
        given = {"case": case.number, "ground": "fraud", "facts": FOUND, "reason": "自动发现"}

        refused = caller.post("/api/v1/emergency-holds/", {**given, "scope": "service"})
        placed = caller.post(
            "/api/v1/emergency-holds/", {**given, "scope": "content", "content_ref": "article-9"}
        )

        assert refused.status_code in (403, 409)
        assert placed.status_code == 201
        row = json.loads(placed.content)
        listed = json.loads(caller.get("/api/v1/emergency-holds/").content)["results"]
        assert listed == [row]
        assert (row["status"], row["case"]) == ("placed", case.number)
        assert FOUND not in placed.content.decode()


class TestConfirming:
    def test_a_second_person_confirms_it_and_it_lasts_as_long_as_published(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        hold = place(open_case(), staff.moderator)
        fence = work.claim_item(work_item=hold.work_item, actor=staff.supervisor).fence

        answer = client_of(staff.supervisor).post(
            reverse("admin:confirm_hold", args=[hold.work_item_id]),
            {"action": "confirm_hold", "fence": fence, "reason": TOLD},
        )

        assert answer.status_code == 302
        hold = again(hold)
        assert hold.status == "confirmed"
        assert hold.clock is not None
        assert hold.in_force_until == hold.clock.due_at
        assert hold.in_force_until > hold.placed_at + timedelta(days=14)
        assert Restriction.objects.get().in_force_until == hold.in_force_until
        told = Notice.objects.get(purpose="enforcement.hold_confirmed", language="zh-hans")
        assert TOLD in told.text
        assert not may_publish(hold.account)

    def test_nobody_confirms_their_own_nor_twice(
        self, open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        hold = place(open_case(), staff.moderator)
        same_person = staff_user("supervisor", person=staff.moderator.person)
        before = state_of_all()
        with pytest.raises(SamePerson):
            confirm(hold, same_person)
        assert state_of_all() == before

        confirm(hold, staff.supervisor)
        before = state_of_all()
        with pytest.raises(ProposalClosed):
            confirm(hold, staff.officer)
        assert state_of_all() == before

    def test_whoever_refuses_it_lifts_it_at_once(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        hold = place(open_case(), staff.moderator)

        confirming.refuse_hold(
            hold=again(hold), actor=staff.supervisor, provision=P, reason="没有紧急情形"
        )

        assert again(hold).status == "refused"
        assert may_publish(hold.account)
        told = Notice.objects.get(purpose="enforcement.hold_ended", language="zh-hans")
        assert "没有紧急情形" in told.text


class TestEnding:
    def test_unconfirmed_it_is_over_to_the_moment_without_any_job(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        hold = place(open_case(), staff.moderator)
        end = hold.in_force_until

        assert not may_publish(hold.account, end - timedelta(microseconds=1))
        assert may_publish(hold.account, end)
        assert hold.is_running(end - timedelta(microseconds=1))
        assert not hold.is_running(end)
        before = state_of_all()
        with clock_at(end), pytest.raises(ActionRefused):
            confirm(hold, staff.supervisor)
        assert state_of_all() == before

    def test_the_sweeper_only_records_it_and_tells(
        self, open_case: Callable[..., Case], staff: Staff, system: StaffUser
    ) -> None:
        with clock_at(timezone.now() - timedelta(days=20)):
            hold = place(open_case(), staff.moderator)

        first = ending.record_all_over(now=timezone.now(), actor=system)
        second = ending.record_all_over(now=timezone.now(), actor=system)

        assert (first.lapsed, second.lapsed) == (1, 0)
        hold = again(hold)
        assert (hold.status, hold.ended_at) == ("lapsed", hold.in_force_until)
        assert hold.work_item.closed_at is not None
        assert Notice.objects.filter(purpose="enforcement.hold_ended").count() == 2
        assert not Proposal.objects.open().filter(pk=hold.proposal_id).exists()

    def test_whoever_was_not_confirmed_does_not_go_on_by_placing_it_again(
        self, open_case: Callable[..., Case], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        case = open_case()
        with clock_at(timezone.now() - timedelta(days=20)):
            first = place(case, staff.moderator)
        with pytest.raises(ActionRefused):
            place(case, staff.moderator)
        assert again(first).status == "placed"

        second = place(case, staff_user("moderator"))

        assert again(first).status == "lapsed"
        assert second.is_running(timezone.now())

    def test_confirmed_it_ends_with_the_decision_of_the_case(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()
        hold = place(case, staff.moderator, "updates")
        confirm(hold, staff.supervisor)
        decision = propose(case, staff.moderator, measures=suspension(7))

        assert approve(decision, staff.supervisor)

        assert again(hold).status == "ended"
        own = Restriction.objects.get(ground_ref=hold.number)
        assert own.ended_at is not None
        assert Restriction.objects.get(ground_ref=decision.number).ended_at is None
        assert Decision.objects.get().status == "in_force"

    def test_confirmed_it_ends_when_its_longest_time_is_over(
        self, open_case: Callable[..., Case], staff: Staff, system: StaffUser
    ) -> None:
        with clock_at(timezone.now() - timedelta(days=20)):
            hold = place(open_case(), staff.moderator)
            confirm(hold, staff.supervisor)

        assert may_publish(hold.account)
        count = ending.record_all_over(now=timezone.now(), actor=system)

        assert (count.expired, again(hold).status) == (1, "expired")

    def test_it_ends_with_the_case(self, open_case: Callable[..., Case], staff: Staff) -> None:
        case = open_case()
        hold = place(case, staff.moderator)

        cases.close_case(case=case, actor=staff.supervisor, provision=P, reason=REASON)

        assert again(hold).status == "ended"
        assert may_publish(hold.account)


def test_the_database_takes_no_confirmation_that_nobody_gave(
    open_case: Callable[..., Case], staff: Staff
) -> None:
    hold = place(open_case(), staff.moderator)
    clock = hold.work_item.clock

    with pytest.raises(IntegrityError) as caught:
        change_row(hold, status="confirmed", approved_result="approved", clock_id=clock.pk)

    assert constraint_of(caught.value) == "emergencyhold_confirmation_is_real"
