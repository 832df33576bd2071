"""What the documents say is there: files, commands, links; and both languages tell of the same."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda path: path.as_posix()
)
# A file or folder of ours, as documents name it; parts that stand for something are left alone.
OURS = re.compile(
    r"`((?:compliance|accounts|enforcement|reports|templates|static|locale|tests|bench|devtools|docs)"
    r"/[\w./-]*)`"
)
COMMAND = re.compile(r"manage\.py (\w+)")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[\w-]*)?\)")
# What decisions of the past tell of was there when they were taken.
OF_THE_PRESENT = [path for path in DOCUMENTS if "decisions" not in path.parts]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def paths_in(text: str) -> Iterator[str]:
    for path in OURS.findall(text):
        yield path.rstrip("/")


@pytest.mark.parametrize("document", OF_THE_PRESENT, ids=relative)
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    named = paths_in(document.read_text(encoding="utf-8"))

    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", OF_THE_PRESENT, ids=relative)
def test_every_command_that_a_document_names_is_there(document: Path) -> None:
    named = set(COMMAND.findall(document.read_text(encoding="utf-8")))

    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    linked = LINK.findall(document.read_text(encoding="utf-8"))

    assert [link for link in linked if not (document.parent / link).exists()] == []


def test_every_command_of_ours_is_told_of() -> None:
    ours = {name for name, app in get_commands().items() if app in ("accounts", "compliance")}
    ours |= {name for name, app in get_commands().items() if app in ("enforcement", "reports")}
    told = "".join(path.read_text(encoding="utf-8") for path in OF_THE_PRESENT)

    assert sorted(name for name in ours if f"manage.py {name}" not in told) == []


@pytest.mark.parametrize("name", ["README.md", "docs/handbooks/README.md"])
def test_both_languages_name_the_same_commands_and_variables(name: str) -> None:
    english = (ROOT / name).read_text(encoding="utf-8")
    chinese = (ROOT / name.replace(".md", ".zh-CN.md")).read_text(encoding="utf-8")

    for pattern in (COMMAND, re.compile(r"`(HEYAN_\w+|DATABASE_\w+|PG_BIN)`"), OURS):
        assert set(pattern.findall(english)) == set(pattern.findall(chinese))


def test_every_handbook_is_there_in_both_languages() -> None:
    names = {path.name for path in (ROOT / "docs" / "handbooks").glob("*.md")}
    chinese = {name for name in names if name.endswith(".zh-CN.md")}

    assert {name.replace(".zh-CN.md", ".md") for name in chinese} == names - chinese
