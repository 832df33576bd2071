"""Who may earn with an account: decided by the rule, told with reasons, lost and given back."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import ApplicationSource, GroundKind, RestrictionKind
from accounts.models import EarningApplication, Standing, ViolationFact
from accounts.powers_words import CreditGrade, EarningBehaviour, EarningStatus
from accounts.rules.earning import (
    EarningFacts,
    EarningRule,
    EarningStop,
    Found,
    Obstacle,
    obstacles,
    possible_from,
)
from accounts.services.earning import (
    apply_for_earning,
    give_up_earning,
    outlook_of,
    sweep_rights,
)
from accounts.services.restrictions import impose_restriction
from accounts.services.standing import set_standing
from accounts.services.violations import record_violation, withdraw_violation
from compliance.errors import ActionRefused, MissingReason, NotPermitted, TransitionRefused
from compliance.models import Notice, PlatformCommand
from compliance.provisions import Provision

pytestmark = pytest.mark.django_db
P = Provision.PUBLIC_ACCOUNT_14_1
TIPS = EarningBehaviour.TIPS
RULE = EarningRule.from_catalogue(
    {
        "clean_months": 3,
        "needs_verified": True,
        "credit_for_new": ["a", "b"],
        "credit_to_keep": ["a", "b", "c"],
    }
)
TODAY = date(2026, 6, 15)


def because(actor, reason="测试理由"):
    return {"actor": actor, "provision": P, "reason": reason}


def apply(account, actor, behaviour=TIPS):
    return apply_for_earning(
        account=account, behaviour=behaviour, source=ApplicationSource.API, **because(actor)
    )


def violate(account, actor, reference="CZ00000001", days=1):
    return record_violation(
        account=account,
        reference=reference,
        decided_at=timezone.now() - timedelta(days=days),
        **because(actor),
    )


def rights(account):
    commands = PlatformCommand.objects.filter(
        subject_id=account.platform_uid, kind="account.rights"
    )
    return [json.loads(each.payload)["may_earn_by"] for each in commands.order_by("pk")]


def notices(account):
    found = Notice.objects.filter(subject_id=account.platform_uid, purpose__contains="earning")
    return [each.purpose.rpartition("_")[2] for each in found.order_by("pk")]


class TestRule:
    @pytest.mark.parametrize(
        ("known", "found"),
        [
            ({}, []),
            ({"is_open": False}, [Found(Obstacle.CLOSED)]),
            ({"is_verified": False}, [Found(Obstacle.UNVERIFIED)]),
            (
                {"registered_on": date(2026, 3, 31)},
                [Found(Obstacle.TOO_NEW, date(2026, 6, 30))],
            ),
            ({"registered_on": date(2026, 3, 15)}, []),
            (
                {"last_violation_on": date(2026, 5, 1), "last_violation": "CZ1"},
                [Found(Obstacle.VIOLATION, date(2026, 8, 1), "CZ1")],
            ),
            (
                {"stops": [EarningStop(Obstacle.TRANSFERRED, date(2026, 8, 9), "ZR1")]},
                [Found(Obstacle.TRANSFERRED, date(2026, 8, 9), "ZR1")],
            ),
            # Stopped advertising concerns advertising alone.
            ({"stops": [EarningStop(Obstacle.NO_ADVERTISING, None, "CZ1")]}, []),
            ({"credit": CreditGrade.C}, [Found(Obstacle.CREDIT, reference="c")]),
        ],
    )
    def test_says_what_stands_against_earning_and_until_when(self, known, found):
        facts = {
            "is_open": True,
            "is_verified": True,
            "registered_on": date(2025, 1, 1),
            "last_violation_on": None,
            "last_violation": "",
            "credit": CreditGrade.A,
            **known,
        }

        assert obstacles(EarningFacts(**facts), RULE, TODAY, TIPS) == found

    def test_who_earns_already_keeps_the_right_with_a_credit_that_begins_none(self):
        facts = EarningFacts(True, True, date(2025, 1, 1), None, "", CreditGrade.C)

        assert obstacles(facts, RULE, TODAY, TIPS, has_right=True) == []
        assert obstacles(facts, RULE, TODAY, TIPS) != []

    def test_it_is_possible_again_when_the_last_obstacle_ends_if_all_have_an_end(self):
        first = Found(Obstacle.TOO_NEW, date(2026, 7, 1))
        last = Found(Obstacle.VIOLATION, date(2026, 8, 1))

        assert possible_from([first, last]) == date(2026, 8, 1)
        assert possible_from([first, Found(Obstacle.UNVERIFIED)]) is None


class TestApplying:
    def test_is_granted_at_once_by_the_rule_and_told_to_platform_and_operator(
        self, old_account, system
    ):
        account = old_account()

        right = apply(account, system)

        assert right.status == EarningStatus.GRANTED
        assert right.is_automated
        assert right.rule is not None
        assert rights(account) == [["tips"]]
        assert notices(account) == ["granted"]

    def test_a_new_account_is_refused_with_the_day_from_which_it_is_possible(
        self, make_account, system
    ):
        account = make_account()

        refused = apply(account, system)

        assert refused.status == EarningStatus.REFUSED
        assert [each["obstacle"] for each in refused.obstacles] == ["too_new"]
        assert refused.possible_from > timezone.localdate() + timedelta(days=80)
        assert rights(account) == []
        told = Notice.objects.get(about_id=str(refused.pk), purpose="accounts.earning_refused")
        assert str(refused.possible_from) in told.text
        assert told.appeal

    def test_a_second_right_of_the_same_kind_is_refused_and_leaves_nothing(
        self, old_account, system
    ):
        account = old_account()
        apply(account, system)

        with pytest.raises(ActionRefused):
            apply(account, system)

        assert EarningApplication.objects.count() == 1
        assert rights(account) == [["tips"]]

    def test_a_reason_and_the_permission_are_needed_and_nothing_is_left(
        self, old_account, system, staff_user
    ):
        account = old_account()

        with pytest.raises(MissingReason):
            apply_for_earning(
                account=account,
                behaviour=TIPS,
                source=ApplicationSource.API,
                **because(system, " "),
            )
        with pytest.raises(NotPermitted):
            apply(account, staff_user("auditor"))

        assert not EarningApplication.objects.exists()

    def test_given_up_it_ends_and_cannot_be_given_up_again(self, old_account, system):
        account = old_account()
        right = apply(account, system)

        give_up_earning(application=right, **because(system))

        assert rights(account)[-1] == []
        with pytest.raises(TransitionRefused):
            give_up_earning(application=right, **because(system))
        assert len(rights(account)) == 2

    def test_the_database_holds_one_right_for_each_behaviour(self, old_account, system):
        account = old_account()
        right = apply(account, system)
        same = EarningApplication.objects.get(pk=right.pk)
        same.pk = None

        with pytest.raises(IntegrityError, match="earning_one_right_each"), transaction.atomic():
            same.save(force_insert=True)


class TestLosing:
    def test_a_violation_ends_rights_at_once_and_its_undoing_gives_them_back(
        self, old_account, system
    ):
        account = old_account()
        right = apply(account, system)

        violate(account, system)

        right.refresh_from_db()
        assert right.status == EarningStatus.LOST
        assert right.lost_by == "CZ00000001"
        assert rights(account)[-1] == []
        assert outlook_of(account, timezone.now())[3].possible_from is not None

        withdraw_violation(account=account, reference="CZ00000001", **because(system))

        right.refresh_from_db()
        assert (right.status, right.lost_by) == (EarningStatus.GRANTED, "")
        assert rights(account)[-1] == ["tips"]
        assert notices(account) == ["granted", "lost", "granted"]

    def test_undone_one_of_two_violations_gives_nothing_back(self, old_account, system):
        account = old_account()
        right = apply(account, system)
        violate(account, system)
        violate(account, system, "CZ00000002")

        withdraw_violation(account=account, reference="CZ00000001", **because(system))

        right.refresh_from_db()
        assert right.status == EarningStatus.LOST

    def test_undone_twice_it_is_undone_once(self, old_account, system):
        account = old_account()
        violate(account, system)

        first = withdraw_violation(account=account, reference="CZ00000001", **because(system))
        again = withdraw_violation(account=account, reference="CZ00000001", **because(system))

        assert first is not None
        assert again is None
        assert not ViolationFact.objects.standing().exists()

    def test_the_sweep_ends_what_a_transfer_and_bad_credit_stand_against_and_nothing_else(
        self, old_account, system
    ):
        kept, moved, poor = old_account(), old_account(), old_account()
        for account in (kept, moved, poor):
            apply(account, system)
        impose_restriction(
            account=moved,
            kind=RestrictionKind.RESTRICT_FUNCTIONS,
            functions=["monetise"],
            from_=timezone.now(),
            until=timezone.now() + timedelta(days=90),
            ground_kind=GroundKind.TRANSFER,
            ground_ref="transfer:1",
            **because(system),
        )
        set_standing(
            subject=poor.subject,
            grade=CreditGrade.D,
            score=40,
            since=timezone.now(),
            reference="credit:1",
            **because(system),
        )

        ended = sweep_rights(now=timezone.now(), actor=system)
        again = sweep_rights(now=timezone.now(), actor=system)

        assert (ended, again) == (2, 0)
        states = dict(EarningApplication.objects.values_list("account", "status"))
        assert states == {kept.pk: "granted", moved.pk: "lost", poor.pk: "lost"}
        lost = EarningApplication.objects.get(account=moved)
        assert lost.obstacles[0]["obstacle"] == "transferred"
        assert lost.possible_from is not None

    def test_a_sweep_asks_as_many_questions_for_many_as_for_few(self, old_account, system):
        asked = []
        for count in (1, 4):
            for _number in range(count):
                account = old_account()
                apply(account, system)
                impose_restriction(
                    account=account,
                    kind=RestrictionKind.SUSPEND_UPDATES,
                    from_=timezone.now(),
                    until=None,
                    ground_kind=GroundKind.DORMANCY,
                    ground_ref="dormancy:1",
                    **because(system),
                )
            with CaptureQueriesContext(connection) as questions:
                assert sweep_rights(now=timezone.now(), actor=system) == count
            asked.append([each["sql"] for each in questions])

        assert len(asked[0]) == len(asked[1]), [each[:160] for each in asked[1]]


def test_a_credit_that_is_written_again_changes_nothing_and_one_that_cannot_be_is_refused(
    make_account, system
):
    subject = make_account().subject
    given = {
        "subject": subject,
        "grade": CreditGrade.B,
        "score": 80,
        "since": timezone.now(),
        "reference": "credit:1",
    }

    first = set_standing(**given, **because(system))
    again = set_standing(**given, **because(system))
    with pytest.raises(ActionRefused):
        set_standing(**{**given, "score": 101}, **because(system))

    assert (first.version, again.version) == (1, 1)
    assert Standing.objects.get().score == 80
