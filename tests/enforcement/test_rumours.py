"""The six steps of art. 13 §2: in order, dated, each answered; and what follows for whom."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import PublicAccount
from compliance import work
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NotPermitted,
    SamePerson,
    StaleLease,
    TransitionRefused,
)
from compliance.evidence.incoming import take_in
from compliance.models import ActionLog, Side, StaffUser, WorkItem
from compliance.proposals import take_part
from enforcement.models import (
    Case,
    CreditEntry,
    Decision,
    Refutation,
    Rumour,
    RumourAccount,
    RumourReview,
    RumourStep,
)
from enforcement.services.evidence import has_collected
from enforcement.services.rumours import concluding, material, opening, reopening
from enforcement.services.rumours.opening import Named
from tests.compliance.evidence_files import picture
from tests.enforcement.conftest import Staff, propose
from tests.enforcement.raw_rows import refused_change, refused_copy
from tests.enforcement.rumours import (
    CLAIM,
    STEPS,
    P,
    answer,
    bring_to,
    concerned,
    fence_of,
    opened,
)

pytestmark = pytest.mark.django_db
WHY = "账号编造并首发该消息"


@pytest.fixture
def account(make_account: Callable[..., PublicAccount]) -> PublicAccount:
    return make_account()


def rows() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Rumour.objects.values("pk", "status", "version", "round", "work_item")),
        list(RumourAccount.objects.values("pk", "version", "conclusion", "decision", "case")),
        RumourStep.objects.count(),
        list(Refutation.objects.values("pk", "status")),
        list(RumourReview.objects.values("pk", "status")),
        WorkItem.objects.filter(closed_at=None).count(),
        Case.objects.count(),
        ActionLog.objects.count(),
    )


def conclude(rumour: Rumour, account: PublicAccount, decision: Decision, actor: StaffUser) -> None:
    concluding.conclude_with_decision(
        concerned=concerned(rumour, account),
        decision=decision,
        fence=fence_of(rumour, actor),
        actor=actor,
        provision=P,
        reason=WHY,
    )


def close(rumour: Rumour, actor: StaffUser) -> None:
    concluding.close_rumour(
        rumour=rumour,
        fence=fence_of(rumour, actor),
        actor=actor,
        provision=P,
        reason="处理完毕",
    )


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


class TestWhatFollows:
    def test_a_case_is_opened_once_and_the_material_is_evidence_of_it(
        self, account: PublicAccount, staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        collector = staff_user("moderator")
        rumour = opened(staff.moderator, account)
        material.attach_material(
            rumour=rumour,
            step="finding",
            files=[take_in("截图.jpg", [picture()])],
            shows="传播截图",
            actor=collector,
            provision=P,
            reason="固定证据",
        )

        case = concluding.open_case_of(
            concerned=concerned(rumour, account),
            actor=staff.moderator,
            provision=P,
            reason="涉嫌编造",
        )

        assert (case.source, case.source_ref) == ("authority", "水函〔2026〕7号")
        assert case.summary == f"{rumour.number} {CLAIM}"
        assert case.content_ref == "article-1"
        assert [each.shows for each in material.carried_over(case)] == ["传播截图"]
        assert has_collected(case, collector)
        before = rows()
        with pytest.raises(ActionRefused):
            concluding.open_case_of(
                concerned=concerned(rumour, account),
                actor=staff.moderator,
                provision=P,
                reason="再开",
            )
        assert rows() == before

    def test_an_account_at_fault_needs_a_decision_that_stands_before_the_end(
        self, account: PublicAccount, staff: Staff, decide: Callable[..., Decision]
    ) -> None:
        rumour = bring_to(opened(staff.moderator, account), "elimination", staff.moderator)
        decision = decide(account)
        before = rows()

        with pytest.raises(ActionRefused):
            close(rumour, staff.moderator)

        assert rows() == before
        assert (
            refused_change(rumour, status="closed", closed_at=timezone.now())
            == "rumour_closed_with_every_account"
        )
        conclude(rumour, account, decision, staff.moderator)
        close(rumour, staff.moderator)
        done = rumour.accounts.get()
        assert (done.fault, done.conclusion, done.decision) == ("at_fault", "credit", decision)
        assert Rumour.objects.get().status == "closed"
        assert not WorkItem.objects.filter(queue="rumours", closed_at=None).exists()

    def test_the_database_asks_for_the_decision_and_for_what_it_did(
        self,
        account: PublicAccount,
        make_account: Callable[..., PublicAccount],
        staff: Staff,
        decide: Callable[..., Decision],
        open_case: Callable[..., Case],
    ) -> None:
        rumour = bring_to(opened(staff.moderator, account), "elimination", staff.moderator)
        of_another = decide(make_account())
        waiting = propose(open_case(account), staff.moderator)
        row = rumour.accounts.get()
        now = timezone.now()
        given = {"conclusion_reason": WHY, "concluded_at": now}

        assert (
            refused_change(row, fault="at_fault", conclusion="none", **given)
            == "rumouraccount_fault_has_decision"
        )
        assert (
            refused_change(
                row, fault="at_fault", conclusion="credit", decision_id=of_another.pk, **given
            )
            == "rumouraccount_decision_of_its_account"
        )
        assert (
            refused_change(
                row, fault="at_fault", conclusion="credit", decision_id=waiting.pk, **given
            )
            == "rumouraccount_decision_does_it"
        )
        with pytest.raises(ActionRefused):
            conclude(rumour, account, waiting, staff.moderator)

    def test_nothing_follows_for_whoever_is_not_at_fault_and_it_says_why(
        self, account: PublicAccount, staff: Staff
    ) -> None:
        rumour = bring_to(opened(staff.moderator, account), "elimination", staff.moderator)
        given: dict[str, Any] = {
            "concerned": concerned(rumour, account),
            "fence": fence_of(rumour, staff.moderator),
            "actor": staff.moderator,
            "provision": P,
        }

        with pytest.raises(MissingReason):
            concluding.conclude_without_action(**given, reason=" ")
        concluding.conclude_without_action(**given, reason="仅转载官方辟谣")
        close(rumour, staff.moderator)

        assert rumour.accounts.get().conclusion == "none"

    def test_nothing_follows_from_what_is_no_rumour(
        self, account: PublicAccount, staff: Staff, decide: Callable[..., Decision]
    ) -> None:
        rumour = bring_to(opened(staff.moderator, account), "tracing", staff.moderator)
        answer(rumour, "verdict", staff.moderator, verdict="not_rumour")
        decision = decide(account)
        row = rumour.accounts.get()

        with pytest.raises(ActionRefused):
            conclude(rumour, account, decision, staff.moderator)

        assert (
            refused_change(
                row,
                fault="not_at_fault",
                conclusion="none",
                conclusion_reason=WHY,
                concluded_at=timezone.now(),
            )
            == "rumouraccount_only_of_a_rumour"
        )
        for step in ("refutation", "elimination"):
            answer(rumour, step, staff.moderator, outcome="not_applicable", reason="内容属实")
        close(rumour, staff.moderator)
        assert Rumour.objects.get().status == "closed"


class TestItTurnedOutOtherwise:
    @pytest.fixture
    def closed(
        self, account: PublicAccount, staff: Staff, decide: Callable[..., Decision]
    ) -> Rumour:
        rumour = bring_to(opened(staff.moderator, account), "elimination", staff.moderator)
        conclude(rumour, account, decide(account), staff.moderator)
        close(rumour, staff.moderator)
        return rumour

    def reopen(self, rumour: Rumour, actor: StaffUser, note: str = "经复核，原消息属实") -> Any:
        return reopening.reopen_rumour(
            rumour=rumour, public_note=note, actor=actor, provision=P, reason="水务局更正通报"
        )

    def test_the_refutation_is_withdrawn_with_a_note_and_the_decision_put_before_a_supervisor(
        self, closed: Rumour, staff: Staff
    ) -> None:
        decision = closed.accounts.get().decision

        (review,) = self.reopen(closed, staff.supervisor)

        refutation = Refutation.objects.get()
        assert (refutation.status, refutation.withdrawn_note) == ("withdrawn", "经复核，原消息属实")
        fresh = Rumour.objects.get()
        assert (fresh.status, fresh.round, fresh.verdict) == ("traced", 2, "")
        assert fresh.closed_at is None
        assert fresh.work_item.clock.step == "rumour_verdict"
        assert (review.decision, review.work_item.queue) == (decision, "rumour_reviews")
        row = fresh.accounts.get()
        assert (row.conclusion, row.decision) == ("", None)

    def test_without_a_note_or_the_right_nothing_is_reopened(
        self, closed: Rumour, staff: Staff
    ) -> None:
        before = rows()

        with pytest.raises(InvalidInput):
            self.reopen(closed, staff.supervisor, note=" ")
        with pytest.raises(NotPermitted):
            self.reopen(closed, staff.moderator)

        assert rows() == before

    def test_somebody_who_took_no_part_reverses_it_and_the_points_come_back(
        self, closed: Rumour, staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        (review,) = self.reopen(closed, staff.supervisor)
        other = staff_user("supervisor")
        with pytest.raises(SamePerson):
            work.claim_item(work_item=review.work_item, actor=staff.supervisor)
        fence = work.claim_item(work_item=review.work_item, actor=other).fence
        decision = review.decision

        assert (
            refused_change(
                review,
                status="kept",
                decided_by_id=staff.supervisor.person_id,
                decided_at=timezone.now(),
                decided_reason="x1",
            )
            == "rumourreview_by_somebody_else"
        )
        reopening.reverse_for_rumour(
            review=review, fence=fence, actor=other, provision=P, reason="所依据的认定已撤销"
        )

        decision.refresh_from_db()
        assert decision.status == "reversed"
        assert CreditEntry.objects.filter(decision=decision, kind="reverse").exists()
        assert RumourReview.objects.get().status == "reversed"
        again = RumourReview.objects.get()
        assert refused_copy(again, work_item_id=closed.work_item_id) == "rumourreview_once_a_round"

    def test_the_end_waits_for_the_review_and_a_kept_decision_is_named_again(
        self, closed: Rumour, staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        account = closed.accounts.get().account
        (review,) = self.reopen(closed, staff.supervisor)
        bring_to(closed, "elimination", staff.moderator)
        conclude(closed, account, review.decision, staff.moderator)
        with pytest.raises(ActionRefused):
            close(closed, staff.moderator)
        assert (
            refused_change(closed, status="closed", closed_at=timezone.now())
            == "rumour_closed_after_its_reviews"
        )
        other = staff_user("supervisor")
        fence = work.claim_item(work_item=review.work_item, actor=other).fence

        take_part(review.decision.case.matter, other, Side.REVIEWER)
        said = {"decided_by_id": other.person_id, "decided_at": timezone.now()}
        assert (
            refused_change(review, status="reversed", decided_reason="x1", **said)
            == "rumourreview_says_what_became_of_it"
        )

        reopening.keep_decision(
            review=review, fence=fence, actor=other, provision=P, reason="处置另有依据，予以维持"
        )
        close(closed, staff.moderator)

        assert Rumour.objects.get().status == "closed"
        assert closed.refutations.filter(status="published").count() == 1
        with pytest.raises(StaleLease):
            reopening.keep_decision(
                review=review, fence=fence, actor=other, provision=P, reason="再来一次"
            )


def test_a_refutation_stands_on_its_own_step_alone(account: PublicAccount, staff: Staff) -> None:
    rumour = bring_to(opened(staff.moderator, account), "refutation", staff.moderator)
    refutation = rumour.refutations.get()
    finding = rumour.steps.get(step="finding")

    assert refused_copy(refutation, step_id=finding.pk) == "refutation_of_its_step"
