"""Search: what each role finds, by what, at which cost, and what never gets into an address."""

import html
import json
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import ListedNameKind
from accounts.services.names import NameRow, add_names
from compliance.models import ActionLog, Clause, StaffUser
from compliance.provisions import Provision
from compliance.ui import search
from tests.enforcement import bulk as lists
from tests.stories.conftest import ROLES, Story

P = Provision.PUBLIC_ACCOUNT_8_1
CANARY = "<img src=x onerror=alert(1)>"


def page_of(words: str, **more: str) -> str:
    return reverse("admin:search_records", query={"q": words, **more})


def client_of(login: StaffUser) -> Client:
    client = Client()
    client.force_login(login)
    return client


def found(client: Client, words: str) -> dict[str, list[str]]:
    """What the page shows for some words: addresses by kind; one hit is the page it leads to."""
    answer = client.get(page_of(words))
    if answer.status_code == 302:
        return {"opens": [answer.url]}
    assert answer.status_code == 200
    return {
        group.kind.code: [hit.url for hit, _key in hits] for group, hits in answer.context["groups"]
    }


def urls_of(client: Client, words: str) -> set[str]:
    return {url for urls in found(client, words).values() for url in urls}


@pytest.fixture
def story_with_names(story: Story, system: StaffUser, make_account: Any) -> Story:
    add_names(
        kind=ListedNameKind.RESERVED,
        rows=[NameRow("样例湾晚报", "报社名称")],
        actor=system,
        provision=P,
        reason="测试数据",
    )
    return story


@pytest.mark.django_db(transaction=True)
def test_each_role_finds_by_number_name_and_code_what_it_may_see_and_nothing_else(
    story_with_names: Story, make_account: Any, staff_user: Any
) -> None:
    story = story_with_names
    company = make_account(
        id_type="uscc", subject_nature="enterprise", subject_name="样例湾文化有限公司"
    ).subject
    assert company.organisation_name == "样例湾文化有限公司"
    person = story.staff["supervisor"].person
    clause = Clause.objects.order_by("pk").first()
    account, case, decision = story.account, story.case, story.decision
    account_page = reverse("admin:account", args=[account.pk])
    case_page = reverse("admin:work_on_case", args=[case.work_item_id])
    decision_page = reverse("admin:decision", args=[decision.pk])
    other = make_account()
    bulk = lists.draft([account, other], story.staff["moderator"])
    about_accounts = {*ROLES}
    about_staff = {"supervisor", "auditor", "compliance_officer", "system_administrator"}
    rules = {"supervisor", "auditor", "compliance_officer"}
    # What is typed, the address that it finds, and the roles that find it.
    matrix = [
        (account.platform_uid, account_page, about_accounts),
        (f"uid:{account.platform_uid}", account_page, about_accounts),
        (account.platform_uid[:-1], account_page, about_accounts),
        ("河畔晨", account_page, about_accounts),
        ("河 畔·晨讀", account_page, about_accounts),
        (case.number, case_page, about_accounts),
        (case.number.lower(), case_page, about_accounts),
        (f"aj{case.pk}", case_page, about_accounts),
        (f"#{case.work_item_id}", case_page, about_accounts),
        (decision.number, decision_page, about_accounts),
        (bulk.number.lower(), reverse("admin:bulk_decision", args=[bulk.pk]), about_accounts),
        (f"＃{decision.approval_item_id}", decision_page, about_accounts),
        (
            f"#{account.application.work_item_id}",
            reverse("admin:application", args=[account.application_id]),
            about_accounts,
        ),
        ("样例湾文化", reverse("admin:subject", args=[company.pk]), about_accounts),
        (company.uscc, reverse("admin:subject", args=[company.pk]), about_accounts),
        ("V02.3", None, about_accounts),
        (
            story.filing.number,
            reverse("admin:filing", args=[story.filing.pk]),
            {"supervisor", "auditor", "compliance_officer"},
        ),
        (
            clause.number,
            reverse("admin:compliance_ruledocument_change", args=[clause.rule_version.document_id]),
            rules,
        ),
        (
            f"P{person.pk:05d}",
            reverse("admin:compliance_person_change", args=[person.pk]),
            about_staff,
        ),
        (
            person.name,
            reverse("admin:compliance_person_change", args=[person.pk]),
            about_staff,
        ),
    ]
    logins = {**story.staff, "system_administrator": staff_user("system_administrator")}
    for role, login in logins.items():
        client = client_of(login)
        for words, address, roles in matrix:
            urls = urls_of(client, words)
            if role in roles:
                assert urls, (role, words)
                assert address is None or address in urls, (role, words)
            else:
                assert not urls, (role, words, urls)
            for url in urls:
                assert client.get(url, follow=True).status_code == 200, (role, url)
            palette = client.get(reverse("admin:search"), {"s": words}).content.decode()
            if address is not None:
                assert (f'href="{address}"' in palette) == (role in roles), (role, words)
    assert urls_of(client_of(logins["moderator"]), "样例湾晚报")


