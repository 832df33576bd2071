"""Decisions on the ladder: what is counted, what is refused, who has to approve."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.enums import SubjectNature
from accounts.models import AccountActivity, Application, PublicAccount, Repudiation
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import Clause, Proposal, StaffUser
from compliance.provisions import Provision
from enforcement.enums import DeviationKind, MeasureCode
from enforcement.models import Case, Decision, DecisionFactor, Factor, OrderedMeasure
from enforcement.services import reversals
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.ladder import LadderProposal, propose_step
from tests.accounts.test_repudiations.conftest import claim, identity_of, uphold
from tests.enforcement.conftest import (
    REASON,
    WARNING,
    P,
    Staff,
    approve,
    clause,
    propose,
    suspension,
    violation,
)

pytestmark = pytest.mark.django_db
# The second step for false information that is not grave.
SECOND = (
    MeasureOrder(MeasureCode.SUSPEND_UPDATES, 7),
    MeasureOrder(MeasureCode.STOP_ADVERTISING, 14),
)
ON_LADDER: dict[str, Any] = {"severity": 2, "deviation_reason": "", "deviation_note": ""}


def step_for(account: PublicAccount, code: str = "V06.1", **changes: Any) -> LadderProposal:
    return propose_step(
        account=account, violation_type=violation(code), **{"severity": 2, **changes}
    )


def place(proposal: LadderProposal) -> tuple[int, int]:
    return proposal.proposed.offence_number, proposal.step.offence_number


def factor(code: str) -> Factor:
    return Factor.objects.get(code=code)


def _clause(number: int) -> Clause:
    return clause(f"public-account-2021:18({number})")


def nothing_was_proposed() -> bool:
    return not (
        Decision.objects.exists()
        or Proposal.objects.exists()
        or OrderedMeasure.objects.exists()
        or DecisionFactor.objects.exists()
    )


class TestTheStep:
    def test_the_first_offence_gets_the_first_step_and_says_so_in_the_decision(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator, **ON_LADDER)

        assert decision.ladder_step is not None
        assert decision.ladder_step.violation_type.code == "V06"
        assert (decision.offence_number, decision.ladder_step.offence_number) == (1, 1)
        assert decision.catalogue == decision.violation_type.version
        assert decision.subject == decision.account.subject
        assert (decision.deviation, decision.deviation_reason) == ("none", "")
        content = json.loads(decision.proposal.content)["ladder"]
        assert content["step"]["measures"] == [
            {"measure": each, "term_days": None, "functions": []}
            for each in ("warn", "handle_content", "label")
        ]
        assert content["earlier"] == []

    def test_an_earlier_decision_of_the_same_family_counts(
        self, decide: Callable[..., Decision]
    ) -> None:
        first = decide(violation_type=violation("V04.2"), clauses=[_clause(4)])

        proposal = step_for(first.account)

        assert place(proposal) == (2, 2)
        assert [each.pk for each in proposal.earlier] == [first.pk]

    def test_it_counts_for_every_account_of_the_subject(
        self, decide: Callable[..., Decision], make_account: Callable[..., PublicAccount]
    ) -> None:
        first, other = decide(), make_account()
        other.subject = first.account.subject

        assert place(step_for(other)) == (2, 2)

    def test_another_subject_another_violation_and_a_reversed_decision_do_not_count(
        self,
        decide: Callable[..., Decision],
        make_account: Callable[..., PublicAccount],
        staff_user: Callable[..., StaffUser],
    ) -> None:
        first = decide()

        assert place(step_for(make_account())) == (1, 1)
        assert place(step_for(first.account, "V05.1")) == (1, 1)
        reversals.reverse_decision(
            decision=first,
            actor=staff_user("complaint_handler"),
            provision=Provision.PUBLIC_ACCOUNT_20_2,
            reason=REASON,
        )
        assert place(step_for(first.account)) == (1, 1)

    def test_what_was_done_in_a_stolen_name_does_not_count_against_its_owner(
        self,
        make_application: Callable[..., Application],
        decide: Callable[..., Decision],
        make_account: Callable[..., PublicAccount],
        staff: Staff,
    ) -> None:
        stolen = PublicAccount.objects.get(application=make_application())
        first, own = decide(stolen), make_account()
        own.subject = first.account.subject
        assert place(step_for(own)) == (2, 2)
        claim(Client(), **identity_of(first.account))

        uphold(Repudiation.objects.get(), staff.moderator, staff.supervisor)

        assert place(step_for(own)) == (1, 1)

    def test_it_counts_for_twelve_months_by_its_date(self, decide: Callable[..., Decision]) -> None:
        first, now = decide(), timezone.now()

        within = step_for(first.account, at=now + timedelta(days=360))
        beyond = step_for(first.account, at=now + timedelta(days=370))

        assert (place(within), place(beyond)) == ((2, 2), (1, 1))

    def test_what_only_waits_for_approval_does_not_count(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator)

        assert place(step_for(decision.account)) == (1, 1)

    def test_a_sub_code_with_a_ladder_of_its_own_follows_that_one(
        self, make_account: Callable[..., PublicAccount]
    ) -> None:
        step = step_for(make_account(), "V07.6").step

        assert step.violation_type.code == "V07.6"
        assert [each.measure for each in step.measures.all()] == ["stop_advertising"]


class TestMeasures:
    def test_one_that_is_wider_than_the_harm_is_refused(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        case = open_case()

        with pytest.raises(InvalidInput, match="V08"):
            propose(
                case,
                staff.moderator,
                violation_type=violation("V08.3"),
                clauses=[_clause(8)],
                measures=[MeasureOrder(MeasureCode.STOP_ADVERTISING, 7)],
            )

        assert nothing_was_proposed()

    def test_one_that_is_allowed_from_a_later_offence_on_is_refused_before(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        with pytest.raises(InvalidInput, match="V09"):
            propose(
                open_case(),
                staff.moderator,
                violation_type=violation("V09.B.1"),
                clauses=[_clause(9)],
                severity=1,
                measures=[MeasureOrder(MeasureCode.CLOSE)],
                deviation_reason="persistent",
            )

        assert nothing_was_proposed()


class TestDeviations:
    @pytest.mark.parametrize(
        ("given", "needed"),
        [
            ({"measures": SECOND, "deviation_reason": ""}, 0),
            ({"measures": SECOND, "deviation_note": "  "}, 0),
            ({"measures": SECOND, "deviation_note": "其他"}, 0),
            ({"measures": SECOND, "deviation_reason": "enough"}, 0),
            ({"measures": SECOND, "deviation_reason": "grave_effect"}, 2),
            ({"measures": WARNING, "severity": 4}, 0),
            ({"measures": WARNING, "severity": 4, "deviation_reason": "enough"}, 1),
        ],
    )
    def test_each_has_a_fitting_kind_of_reason_and_says_why(
        self, open_case: Callable[..., Case], staff: Staff, given: dict[str, Any], needed: int
    ) -> None:
        words = {
            "severity": 2,
            "deviation_reason": "many_items",
            "deviation_note": "同一内容在三个账号上发布，传播范围明显大于一般情形。",
            **given,
        }
        case = open_case()
        if not needed:
            with pytest.raises(InvalidInput):
                propose(case, staff.moderator, **words)
            assert nothing_was_proposed()
            return

        decision = propose(case, staff.moderator, **words)

        assert decision.deviation_steps == 1
        assert decision.approvals_needed == decision.proposal.approvals_needed == needed

    def test_what_goes_beyond_the_ladder_is_approved_by_two(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(
            open_case(),
            staff.moderator,
            severity=2,
            measures=suspension(3),
            deviation_reason="grave_effect",
        )

        assert decision.deviation == DeviationKind.HEAVIER
        assert approve(decision, staff.supervisor) is False
        assert approve(decision, staff.officer) is True

    def test_what_stays_two_steps_below_is_approved_by_two(
        self, open_case: Callable[..., Case], decide: Callable[..., Decision], staff: Staff
    ) -> None:
        account = decide(**ON_LADDER).account
        decide(account, **{**ON_LADDER, "measures": SECOND})

        decision = propose(open_case(account), staff.moderator, severity=2)

        assert (decision.offence_number, decision.deviation_steps) == (3, 2)
        assert decision.approvals_needed == 2

    def test_a_reason_that_nothing_needs_is_not_kept(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator, severity=2)

        assert (decision.deviation_reason, decision.deviation_note) == ("", "")


class TestFactors:
    def test_an_aggravating_one_raises_the_step_and_asks_for_two_approvals(
        self, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decision = propose(
            open_case(),
            staff.moderator,
            **{**ON_LADDER, "measures": SECOND, "factors": [factor("minors_harmed")]},
        )

        assert decision.ladder_step is not None
        assert (decision.offence_number, decision.ladder_step.offence_number) == (1, 2)
        assert decision.deviation == DeviationKind.NONE
        assert decision.approvals_needed == 2
        assert [each.factor.code for each in decision.factors.all()] == ["minors_harmed"]

    def test_a_mitigating_one_lowers_it_and_asks_for_no_more(
        self, open_case: Callable[..., Case], decide: Callable[..., Decision], staff: Staff
    ) -> None:
        case = open_case(decide().account)

        decision = propose(
            case, staff.moderator, **{**ON_LADDER, "factors": [factor("corrected_in_a_day")]}
        )

        assert decision.deviation == DeviationKind.NONE
        assert (decision.offence_number, decision.approvals_needed) == (2, 1)

    @pytest.mark.parametrize(
        ("codes", "changes"),
        [
            (["first_and_slight"], {"severity": 4}),
            (["self_removed", "self_removed"], {}),
            (["corrected_in_a_day"], {"violation_type": "V05.1"}),
        ],
    )
    def test_one_that_does_not_fit_is_refused(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        codes: list[str],
        changes: dict[str, Any],
    ) -> None:
        if "violation_type" in changes:
            changes = {"violation_type": violation("V05.1"), "clauses": [_clause(5)]}

        with pytest.raises(InvalidInput):
            propose(
                open_case(), staff.moderator, factors=[factor(each) for each in codes], **changes
            )

        assert nothing_was_proposed()


class TestSubjects:
    def test_whatever_is_done_about_an_organ_is_approved_by_two(
        self, open_case: Callable[..., Case], staff: Staff, make_account: Callable[..., Any]
    ) -> None:
        account = make_account()
        audit.amend(
            account.subject,
            "amend",
            actor=staff.moderator,
            provision=P,
            reason=REASON,
            nature=SubjectNature.MEDIA,
        )

        decision = propose(open_case(account), staff.moderator, **ON_LADDER)

        assert decision.approvals_needed == 2

    def test_so_is_whatever_is_done_about_an_account_with_very_many_followers(
        self, open_case: Callable[..., Case], staff: Staff, make_account: Callable[..., Any]
    ) -> None:
        account = make_account()
        AccountActivity.objects.update_or_create(account=account, defaults={"followers": 500_000})

        decision = propose(open_case(account), staff.moderator, **ON_LADDER)

        assert decision.approvals_needed == 2
        assert json.loads(decision.proposal.content)["ladder"]["occasions"] == ["followers"]


class TestApproving:
    def test_it_is_refused_when_what_was_counted_has_been_reversed_since(
        self,
        open_case: Callable[..., Case],
        decide: Callable[..., Decision],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        first = decide()
        decision = propose(
            open_case(first.account), staff.moderator, **{**ON_LADDER, "measures": SECOND}
        )
        reversals.reverse_decision(
            decision=first,
            actor=staff_user("complaint_handler"),
            provision=Provision.PUBLIC_ACCOUNT_20_2,
            reason=REASON,
        )

        with pytest.raises(ActionRefused, match=r"reversed|撤销"):
            approve(decision, staff.supervisor)

        decision.refresh_from_db()
        assert decision.status == "proposed"
        assert not decision.proposal.approvals.exists()

    def test_time_that_passes_while_it_waits_takes_nothing_away(
        self, open_case: Callable[..., Case], decide: Callable[..., Decision], staff: Staff
    ) -> None:
        first = decide()
        with time_machine.travel(timezone.now() + timedelta(days=364)):
            decision = propose(
                open_case(first.account), staff.moderator, **{**ON_LADDER, "measures": SECOND}
            )
        assert decision.offence_number == 2
        with time_machine.travel(timezone.now() + timedelta(days=368)):
            assert approve(decision, staff.supervisor) is True


class TestTheDatabase:
    @pytest.mark.parametrize(
        ("changes", "name"),
        [
            ({"deviation": "lighter", "deviation_steps": 1}, "decision_deviation_has_its_reason"),
            ({"deviation_note": "无"}, "decision_deviation_has_its_reason"),
            ({"deviation_steps": 1}, "decision_deviation_has_its_reason"),
            (
                {
                    "deviation": "heavier",
                    "deviation_steps": 1,
                    "deviation_reason": "many_items",
                    "deviation_note": "说明",
                },
                "decision_heavier_has_two_approvals",
            ),
            ({"offence_number": None}, "decision_stands_on_a_ladder"),
            ({"ladder_step": None}, "decision_stands_on_a_ladder"),
            ({"deviation": ""}, "decision_stands_on_a_ladder"),
            ({"approvals_needed": 2}, "decision_approvals_are_real"),
        ],
    )
    def test_it_refuses_a_decision_off_the_ladder(
        self,
        open_case: Callable[..., Case],
        staff: Staff,
        changes: dict[str, Any],
        name: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        create = audit.create

        def spoilt(record: Any, **grounds: Any) -> Any:
            if isinstance(record, Decision):
                for field, value in changes.items():
                    setattr(record, field, value)
            return create(record, **grounds)

        monkeypatch.setattr(audit, "create", spoilt)

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            propose(open_case(), staff.moderator, **ON_LADDER)
