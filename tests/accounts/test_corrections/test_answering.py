"""An operator corrects, and the answer is reviewed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.enums import GroundKind, RestrictionKind
from accounts.models import Correction, Finding, Hold, PublicAccount
from accounts.services import restrictions
from accounts.services.corrections import ordering, review
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    StaleLease,
    StaleVersion,
    TransitionRefused,
)
from compliance.models import ClockState, Notice, PlatformCommand, ResponseInvitation, StaffUser
from compliance.notices import dispatch
from tests.accounts.corrections import again, answer, grounds, held
from tests.accounts.test_corrections.conftest import S, kept, stop_of

pytestmark = pytest.mark.django_db


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
