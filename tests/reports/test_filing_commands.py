"""From the command line: the files of a filing, whole or not at all, and an exit code to trust."""

import errno
import json
import os
from collections.abc import Callable
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from compliance.models import ActionLog, ActionOutcome
from enforcement.models import Decision
from reports.models import Filing
from reports.services import filings
from tests.reports.conftest import REASON, P, Staff, at

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ["R07_20261001-20261031.csv", "R07_20261001-20261031.json", "R07_20261001-20261031.xlsx"]


def prepare(folder: Path, *more: str) -> dict[str, Any]:
    out = StringIO()
    call_command(
        "prepare_filing",
        "R07",
        "--from",
        "2026-10-01",
        "--until",
        "2026-11-01",
        "--format",
        "csv,xlsx,json",
        "--out",
        str(folder),
        "--json",
        *more,
        stdout=out,
    )
    return json.loads(out.getvalue())


def test_the_files_and_a_manifest_that_says_they_are_not_released(
    decide: Callable[..., Decision], tmp_path: Path
) -> None:
    decide(at(3))
    decide(at(1, month=11))

    result = prepare(tmp_path)

    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert sorted(os.listdir(tmp_path)) == [*NAMES, "manifest.json"]
    assert (result["rows"], result["status"]) == (1, "prepared")
    assert (manifest["is_released"], manifest["filing"]) == (False, result["filing"])
    assert manifest["notice"]
    assert {entry["name"]: entry["sha256"] for entry in manifest["files"]} == {
        name: sha256((tmp_path / name).read_bytes()).hexdigest() for name in NAMES
    }


def test_after_the_release_the_manifest_says_so_and_the_files_are_the_same(
    tmp_path: Path, staff: Staff
) -> None:
    number = prepare(tmp_path, "--as", staff.officer.username)["filing"]
    before = {name: (tmp_path / name).read_bytes() for name in NAMES}
    filing = Filing.objects.get()
    for act, actor in (
        (filings.review_filing, staff.officer),
        (filings.request_release, staff.officer),
        (filings.release_filing, staff.second),
    ):
        act(filing=filing, actor=actor, provision=P, reason=REASON)

    call_command(
        "export_filing",
        number,
        "--format",
        "csv,json,xlsx",
        "--out",
        str(tmp_path),
        stdout=StringIO(),
    )

    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert {name: (tmp_path / name).read_bytes() for name in NAMES} == before
    assert manifest["is_released"] is True
    assert manifest["release"]["approval_number"] == filing.release_proposal_id
    assert filing.prepared_by == staff.officer.person


