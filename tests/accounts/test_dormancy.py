"""Accounts that nobody uses are found, told, suspended, ended by the agreement, or go on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.dormancy_words import BatchStatus, DormancyStatus, LeftOut, SweepStep
from accounts.enums import AccountStatus, HoldKind
from accounts.models import (
    AccountNameKey,
    Dormancy,
    DormancyBatch,
    DormancySweep,
    ListedName,
    PublicAccount,
    Restriction,
)
from accounts.services.activity import Use, record_activity
from accounts.services.dormancy import batches, returning
from accounts.services.holds import place_hold
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.models import ActionLog, Notice, PlatformCommand, StaffUser
from tests.accounts.dormancy import Platform, grounds

pytestmark = pytest.mark.django_db
MakeIdle = Callable[..., PublicAccount]


def steps(swept: list[Any]) -> list[tuple[str, str]]:
    return [(each.platform_uid, str(each.left_out or each.step)) for each in swept]


def test_tells_the_operator_by_which_clause_and_until_when_to_return(
    platform: Platform, make_idle: MakeIdle
) -> None:
    platform.change_rule()
    account = make_idle()

    (told,) = platform.sweep()

    dormancy = platform.dormancy(account)
    assert (told.step, told.dormancy) == (SweepStep.NOTICED, dormancy.pk)
    assert dormancy.status == DormancyStatus.NOTICED
    assert dormancy.clause.rule_version.label == "1.0"
    assert timedelta(days=14) <= dormancy.return_by - dormancy.noticed_at < timedelta(days=15)
    (notice,) = Notice.objects.about(dormancy)
    assert notice.purpose == "accounts.dormancy_noticed"
    for words in (account.name, "第四条", "连续六个月未登录且未使用", dormancy.reference):
        assert words in notice.text
    assert notice.appeal in notice.text
    assert notice.deliveries.count() == 1
    assert not Restriction.objects.exists()
    entry = ActionLog.objects.for_object(dormancy).get()
    assert entry.action == "accounts.dormancy.create"
    assert f'"object_id":"{dormancy.pk}"' in entry.payload


def test_whole_way_to_the_end_of_the_service_and_back(
    platform: Platform, make_idle: MakeIdle, system: StaffUser
) -> None:
    platform.change_rule()
    account = make_idle(account_name="旧日观察")
    sent = [steps(platform.sweep())]
    platform.pass_days(14)
    sent.append(steps(platform.sweep()))
    platform.pass_days(1)
    sent.append(steps(platform.sweep()))
    suspended = platform.dormancy(account)
    restriction = Restriction.objects.get(account=account)
    platform.pass_days(31)
    sent.append(steps(platform.sweep()))
    batch = DormancyBatch.objects.get()

    batches.approve_batch(batch=batch, **grounds(platform.supervisor))
    (part,) = batches.carry_out_approved(actor=system)

    uid = account.platform_uid
    assert sent == [[(uid, "noticed")], [], [(uid, "suspended")], [(uid, "proposed")]]
    assert (suspended.status, suspended.restriction) == (DormancyStatus.SUSPENDED, restriction)
    assert restriction.ground_ref == suspended.ground_ref
    assert [each.pk for each in part.terminated] == [suspended.pk]
    account.refresh_from_db()
    assert (account.status, account.closed_ground_ref) == (
        AccountStatus.CLOSED,
        suspended.ground_ref,
    )
    assert not ListedName.objects.filter(name=account.name).exists()
    assert not AccountNameKey.objects.filter(account=account).exists()
    commands = PlatformCommand.objects.filter(subject_id=uid).order_by("pk")
    assert [each.kind for each in commands][-2:] == ["account.restrict", "account.close"]
    purposes = [each.purpose for each in Notice.objects.about(suspended)]
    assert purposes == [
        f"accounts.dormancy_{name}" for name in ("noticed", "suspended", "terminated")
    ]
    batch.refresh_from_db()
    assert batch.status == BatchStatus.DONE

    name = batches.undo_termination(
        dormancy=platform.dormancy(account), **grounds(platform.supervisor)
    )

    account.refresh_from_db()
    assert (account.status, account.name, name) == (AccountStatus.ACTIVE, "旧日观察", "旧日观察")
    assert AccountNameKey.objects.filter(account=account).exists()
    restriction.refresh_from_db()
    assert restriction.ended_at is not None
    assert platform.dormancy(account).status == DormancyStatus.UNDONE


def test_name_that_somebody_else_took_stays_theirs_when_a_termination_is_undone(
    platform: Platform, make_idle: MakeIdle, make_account: MakeIdle, system: StaffUser
) -> None:
    platform.change_rule()
    account = make_idle(account_name="旧日观察")
    platform.propose()
    batches.approve_batch(batch=DormancyBatch.objects.get(), **grounds(platform.supervisor))
    list(batches.carry_out_approved(actor=system))
    other = make_account(account_name="旧日观察")

    name = batches.undo_termination(
        dormancy=platform.dormancy(account), **grounds(platform.supervisor)
    )

    account.refresh_from_db()
    other.refresh_from_db()
    assert other.name == "旧日观察"
    assert account.name == name != "旧日观察"
    assert account.platform_uid in name


def test_account_goes_on_the_moment_its_use_is_pushed(
    platform: Platform, make_idle: MakeIdle, system: StaffUser
) -> None:
    platform.change_rule()
    account = make_idle()
    platform.suspend()
    platform.pass_days(1)

    taken = record_activity(
        uses=[Use(account.platform_uid, last_login_at=timezone.now()), Use("nobody")], actor=system
    )

    dormancy = platform.dormancy(account)
    assert (taken.resumed, taken.unknown) == (1, ("nobody",))
    assert dormancy.status == DormancyStatus.RETURNED
    assert Restriction.objects.get(account=account).ended_at is not None
    assert PlatformCommand.objects.filter(subject_id=account.platform_uid).latest("pk").kind == (
        "account.release"
    )
    assert platform.sweep() == []


def test_sweep_finds_out_by_itself_who_came_back(platform: Platform, make_idle: MakeIdle) -> None:
    platform.change_rule()
    account = make_idle()
    platform.propose()
    platform.idle(account, 0)

    assert steps(platform.sweep()) == [(account.platform_uid, "returned")]

    assert platform.dormancy(account).batch is None
    assert platform.sweep() == []


def test_says_why_it_leaves_accounts_as_they_are(
    platform: Platform,
    make_idle: MakeIdle,
    make_account: MakeIdle,
    system: StaffUser,
) -> None:
    platform.change_rule(exempt_natures=["enterprise"])
    exempt = make_idle(id_type="uscc")
    held = make_idle()
    place_hold(account=held, kind=HoldKind.OPEN_CASE, ground_ref="case:1", **grounds(system))
    agreed_to_nothing = make_idle()
    agreed_to_nothing.activity.__class__.objects.filter(account=agreed_to_nothing).update(
        agreed_version=None
    )
    in_use = make_idle(100)
    shell = make_idle(200, has_published=False)

    swept = platform.sweep()

    assert dict(steps(swept)) == {
        exempt.platform_uid: LeftOut.EXEMPT,
        held.platform_uid: LeftOut.OPEN_MATTER,
        agreed_to_nothing.platform_uid: LeftOut.NO_CLAUSE,
        shell.platform_uid: SweepStep.NOTICED,
    }
    assert platform.dormancy(shell).kind == "empty_shell"
    assert not Dormancy.objects.filter(account=in_use).exists()


def test_hold_that_comes_later_stops_what_was_begun(
    platform: Platform, make_idle: MakeIdle, system: StaffUser
) -> None:
    platform.change_rule()
    account = make_idle()
    platform.propose()
    batch = DormancyBatch.objects.get()
    batches.approve_batch(batch=batch, **grounds(platform.supervisor))
    place_hold(account=account, kind=HoldKind.OPEN_CASE, ground_ref="case:1", **grounds(system))

    (part,) = batches.carry_out_approved(actor=system)

    assert [each.account_id for each in part.kept] == [account.pk]
    account.refresh_from_db()
    assert account.status == AccountStatus.ACTIVE
    assert platform.dormancy(account).status == DormancyStatus.SUSPENDED


def test_more_than_ten_terminations_need_two_approvers_one_of_them_an_officer(
    platform: Platform, make_idle: MakeIdle, system: StaffUser
) -> None:
    platform.change_rule()
    accounts = [make_idle() for _number in range(11)]
    platform.propose()
    batch = DormancyBatch.objects.get()

    assert not batches.approve_batch(batch=batch, **grounds(platform.supervisor))
    with pytest.raises(ActionRefused):
        batches.approve_batch(batch=batch, **grounds(platform.supervisor))
    assert list(batches.carry_out_approved(actor=system)) == []
    assert batches.approve_batch(batch=batch, **grounds(platform.officer))
    (part,) = batches.carry_out_approved(actor=system)

    assert len(part.terminated) == len(accounts)


def test_taken_out_or_returned_stay_suspended_for_another_term(
    platform: Platform, make_idle: MakeIdle, staff_user: Callable[..., StaffUser]
) -> None:
    platform.change_rule()
    kept, returned = make_idle(), make_idle()
    platform.propose()
    moderator = staff_user("moderator")

    with pytest.raises(NotPermitted):
        batches.take_out(dormancy=platform.dormancy(kept), **grounds(staff_user("auditor")))
    assert platform.dormancy(kept).status == DormancyStatus.PROPOSED
    batches.take_out(dormancy=platform.dormancy(kept), **grounds(moderator))
    batches.return_batch(batch=DormancyBatch.objects.get(), **grounds(platform.supervisor))

    assert platform.sweep() == []
    for each in (kept, returned):
        dormancy = platform.dormancy(each)
        assert (dormancy.status, dormancy.batch) == (DormancyStatus.SUSPENDED, None)
        assert dormancy.terminate_from > timezone.now() + timedelta(days=29)
    platform.pass_days(31)
    assert len(platform.sweep()) == 2


def test_nothing_is_done_where_nothing_allows_it(platform: Platform, make_idle: MakeIdle) -> None:
    make_idle()
    with pytest.raises(ActionRefused, match=r"10 §2|第十条第二款"):
        platform.sweep()
    platform.change_rule()
    platform.pass_days(-20)
    with pytest.raises(ActionRefused):
        platform.sweep()
    platform.pass_days(20)
    with pytest.raises(InvalidInput):
        platform.sweep(as_of=timezone.localdate() + timedelta(days=1))

    assert not DormancySweep.objects.exists()
    assert not Dormancy.objects.exists()


def test_trial_looks_ahead_and_writes_nothing(platform: Platform, make_idle: MakeIdle) -> None:
    platform.change_rule()
    account = make_idle(170)
    now = platform.sweep(is_trial=True)
    later = platform.sweep(is_trial=True, as_of=timezone.localdate() + timedelta(days=60))

    assert now == []
    assert steps(later) == [(account.platform_uid, "noticed")]
    assert not Dormancy.objects.exists()
    assert not DormancySweep.objects.exists()


def test_six_months_are_the_least(platform: Platform) -> None:
    with pytest.raises(InvalidInput):
        platform.change_rule(months=5)
    with pytest.raises(InvalidInput):
        platform.change_rule(clause_number="第九十九条")


def test_statements_of_a_batch_do_not_grow_with_it(platform: Platform, make_idle: MakeIdle) -> None:
    platform.change_rule()

    def statements(count: int) -> tuple[int, int]:
        for _number in range(count):
            make_idle()
        with CaptureQueriesContext(connection) as told:
            platform.sweep()
        platform.pass_days(15)
        with CaptureQueriesContext(connection) as suspended:
            assert len(platform.sweep()) == count
        return len(told), len(suspended)

    assert statements(2) == statements(6)


def test_database_holds_the_order_of_the_steps(platform: Platform, make_idle: MakeIdle) -> None:
    platform.change_rule()
    make_idle()
    platform.propose()
    batch = DormancyBatch.objects.get()
    account = make_idle()
    platform.sweep()

    broken = {
        "dormancy_one_open": {},
        "dormancy_suspended_before_termination": {"status": "suspended"},
        "dormancy_ends_only_in_a_batch": {"batch": batch},
        "dormancy_end_has_time": {"ended_at": timezone.now()},
        "dormancy_told_beforehand": {"return_by": timezone.now() - timedelta(days=1)},
        "dormancy_kind_and_status_known": {"kind": "lazy"},
        "dormancy_suspended_after_notice": {"suspended_at": timezone.now()},
    }
    for constraint, changes in broken.items():
        row = platform.dormancy(account)
        row.pk = None
        for name, value in changes.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Dormancy.objects.bulk_create([row])


def test_resumed_by_hand_with_a_reason(
    platform: Platform, make_idle: MakeIdle, staff_user: Callable[..., StaffUser]
) -> None:
    platform.change_rule()
    account = make_idle()
    platform.suspend()

    returning.resume_account(
        dormancy=platform.dormancy(account), **grounds(staff_user("moderator"), "运营者来函说明")
    )

    dormancy = platform.dormancy(account)
    assert dormancy.status == DormancyStatus.RETURNED
    assert dormancy.history.first().history_change_reason == "运营者来函说明"
    assert Restriction.objects.get(account=account).ended_at is not None
