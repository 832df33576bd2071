"""The command that screens names from a file or standard input."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from accounts.enums import ListedNameKind
from tests.accounts.test_screening import listing


@pytest.fixture
def lists(system):
    listing(system, ListedNameKind.RESERVED, "人民日报")
    listing(system, ListedNameKind.BARRED, "真相调查局")


def run(monkeypatch, content, *options, as_file=None):
    out, err = io.StringIO(), io.StringIO()
    complaint = ""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    path = [str(as_file)] if as_file else []
    try:
        call_command("screen_names", *path, *options, language="en", stdout=out, stderr=err)
    except CommandError as problem:
        complaint = str(problem)
    return out.getvalue().splitlines(), err.getvalue().splitlines(), complaint


def test_gives_one_json_line_a_name_in_order(lists, monkeypatch):
    content = "\ufeff人民曰报\r\n河畔读书笔记\n眞相調查局\n人民·日报社\n人民日抱".encode()

    out, err, complaint = run(monkeypatch, content, "--json")

    assert (err, complaint) == ([], "")
    found = [json.loads(line) for line in out]
    assert [(each["name"], each["verdict"]) for each in found] == [
        ("人民曰报", "review"),
        ("河畔读书笔记", "clear"),
        ("眞相調查局", "barred"),
        ("人民·日报社", "review"),
        ("人民日抱", "review"),
    ]
    assert found[0]["hits"] == [
        {
            "name": "人民日报",
            "kind": "reserved",
            "why": ["confusable", "edit"],
            "distance": 1,
            "spans": [[2, 3]],
            "explanation": "“人民日报” (reserved name: characters that look alike, "
            "one character added, left out, replaced or swapped) differing: “曰”",
        }
    ]
    assert found[1]["hits"] == []
    assert [(h["name"], h["kind"], h["why"], h["distance"]) for h in found[2]["hits"]] == [
        ("真相调查局", "barred", ["traditional"], 0)
    ]
    assert found[3]["hits"][0]["why"] == ["separator", "edit", "contains"]
    assert "pinyin" in found[4]["hits"][0]["why"]


def test_says_in_words_what_was_found(lists, monkeypatch, tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("人民曰报\n", encoding="utf-8")

    out, _err, _complaint = run(monkeypatch, b"", as_file=path)

    assert len(out) == 1
    for part in (
        "人民曰报",
        "to review",
        "人民日报",
        "reserved name",
        "look alike",
        "differing: “曰”",
    ):
        assert part in out[0]


def test_screens_good_lines_beside_lines_that_are_no_names_and_says_which(lists, monkeypatch):
    content = b"\n".join(
        [
            "人民曰报".encode(),
            b"",
            b"a\x00b",
            "人民".encode("gb18030"),
            ("长" * 201).encode(),
            b"x" * 5000,
            "河畔读书笔记".encode(),
        ]
    )

    out, err, complaint = run(monkeypatch, content, "--json")

    assert [json.loads(line)["name"] for line in out] == ["人民曰报", "河畔读书笔记"]
    assert [line.split(":")[0] for line in err] == [f"Line {number}" for number in (2, 3, 4, 5, 6)]
    assert [
        next(word for word in ("empty", "NUL", "UTF-8", "200") if word in line) for line in err
    ] == ["empty", "NUL", "UTF-8", "200", "200"]
    assert complaint.startswith("5 lines")


def test_screens_nothing_where_nothing_is_given(lists, monkeypatch):
    assert run(monkeypatch, b"", "--json") == ([], [], "")


def test_refuses_a_file_that_is_not_there(db, monkeypatch, tmp_path):
    _out, _err, complaint = run(monkeypatch, b"", as_file=tmp_path / "none.txt")

    assert "none.txt" in complaint
