"""The obligation matrix: complete, true, and read in both languages by whoever reads the rules."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from compliance.models import StaffUser
from compliance.provisions import Provision
from reports.obligations.check import problems_of
from reports.obligations.matrix import DutyState, MatrixDamaged, numeral, read_matrix
from tests.messages import CHINESE_CHARACTER

TEST = "tests/reports/test_obligations.py::test_all_that_the_matrix_of_the_product_names_is_there"
INSTRUMENT = """
[[instrument]]
code = "law"
title = { zh = "某法", en = "A law" }
paragraphs = { 1 = 2 }
"""
# Every provision of the product, so that none is missed, and one test.
SOUND = {
    "article": 1,
    "paragraph": 1,
    "who": ["platform"],
    "force": "must",
    "text": {"zh": "保存记录。", "en": "Keep records."},
    "acts": Provision.values,
    "models": ["compliance.ActionLog"],
    "services": ["compliance.audit.move", "reports.obligations"],
    "queues": ["cases"],
    "pages": ["admin:decision", "healthz"],
    "reports": ["R07"],
    "tests": [TEST],
}
OTHER = {**SOUND, "paragraph": 2}


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("obligations", *arguments, stdout=out)
    return out.getvalue()


def as_toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {as_toml(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        *((0, "零"), (10, "十"), (19, "十九"), (20, "二十"), (100, "一百"), (101, "一百零一")),
        *((115, "一百一十五"), (1005, "一千零五"), (1050, "一千零五十"), (1195, "一千一百九十五")),
    ],
)
def test_articles_are_numbered_as_they_are_cited(number: int, written: str) -> None:
    assert numeral(number) == written
    with translation.override("en"):
        assert numeral(number) == str(number)


@pytest.fixture
def folder_with(tmp_path: Path) -> Callable[..., Path]:
    """Writes a matrix of the given duties into a folder."""

    def write(*duties: dict[str, Any]) -> Path:
        lines = ['instrument = "law"']
        for duty in duties:
            lines += ["[[duty]]", *(f"{key} = {as_toml(value)}" for key, value in duty.items())]
        (tmp_path / "instruments.toml").write_text(INSTRUMENT, encoding="utf-8")
        (tmp_path / "law.toml").write_text("\n".join(lines), encoding="utf-8")
        return tmp_path

    return write


# --- the matrix of the product


def test_all_that_the_matrix_of_the_product_names_is_there() -> None:
    assert problems_of(read_matrix()) == []


def test_every_article_of_the_provisions_and_every_point_of_the_opinions_stands_in_it() -> None:
    found = {(duty.instrument.code, duty.article) for duty in read_matrix().duties}

    assert {("public-account-2021", article) for article in range(1, 24)} <= found
    assert {("opinions-2021", point) for point in range(1, 14)} <= found


def test_the_ten_items_of_article_18_stand_in_order() -> None:
    items = [
        duty for duty in read_matrix().duties if duty.code.startswith("public-account-2021:18.")
    ]

    assert [duty.part for duty in items] == [str(number) for number in range(1, 11)]


def test_what_is_missing_or_outside_is_said_in_both_languages() -> None:
    for duty in read_matrix().duties:
        for words in (duty.text, duty.planned, duty.outside, duty.note):
            if words:
                assert CHINESE_CHARACTER.search(words.zh), duty.code
                assert not CHINESE_CHARACTER.search(words.en), duty.code


# --- what the check finds


def test_a_sound_matrix_has_no_problem(folder_with: Callable[..., Path]) -> None:
    assert problems_of(read_matrix(folder_with(SOUND, OTHER))) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"models": ["compliance.Gone"]}, "law:1.1 names the record compliance.Gone"),
        ({"models": ["nonsense"]}, "law:1.1 names the record nonsense"),
        ({"services": ["compliance.audit.vanish"]}, "law:1.1 names compliance.audit.vanish"),
        ({"services": ["nowhere.at.all"]}, "law:1.1 names nowhere.at.all"),
        ({"queues": ["lost"]}, "law:1.1 names the queue lost"),
        ({"pages": ["admin:lost"]}, "law:1.1 names the page admin:lost"),
        ({"reports": ["R99"]}, "law:1.1 names the report R99"),
        ({"tests": [f"{TEST}_not"]}, "law:1.1 names the test"),
        ({"tests": ["tests/lost.py::test_x"]}, "law:1.1 names the test"),
        ({"tests": ["tests/reports/test_obligations.py"]}, "law:1.1 names the test"),
        ({"tests": ["tests/reports/test_obligations.py::run"]}, "law:1.1 names the test"),
        ({"tests": []}, "law:1.1 is said to be kept, but no test proves it."),
        ({"acts": [*Provision.values, "law:9"]}, "law:1.1 acts under law:9"),
        ({"text": {"zh": "保存记录。", "en": " "}}, "law:1.1 leaves words out"),
        ({"paragraph": 3}, "law: no duty is entered for 1.1."),
        ({"paragraph": 2}, "law:1.2 stands in the matrix 2 times."),
        ({"article": 2}, "law has no 2.1, but a duty names it."),
        ({"outside": {"zh": "不在内", "en": "Outside"}}, "law:1.1 is outside the console and yet"),
    ],
)
def test_each_fault_is_told_in_a_sentence(
    change: dict[str, Any], sentence: str, folder_with: Callable[..., Path]
) -> None:
    matrix = read_matrix(folder_with({**SOUND, **change}, OTHER))

    with translation.override("en"):
        problems = problems_of(matrix)

    assert [each for each in problems if each.startswith(sentence)]
    assert all(each.endswith(".") for each in problems)


def test_a_duty_that_names_nothing_and_gives_no_reason_is_a_fault(
    folder_with: Callable[..., Path],
) -> None:
    bare = {key: SOUND[key] for key in ("article", "paragraph", "who", "force", "text")}

    with translation.override("en"):
        problems = problems_of(read_matrix(folder_with(bare, OTHER)))

    assert problems == ["law:1.1 names nothing that keeps it and does not say why."]


def test_a_provision_that_no_duty_names_is_a_fault(folder_with: Callable[..., Path]) -> None:
    some = {"acts": Provision.values[1:]}

    with translation.override("en"):
        problems = problems_of(read_matrix(folder_with({**SOUND, **some}, {**OTHER, **some})))

    assert problems == [
        f"The product acts under {Provision.values[0]}, but no duty of the matrix says so."
    ]


@pytest.mark.parametrize(
    "change",
    [{"force": "should"}, {"who": ["nobody"]}, {"text": "no two languages"}, {"flow": ["x"]}],
)
def test_a_duty_that_cannot_be_understood_is_named(
    change: dict[str, Any], folder_with: Callable[..., Path]
) -> None:
    folder = folder_with({**SOUND, **change}, OTHER)

    with pytest.raises(MatrixDamaged, match=r"law\.toml.*1\.1"):
        read_matrix(folder)


def test_states_follow_from_what_is_named(folder_with: Callable[..., Path]) -> None:
    bare = {key: SOUND[key] for key in ("article", "paragraph", "who", "force", "text")}
    words = {"zh": "尚缺。", "en": "Missing."}

    matrix = read_matrix(
        folder_with(
            SOUND,
            {**OTHER, "planned": words},
            {**bare, "part": "b", "planned": words},
            {**bare, "part": "c", "outside": words},
        )
    )

    assert {duty.code: duty.state for duty in matrix.duties} == {
        "law:1.1": DutyState.KEPT,
        "law:1.2": DutyState.PARTLY,
        "law:1.1b": DutyState.PLANNED,
        "law:1.1c": DutyState.OUTSIDE,
    }


# --- the command


def test_the_command_shows_every_duty_with_totals_in_either_language() -> None:
    chinese, english = run(), run("--language", "en")

    assert "第六条第一款 b" in chinese
    assert "art. 6 §1 b" in english
    assert not CHINESE_CHARACTER.search(english)
    total = len(read_matrix().duties)
    assert f"义务共 {total} 项" in chinese
    assert f"Duties: {total}" in english


def test_the_command_writes_a_line_a_duty_for_machines() -> None:
    *duties, summary = (json.loads(line) for line in run("--json", "--language", "zh").splitlines())

    assert [each["code"] for each in duties] == [duty.code for duty in read_matrix().duties]
    assert summary["duties"] == len(duties)
    assert sum(summary[state] for state in DutyState.values) == len(duties)
    report = next(each for each in duties if each["code"] == "public-account-2021:19.2c")
    assert (report["state"], report["reports"]) == ("kept", ["R07"])


def test_the_check_passes_and_says_so() -> None:
    assert "全部有效" in run("--check")
    assert json.loads(run("--check", "--json"))["problems"] == 0


def test_the_check_fails_with_a_sentence_for_each_problem(folder_with: Callable[..., Path]) -> None:
    folder = folder_with({**SOUND, "models": ["compliance.Gone"], "queues": ["lost"]}, OTHER)
    out = StringIO()

    with pytest.raises(CommandError, match="2 problems"):
        call_command(
            "obligations", "--check", "--language", "en", "--data", str(folder), stdout=out
        )

    assert len(out.getvalue().splitlines()) == 2


def test_the_check_gives_machines_a_line_a_problem(folder_with: Callable[..., Path]) -> None:
    folder = folder_with({**SOUND, "queues": ["lost"]}, OTHER)
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("obligations", "--check", "--json", "--data", str(folder), stdout=out)

    problem, summary = (json.loads(line) for line in out.getvalue().splitlines())
    assert "lost" in problem["problem"]
    assert summary["problems"] == 1


@pytest.mark.parametrize("content", ["[[duty]", "", "duty = 1"])
def test_a_file_that_is_no_matrix_is_refused_in_words(
    content: str, folder_with: Callable[..., Path]
) -> None:
    folder = folder_with(SOUND, OTHER)
    (folder / "law.toml").write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match=r"law\.toml"):
        run("--check", "--data", str(folder))


def test_an_empty_folder_is_no_matrix(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"instruments\.toml"):
        run("--data", str(tmp_path))


# --- the page


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["compliance_officer", "auditor"])
def test_officers_and_auditors_read_every_duty(
    role: str, client: Client, staff_user: Callable[..., StaffUser]
) -> None:
    client.force_login(staff_user(role))

    page = client.get(reverse("admin:obligations")).content.decode()

    for duty in read_matrix().duties:
        assert duty.text.zh in page
    assert "义务对照表" in page


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["moderator", "complaint_handler", "system_administrator"])
def test_other_roles_do_not_get_there(
    role: str, client: Client, staff_user: Callable[..., StaffUser]
) -> None:
    client.force_login(staff_user(role))

    assert client.get(reverse("admin:obligations")).status_code == 403
    assert reverse("admin:obligations") not in client.get("/").content.decode()


@pytest.mark.django_db
def test_duties_are_filtered_by_article_and_state(
    client: Client, staff_user: Callable[..., StaffUser]
) -> None:
    client.force_login(staff_user("auditor"))
    duties = read_matrix().duties
    url = reverse("admin:obligations")

    of_article = client.get(url, {"article": "public-account-2021:8"}).content.decode()
    outside = client.get(url, {"state": "outside"}).content.decode()
    nothing = client.get(url, {"article": "public-account-2021:8", "state": "x"}).content.decode()

    for duty in duties:
        is_here = (duty.instrument.code, duty.article) == ("public-account-2021", 8)
        assert (f"<p>{duty.text.zh}</p>" in of_article) == is_here, duty.code
    assert {duty.code for duty in duties if f"<p>{duty.text.zh}</p>" in outside} >= {
        duty.code for duty in duties if duty.state == DutyState.OUTSIDE
    }
    assert "没有处于这一状态的义务" in nothing


@pytest.mark.django_db
def test_the_page_speaks_english_and_leads_to_records_the_reader_may_open(
    client: Client, staff_user: Callable[..., StaffUser]
) -> None:
    client.force_login(staff_user("auditor"))
    client.cookies.load({"django_language": "en"})

    page = client.get(reverse("admin:obligations")).content.decode()

    assert "What keeps it" in page
    assert "art. 19 §2 c" in page
    assert f'href="{reverse("admin:enforcement_decision_changelist")}"' in page
