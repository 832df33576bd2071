"""The commands round the quick start: translations, the port, the lock files."""

import gettext
import re
import runpy
import socket
import sys
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from compliance.management.commands.compile_locale import compile_catalogue, is_outdated
from compliance.management.commands.serve import refuse_taken_port
from compliance.postgres.folders import REPOSITORY
from devtools.lock import LOCKS, annotate, normalise, read_words

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Approve"
msgstr "通过"
"""


def test_a_catalogue_is_compiled_once_until_it_changes(tmp_path: Path) -> None:
    source, target = tmp_path / "django.po", tmp_path / "django.mo"
    source.write_text(CATALOGUE, encoding="utf-8")

    before = is_outdated(source, target)
    compile_catalogue(source, target)
    after = is_outdated(source, target)

    assert (before, after) == (True, False)
    with target.open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Approve") == "通过"
    assert list(tmp_path.glob("*.new")) == []


def test_a_broken_catalogue_is_refused_by_name_and_compiles_to_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "django.po", tmp_path / "django.mo"
    source.write_text('msgid "Approve"\nmsgstt "通过"\n', encoding="utf-8")

    with pytest.raises(CommandError, match=re.escape(str(source))):
        compile_catalogue(source, target)

    assert not target.exists()


def test_a_taken_port_is_refused_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(CommandError, match=rf"Port {port} cannot be used.*--port"):
            refuse_taken_port(port)

    refuse_taken_port(port)


@pytest.mark.parametrize(("source", "lock"), LOCKS)
def test_each_direct_dependency_is_locked_with_its_word(source: str, lock: str) -> None:
    words = read_words(REPOSITORY / source)
    locked = (REPOSITORY / lock).read_text(encoding="utf-8")

    missing = [
        name
        for name, word in words.items()
        if not re.search(rf"^# {re.escape(word)}\n{re.escape(normalise(name))}==", locked, re.M)
    ]

    assert missing == []
    assert "://" not in locked


def test_an_address_does_not_get_into_a_lock() -> None:
    with pytest.raises(SystemExit, match="address"):
        annotate("django==5.2.19 \\\n    --hash=sha256:00\n# from https://index.example/\n", {})


def test_an_interrupted_command_ends_as_a_shell_expects_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("compliance.postgres.ensure_database", interrupt)
    monkeypatch.setattr(sys, "argv", ["manage.py", "check"])
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)

    with pytest.raises(SystemExit) as ending:
        runpy.run_path(str(REPOSITORY / "manage.py"), run_name="__main__")

    assert ending.value.code == 130
