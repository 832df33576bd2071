"""The command that registers a platform's file: its lines, its exit code, what it leaves behind."""

import codecs
import csv
import errno
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.models import Application, PublicAccount, Subject
from accounts.rules.application_data import COLUMNS
from accounts.verification.sandbox import UNREACHABLE_MOBILES
from compliance.models import ActionLog
from tests.accounts.applications import DATA
from tests.accounts.fixtures import unused_cells

SAMPLE = DATA / "registrations-sample.csv"
# As many rows of it, where how they are written is what matters.
FIRST = 300


def run(path, *options):
    """Return the lines that the command prints and its complaint, "" if it had none."""
    out = io.StringIO()
    complaint = ""
    try:
        call_command("register_accounts", str(path), "--json", *options, stdout=out)
    except CommandError as problem:
        complaint = str(problem)
    return [json.loads(line) for line in out.getvalue().splitlines()], complaint


def written(path, *rows, encoding="utf-8", header=COLUMNS):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    for row in rows:
        writer.writerow([row[column] for column in header] if isinstance(row, dict) else row)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def row_counts():
    return {
        model._meta.db_table: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in {"compliance", "accounts"}
    }


@pytest.fixture
def listed_names(db):
    for kind in ("barred", "reserved"):
        call_command("add_names", str(DATA / f"{kind}-names.csv"), kind=kind, stdout=io.StringIO())


def test_decides_the_sample_as_expected_and_a_second_time_changes_nothing(listed_names, tmp_path):
    expected = [
        json.loads(line)
        for line in (DATA / "registrations-sample.expected.jsonl").read_text("utf-8").splitlines()
    ]

    lines, complaint = run(SAMPLE)

    assert complaint == ""
    assert [line["row"] for line in lines] == list(range(1, len(expected) + 1))
    for line, wanted in zip(lines, expected, strict=True):
        assert line["platform_uid"] == wanted["platform_uid"]
        assert line["outcome"] == wanted["outcome"], (line, wanted)
        assert {check["code"] for check in line["checks"]} == set(wanted["codes"])
        assert all(check["explanation"] for check in line["checks"])
    assert PublicAccount.objects.count() == sum(e["outcome"] == "approved" for e in expected)

    counts = row_counts()
    assert run(SAMPLE) == (lines, "")
    # As other programs write the same rows.
    content = "\n".join(SAMPLE.read_bytes().decode("utf-8-sig").split("\n")[: FIRST + 1])
    (tmp_path / "bom.csv").write_bytes(codecs.BOM_UTF8 + content.encode())
    (tmp_path / "gb18030.csv").write_bytes(content.encode("gb18030"))
    for path in (tmp_path / "bom.csv", tmp_path / "gb18030.csv"):
        assert run(path) == (lines[:FIRST], "")
    assert row_counts() == counts


@pytest.mark.parametrize(
    "header",
    [COLUMNS[:-1], (*COLUMNS, "colour"), ("uid", *COLUMNS[1:])],
    ids=["missing", "unknown", "renamed"],
)
def test_refuses_a_file_with_another_header_whole_and_logs_the_attempt(db, tmp_path, header):
    row = {**unused_cells(), "colour": "red", "uid": "x"}
    path = written(tmp_path / "file.csv", row, header=header)

    lines, complaint = run(path)

    assert lines == []
    assert complaint
    assert not Application.objects.exists()
    assert ActionLog.objects.refused().get().action == "accounts.application.register_file"