@pytest.mark.django_db(transaction=True)
def test_one_hit_opens_at_once_and_nothing_found_says_what_was_searched(story: Story) -> None:
    client = client_of(story.staff["moderator"])

    one = client.get(page_of(story.case.number))
    none = client.get(page_of("AJ99999999"))
    text = html.unescape(none.content.decode())

    assert one.status_code == 302
    assert one.url == reverse("admin:work_on_case", args=[story.case.work_item_id])
    assert none.status_code == 200
    assert "没有找到" in text
    for label in ("账号（按平台账号编号）", "案件编号，或 # 加待办编号"):
        assert label in text
    assert "当前角色无权查看、因此未搜索：" in text
    assert [kind.code for kind in none.context["denied"]] == [
        "complaint",
        "filing",
        "clause",
        "person",
    ]


@pytest.mark.django_db
def test_a_natural_person_is_found_by_no_name_and_no_number_here(
    staff_user: Any, make_account: Any
) -> None:
    account = make_account(subject_name="欧阳测试丁", mobile="13912340000")
    client = client_of(staff_user("moderator"))

    assert urls_of(client, "欧阳测试丁") == set()
    assert urls_of(client, "欧阳") == set()
    assert account.subject.organisation_name == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    [
        "13912340000",
        "+86 139-1234-0000",
        "１３９１２３４００００",
        "11010119900307001X",
        "a@b.example",
        "/13912340000",
        "电话13912340000",
        "查 a@b.example 的账号",
    ],
)
def test_what_looks_like_identity_data_is_neither_looked_up_nor_drawn_again(
    staff_user: Any, make_account: Any, value: str
) -> None:
    account = make_account(platform_uid="13912340000")
    client = client_of(staff_user("moderator"))

    away = client.get(page_of(value))
    answer = client.get(away.url)
    palette = client.get(reverse("admin:search"), {"s": value})
    by_number = client.get(page_of("uid:13912340000"))

    assert away.status_code == 302
    assert away.url == f"{reverse('admin:search_records')}?held"
    assert answer.context["groups"] == []
    for page in (away, answer, palette):
        text = html.unescape(page.content.decode())
        assert value not in text
        assert account.name not in text
    assert reverse("admin:search_identity") in palette.content.decode()
    assert "因此不检索这类内容" in answer.content.decode().partition("data-identity-note")[2]
    assert by_number.url == reverse("admin:account", args=[account.pk])


@pytest.mark.parametrize(
    "words",
    [
        "wx13912340000",
        "river-13912340000",
        "139123400001",
        "uid:13912340000",
        "ＵＩＤ：13912340000",
        "AJ00000012",
        "甲@乙",
    ],
)
def test_a_number_within_a_longer_one_or_named_as_an_accounts_is_looked_up(words: str) -> None:
    assert not search.is_identity(words)


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["x" * 201, "   ", "%", "_", "'--", "#", CANARY])
def test_odd_words_are_no_fault_and_find_nothing(
    staff_user: Any, make_account: Any, words: str
) -> None:
    make_account()
    client = client_of(staff_user("auditor"))

    answer = client.get(page_of(words))
    palette = client.get(reverse("admin:search"), {"s": words})

    assert answer.status_code == 200
    assert palette.status_code == 200
    assert answer.context["groups"] == []
    assert CANARY not in answer.content.decode()
    assert "onerror=alert(1)>" not in palette.content.decode()


@pytest.mark.django_db
def test_names_of_others_are_text_among_the_hits(staff_user: Any, make_account: Any) -> None:
    long = ("长名称" * 70)[:200]
    accounts = [make_account(account_name=name) for name in (f"晨{CANARY}", f"晨{long}"[:200])]
    client = client_of(staff_user("moderator"))

    for answer in (
        client.get(page_of("晨")),
        client.get(reverse("admin:search"), {"s": "晨"}),
    ):
        text = answer.content.decode()
        assert "<img src=x" not in text
        for account in accounts:
            assert html.escape(account.name) in text


@pytest.mark.django_db
def test_many_hits_are_paged_by_position_and_each_is_seen_once(
    staff_user: Any, make_application: Any
) -> None:
    for number in range(60):
        make_application(platform_uid=f"deep-{number:03d}", account_name=f"深海{number}")
    client = client_of(staff_user("moderator"))

    first = client.get(page_of("deep-"))
    (group, hits), *others = first.context["groups"]
    assert others == []
    assert len(hits) == search.FIRST_HITS
    assert group.older
    assert [key for _hit, key in hits] == list("12345678")

    seen: list[str] = []
    position, sizes = "", []
    while True:
        more = {"kind": "account", **({"from": position} if position else {})}
        page = client.get(page_of("deep-", **more))
        (group, hits), *_none = page.context["groups"]
        seen += [hit.hint for hit, _key in hits]
        sizes.append(len(hits))
        position = group.older
        if not position:
            break
    assert sizes == [25, 25, 10]
    assert seen == sorted(seen)
    assert len(set(seen)) == 60


