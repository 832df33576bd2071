"""The map of keys in the handbooks is the one that the console has."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance.ui.navigation import _links
from compliance.work import queues

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("compliance", "accounts", "enforcement", "reports")
HANDBOOKS = ROOT / "docs" / "handbooks"
# What the script of keys, the theme and numbered rows answer to, declared nowhere else.
BUILT_IN = {"?", "/", "Esc", "Ctrl K", *"123456789"}
# One key, or two after one another.
KEY = re.compile(r"\S(?: \S)?")


def declared() -> set[str]:
    """Every key that a page, a button, a queue or a line of the sidebar declares."""
    found = {link.key for link in _links.values()} | {queue.key for queue in queues()}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            found |= set(re.findall(r'\bkey="([^"]+)"', path.read_text(encoding="utf-8")))
    for path in (ROOT / "templates").rglob("*.html"):
        found |= set(re.findall(r'data-key="([^"{]+)"', path.read_text(encoding="utf-8")))
    return {key for key in found if KEY.fullmatch(key)}


def rows_of(name: str) -> Iterator[tuple[list[str], str]]:
    """The rows of the tables of a handbook: the keys of the first cell, and what they do."""
    for line in (HANDBOOKS / name).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 2:
            yield (
                [" ".join(re.findall(r"`([^`]+)`", key)) for key in re.split("[,、] ?", cells[0])],
                cells[1],
            )


@pytest.mark.parametrize("name", ["keys.md", "keys.zh-CN.md"])
def test_the_handbook_names_exactly_the_keys_that_there_are(name: str) -> None:
    told = [key for keys, _does in rows_of(name) for key in keys]

    assert len(told) == len(set(told))
    assert {"g d", "n r", "b", "h", "k"} <= declared()
    assert set(told) == declared() | BUILT_IN


def test_both_languages_name_the_keys_in_the_same_order_and_say_what_they_do() -> None:
    english, chinese = list(rows_of("keys.md")), list(rows_of("keys.zh-CN.md"))

    assert [keys for keys, _does in english] == [keys for keys, _does in chinese]
    assert all(does for _keys, does in [*english, *chinese])


def test_no_two_lines_of_the_sidebar_and_no_two_queues_share_a_key() -> None:
    keys = [link.key for link in _links.values()] + [queue.key for queue in queues()]
    used = [key for key in keys if key]

    assert sorted(used) == sorted(set(used))
