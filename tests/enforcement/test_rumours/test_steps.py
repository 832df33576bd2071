"""The six steps of art. 13 §2: in order, dated, each answered."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NotPermitted,
    StaleLease,
    TransitionRefused,
)
from compliance.models import StaffUser, WorkItem
from enforcement.models import Refutation
from enforcement.services.rumours import opening
from enforcement.services.rumours.opening import Named
from tests.enforcement.conftest import Staff
from tests.enforcement.raw_rows import refused_change, refused_copy
from tests.enforcement.rumours import STEPS, P, answer, bring_to, fence_of, opened
from tests.enforcement.test_rumours.conftest import rows

pytestmark = pytest.mark.django_db


class TestTheSixSteps:
    def test_a_rumour_goes_through_all_six_with_a_date_and_a_time_limit_each(
        self, account: PublicAccount, staff: Staff
    ) -> None:
        rumour = opened(staff.moderator, account)
        limits = [rumour.work_item.clock.step]

        for step in STEPS:
            answer(rumour, step, staff.moderator)
            limits.append(rumour.work_item.clock.step)

        assert limits == [
            "rumour_finding",
            "rumour_tracing",
            "rumour_verdict",
            "rumour_refutation",
            "rumour_elimination",
            "rumour_conclusion",
        ]
        found = list(rumour.steps.order_by("pk"))
        assert [each.step for each in found] == ["warning", *STEPS]
        assert all(each.person == staff.moderator.person and each.text for each in found)
        assert [each.done_at for each in found] == sorted(each.done_at for each in found)
        assert rumour.verdict == "rumour"
        assert WorkItem.objects.filter(queue="rumours", closed_at=None).count() == 1

    def test_nobody_skips_a_step_not_even_past_the_service(
        self, account: PublicAccount, staff: Staff
    ) -> None:
        rumour = opened(staff.moderator, account)
        fence_of(rumour, staff.moderator)
        before = rows()

        with pytest.raises(TransitionRefused):
            answer(rumour, "tracing", staff.moderator)

        assert rows() == before
        warning = rumour.steps.get()
        assert refused_copy(warning, step="tracing") == "rumourstep_in_order"
        assert refused_copy(warning, step="finding", round=2) == "rumourstep_in_order"
        assert refused_change(rumour, status="found") == "rumour_state_has_its_step"

    def test_a_step_is_not_dated_before_the_last_one_nor_after_now(
        self, account: PublicAccount, staff: Staff
    ) -> None:
        rumour = opened(staff.moderator, account)
        fence_of(rumour, staff.moderator)
        before = rows()

        for wrong in (timedelta(hours=-1), timedelta(hours=1)):
            with pytest.raises(InvalidInput):
                answer(rumour, "finding", staff.moderator, done_at=timezone.now() + wrong)

        assert rows() == before
        earlier = timezone.now() - timedelta(days=1)
        assert (
            refused_copy(rumour.steps.get(), step="finding", done_at=earlier)
            == "rumourstep_in_order"
        )

    def test_what_does_not_apply_needs_its_reason_and_the_verdict_always_applies(
        self, account: PublicAccount, staff: Staff
    ) -> None:
        rumour = opened(staff.moderator, account)

        with pytest.raises(MissingReason):
            answer(rumour, "finding", staff.moderator, outcome="not_applicable", reason=" ")
        answer(rumour, "finding", staff.moderator, outcome="not_applicable", reason="来函已列明")
        answer(rumour, "tracing", staff.moderator)
        before = rows()
        with pytest.raises(InvalidInput):
            answer(rumour, "verdict", staff.moderator, outcome="not_applicable", reason="不必")
        with pytest.raises(InvalidInput):
            answer(rumour, "verdict", staff.moderator, relied_on=" ")

        assert rows() == before
        assert rumour.steps.get(step="finding").outcome == "not_applicable"

    def test_only_a_rumour_is_refuted(self, account: PublicAccount, staff: Staff) -> None:
        rumour = bring_to(opened(staff.moderator, account), "tracing", staff.moderator)
        answer(rumour, "verdict", staff.moderator, verdict="undecidable")
        before = rows()

        with pytest.raises(ActionRefused):
            answer(rumour, "refutation", staff.moderator)

        assert rows() == before
        last = rumour.steps.get(step="tracing")
        assert (
            refused_copy(last, step="refutation", done_at=timezone.now())
            == "rumourstep_refutes_a_rumour"
        )
        answer(rumour, "refutation", staff.moderator, outcome="not_applicable", reason="无法判定")
        assert not Refutation.objects.exists()

    def test_elimination_names_what_was_handled_and_what_is_left(
        self, account: PublicAccount, staff: Staff
    ) -> None:
        rumour = bring_to(opened(staff.moderator, account), "refutation", staff.moderator)
        before = rows()

        for missing in ({"handled_refs": [" "]}, {"residual": ""}):
            with pytest.raises(InvalidInput):
                answer(rumour, "elimination", staff.moderator, **missing)

        assert rows() == before
        step = answer(rumour, "elimination", staff.moderator, handled_refs=["a", "b", "a"])
        assert step.handled_refs == ["a", "b"]

    def test_whoever_does_not_hold_it_or_may_not_is_refused(
        self, account: PublicAccount, staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        rumour = opened(staff.moderator, account)
        handler = staff_user("complaint_handler")
        before = rows()

        with pytest.raises(NotPermitted):
            opened(handler, account)
        with pytest.raises(StaleLease):
            opening.name_contents(
                rumour=rumour,
                named=[Named(account.platform_uid, "x")],
                fence=1,
                actor=staff.moderator,
                provision=P,
                reason="补充",
            )

        assert rows() == before

    def test_an_alert_of_an_authority_has_its_number_and_accounts_exist(
        self, account: PublicAccount, staff: Staff
    ) -> None:
        before = rows()

        with pytest.raises(InvalidInput):
            opened(staff.moderator, account, source_ref=" ")
        with pytest.raises(InvalidInput):
            opened(staff.moderator, named=[Named("nobody")])

        assert rows() == before

    def test_contents_are_named_later_once_each(
        self, account: PublicAccount, make_account: Callable[..., PublicAccount], staff: Staff
    ) -> None:
        rumour = opened(staff.moderator, account)
        other = make_account()

        count = opening.name_contents(
            rumour=rumour,
            named=opening.read_named(
                f"{account.platform_uid} article-1\n\n{other.platform_uid} article-9\n"
            ),
            fence=fence_of(rumour, staff.moderator),
            actor=staff.moderator,
            provision=P,
            reason="溯源时发现",
        )

        assert count == 2
        assert list(rumour.contents.order_by("pk").values_list("content_ref", flat=True)) == [
            "article-1",
            "article-9",
        ]
        assert refused_copy(rumour.contents.first()) == "rumourcontent_once"
        assert refused_copy(rumour.accounts.first()) == "rumouraccount_once"


def test_a_refutation_stands_on_its_own_step_alone(account: PublicAccount, staff: Staff) -> None:
    rumour = bring_to(opened(staff.moderator, account), "refutation", staff.moderator)
    refutation = rumour.refutations.get()
    finding = rumour.steps.get(step="finding")

    assert refused_copy(refutation, step_id=finding.pk) == "refutation_of_its_step"