def test_refuses_bytes_in_no_known_encoding(db, tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes(",".join(COLUMNS).encode() + b"\n\xff\xff\xff\n")

    lines, complaint = run(path)

    assert lines == []
    assert complaint
    assert not Application.objects.exists()


def test_stores_good_rows_beside_invalid_ones_and_says_so_with_its_exit_code(db, tmp_path):
    good, later = unused_cells(), unused_cells()
    bad = {**unused_cells(), "category": "astrology", "applied_at": "gestern"}
    path = written(tmp_path / "file.csv", good, ["x", "y"], bad, later)

    lines, complaint = run(path)

    assert complaint
    assert [line["outcome"] for line in lines] == ["approved", "invalid", "invalid", "approved"]
    assert {check["code"] for check in lines[2]["checks"]} == {"VALUE_UNKNOWN", "DATE_UNREADABLE"}
    stored = set(Application.objects.values_list("platform_uid", flat=True))
    assert stored == {good["platform_uid"], later["platform_uid"]}


def test_refuses_another_content_under_a_registered_number_and_leaves_it_unchanged(db, tmp_path):
    first = unused_cells()
    run(written(tmp_path / "first.csv", first))
    counts = row_counts()

    lines, complaint = run(written(tmp_path / "second.csv", {**first, "bio": "别的简介"}))

    assert complaint
    assert lines[0]["outcome"] == "refused"
    assert [check["code"] for check in lines[0]["checks"]] == ["PLATFORM_UID_CONFLICT"]
    assert Application.objects.get().bio == first["bio"]
    refusal = ActionLog.objects.refused().get()
    assert refusal.object_type == "accounts.application"
    counts["compliance_actionlog"] += 1
    assert row_counts() == counts


def test_answers_one_number_twice_in_a_file_as_it_would_in_two_files(db, tmp_path):
    first = unused_cells()
    path = written(tmp_path / "file.csv", first, first, {**first, "bio": "别的简介"})

    lines, complaint = run(path)

    assert complaint
    assert [line["outcome"] for line in lines] == ["approved", "approved", "refused"]
    assert Application.objects.count() == 1


def test_counts_rows_in_file_order(db, tmp_path):
    first = unused_cells()
    second = {**unused_cells(), "id_number": first["id_number"]}

    lines, _complaint = run(written(tmp_path / "file.csv", second, first))

    assert [line["outcome"] for line in lines] == ["approved", "refused"]
    assert [check["code"] for check in lines[1]["checks"]] == ["SUBJECT_CAP"]
    assert Subject.objects.count() == 1


def test_stores_nothing_of_a_row_that_could_not_be_verified_and_takes_it_later(
    db, tmp_path, monkeypatch
):
    unreachable = {**unused_cells(), "mobile": min(UNREACHABLE_MOBILES)}
    good = unused_cells()
    path = written(tmp_path / "file.csv", unreachable, good)

    lines, complaint = run(path)

    assert complaint
    assert [line["outcome"] for line in lines] == ["invalid", "approved"]
    assert lines[0]["checks"][0]["code"] == "VERIFICATION_UNAVAILABLE"
    assert Application.objects.count() == 1

    monkeypatch.setattr("accounts.verification.sandbox.UNREACHABLE_MOBILES", frozenset())
    lines, complaint = run(path)

    assert complaint == ""
    assert [line["outcome"] for line in lines] == ["approved", "approved"]


def test_stops_where_a_whole_batch_finds_nobody_to_verify_it(db, tmp_path):
    mobile = min(UNREACHABLE_MOBILES)
    path = written(tmp_path / "file.csv", *({**unused_cells(), "mobile": mobile} for _ in "ab"))

    lines, complaint = run(path)

    assert lines == []
    assert complaint
    assert not Application.objects.exists()


def test_explains_in_the_language_asked_for(db, tmp_path):
    path = written(tmp_path / "file.csv", {**unused_cells(), "mobile": "12"})

    english, _complaint = run(path, "--language", "en")

    assert english[0]["outcome"] == "waiting_material"
    assert english[0]["checks"][0]["explanation"].startswith("The mobile number is not")


def test_reads_standard_input(db, tmp_path, monkeypatch):
    content = written(tmp_path / "file.csv", unused_cells()).read_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))

    lines, complaint = run("-")

    assert complaint == ""
    assert lines[0]["outcome"] == "approved"


def test_prints_a_table_for_people_without_json(db, tmp_path):
    row = {**unused_cells(), "mobile": "12"}
    out = io.StringIO()

    call_command(
        "register_accounts", str(written(tmp_path / "f.csv", row)), language="en", stdout=out
    )

    assert row["platform_uid"] in out.getvalue()
    assert "MOBILE_INVALID: The mobile number" in out.getvalue()


def test_says_that_a_file_is_not_there(db, tmp_path):
    lines, complaint = run(tmp_path / "missing.csv")

    assert lines == []
    assert complaint


def test_says_of_rows_that_could_not_be_taken_what_became_of_the_others(db, tmp_path):
    first = unused_cells()
    refused = {**unused_cells(), "id_number": first["id_number"]}
    path = written(tmp_path / "file.csv", first, refused, ["x"])

    lines, complaint = run(path, "--language", "en")

    assert [line["outcome"] for line in lines] == ["approved", "refused", "invalid"]
    assert complaint == (
        "1 rows could not be taken (invalid, in conflict or unverified); all others were decided."
    )


def test_says_that_a_file_with_a_header_alone_has_no_rows(db, tmp_path):
    out, said = io.StringIO(), io.StringIO()
    path = str(written(tmp_path / "file.csv"))

    call_command("register_accounts", path, language="en", stdout=out)
    call_command("register_accounts", path, "--json", language="en", stdout=out, stderr=said)

    assert out.getvalue() == said.getvalue() == "The file has no rows below its header.\n"


def test_says_in_the_language_asked_for_why_a_file_cannot_be_opened(db, tmp_path, monkeypatch):
    open_file = Path.open

    def closed(path, *mode):
        # Root may read every file, so the refusal is made up.
        if path.name == "closed.csv":
            raise PermissionError(errno.EACCES, "Permission denied")
        return open_file(path, *mode)

    monkeypatch.setattr(Path, "open", closed)
    complaints = {
        language: [
            run(path, "--language", language)[1]
            for path in (tmp_path / "missing.csv", tmp_path, tmp_path / "closed.csv")
        ]
        for language in ("en", "zh-hans")
    }

    assert [text.rsplit("”", 1)[-1] for text in complaints["en"]] == [
        ".",
        " is a folder. Name a file.",
        " may not be read: the permission is missing.",
    ]
    assert not [text for text in complaints["zh-hans"] if text in complaints["en"]]
