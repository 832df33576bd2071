"""Screening through the service: keys kept in step with lists and accounts, few statements."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.enums import GroundKind, ListedNameKind
from accounts.models import AccountNameKey, ListedNameKey
from accounts.rules.screening.near_names import Verdict
from accounts.services import screening
from accounts.services.names import NameRow, add_names
from accounts.services.restrictions import close_account, reopen_account
from accounts.services.screening import screen_names
from compliance.provisions import Provision


def listing(actor, kind, *names):
    add_names(
        kind=kind,
        rows=[NameRow(name, "测试") for name in names],
        actor=actor,
        provision=Provision.PUBLIC_ACCOUNT_8_3,
        reason="测试",
    )


def found(name):
    (screened,) = screen_names([name])
    return screened.verdict, [(hit.known.name, hit.known.kind) for hit in screened.hits]


GROUND = {
    "ground_kind": GroundKind.DECISION,
    "ground_ref": "decision:1",
    "provision": Provision.PUBLIC_ACCOUNT_8_3,
    "reason": "测试",
}


def test_finds_a_listed_name_by_shape_sound_edit_and_part(system):
    listing(system, ListedNameKind.RESERVED, "人民日报")
    listing(system, ListedNameKind.BARRED, "深夜财经内参")

    for name in (
        "人民曰报",
        "人民日抱",
        "人民每日报",
        "人民报",
        "人民日报客户端",
        "人民曰报客户端",
    ):
        assert found(name) == (Verdict.REVIEW, [("人民日报", "reserved")]), name
    assert found("深夜·財經內參") == (Verdict.BARRED, [("深夜财经内参", "barred")])
    assert found("深夜财经内叁") == (Verdict.REVIEW, [("深夜财经内参", "barred")])
    assert found("河畔读书笔记") == (Verdict.CLEAR, [])


def test_finds_a_live_name_by_its_look_alone_and_as_long_as_the_account_is_open(
    system, make_account
):
    account = make_account(account_name="千寻读书小站")

    assert found("干寻读书小站") == (Verdict.REVIEW, [("千寻读书小站", "live")])
    assert found("千寻读书小站") == (Verdict.REVIEW, [("千寻读书小站", "live")])
    assert found("千寻读书小战") == (Verdict.CLEAR, [])

    close_account(account=account, actor=system, **GROUND)

    assert AccountNameKey.objects.count() == 0
    assert found("千寻读书小站") == (Verdict.BARRED, [("千寻读书小站", "barred")])
    assert found("千寻读书小战") == (Verdict.REVIEW, [("千寻读书小站", "barred")])

    reopen_account(account=account, actor=system, **GROUND)

    assert ListedNameKey.objects.count() == 0
    assert AccountNameKey.objects.count() == 1
    assert found("千寻读书小站") == (Verdict.REVIEW, [("千寻读书小站", "live")])


def statements_for(names):
    with CaptureQueriesContext(connection) as asked:
        screened = screen_names(names)
    return len(asked), screened


def test_asks_no_more_statements_for_many_names_than_for_one(system, make_account):
    listing(system, ListedNameKind.RESERVED, *(f"保留{number}号频道" for number in range(50)))
    make_account(account_name="保留7号读书")

    one, _screened = statements_for(["保留7号频道"])
    many, screened = statements_for(
        [f"我的保留{number}号频道" for number in range(100)] + ["保留7号读书"]
    )

    assert (one, many) == (4, 5)
    assert sum(bool(each.hits) for each in screened) == 51


def test_names_of_symbols_alone_are_clear_and_ask_nothing_of_anybody(system, make_account):
    assert found("！！！") == (Verdict.CLEAR, [])


def test_a_name_shared_by_accounts_is_shown_for_each(make_account, make_namesake):
    account = make_account(account_name="千寻读书小站")
    make_namesake(account)

    assert found("干寻读书小站")[1] == [("千寻读书小站", "live")] * 2


def test_says_barred_however_many_names_look_the_same(system, monkeypatch):
    monkeypatch.setattr(screening, "_LISTED_A_KEY", 1)
    names = [f"{one}里{other}记" for one in "千干" for other in "日曰"]
    listing(system, ListedNameKind.BARRED, *names)

    assert {found(name)[0] for name in names} == {Verdict.BARRED}


def test_the_keys_of_a_name_go_with_the_transaction_that_listed_it(system):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        listing(system, ListedNameKind.RESERVED, "人民日报")
        raise ZeroDivisionError

    connection.check_constraints()
    assert ListedNameKey.objects.count() == 0
