"""Powers over comments: by nature and credit, told to the platform where they changed."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import SubjectNature
from accounts.models import AccountPowers, CommentPowerRule
from accounts.powers_words import CommentPower, CreditGrade
from accounts.rules.comment_powers import PowerTable, powers_of
from accounts.services.comment_powers import present_powers, sweep_powers
from accounts.services.standing import set_standing
from compliance.models import Notice, PlatformCommand
from tests.accounts.powers import because

pytestmark = pytest.mark.django_db


def commands(account):
    found = PlatformCommand.objects.filter(subject_id=account.platform_uid, kind="account.rights")
    return [json.loads(each.payload)["comments"] for each in found.order_by("pk")]


def rate(account, grade, score, actor):
    return set_standing(
        subject=account.subject,
        grade=grade,
        score=score,
        since=timezone.now(),
        reference="credit:1",
        **because(actor),
    )


def test_the_table_knows_every_nature_and_credit_and_a_worse_one_has_no_more():
    content = CommentPowerRule.objects.get().content
    table = PowerTable.from_catalogue(content)

    assert len(table.cells) == len(SubjectNature) * len(CreditGrade)
    assert powers_of(table, "", CreditGrade.A) == powers_of(
        table, SubjectNature.NATURAL_PERSON, CreditGrade.A
    )
    content["powers"]["media"]["z"] = [CommentPower.DELETE.value, CommentPower.CLOSE.value]
    with pytest.raises(ValueError, match="worse one"):
        PowerTable.from_catalogue(content)


def test_a_new_account_is_told_once_and_counts_as_the_best_until_it_is_rated(make_account, system):
    account = make_account()

    first = sweep_powers(now=timezone.now(), actor=system)
    again = sweep_powers(now=timezone.now(), actor=system)

    assert (first, again) == (1, 0)
    row = AccountPowers.objects.get()
    assert (row.credit, row.is_unrated) == ("a", True)
    assert commands(account) == [row.powers]
    assert set(row.powers) == set(CommentPower.values)


def test_a_credit_that_falls_takes_powers_away_at_once_and_gives_them_back(make_account, system):
    account = make_account()
    sweep_powers(now=timezone.now(), actor=system)

    rate(account, CreditGrade.E, 10, system)

    account.refresh_from_db()
    assert list(present_powers(account, timezone.now()).powers) == ["reply", "report"]
    assert commands(account)[-1] == ["reply", "report"]
    told = Notice.objects.get(purpose="accounts.powers_fewer")
    assert told.reasons
    assert told.appeal
    rate(account, CreditGrade.A, 95, system)
    assert len(commands(account)) == 3
    # Of what was given back nobody is told: nothing was lost.
    assert Notice.objects.filter(purpose="accounts.powers_fewer").count() == 1
    # Another score of the same grade changes no power.
    rate(account, CreditGrade.A, 96, system)
    assert len(commands(account)) == 3


def test_a_sweep_asks_as_many_questions_for_many_as_for_few(make_account, system):
    asked = []
    for count in (1, 4):
        for _number in range(count):
            make_account()
        with CaptureQueriesContext(connection) as questions:
            assert sweep_powers(now=timezone.now(), actor=system) == count
        asked.append(len(questions))

    assert asked[0] == asked[1]