def scans_of(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Every node of a plan that reads a table."""
    nodes = [plan] if "Relation Name" in plan and plan["Node Type"] != "ModifyTable" else []
    for child in plan.get("Plans", []):
        nodes += scans_of(child)
    return nodes


def unindexed(kind: str, words: str, before: str) -> list[dict[str, Any]]:
    """Return the tables of a finder's plan that are read without a condition on an index."""
    rows = search._kinds[kind].finder(words)
    assert rows is not None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(before)
        text, values = rows[:26].query.sql_with_params()
        cursor.execute(f"EXPLAIN (FORMAT JSON) {text}", values)
        (plans,) = cursor.fetchone()
    scans = scans_of((json.loads(plans) if isinstance(plans, str) else plans)[0]["Plan"])
    assert scans

    def by_condition(node: dict[str, Any]) -> bool:
        # The table of a bitmap has no condition of its own where what names begin with is a filter.
        if "Bitmap" in node["Node Type"] and "Plans" in node:
            return all(by_condition(each) for each in node["Plans"])
        return "Index" in node["Node Type"] and bool(node.get("Index Cond"))

    return [node for node in scans if not by_condition(node)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("account", "t-0000"),
        ("account_name", "河畔"),
        ("application", "t-000001"),
        ("finding", "FX00000012"),
        ("qualification", "ZZ00000012"),
        ("qualification", "#12"),
        ("transfer", "ZR00000012"),
        ("transfer", "#12"),
        ("regularisation", "BB00000012"),
        ("stop", "TY00000012"),
        ("profile_change", "BG00000012"),
        ("allowance", "DH00000012"),
        ("repudiation", "MM00000012"),
        ("dormancy", "DM00000012"),
        ("agency", "JG00000012"),
        ("agency", "样例湾"),
        ("agency_contract", "XY00000012"),
        ("agency_contract", "#12"),
        ("correction", "GZ00000012"),
        ("correction", "#12"),
        ("application", "#12"),
        ("subject", "样例湾"),
        ("subject", "91110101MA0000001U"),
        ("case", "AJ00000012"),
        ("case", "#12"),
        ("decision", "CZ00000012"),
        ("decision", "#12"),
        ("emergency_hold", "JJ00000012"),
        ("appeal", "SS00000012"),
        ("appeal", "#12"),
        ("rumour", "YY00000012"),
        ("complaint", "TS00000012"),
        ("complaint", "#12"),
        ("bulk", "PL00000012"),
        ("filing", "BS00000012"),
        ("violation", "V02"),
        ("clause", "第十八条"),
        ("person", "P00012"),
        # Not how all names of the tests begin: then an index would spare nothing.
        ("person", "样例"),
    ],
)
def test_every_finder_is_answered_through_a_condition_on_an_index(kind: str, words: str) -> None:
    """
    Not how fast it is, but that an index can answer it: on tables as small as a test's a scan is
    cheaper, so scans are forbidden to the planner, and every table must then be read by a condition
    on an index. Reading a whole index in its order has none and fails as well.
    """
    assert unindexed(kind, words, "SET LOCAL enable_seqscan = off") == []


@pytest.mark.django_db(transaction=True)
def test_listed_names_are_looked_up_in_their_index_once_the_table_is_known(
    system: StaffUser, owner_connection: Any
) -> None:
    """Several partial indexes fit; which is the right one the planner learns from the table."""
    add_names(
        kind=ListedNameKind.RESERVED,
        rows=[NameRow(f"样例湾{number}报", "报社名称") for number in range(3_000)],
        actor=system,
        provision=P,
        reason="测试数据",
    )
    owner_connection.execute("ANALYZE accounts_listedname")

    assert unindexed("listed_name", "样例湾77报", "SELECT 1") == []


@pytest.mark.django_db
def test_the_kinds_tested_for_their_plans_are_all_there_are() -> None:
    tested = {
        "account",
        "account_name",
        "application",
        "subject",
        "listed_name",
        "finding",
        "qualification",
        "transfer",
        "regularisation",
        "stop",
        "correction",
        "profile_change",
        "allowance",
        "repudiation",
        "dormancy",
        "agency",
        "agency_contract",
        "case",
        "decision",
        "emergency_hold",
        "appeal",
        "rumour",
        "complaint",
        "bulk",
        "filing",
        "violation",
        "clause",
        "person",
    }

    assert set(search._kinds) == tested


@pytest.mark.django_db
def test_searching_for_records_leaves_nothing_in_the_log(
    staff_user: Any, make_account: Any
) -> None:
    make_account()
    client = client_of(staff_user("moderator"))
    before = ActionLog.objects.count()

    client.get(page_of("河畔"))

    assert ActionLog.objects.count() == before
