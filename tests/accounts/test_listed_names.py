"""Lists of barred and reserved names: loading them, and finding them without scanning."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from accounts.enums import ListedNameKind
from accounts.models import ListedName
from accounts.rules.names import barred_hit, reserved_hits
from accounts.services.name_lookup import barred_index, listed_lengths, reserved_index
from accounts.services.names import NameOutcome, NameRow, add_names
from compliance.errors import InvalidInput, NotPermitted
from compliance.models import ActionLog
from compliance.provisions import Provision


def listing(actor, kind, *names):
    return add_names(
        kind=kind,
        rows=[NameRow(name, "测试") for name in names],
        actor=actor,
        provision=Provision.PUBLIC_ACCOUNT_8_3,
        reason="测试",
    )


def run(path, kind="barred"):
    out = io.StringIO()
    complaint = ""
    try:
        call_command("add_names", str(path), "--json", kind=kind, stdout=out)
    except CommandError as problem:
        complaint = str(problem)
    return [json.loads(line) for line in out.getvalue().splitlines()], complaint


def test_lists_each_name_once_with_its_history(system):
    first = listing(system, ListedNameKind.BARRED, "甲乙", "丙丁", "甲乙")

    second = listing(system, ListedNameKind.BARRED, "丙丁", "戊己")

    assert first == [NameOutcome.ADDED, NameOutcome.ADDED, NameOutcome.ALREADY_LISTED]
    assert second == [NameOutcome.ALREADY_LISTED, NameOutcome.ADDED]
    assert ListedName.objects.count() == ListedName.history.count() == 3
    logged = ActionLog.objects.filter(action="accounts.listedname.add_names").order_by("id")
    assert [entry.changes["count"] for entry in logged] == [2, 1]


def test_keeps_barred_and_reserved_apart(system):
    listing(system, ListedNameKind.BARRED, "甲乙")

    assert listing(system, ListedNameKind.RESERVED, "甲乙") == [NameOutcome.ADDED]


@pytest.mark.parametrize("name", ["", "  ", "！！", "长" * 201])
def test_refuses_a_name_that_cannot_be_compared_and_lists_none(system, name):
    with pytest.raises(InvalidInput):
        listing(system, ListedNameKind.BARRED, "甲乙", name)

    assert not ListedName.objects.exists()


def test_refuses_a_login_without_the_permission(staff_user):
    with pytest.raises(NotPermitted):
        listing(staff_user("moderator"), ListedNameKind.BARRED, "甲乙")


def test_finds_barred_names_as_they_are_written(system):
    listing(system, ListedNameKind.BARRED, "内部消息")

    hit = barred_hit("内·部消息", barred_index(["内·部消息", "别的"]))

    assert hit.listed == "内部消息"


def test_finds_reserved_names_within_a_name_and_no_removed_ones(system):
    listing(system, ListedNameKind.RESERVED, "新华社", "央视新闻", "大学")
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    index = reserved_index(["新华社记者站", "清华大学食堂"])

    assert listed_lengths(ListedNameKind.RESERVED) == {2, 3, 4}
    assert [hit.listed for hit in reserved_hits("清华大学食堂", index)] == ["大学"]
    assert [hit.listed for hit in reserved_hits("新华社记者站", index)] == ["新华社"]
    assert reserved_hits("平常的名字", index) == ()


def test_looks_names_up_with_the_same_few_statements_however_many_there_are(
    system, django_assert_num_queries
):
    listing(system, ListedNameKind.RESERVED, *(f"保留{number}号" for number in range(300)))

    with django_assert_num_queries(2):
        reserved_index([f"我的保留{number}号频道" for number in range(200)])


def test_the_database_keeps_one_entry_a_ground(system):
    listing(system, ListedNameKind.BARRED, "甲乙")
    again = ListedName(
        kind="barred", name="甲乙", folded_name="甲乙", reason="测试", ground_kind="list"
    )

    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        ListedName.objects.bulk_create([again])

    assert refusal.value.__cause__.diag.constraint_name == "listedname_once_per_ground"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_command_loads_a_file_and_a_second_time_changes_nothing(db, tmp_path, encoding):
    path = tmp_path / "names.csv"
    path.write_bytes("name,reason\n某某内参,账号依规关闭\n\n某某日报,媒体\n".encode(encoding))

    first, complaint = run(path, kind="reserved")
    second, _complaint = run(path, kind="reserved")

    assert complaint == ""
    assert [line["outcome"] for line in first] == ["added", "added"]
    assert [line["outcome"] for line in second] == ["already_listed", "already_listed"]
    assert first[1] == {"row": 2, "name": "某某日报", "outcome": "added", "explanation": ""}
    assert ListedName.objects.filter(kind="reserved").count() == 2


def test_the_command_lists_good_rows_beside_invalid_ones_and_complains(db, tmp_path):
    path = tmp_path / "names.csv"
    path.write_text(
        "name,reason\n某某内参,关闭\n！！,关闭\n只有名称\n某某日报,\n", encoding="utf-8"
    )

    lines, complaint = run(path)

    assert complaint
    assert [line["outcome"] for line in lines] == ["added", "invalid", "invalid", "invalid"]
    assert all(line["explanation"] for line in lines[1:])


@pytest.mark.parametrize("content", ["", "名称,原因\n甲乙,丙\n", "name\n甲乙\n"])
def test_the_command_refuses_another_header_whole(db, tmp_path, content):
    path = tmp_path / "names.csv"
    path.write_text(content, encoding="utf-8")

    lines, complaint = run(path)

    assert lines == []
    assert complaint
    assert not ListedName.objects.exists()
    assert ActionLog.objects.refused().exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b'"name,reason\nx,y\n', "quotation mark"),
        (b"name;reason\nx;y\n", "commas"),
        ("name,reason\nx,y\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_the_command_says_why_it_cannot_read_a_file(db, tmp_path, content, said):
    path = tmp_path / "names.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=said):
        call_command("add_names", str(path), kind="barred", language="en", stdout=io.StringIO())

    assert not ListedName.objects.exists()


def test_the_command_lists_what_stands_before_a_quotation_mark_that_is_never_closed(db, tmp_path):
    path = tmp_path / "names.csv"
    path.write_text('name,reason\n甲乙,x\n"丙丁,x\n戊己,x\n', encoding="utf-8")

    lines, complaint = run(path)

    assert [line["outcome"] for line in lines] == ["added", "invalid"]
    assert "2" in lines[1]["explanation"]
    assert complaint
    assert [each.name for each in ListedName.objects.all()] == ["甲乙"]
