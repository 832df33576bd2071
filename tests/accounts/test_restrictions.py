"""What limits an account: terms that overlap, closure, and its exact undoing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.enums import AccountStatus, GroundKind, RestrictionKind
from accounts.models import ListedName, PublicAccount, Restriction
from accounts.rules.effective_state import RestrictionTerm, Stop, effective_state
from accounts.services.restrictions import (
    close_account,
    end_restriction,
    impose_restriction,
    reopen_account,
    state_of,
)
from compliance.errors import ActionRefused, InvalidInput, StaleVersion, TransitionRefused
from compliance.models import ActionLog
from compliance.provisions import Provision

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
K = RestrictionKind


def term(kind, begins=-1, ends=None, **more):
    until = None if ends is None else NOW + ends * DAY
    return RestrictionTerm(kind, NOW + begins * DAY, until, **more)


def test_an_account_without_restrictions_may_everything():
    state = effective_state([], NOW)

    assert state.is_unrestricted
    assert state.may_publish
    assert state.may_advertise


def test_the_longest_of_overlapping_terms_counts():
    terms = [term(K.SUSPEND_UPDATES, ends=3), term(K.SUSPEND_UPDATES, ends=30)]

    state = effective_state(terms, NOW)

    assert not state.may_publish
    assert state.publishing == Stop(NOW + 30 * DAY)
    assert state.may_advertise


def test_a_term_without_end_outlasts_all_others():
    state = effective_state([term(K.STOP_ADVERTISING), term(K.STOP_ADVERTISING, ends=9)], NOW)

    assert state.advertising == Stop(None)
    assert state.may_publish


def test_suspended_service_stops_publishing_and_advertising():
    state = effective_state([term(K.SUSPEND_SERVICE, ends=7)], NOW)

    assert not state.may_publish
    assert not state.may_advertise
    assert state.service == Stop(NOW + 7 * DAY)


def test_functions_are_off_each_for_its_own_time():
    terms = [
        term(K.RESTRICT_FUNCTIONS, ends=2, functions=("comment", "live")),
        term(K.RESTRICT_FUNCTIONS, ends=5, functions=("live",)),
    ]

    state = effective_state(terms, NOW)

    assert state.functions_off == {"comment": Stop(NOW + 2 * DAY), "live": Stop(NOW + 5 * DAY)}
    assert state.may_publish


@pytest.mark.parametrize(
    "over",
    [
        term(K.SUSPEND_UPDATES, begins=-9, ends=0),
        term(K.SUSPEND_UPDATES, begins=1),
        term(K.SUSPEND_UPDATES, ended_at=NOW),
    ],
    ids=["ended now", "not begun", "ended early"],
)
def test_a_term_that_is_over_or_to_come_limits_nothing(over):
    assert effective_state([over], NOW).is_unrestricted


def test_a_restriction_begins_with_its_first_instant():
    assert not effective_state([term(K.SUSPEND_UPDATES, begins=0)], NOW).may_publish


def test_a_closed_account_may_nothing():
    state = effective_state([], NOW, is_open=False)

    assert not state.may_publish
    assert not state.may_advertise
    assert not state.is_unrestricted


def grounds(actor):
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_19_2, "reason": "测试处置"}


def ground(ref="D-1"):
    return {"ground_kind": GroundKind.DECISION, "ground_ref": ref}


def suspend(account, actor, ref="D-1", **more):
    values = {"from_": timezone.now() - DAY, "until": timezone.now() + 7 * DAY, **more}
    values.setdefault("kind", K.SUSPEND_UPDATES)
    return impose_restriction(account=account, **values, **ground(ref), **grounds(actor))


def test_ending_one_restriction_leaves_the_other(make_account, system):
    account = make_account()
    first, _second = suspend(account, system), suspend(account, system, "D-2")

    end_restriction(restriction=first, **grounds(system))

    assert not state_of(account, timezone.now()).may_publish
    assert first.history.count() == 2
    assert ActionLog.objects.for_object(first).latest("id").action == "accounts.restriction.end"


def test_nothing_ends_twice(make_account, system):
    restriction = suspend(make_account(), system)
    end_restriction(restriction=restriction, **grounds(system))
    over = suspend(make_account(), system, until=timezone.now() - timedelta(hours=1))

    for each in (restriction, over):
        with pytest.raises(ActionRefused):
            end_restriction(restriction=each, **grounds(system))


@pytest.mark.parametrize(
    "values",
    [
        {"until": timezone.now() - 2 * DAY},
        {"kind": K.RESTRICT_FUNCTIONS, "functions": ()},
        {"kind": K.SUSPEND_UPDATES, "functions": ("comment",)},
        {"ref": " "},
    ],
    ids=["term", "no functions", "functions out of place", "no ground"],
)
def test_refuses_a_restriction_that_says_nothing_clear(make_account, system, values):
    account = make_account()

    with pytest.raises(InvalidInput):
        suspend(account, system, **values)

    assert not Restriction.objects.exists()


def test_closing_bars_the_name_and_reopening_undoes_exactly_that(
    make_account, make_application, system
):
    account = make_account(account_name="河畔夜读")

    close_account(account=account, **ground(), **grounds(system))
    refused = make_application(account_name="河畔-夜读")
    reopen_account(account=account, **ground(), **grounds(system))
    namesake = make_application(account_name="河畔夜读")

    assert refused.checks.get().code == "name_barred"
    assert [check.code for check in namesake.checks.all()] == ["name_similar"]
    account = PublicAccount.objects.get(pk=account.pk)
    assert account.status == AccountStatus.ACTIVE
    assert (account.closed_at, account.closed_ground_kind, account.closed_ground_ref) == (
        None,
        "",
        "",
    )
    assert list(account.history.order_by("history_id").values_list("status", flat=True)) == [
        "active",
        "closed",
        "active",
    ]


def test_reopening_one_account_leaves_the_name_barred_by_another_of_the_same_decision(
    make_account, make_namesake, system
):
    first = make_account(account_name="河畔夜读")
    second = make_namesake(first)
    for account in (first, second):
        close_account(account=account, **ground(), **grounds(system))

    reopen_account(account=first, **ground(), **grounds(system))

    assert ListedName.objects.in_force().filter(name="河畔夜读").count() == 1


def test_a_closed_account_frees_its_place(make_account, system):
    account = make_account()
    close_account(account=account, **ground(), **grounds(system))

    assert not state_of(account, timezone.now()).may_publish
    with pytest.raises(ActionRefused):
        suspend(account, system)


def test_refuses_to_close_twice_reopen_on_another_ground_or_act_on_what_moved_on(
    make_account, system
):
    account = make_account()
    with pytest.raises(StaleVersion):
        close_account(account=account, expected_version=7, **ground(), **grounds(system))
    with pytest.raises(TransitionRefused):
        reopen_account(account=account, **ground(), **grounds(system))
    close_account(account=account, **ground(), **grounds(system))
    with pytest.raises(TransitionRefused):
        close_account(account=account, **ground("D-2"), **grounds(system))
    with pytest.raises(ActionRefused):
        reopen_account(account=account, **ground("D-2"), **grounds(system))

    account.refresh_from_db()
    assert account.status == AccountStatus.CLOSED
    assert ListedName.objects.in_force().count() == 1


def test_closes_an_account_whose_name_folds_to_nothing(make_account, system):
    account = make_account(account_name="☆☆☆")

    close_account(account=account, **ground(), **grounds(system))

    assert not ListedName.objects.exists()


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("status = 'closed'", "publicaccount_closure_has_ground"),
        ("closed_ground_ref = 'D-1'", "publicaccount_closure_has_ground"),
        ("version = version", "version_steps_by_one"),
    ],
)
def test_the_database_refuses_a_closure_without_ground(make_account, assignment, constraint):
    account = make_account()
    step = "" if assignment.startswith("version") else "version = version + 1, "

    with (
        pytest.raises(DatabaseError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE accounts_publicaccount SET {step}{assignment} WHERE id = %s", [account.pk]
        )

    assert refusal.value.__cause__.diag.constraint_name == constraint


def test_the_database_refuses_a_term_that_ends_before_it_begins(make_account, system):
    restriction = suspend(make_account(), system)
    restriction.pk, restriction.in_force_until = None, restriction.in_force_from - DAY

    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Restriction.objects.bulk_create([restriction])

    assert refusal.value.__cause__.diag.constraint_name == "restriction_term_is_positive"


def test_closing_that_is_no_sanction_leaves_the_name_free(make_account, make_application, system):
    account = make_account(account_name="河畔夜读")

    close_account(account=account, **ground(), is_name_barred=False, **grounds(system))

    assert make_application(account_name="河畔夜读").checks.count() == 0
