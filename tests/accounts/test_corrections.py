"""A profile that does not agree: suspended, told, corrected or not, exactly undone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.correction_words import CorrectionStatus
from accounts.enums import GroundKind, RestrictionKind
from accounts.models import (
    Correction,
    CorrectionAnswer,
    Finding,
    Hold,
    PublicAccount,
    Restriction,
)
from accounts.services import restrictions
from accounts.services.corrections import answers, lapses, ordering, review
from accounts.services.findings import FindingDraft, record_finding
from compliance import audit, work
from compliance.clocks import start_clock
from compliance.clocks.extensions import approve_extension, return_extension
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NotPermitted,
    StaleLease,
    StaleVersion,
    TransitionRefused,
)
from compliance.models import (
    ActionLog,
    ClockState,
    Notice,
    PlatformCommand,
    ResponseInvitation,
    StaffUser,
    WorkItem,
)
from compliance.notices import dispatch
from compliance.proposals import open_matter
from reports.demo.clock import clock_at
from tests.accounts.corrections import (
    FACTS,
    again,
    answer,
    draft,
    grounds,
    held,
    order,
    order_long_ago,
)

pytestmark = pytest.mark.django_db
S = CorrectionStatus


def kept() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Correction.objects.order_by("pk").values()),
        list(PublicAccount.objects.order_by("pk").values()),
        list(Restriction.objects.order_by("pk").values()),
        list(Hold.objects.order_by("pk").values()),
        list(Finding.objects.order_by("pk").values("pk", "status")),
        list(WorkItem.objects.order_by("pk").values("pk", "closed_at")),
        list(ResponseInvitation.objects.order_by("pk").values("pk", "status")),
        CorrectionAnswer.objects.count(),
        Notice.objects.count(),
        PlatformCommand.objects.count(),
        ActionLog.objects.count(),
    )


def stop_of(account: PublicAccount) -> Any:
    account = PublicAccount.objects.get(pk=account.pk)
    return restrictions.state_of(account, timezone.now()).service


class TestOrdering:
    def test_the_service_is_suspended_and_the_operator_told_in_one_act(
        self, corrected: Correction, reviewer: StaffUser
    ) -> None:
        account = corrected.account

        assert stop_of(account) is not None
        own = Restriction.objects.get(account=account)
        assert (own.kind, own.ground_kind, own.ground_ref, own.in_force_until) == (
            RestrictionKind.SUSPEND_SERVICE,
            GroundKind.CORRECTION,
            corrected.reference,
            None,
        )
        hold = Hold.objects.in_force().get(account=account)
        assert (hold.kind, hold.ground_ref) == ("pending_correction", f"correction:{corrected.pk}")
        notice = Notice.objects.about(corrected).get()
        for told in (FACTS, account.name, "第八条第二款", "3.1", "申诉", "终止"):
            assert told in notice.text
        assert "同事参考" not in notice.text
        assert corrected.profile_found["name"] == account.name
        kinds = ResponseInvitation.objects.open().about(corrected).values_list("kind", flat=True)
        assert set(kinds) == {
            "accounts.correction_answer",
            "accounts.correction_more_time",
        }

    @pytest.mark.parametrize(
        "wrong",
        [
            {"mismatches": ()},
            {"mismatches": ("colour",)},
            {"ground": "weather"},
            {"facts": "不符"},
            {"facts": f"看不\u200b见{FACTS}"},
        ],
    )
    def test_what_says_too_little_is_refused_and_leaves_nothing(
        self, make_account: Callable[..., PublicAccount], reviewer: StaffUser, wrong: dict[str, Any]
    ) -> None:
        account = make_account()
        before = kept()

        with pytest.raises(InvalidInput):
            ordering.order_correction(account=account, draft=draft(**wrong), **grounds(reviewer))

        assert kept() == before

    def test_one_is_open_at_a_time_and_only_for_whoever_may(
        self, corrected: Correction, reviewer: StaffUser, staff_user: Callable[..., StaffUser]
    ) -> None:
        supervisor = staff_user("supervisor")
        before = kept()

        with pytest.raises(ActionRefused, match=corrected.reference):
            order(corrected.account, reviewer, "bio")
        with pytest.raises(NotPermitted):
            order(corrected.account, supervisor)

        assert kept() == before

    def test_the_database_holds_one_open_correction_an_account(
        self, corrected: Correction, reviewer: StaffUser
    ) -> None:
        twin = Correction.objects.get(pk=corrected.pk)
        twin.pk = None
        with pytest.raises(IntegrityError, match="correction_one_open"), transaction.atomic():
            twin.clock_id, twin.matter_id = _other_clock_and_matter(reviewer)
            audit.create(twin, **grounds(reviewer))

    def test_a_finding_is_taken_up_with_the_order_by_whoever_holds_it(
        self, make_account: Callable[..., PublicAccount], reviewer: StaffUser, system: StaffUser
    ) -> None:
        account = make_account()
        finding = record_finding(
            FindingDraft(account=account, kind="patrol_failed", facts=FACTS, ground_ref="patrol:1"),
            **grounds(system),
        )
        before = kept()
        with pytest.raises(StaleLease):
            ordering.order_correction(
                account=account, draft=draft(), finding=finding, **grounds(reviewer)
            )
        assert kept() == before

        fence = work.claim_item(work_item=finding.work_item, actor=reviewer).fence
        ordered = ordering.order_correction(
            account=account,
            draft=draft(),
            finding=finding,
            finding_fence=fence,
            **grounds(reviewer),
        )

        finding.refresh_from_db()
        assert finding.taken_up_as == f"correction:{ordered.pk}"
        assert ordered.origin_ref == f"finding:{finding.pk}"


def _other_clock_and_matter(actor: StaffUser) -> tuple[int, int]:
    return start_clock(step="correction", **grounds(actor)).pk, open_matter("correction").pk


class TestAnswering:
    def test_the_operators_time_stands_still_while_people_review(
        self, corrected: Correction, system: StaffUser
    ) -> None:
        given = answer(corrected, system)

        corrected = again(corrected)
        assert corrected.status == S.SUBMITTED
        assert corrected.clock.state == ClockState.PAUSED
        assert corrected.work_item == given.work_item
        assert corrected.work_item.queue == "corrections"
        assert stop_of(corrected.account) is not None
        assert not ResponseInvitation.objects.open().about(corrected).exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": None},
            {"name": "  "},
            {"name": "名" * 300},
            {"bio": "新的简介"},
            {"is_avatar_changed": True},
            {"kind": "objection"},
            {"kind": "objection", "name": None},
            {"kind": "refusal"},
            {"kind": "perhaps"},
        ],
    )
    def test_an_answer_that_leaves_it_as_it_is_is_refused_and_leaves_nothing(
        self, corrected: Correction, system: StaffUser, wrong: dict[str, Any]
    ) -> None:
        before = kept()

        with pytest.raises(InvalidInput):
            answer(corrected, system, **wrong)
        with pytest.raises(InvalidInput):
            answer(corrected, system, name=corrected.account.name)

        assert kept() == before

    def test_a_second_answer_is_refused_while_one_is_under_review(
        self, corrected: Correction, system: StaffUser
    ) -> None:
        answer(corrected, system)
        before = kept()

        with pytest.raises(TransitionRefused):
            answer(again(corrected), system)

        assert kept() == before

    def test_a_refusal_goes_up_as_a_finding_and_can_still_be_thought_better_of(
        self, corrected: Correction, system: StaffUser
    ) -> None:
        dispatch.drain_outbox()

        answer(corrected, system, kind="refusal", name=None)

        corrected = again(corrected)
        assert (corrected.status, corrected.work_item) == (S.REFUSED, None)
        assert corrected.notice_delivered_at is not None
        finding = Finding.objects.get(account=corrected.account)
        assert (finding.kind, finding.ground_ref) == (
            "correction_missed",
            f"correction:{corrected.pk}",
        )
        answer(corrected, system)
        assert again(corrected).status == S.SUBMITTED


class TestReviewing:
    def test_accepting_shows_the_new_profile_and_ends_this_suspension_alone(
        self, corrected: Correction, system: StaffUser, reviewer: StaffUser
    ) -> None:
        other = restrictions.impose_restriction(
            account=corrected.account,
            kind=RestrictionKind.STOP_ADVERTISING,
            from_=timezone.now(),
            until=None,
            ground_kind=GroundKind.LIST,
            ground_ref="list:1",
            **grounds(system),
        )
        given = answer(corrected, system)

        review.accept_correction(**held(corrected, reviewer))

        corrected = again(corrected)
        assert corrected.status == S.ACCEPTED
        assert corrected.account.name == given.name
        assert stop_of(corrected.account) is None
        other.refresh_from_db()
        assert other.ended_at is None
        assert not Hold.objects.in_force().filter(account=corrected.account).exists()
        assert corrected.clock.state == ClockState.STOPPED
        assert corrected.work_item.closed_at is not None
        kinds = PlatformCommand.objects.order_by("pk").values_list("kind", flat=True)
        assert list(kinds)[-2:] == ["account.profile", "account.release"]
        assert Notice.objects.about(corrected).last().purpose == "accounts.correction_accepted"

    def test_rejecting_tells_why_and_lets_the_rest_of_the_time_run_on(
        self, corrected: Correction, system: StaffUser, reviewer: StaffUser
    ) -> None:
        due = corrected.clock.due_at
        answer(corrected, system)

        review.reject_answer(**held(corrected, reviewer), told="新名称仍然使用机关名称")

        corrected = again(corrected)
        assert corrected.status == S.ORDERED
        assert corrected.clock.state == ClockState.RUNNING
        # The day on which it stood still does not count.
        assert timedelta() <= corrected.clock.due_at - due <= timedelta(days=15)
        notice = Notice.objects.about(corrected).last()
        assert "新名称仍然使用机关名称" in notice.text
        assert stop_of(corrected.account) is not None
        assert ResponseInvitation.objects.open().about(corrected).count() == 2
        answer(corrected, system)

    def test_a_barred_name_is_not_accepted_whoever_wishes_it(
        self,
        corrected: Correction,
        system: StaffUser,
        reviewer: StaffUser,
        make_account: Callable[..., PublicAccount],
    ) -> None:
        closed = make_account()
        restrictions.close_account(
            account=closed, ground_kind=GroundKind.DECISION, ground_ref="CZ1", **grounds(system)
        )
        answer(corrected, system, name=closed.name)
        holding = held(corrected, reviewer)
        before = kept()

        with pytest.raises(ActionRefused, match="检查"):
            review.accept_correction(**holding)

        assert kept() == before

    def test_an_objection_is_not_accepted_as_a_correction_but_undoes_the_order(
        self, corrected: Correction, system: StaffUser, reviewer: StaffUser
    ) -> None:
        answer(corrected, system, kind="objection", name=None, statement="名称系依法登记")
        holding = held(corrected, reviewer)
        before = kept()
        with pytest.raises(ActionRefused):
            review.accept_correction(**holding)
        with pytest.raises(StaleVersion):
            review.reject_answer(**{**holding, "expected_version": 1}, told="不成立")
        with pytest.raises(StaleLease):
            ordering.withdraw_correction(**{**holding, "fence": None}, told="成立")
        with pytest.raises(InvalidInput):
            ordering.withdraw_correction(**holding, told=" ")
        assert kept() == before

        ordering.withdraw_correction(**holding, told="材料证明名称属实")

        corrected = again(corrected)
        assert corrected.status == S.WITHDRAWN
        assert stop_of(corrected.account) is None
        assert not Hold.objects.in_force().filter(account=corrected.account).exists()
        assert "材料证明名称属实" in Notice.objects.about(corrected).last().text


class TestTime:
    def test_what_is_missed_goes_up_once_with_when_it_was_told_and_due(
        self,
        make_account: Callable[..., PublicAccount],
        reviewer: StaffUser,
        system: StaffUser,
        at_once: None,
    ) -> None:
        missed = order_long_ago(make_account(), reviewer)
        running = order(make_account(), reviewer)

        first = lapses.lapse_corrections(now=timezone.now(), actor=system)
        second = lapses.lapse_corrections(now=timezone.now(), actor=system)

        assert (first, second) == (1, 0)
        missed = again(missed)
        assert missed.status == S.OVERDUE
        finding = Finding.objects.get()
        assert finding.account == missed.account
        due = timezone.localtime(missed.clock.due_at)
        assert finding.figures["due_at"] == f"{due:%Y-%m-%d %H:%M}"
        assert finding.figures["delivered_at"]
        assert again(running).status == S.ORDERED
        assert Notice.objects.about(missed).last().purpose == "accounts.correction_overdue"
        assert stop_of(missed.account) is not None

    def test_many_are_missed_in_as_many_statements_as_few(
        self,
        make_account: Callable[..., PublicAccount],
        reviewer: StaffUser,
        system: StaffUser,
        at_once: None,
        django_assert_max_num_queries: Any,
    ) -> None:
        for _number in range(4):
            order_long_ago(make_account(), reviewer)

        with django_assert_max_num_queries(70):
            assert lapses.lapse_corrections(now=timezone.now(), actor=system) == 4

    def test_nothing_is_missed_of_which_nobody_was_told(
        self,
        make_account: Callable[..., PublicAccount],
        reviewer: StaffUser,
        system: StaffUser,
        at_once: None,
    ) -> None:
        untold = order_long_ago(make_account(), reviewer, is_delivered=False)
        # Delivered in the end, but after the time was over.
        dispatch.drain_outbox()

        assert lapses.lapse_corrections(now=timezone.now(), actor=system) == 0
        assert again(untold).status == S.ORDERED
        assert not Finding.objects.exists()
        with (
            pytest.raises(DatabaseError, match="not overdue, or nobody was told"),
            transaction.atomic(),
        ):
            audit.move(
                again(untold),
                "lapse",
                **grounds(system),
                lapsed_at=timezone.now(),
                notice_delivered_at=timezone.now() - timedelta(days=9),
            )

        ordering.renew_time(
            correction=again(untold), expected_version=untold.version, **grounds(reviewer)
        )
        renewed = again(untold)
        assert renewed.clock.due_at > timezone.now()
        assert Notice.objects.about(renewed).count() == 2

    def test_the_time_is_not_set_anew_where_it_runs_or_was_told(
        self, corrected: Correction, reviewer: StaffUser
    ) -> None:
        before = kept()

        with pytest.raises(ActionRefused):
            ordering.renew_time(
                correction=corrected, expected_version=corrected.version, **grounds(reviewer)
            )

        assert kept() == before

    def test_the_database_takes_nothing_for_missed_before_its_time(
        self, corrected: Correction, system: StaffUser
    ) -> None:
        dispatch.drain_outbox()
        told = ordering.proof_of_delivery(corrected)
        assert told is not None

        with (
            pytest.raises(DatabaseError, match="is not overdue"),
            transaction.atomic(),
        ):
            audit.move(
                corrected,
                "lapse",
                **grounds(system),
                lapsed_at=timezone.now() + timedelta(seconds=1),
                notice_delivered_at=told,
            )

    def test_late_is_better_than_never_and_ends_what_was_missed(
        self,
        make_account: Callable[..., PublicAccount],
        reviewer: StaffUser,
        system: StaffUser,
        at_once: None,
    ) -> None:
        missed = order_long_ago(make_account(), reviewer)
        lapses.lapse_corrections(now=timezone.now(), actor=system)
        answer(again(missed), system)
        review.reject_answer(**held(missed, reviewer), told="新名称仍然使用机关名称")
        assert again(missed).status == S.OVERDUE
        answer(again(missed), system, name="河畔漫步新名")

        review.accept_correction(**held(missed, reviewer))

        assert again(missed).status == S.ACCEPTED
        assert stop_of(missed.account) is None
        assert Finding.objects.get().status == "set_aside"

    @pytest.mark.parametrize("is_approved", [True, False])
    def test_more_time_is_asked_for_once_and_decided_by_somebody_else(
        self,
        corrected: Correction,
        reviewer: StaffUser,
        system: StaffUser,
        staff_user: Callable[..., StaffUser],
        is_approved: bool,
    ) -> None:
        dispatch.drain_outbox()
        due = corrected.clock.due_at
        asked = answers.ask_for_more_time(correction=corrected, **grounds(reviewer))
        before = kept()
        with pytest.raises(ActionRefused):
            answers.ask_for_more_time(correction=corrected, **grounds(system))
        assert kept() == before
        # While it waits for its answer nothing is missed.
        with clock_at(due + timedelta(hours=1)):
            assert lapses.lapse_corrections(now=timezone.now(), actor=system) == 0

        verdict = approve_extension if is_approved else return_extension
        verdict(extension=asked, **grounds(staff_user("supervisor")))

        corrected = again(corrected)
        assert (corrected.clock.due_at > due) == is_approved
        told = Notice.objects.about(corrected).last()
        assert told.purpose == "accounts.correction_extended"
        assert ("已延长" in told.text) == is_approved
        with clock_at(due + timedelta(hours=1)):
            lapsed = lapses.lapse_corrections(now=timezone.now(), actor=system)
        assert lapsed == (0 if is_approved else 1)


def test_the_frozen_profile_and_the_facts_never_change(
    corrected: Correction, owner_connection: Any
) -> None:
    for column, value in (("facts", "别的事实"), ("profile_found", "{}")):
        with (
            pytest.raises(DatabaseError, match="never changes"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"UPDATE accounts_correction SET {column} = %s, version = version + 1 "
                "WHERE id = %s",
                [value, corrected.pk],
            )
