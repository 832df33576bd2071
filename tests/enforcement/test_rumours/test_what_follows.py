"""What follows for whom."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import PublicAccount
from compliance.errors import ActionRefused, MissingReason
from compliance.evidence.incoming import take_in
from compliance.models import StaffUser, WorkItem
from enforcement.models import Case, Decision, Rumour
from enforcement.services.evidence import has_collected
from enforcement.services.rumours import concluding, material
from tests.compliance.evidence_files import picture
from tests.enforcement.conftest import Staff, propose
from tests.enforcement.raw_rows import refused_change
from tests.enforcement.rumours import CLAIM, P, answer, bring_to, concerned, fence_of, opened
from tests.enforcement.test_rumours.conftest import WHY, close, conclude, rows

pytestmark = pytest.mark.django_db


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
