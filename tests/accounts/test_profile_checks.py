"""A profile that an account is to have is checked by the rules of registration."""

import pytest
from django.utils import timezone, translation

from accounts.enums import ListedNameKind
from accounts.rules.explanations import explanation
from accounts.services.names import NameRow, add_names
from accounts.services.profiles import Profile, check_profile
from compliance.provisions import Provision
from tests.accounts.qualifications import qualification_desk, reviewer, submitted  # noqa: F401


@pytest.fixture
def listed(staff_user):
    officer = staff_user("compliance_officer")

    def add(kind, *names):
        add_names(
            kind=kind,
            rows=[NameRow(name, "示例") for name in names],
            actor=officer,
            provision=Provision.PUBLIC_ACCOUNT_8_2,
            reason="测试数据",
        )

    return add


def hits_of(account, **more):
    subject = more.pop("subject", None)
    checked = check_profile(
        account=account, profile=Profile(**more), at=timezone.now(), subject=subject
    )
    return {each.code.value: each for each in checked.hits}


def test_every_check_of_registration_hits_a_changed_profile_and_says_why(make_account, listed):
    account = make_account(account_name="河畔夜读")
    listed(ListedNameKind.BARRED, "旧日茶馆")
    listed(ListedNameKind.RESERVED, "示范日报")
    make_account(account_name="山间晨读")

    assert hits_of(account, name="旧 日茶馆")["name_barred"].outcome == "refused"
    assert hits_of(account, name="示范日报社")["name_reserved"].outcome == "in_review"
    assert hits_of(account, name="山间晨渎")["name_similar"].outcome == "in_review"
    assert "name_unsafe" in hits_of(account, name="河\u200b畔")
    with translation.override("en"):
        claim = hits_of(account, bio="某市公安局官方账号")["name_mismatch"]
        assert "Natural person" in explanation(claim)


def test_the_account_itself_and_the_subjects_other_accounts_are_no_hits(make_account):
    first = make_account(account_name="河畔夜读", id_type="uscc", subject_nature="enterprise")

    assert hits_of(first, name="河畔 夜读") == {}
    assert hits_of(first, name="河畔晨读", bio="只谈散文") == {}
    assert hits_of(first) == {}


def test_names_are_compared_for_whoever_is_to_run_the_account(make_account):
    theirs, ours = make_account(account_name="河畔夜读"), make_account(account_name="山间晨读")

    assert "name_similar" in hits_of(ours, name="河畔夜渎")
    assert hits_of(ours, name="河畔夜渎", subject=theirs.subject) == {}
    same = hits_of(ours, name="河畔夜读", subject=theirs.subject)
    assert same["duplicate"].params["platform_uid"] == theirs.platform_uid


def test_a_verified_qualification_opens_the_words_of_its_trade(
    make_account,
    qualification_desk,  # noqa: F811
):
    account = make_account()
    assert "name_mismatch" in hits_of(account, name="河畔律师")

    qualification_desk(account, type="lawyer").verify()

    assert hits_of(account, name="河畔律师") == {}
