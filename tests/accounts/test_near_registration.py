"""Applications whose name comes close to another, or claims what the subject is not."""

import pytest
from django.urls import reverse

from accounts.enums import ApplicationSource, CheckCode, ListedNameKind
from accounts.rules.explanations import explanation
from accounts.services.registration import register_batch, stored_checks
from compliance import work
from compliance.provisions import Provision
from tests.accounts.applications import COMPANY
from tests.accounts.conclusions import changed_limits, hits
from tests.accounts.fixtures import application_data, unused_credit_code
from tests.accounts.test_screening import listing


def found(application):
    return {check.code: check for check in stored_checks(application)}


def test_sends_what_comes_close_to_a_listed_name_to_review_and_says_why(system, make_application):
    listing(system, ListedNameKind.RESERVED, "人民日报")

    application = make_application(account_name="人民·曰报")

    assert application.status == "in_review"
    (check,) = found(application).values()
    assert check.code == CheckCode.NAME_SIMILAR
    assert check.params["near"] == [
        {
            "name": "人民日报",
            "kind": "reserved",
            "why": ["separator", "confusable", "edit"],
            "distance": 1,
            "spans": [[3, 4]],
            "platform_uid": "",
        }
    ]
    assert "人民日报" in explanation(check)


def test_leaves_a_listed_name_itself_to_its_own_check(system, make_application):
    listing(system, ListedNameKind.RESERVED, "人民日报", "新华社", "新华网")
    listing(system, ListedNameKind.BARRED, "真相调查局")

    assert set(found(make_application(account_name="人民日报社"))) == {CheckCode.NAME_RESERVED}
    assert set(found(make_application(account_name="新华网"))) == {CheckCode.NAME_RESERVED}
    assert set(found(make_application(account_name="眞相調查局"))) == {CheckCode.NAME_BARRED}


def test_sends_what_looks_like_a_live_account_of_somebody_else_to_review(
    make_account, make_application
):
    account = make_account(account_name="千寻读书小站")

    alike = make_application(account_name="干寻读书小站")
    same = make_application(account_name="千寻读书小站")

    for application, why in ((alike, ["confusable"]), (same, ["same"])):
        (near,) = found(application)[CheckCode.NAME_SIMILAR].params["near"]
        assert (near["kind"], near["why"]) == ("live", why)
        assert near["platform_uid"] == account.platform_uid


def test_an_applicants_own_account_is_no_imitation(make_account, make_application):
    code = unused_credit_code()
    company = {**{name: COMPANY[name] for name in ("subject_nature", "id_type")}, "id_number": code}
    make_account(account_name="千寻读书小站", **company)

    second = make_application(account_name="干寻读书小站", **company)

    assert set(found(second)) == {CheckCode.MULTI_ACCOUNT}


def test_rows_of_one_file_see_the_accounts_of_those_before_them(db, system):
    rows = [application_data(account_name=name) for name in ("千寻读书小站", "干寻读书小站")]

    first, second = register_batch(
        rows=rows,
        source=ApplicationSource.FILE,
        actor=system,
        provision=Provision.PUBLIC_ACCOUNT_8_1,
        reason="测试",
    )

    assert [first.outcome, second.outcome] == ["approved", "in_review"]
    assert [check.code for check in second.checks] == [CheckCode.NAME_SIMILAR]


@pytest.mark.parametrize("name", ["人民·曰报", "干寻读书小站"])
def test_the_review_page_shows_both_names_beside_each_other(
    name, system, make_account, make_application, staff_user, client
):
    listing(system, ListedNameKind.RESERVED, "人民日报")
    account = make_account(account_name="千寻读书小站")
    application = make_application(account_name=name)
    moderator = staff_user("moderator")
    work.claim_item(work_item=application.work_item, actor=moderator)
    client.force_login(moderator)

    page = client.get(reverse("admin:review_application", args=[application.work_item_id]))

    (hit,) = page.context["name_hits"]
    text = page.content.decode()
    if name == "人民·曰报":
        assert (hit.listed, hit.url) == ("人民日报", "")
        assert "<mark>" in text
    else:
        assert hit.url == reverse("admin:account", args=[account.pk])
        assert hit.url in text


@pytest.mark.parametrize(
    ("changes", "claim", "word"),
    [
        ({"account_name": "示范市公安局"}, "organ", "公安局"),
        ({"account_name": "北岸晚报"}, "media", "晚报"),
        ({"account_name": "北岸大學"}, "institution", "大学"),
        ({"account_name": "示范基金会"}, "association", "基金会"),
        ({"account_name": "老张主任医师"}, "profession", "主任医师"),
        ({"bio": "某品牌官方账号"}, "official", "官方账号"),
    ],
)
def test_finds_claims_that_a_natural_person_cannot_make(changes, claim, word):
    check = hits(**changes)[CheckCode.NAME_MISMATCH]

    (what,) = check.params["claims"]
    assert (what["claim"], what["word"]) == (claim, word)
    assert word in explanation(check)


@pytest.mark.parametrize(
    "name",
    [
        "大学生日常",
        "医院见闻笔记",
        "律师手册",
        "竹里书法研究所",
        "橙子频道",
        "麦田工作室",
        "日报写作课",
    ],
)
def test_everyday_words_claim_nothing(name):
    assert hits(account_name=name) == {}


def test_whoever_is_what_the_name_says_may_say_it():
    assert hits(COMPANY, account_name="示范有限公司") == {}
    assert set(hits(account_name="示范有限公司")) == {CheckCode.NAME_MISMATCH}
    doctor = {"account_name": "老张医生", "qualification_type": "DOC_QUAL"}
    assert hits(**doctor) == {}


def test_claims_are_not_checked_without_a_nature_or_beside_a_reserved_name_or_without_a_list():
    claims = {"account_name": "示范市公安局"}

    assert CheckCode.NAME_MISMATCH not in hits(**claims, subject_nature="")
    assert hits(limits=changed_limits(name_claims=[]), **claims) == {}