def test_a_folder_that_holds_another_filing_is_refused_before_anything_is_prepared(
    decide: Callable[..., Decision], tmp_path: Path
) -> None:
    prepare(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    decide(at(3))

    with pytest.raises(CommandError) as refusal:
        prepare(tmp_path)

    assert refusal.value.returncode == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert Filing.objects.count() == 1
    assert ActionLog.objects.refused().get().action == "reports.filing.prepare"


def test_a_file_that_holds_something_else_is_not_written_over(tmp_path: Path) -> None:
    number = prepare(tmp_path / "first")["filing"]
    other = tmp_path / "second"
    other.mkdir()
    (other / NAMES[0]).write_text("something else")

    with pytest.raises(CommandError):
        call_command("export_filing", number, "--out", str(other), stdout=StringIO())

    assert os.listdir(other) == [NAMES[0]]
    assert (other / NAMES[0]).read_text() == "something else"


def test_who_may_not_prepare_is_refused_and_the_attempt_is_on_record(
    tmp_path: Path, staff: Staff
) -> None:
    with pytest.raises(CommandError):
        prepare(tmp_path, "--as", staff.moderator.username)

    entry = ActionLog.objects.refused().get()
    assert (entry.action, entry.actor_number) == (
        "reports.filing.prepare",
        staff.moderator.person_id,
    )
    assert entry.outcome == ActionOutcome.REFUSED
    assert not Filing.objects.exists()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["R07", "--from", "2026-10-01", "--until", "2026-10-01"],
        ["R07", "--from", "2026-10-01", "--until", "tomorrow"],
        ["R07", "--from", "0001-01-01", "--until", "9999-12-31"],
        ["R07", "--from", "0001-01-01", "--until", "0001-01-01"],
        ["R99", "--from", "2026-10-01", "--until", "2026-11-01"],
        ["R07", "--from", "2026-10-01", "--until", "2026-11-01", "--format", "pdf"],
        ["R07", "--from", "2026-10-01", "--until", "2026-11-01", "--as", "nobody"],
    ],
)
def test_what_cannot_be_done_fails_and_writes_nothing(tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("prepare_filing", *arguments, "--out", str(tmp_path / "out"))

    assert not (tmp_path / "out").exists()
    assert not Filing.objects.exists()


def test_the_last_day_of_a_month_as_until_is_pointed_out(tmp_path: Path) -> None:
    complaint, out = StringIO(), StringIO()

    call_command(
        "prepare_filing",
        "R07",
        "--from",
        "2026-10-01",
        "--until",
        "2026-10-31",
        "--out",
        str(tmp_path),
        stderr=complaint,
        stdout=out,
    )

    assert "2026-11-01" in complaint.getvalue()
    assert "2026-10-30" in out.getvalue()


def test_verify_names_what_it_verified(tmp_path: Path) -> None:
    prepare(tmp_path)
    out = StringIO()

    call_command("verify_filing", "--json", stdout=out)

    assert json.loads(out.getvalue())["intact"] is True


@pytest.mark.parametrize(
    ("until", "said"),
    [("2026-10-01", "--until"), ("20261101", "YYYY-MM-DD"), ("9999-12-31", "2099-12-31")],
)
def test_a_period_that_cannot_be_reported_is_refused_with_what_to_write(
    tmp_path: Path, until: str, said: str
) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command(
            "prepare_filing",
            "R07",
            "--from",
            "2026-10-01",
            "--until",
            until,
            "--out",
            str(tmp_path),
        )

    assert said in str(refusal.value)


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_prepared(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError) as refusal:
        prepare(tmp_path / "file" / "out")

    assert refusal.value.returncode == 1
    assert not Filing.objects.exists()
    assert not ActionLog.objects.filter(action="reports.filing.export").exists()


def test_a_folder_that_nobody_may_write_into_is_refused_before_anything_is_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_options: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("reports.exports.folder.tempfile.TemporaryFile", refuse)

    with pytest.raises(CommandError) as refusal:
        prepare(tmp_path / "new" / "out")

    assert refusal.value.returncode == 1
    assert not Filing.objects.exists()
    assert os.listdir(tmp_path) == []


def test_an_export_that_was_refused_is_not_on_record_as_carried_out(tmp_path: Path) -> None:
    number = prepare(tmp_path / "first")["filing"]
    other = tmp_path / "second"
    other.mkdir()
    (other / "manifest.json").write_text('{"manifest_sha256": "of another"}')
    exports = ActionLog.objects.filter(action="reports.filing.export")
    before = exports.filter(outcome=ActionOutcome.DONE).count()

    with pytest.raises(CommandError):
        call_command("export_filing", number, "--out", str(other), stdout=StringIO())

    assert exports.filter(outcome=ActionOutcome.DONE).count() == before == 3
    assert exports.refused().count() == 1


def test_files_that_cannot_be_moved_into_place_are_not_on_record_as_handed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_paths: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("reports.exports.folder.os.replace", refuse)

    with pytest.raises(CommandError):
        prepare(tmp_path)

    exports = ActionLog.objects.filter(action="reports.filing.export")
    assert exports.get().outcome == ActionOutcome.REFUSED
    assert Filing.objects.get().status == "prepared"
