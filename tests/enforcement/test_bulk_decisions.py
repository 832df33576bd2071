"""Decisions on many accounts: drafted, approved by two, carried out one by one, undone as a whole."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import psycopg
import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.enums import GroundKind, SubjectNature
from accounts.models import AccountActivity, PublicAccount, Restriction
from accounts.services.restrictions import close_account
from compliance import audit
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NotPermitted,
    ProposalClosed,
    SamePerson,
    TransitionRefused,
)
from compliance.models import (
    ActionLog,
    Approval,
    Delivery,
    Notice,
    Participation,
    PlatformCommand,
    StaffUser,
)
from compliance.staff import deactivate_login
from enforcement.enums import MeasureCode
from enforcement.models import (
    BulkDecision,
    BulkItem,
    Case,
    CreditEntry,
    CreditScore,
    Decision,
    Measure,
    ReportDuty,
)
from enforcement.services import ladder
from enforcement.services.bulk import carrying, proposing, undoing
from enforcement.services.bulk.drafting import require_possible_for_many
from enforcement.services.bulk.lists import Entry, read_file, read_list, read_pasted
from enforcement.services.decision_content import DecisionWords, MeasureOrder
from enforcement.services.decisions import enforce_decision, withdraw_decision
from enforcement.services.reversals import reverse_decision
from tests.enforcement import bulk as lists
from tests.enforcement.conftest import REASON, P, Staff, propose, violation

pytestmark = pytest.mark.django_db

MakeAccount = Callable[..., PublicAccount]
RESTRICTION = MeasureOrder(MeasureCode.RESTRICT_FUNCTIONS, 14, ("recommend", "monetise"))
SUSPENSION = MeasureOrder(MeasureCode.SUSPEND_UPDATES, 7)


def matrix(**changes: Any) -> DecisionWords:
    """Return the words for a matrix of accounts, as the ladder proposes it the first time."""
    return lists.words(
        violation_type=violation("V04.1"),
        clauses=[lists.clause("public-account-2021:18(4)")],
        measures=[RESTRICTION],
        **changes,
    )


@pytest.fixture
def ring(make_account: MakeAccount) -> list[PublicAccount]:
    """Three accounts of three subjects."""
    return [make_account() for _place in range(3)]


def of_one_subject(account: PublicAccount, other: PublicAccount, system: StaffUser) -> None:
    """Let an account be run by the subject of another one."""
    audit.amend(
        other, "hand_over", actor=system, provision=P, reason=REASON, subject=account.subject
    )


def grounds(actor: StaffUser, reason: str = REASON) -> dict[str, Any]:
    return {"actor": actor, "provision": P, "reason": reason}


class TestList:
    def test_a_pasted_list_has_one_account_a_line_with_its_own_facts(self) -> None:
        entries = read_list('u1\nu2, 注册于三时\n\n"u3","三时, 四时"\n')

        assert entries == [Entry("u1"), Entry("u2", "注册于三时"), Entry("u3", "三时, 四时")]

    def test_a_pasted_line_may_have_marks_of_either_width_and_facts_with_commas(self) -> None:
        entries = read_pasted(
            'u1\nu2，注册于三时，又于四时改名\n\nu3\t甲\n"u4","三时, 四时"\nu5,称"甲"者'
        )

        assert entries == [
            Entry("u1"),
            Entry("u2", "注册于三时，又于四时改名"),
            Entry("u3", "甲"),
            Entry("u4", "三时, 四时"),
            Entry("u5", '称"甲"者'),
        ]
        with pytest.raises(InvalidInput) as refused:
            read_pasted("u1\n\n，只有事实")
        assert "3" in str(refused.value)

    def test_a_file_may_have_a_heading_a_mark_and_an_older_encoding(self) -> None:
        assert read_file("\ufeffplatform_uid,line\nu1,甲\n".encode()) == [Entry("u1", "甲")]
        assert read_file("u1,甲\n".encode("gb18030")) == [Entry("u1", "甲")]

    @pytest.mark.parametrize("text", ["u1,a,b", ",只有事实", "u1," + "长" * 1001])
    def test_a_line_that_cannot_be_read_is_named(self, text: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            read_list(f"u0\n{text}")

        assert "2" in str(refused.value)


class TestDraft:
    def test_everybody_on_the_list_is_looked_at_and_who_is_left_out_has_a_reason(
        self,
        make_account: MakeAccount,
        open_case: Callable[..., Case],
        staff: Staff,
        system: StaffUser,
    ) -> None:
        good, closed, busy, organ, known = (make_account() for _place in range(5))
        close_account(
            account=closed, ground_kind=GroundKind.DECISION, ground_ref="CZ1", **grounds(system)
        )
        propose(open_case(busy), staff.moderator)
        audit.amend(organ.subject, "turn", nature=SubjectNature.GOVERNMENT_ORGAN, **grounds(system))
        AccountActivity.objects.create(account=known, followers=600_000)
        entries = [Entry(each.platform_uid) for each in (good, closed, busy, organ, known, good)]

        drafted = lists.draft([], staff.moderator, entries=[*entries, Entry("niemand")])

        rows = {each.account_id: each for each in drafted.items.all()}
        assert [each.status for each in drafted.items.order_by("place")] == [
            *("waiting", "left_out", "left_out", "waiting", "waiting")
        ]
        assert rows[closed.pk].left_out == "closed"
        assert rows[busy.pk].left_out == "open_decision"
        assert [rows[each.pk].needs_care for each in (good, organ, known)] == [False, True, True]
        assert rows[good.pk].offence_number == 1
        assert rows[good.pk].points > 0
        assert '"unknown":["niemand"]' in drafted.words
        assert f'"doubled":["{good.platform_uid}"]' in drafted.words
        assert drafted.count == 5

    def test_a_measure_before_which_operators_are_heard_is_decided_one_by_one(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        with pytest.raises(ActionRefused):
            lists.draft(ring, staff.moderator, words=lists.words(measures=[SUSPENSION]))

        assert not BulkDecision.objects.exists()

    @pytest.mark.parametrize(
        "order",
        [
            MeasureOrder(MeasureCode.LABEL, label="rumour"),
            MeasureOrder(
                MeasureCode.HANDLE_CONTENT, content_refs=("article-1",), content_acts=("stop",)
            ),
        ],
    )
    def test_what_is_about_the_contents_of_one_account_is_decided_one_by_one(
        self, ring: list[PublicAccount], staff: Staff, order: MeasureOrder
    ) -> None:
        words = lists.words(measures=[order])
        with pytest.raises(ActionRefused):
            require_possible_for_many(words)
        with pytest.raises(ActionRefused):
            lists.draft(ring, staff.moderator, words=words)

        assert not BulkDecision.objects.exists()

    def test_an_offence_repeated_is_off_the_ladder_and_left_out_without_a_reason_for_it(
        self, ring: list[PublicAccount], staff: Staff, decide: Callable[..., Decision]
    ) -> None:
        decide(
            ring[0], violation_type=violation("V08.2"), severity=3, clauses=lists.words().clauses
        )

        drafted = lists.draft(ring, staff.moderator)
        reasoned = lists.draft(
            ring,
            staff.moderator,
            words=lists.words(
                deviation_reason="enough", deviation_note="首次批量注册已自行停止，警告足以制止。"
            ),
        )

        first = drafted.items.get(account=ring[0])
        assert (first.status, first.left_out) == ("left_out", "refused")
        assert first.problem
        again = reasoned.items.get(account=ring[0])
        assert (again.status, again.offence_number, again.deviation) == ("waiting", 2, "lighter")

    def test_of_several_accounts_of_a_subject_the_first_takes_the_points(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        of_one_subject(ring[0], ring[1], system)

        drafted = lists.draft(ring, staff.moderator)

        assert [each.points > 0 for each in drafted.items.order_by("place")] == [True, False, True]

    def test_fewer_than_two_known_accounts_are_no_list(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        with pytest.raises(InvalidInput):
            lists.draft(ring[:1], staff.moderator)

        assert not BulkDecision.objects.exists()

    def test_a_role_without_the_right_drafts_nothing(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        with pytest.raises(NotPermitted):
            lists.draft(ring, staff.officer)

        assert not BulkDecision.objects.exists()

    def test_a_draft_of_yesterday_is_not_proposed(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        drafted = lists.draft(ring, staff.moderator)

        with (
            time_machine.travel(timezone.now() + timedelta(hours=25)),
            pytest.raises(ActionRefused),
        ):
            proposing.propose_bulk(bulk=drafted, **grounds(staff.moderator))

        drafted.refresh_from_db()
        assert (drafted.status, drafted.proposal) == ("draft", None)

    def test_only_whoever_drafted_a_list_proposes_it(
        self, ring: list[PublicAccount], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        drafted = lists.draft(ring, staff.moderator)

        with pytest.raises(ActionRefused):
            proposing.propose_bulk(bulk=drafted, **grounds(staff_user("moderator")))

        drafted.refresh_from_db()
        assert drafted.status == "draft"


class TestApproval:
    def test_two_others_approve_and_the_list_is_queued_to_be_carried_out(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        bulk = lists.approved(ring, staff)

        assert bulk.status == "approved"
        assert bulk.held_until is not None
        assert bulk.approved_at is not None
        assert bulk.held_until - bulk.approved_at == timedelta(hours=2)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s",
                [proposing.CARRY_OUT_TASK],
            )
            assert cursor.fetchone() == (1,)

    def test_nobody_approves_a_list_of_their_own_or_twice(
        self, ring: list[PublicAccount], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        bulk = lists.propose(ring, staff.moderator)
        own = staff_user("supervisor", person=staff.moderator.person)
        with pytest.raises(SamePerson):
            lists.approve(bulk, own)
        lists.approve(bulk, staff.supervisor)
        second = staff_user("compliance_officer", person=staff.supervisor.person)
        with pytest.raises(SamePerson):
            lists.approve(bulk, second)

        bulk.refresh_from_db()
        assert (bulk.status, Approval.objects.count()) == ("proposed", 1)

    def test_two_supervisors_are_not_the_two_that_it_needs(
        self, ring: list[PublicAccount], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        bulk = lists.propose(ring, staff.moderator)
        lists.approve(bulk, staff.supervisor)

        with pytest.raises(NotPermitted):
            lists.approve(bulk, staff_user("supervisor"))

        bulk.refresh_from_db()
        assert bulk.status == "proposed"

    def test_a_program_approves_no_list(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.propose(ring, staff.moderator)

        with pytest.raises(NotPermitted):
            lists.approve(bulk, system)

        assert not Approval.objects.exists()

    def test_whoever_collected_the_evidence_does_not_approve(
        self,
        ring: list[PublicAccount],
        open_case: Callable[..., Case],
        attach: Callable[..., object],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        lead = open_case(ring[0])
        attach(lead, actor=staff_user("moderator", person=staff.supervisor.person))
        bulk = lists.propose(ring, staff.moderator, lead_case=lead)

        with pytest.raises(SamePerson):
            lists.approve(bulk, staff.supervisor)

        assert not Approval.objects.exists()

    def test_a_returned_list_stays_returned(self, ring: list[PublicAccount], staff: Staff) -> None:
        bulk = lists.propose(ring, staff.moderator)
        proposing.return_bulk(bulk=bulk, **grounds(staff.supervisor, "第三个账号不属于该团伙"))

        with pytest.raises(ProposalClosed):
            lists.approve(bulk, staff.officer)

        bulk.refresh_from_db()
        assert bulk.status == "returned"
        assert not Decision.objects.exists()

    def test_drafts_and_proposals_are_taken_back_by_whoever_made_them(
        self, ring: list[PublicAccount], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        drafted, proposed = lists.draft(ring, staff.moderator), lists.propose(ring, staff.moderator)
        with pytest.raises(ActionRefused):
            proposing.withdraw_bulk(bulk=proposed, **grounds(staff_user("moderator")))

        for each in (drafted, proposed):
            proposing.withdraw_bulk(bulk=each, **grounds(staff.moderator))

        assert {each.status for each in BulkDecision.objects.all()} == {"withdrawn"}


class TestCarryingOut:
    def test_each_account_gets_an_ordinary_decision_of_its_own(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        entries = [Entry(each.platform_uid, f"第{each.pk}号账号") for each in ring]
        bulk = lists.approved([], staff, entries=entries, words=matrix())

        done = lists.carry_out(bulk)

        assert [each.problem for each in done] == ["", "", ""]
        assert bulk.status == "done"
        decisions = list(Decision.objects.order_by("pk"))
        assert [each.status for each in decisions] == ["in_force"] * 3
        assert {each.proposed_by for each in decisions} == {staff.moderator.person}
        assert len({each.proposal_id for each in decisions}) == 3
        assert [each.facts.splitlines()[-1] for each in decisions] == [e.line for e in entries]
        assert Measure.objects.filter(status="in_force").count() == 3
        assert Restriction.objects.in_force(timezone.now()).count() == 3
        assert ReportDuty.objects.count() == 3
        assert CreditEntry.objects.count() == 3
        ordered = PlatformCommand.objects.values_list("ground_ref", flat=True)
        assert {each.number for each in decisions} <= set(ordered)
        for each in decisions:
            assert each.clauses.get().text
            assert each.appealable_until is not None
            assert each.case.status == "decided"

    def test_whoever_approved_the_list_took_part_in_the_matter_of_each_account(
        self, ring: list[PublicAccount], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        bulk = lists.approved(ring, staff)
        lists.carry_out(bulk)
        decision = Decision.objects.latest("pk")

        took_part = Participation.objects.filter(matter=decision.case.matter, side="decided")

        assert set(took_part.values_list("person", flat=True)) == {
            each.person_id for each in (staff.moderator, staff.supervisor, staff.officer)
        }
        handler = staff_user("complaint_handler", person=staff.officer.person)
        with pytest.raises(SamePerson):
            reverse_decision(decision=decision, **grounds(handler))

    def test_an_account_that_cannot_be_decided_fails_alone_and_is_tried_again(
        self,
        ring: list[PublicAccount],
        open_case: Callable[..., Case],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        bulk = lists.approved(ring, staff)
        other = staff_user("moderator")
        pending = propose(open_case(ring[1], actor=other), other)

        done = lists.carry_out(bulk)

        failed = bulk.items.get(status="failed")
        assert (failed.account, bool(failed.problem)) == (ring[1], True)
        assert [bool(each.problem) for each in done] == [False, True, False]
        assert Case.objects.filter(account=ring[1]).count() == 1
        withdraw_decision(decision=pending, **grounds(other))
        assert carrying.try_again(bulk=bulk, **grounds(staff.moderator)) == 1
        assert [each.problem for each in lists.carry_out(bulk)] == [""]
        failed.refresh_from_db()
        assert (failed.status, bulk.status) == ("carried_out", "done")

    def test_the_account_of_the_case_with_the_evidence_is_decided_on_in_it(
        self, ring: list[PublicAccount], open_case: Callable[..., Case], staff: Staff
    ) -> None:
        lead = open_case(ring[0])
        bulk = lists.approved(ring, staff, lead_case=lead)

        lists.carry_out(bulk)

        assert bulk.items.get(account=ring[0]).decision.case == lead
        assert Case.objects.count() == 3
        assert lead.number in Case.objects.exclude(pk=lead.pk)[0].summary

    def test_an_account_closed_since_is_not_decided_on(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.approved(ring, staff)
        close_account(
            account=ring[0], ground_kind=GroundKind.DECISION, ground_ref="CZ1", **grounds(system)
        )

        lists.carry_out(bulk)

        assert bulk.items.get(account=ring[0]).status == "failed"
        assert Decision.objects.count() == 2
        assert not Case.objects.filter(account=ring[0]).exists()

    def test_an_unexpected_error_with_one_account_keeps_no_other_waiting(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        bulk = lists.approved(ring, staff)
        wrong = bulk.items.get(account=ring[0])

        def enforce(*, decision: Decision, **more: Any) -> None:
            if decision.account_id == wrong.account_id:
                raise KeyError("x")
            enforce_decision(decision=decision, **more)

        with mock.patch.object(carrying, "enforce_decision", enforce):
            lists.carry_out(bulk)

        wrong.refresh_from_db()
        assert (wrong.status, "KeyError" in wrong.problem) == ("failed", True)
        assert bulk.status == "done"
        assert Decision.objects.count() == 2

    def test_a_list_is_one_offence_and_takes_the_points_once(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        of_one_subject(ring[0], ring[1], system)
        bulk = lists.approved(ring, staff)

        done = lists.carry_out(bulk)

        assert [each.problem for each in done] == ["", "", ""]
        subject = ring[0].subject_id
        assert CreditEntry.objects.filter(subject=subject).count() == 1
        assert {each.offence_number for each in Decision.objects.all()} == {1}
        ring[1].refresh_from_db()
        counted = ladder.propose_step(
            account=ring[1], violation_type=violation("V08.2"), severity=3
        )
        assert counted.proposed.offence_number == 2

    def test_a_stopped_list_goes_on_where_it_was(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.approved(ring, staff)
        work = carrying.carry_out_bulk(bulk=bulk, actor=system)
        next(work)
        carrying.stop_bulk(bulk=bulk, **grounds(staff.supervisor))

        assert list(work) == []
        assert Decision.objects.count() == 1
        carrying.go_on_with_bulk(bulk=bulk, **grounds(staff.moderator))
        lists.carry_out(bulk)

        assert (bulk.status, Decision.objects.count()) == ("done", 3)

    def test_nobody_else_stops_a_list(
        self, ring: list[PublicAccount], staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        bulk = lists.approved(ring, staff)

        with pytest.raises(NotPermitted):
            carrying.stop_bulk(bulk=bulk, **grounds(staff_user("moderator")))

        bulk.refresh_from_db()
        assert bulk.status == "approved"

    def test_a_proposer_who_left_proposes_nothing_more(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.approved(ring, staff)
        deactivate_login(staff=staff.moderator, **grounds(system))

        lists.carry_out(bulk)

        assert set(bulk.items.values_list("status", flat=True)) == {"failed"}
        assert not Decision.objects.exists()

    def test_notices_wait_for_one_instant(self, ring: list[PublicAccount], staff: Staff) -> None:
        bulk = lists.approved(ring, staff)

        lists.carry_out(bulk)

        held = Delivery.objects.filter(notice__purpose="enforcement.decision")
        assert held.count() >= 3
        assert set(held.values_list("not_before", flat=True)) == {bulk.held_until}


class TestUndoing:
    def test_everything_is_undone_exactly_and_nobody_is_told(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.approved(ring, staff, words=matrix())
        lists.carry_out(bulk)

        stopped = undoing.undo_bulk(bulk=bulk, **grounds(staff.supervisor, "名单取错批次"))
        undone = list(undoing.undo_taken_back(actor=system))

        bulk.refresh_from_db()
        assert (bulk.status, bulk.undone_by) == ("undone", staff.supervisor.person)
        assert len(undone) == 3
        assert set(bulk.items.values_list("status", flat=True)) == {"undone"}
        assert {each.status for each in Decision.objects.all()} == {"reversed"}
        assert not Restriction.objects.in_force(timezone.now()).exists()
        assert set(CreditScore.objects.values_list("score", flat=True)) == {100}
        told = Delivery.objects.filter(notice__isnull=False)
        assert stopped == told.count()
        assert not told.filter(cancelled_at__isnull=True).exists()
        assert not Notice.objects.filter(purpose="enforcement.reversal").exists()
        row = (
            ActionLog.objects.for_object(bulk).filter(action="enforcement.bulkdecision.undo").get()
        )
        assert (row.actor_number, row.reason) == (staff.supervisor.person_id, "名单取错批次")

    def test_what_is_not_carried_out_yet_never_is(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.approved(ring, staff)
        next(carrying.carry_out_bulk(bulk=bulk, actor=system))
        undoing.undo_bulk(bulk=bulk, **grounds(staff.officer))
        list(undoing.undo_taken_back(actor=system))

        assert lists.carry_out(bulk) == []
        assert sorted(bulk.items.values_list("status", flat=True)) == [
            *("undone", "waiting", "waiting")
        ]

    def test_a_decision_reversed_by_itself_is_not_undone_twice(
        self,
        ring: list[PublicAccount],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
        system: StaffUser,
    ) -> None:
        bulk = lists.approved(ring, staff)
        lists.carry_out(bulk)
        one = Decision.objects.earliest("pk")
        reverse_decision(decision=one, **grounds(staff_user("complaint_handler")))

        undoing.undo_bulk(bulk=bulk, **grounds(staff.supervisor))
        list(undoing.undo_taken_back(actor=system))

        bulk.refresh_from_db()
        assert bulk.status == "undone"
        reversals = ActionLog.objects.filter(action="enforcement.decision.reverse")
        assert reversals.count() == 3

    def test_afterwards_nobody_undoes_a_list(self, ring: list[PublicAccount], staff: Staff) -> None:
        bulk = lists.approved(ring, staff)
        lists.carry_out(bulk)

        with time_machine.travel(timezone.now() + timedelta(hours=3)), pytest.raises(ActionRefused):
            undoing.undo_bulk(bulk=bulk, **grounds(staff.supervisor))

        bulk.refresh_from_db()
        assert (bulk.status, bulk.undone_reason) == ("done", "")
        assert not Delivery.objects.filter(cancelled_at__isnull=False).exists()

    def test_undoing_needs_the_right_and_a_reason(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        bulk = lists.approved(ring, staff)

        with pytest.raises(NotPermitted):
            undoing.undo_bulk(bulk=bulk, **grounds(staff.moderator))
        with pytest.raises(MissingReason):
            undoing.undo_bulk(bulk=bulk, **grounds(staff.supervisor, "  "))
        undoing.undo_bulk(bulk=bulk, **grounds(staff.supervisor))
        with pytest.raises(TransitionRefused):
            undoing.undo_bulk(bulk=bulk, **grounds(staff.officer))


class TestDatabase:
    def test_nothing_is_added_to_a_list(
        self, ring: list[PublicAccount], make_account: MakeAccount, staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.propose(ring, staff.moderator)
        item = bulk.items.latest("place")
        item.pk, item.account = None, make_account()

        for place, of_count, constraint in (
            (4, 3, "bulkitem_within_list"),
            (4, 4, "bulkitem_of_a_list_so_long"),
            (3, 3, "bulkitem_place_once"),
        ):
            item.place, item.of_count = place, of_count
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                audit.create(item, **grounds(system))
                connection.check_constraints()

        assert BulkItem.objects.filter(bulk=bulk).count() == 3

    def test_an_account_is_not_carried_out_before_the_list_is_approved(
        self, ring: list[PublicAccount], staff: Staff, decide: Callable[..., Decision]
    ) -> None:
        bulk = lists.propose(ring, staff.moderator)
        item = bulk.items.get(account=ring[0])
        decision = decide(ring[0])

        with (
            pytest.raises(IntegrityError, match="bulkitem_approval_is_that_of_the_list"),
            transaction.atomic(),
        ):
            audit.move(
                item,
                "carry_out",
                decision=decision,
                approved_result="approved",
                **grounds(staff.moderator),
            )
            connection.check_constraints()

        item.refresh_from_db()
        assert item.status == "waiting"

    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({}, "bulkitem_decision_is_of_its_list"),
            (
                {
                    "violation_type": "V08.2",
                    "severity": 3,
                    **{"deviation_reason": "", "deviation_note": ""},
                },
                "bulkitem_approved_by_the_same",
            ),
        ],
    )
    def test_a_decision_of_others_is_none_of_the_list(
        self,
        changes: dict[str, Any],
        constraint: str,
        ring: list[PublicAccount],
        staff: Staff,
        decide: Callable[..., Decision],
    ) -> None:
        if changes:
            given = lists.words()
            changes = {
                **changes,
                "violation_type": given.violation_type,
                "clauses": given.clauses,
            }
        decision = decide(ring[0], **changes)
        bulk = lists.approved(
            ring,
            staff,
            words=lists.words(
                deviation_reason="enough", deviation_note="警告足以制止，不需要更重的措施。"
            ),
        )
        item = bulk.items.get(account=ring[0])

        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            audit.move(
                item,
                "carry_out",
                decision=decision,
                approved_result="approved",
                **grounds(staff.moderator),
            )
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        problem = refused.value.__cause__
        assert isinstance(problem, psycopg.Error)
        assert problem.diag.constraint_name == constraint
        item.refresh_from_db()
        assert item.decision is None

    def test_one_approval_is_too_few(self, ring: list[PublicAccount], staff: Staff) -> None:
        bulk = lists.draft(ring, staff.moderator)

        with (
            pytest.raises(IntegrityError, match="bulkdecision_has_two_approvals"),
            transaction.atomic(),
        ):
            audit.move(
                bulk,
                "propose",
                approvals_needed=1,
                **grounds(staff.moderator),
            )

        assert BulkDecision.objects.get(pk=bulk.pk).status == "draft"
