"""Bring the catalogues of both languages in step with the sources: ``python -m devtools.messages``.

Collects what the four packages and the templates mark for translation, drops what no source says
any more, completes English (whose text is the msgid itself) and tells which Chinese is missing:
that is written by hand into ``locale/zh_Hans/LC_MESSAGES/django.po``, in the words of
``docs/glossary.md``. Nothing is ever guessed from a similar sentence, so nothing is ever fuzzy.

``--check`` writes nothing and exits with 1 when the catalogues are not what the sources need or a
translation is missing. Needs GNU gettext; compiling (``manage.py compile_locale``) does not.
"""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import django
import polib
from django.core.management import call_command
from django.core.management.commands import makemessages

ROOT = Path(__file__).resolve().parent.parent
CHINESE, ENGLISH = "zh_Hans", "en"
# What is no source of the console's screens. Names that begin with a dot are left out anyway.
NO_SOURCES = ("tests", "bench", "devtools", "docs", "static", "staticfiles", "theme_locale")
# Header lines that say nothing or change with every run.
EMPTY_WORDS = ("POT-Creation-Date", "Report-Msgid-Bugs-To")


class MakeMessages(makemessages.Command):
    """Django's command, without guesses from similar sentences."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


def catalogue_path(language: str) -> Path:
    """Return where the catalogue of a language lies."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def is_missing(entry: polib.POEntry) -> bool:
    """Tell whether an entry has no translation or only a part of one."""
    if entry.msgid_plural:
        return not entry.msgstr_plural or not all(entry.msgstr_plural.values())
    return not entry.msgstr


def collect() -> None:
    """Let Django write what the sources say into both catalogues."""
    call_command(
        MakeMessages(),
        locale=[CHINESE, ENGLISH],
        no_location=True,
        no_wrap=True,
        no_obsolete=True,
        ignore_patterns=list(NO_SOURCES),
        verbosity=0,
    )


def tidy(language: str) -> polib.POFile:
    """Take away what depends on the day or was guessed; complete English; return what is left."""
    path = catalogue_path(language)
    catalogue = polib.pofile(str(path), wrapwidth=0)
    for word in EMPTY_WORDS:
        catalogue.metadata.pop(word, None)
    for entry in catalogue:
        if entry.fuzzy:
            entry.flags.remove("fuzzy")
            entry.msgstr = ""
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
        entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
        if language == ENGLISH and entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        elif language == ENGLISH:
            entry.msgstr = entry.msgid
    catalogue.save(str(path))
    return catalogue


def tell(missing: Iterable[polib.POEntry]) -> None:
    """Print what has no Chinese yet."""
    missing = list(missing)
    for entry in missing:
        sys.stdout.write(f"  {entry.msgid}\n")
    sys.stdout.write(f"{len(missing)} untranslated in {CHINESE}\n")


def main() -> None:
    """Update the catalogues, or with ``--check`` only look.

    :raises SystemExit: with 1 if ``--check`` finds something to do.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if unfinished")
    is_check = parser.parse_args().check
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance.settings")
    django.setup()
    os.chdir(ROOT)
    paths = [catalogue_path(language) for language in (CHINESE, ENGLISH)]
    before = {path: path.read_bytes() for path in paths}
    try:
        collect()
        missing = [entry for entry in tidy(CHINESE) if is_missing(entry)]
        tidy(ENGLISH)
        outdated = [path for path in paths if path.read_bytes() != before[path]]
    finally:
        if is_check:
            # Django can only write in place.
            for path, content in before.items():
                path.write_bytes(content)
    tell(missing)
    if is_check:
        for path in outdated:
            sys.stdout.write(f"{path.relative_to(ROOT)} is not what the sources need\n")
        sys.exit(bool(missing or outdated))


if __name__ == "__main__":
    main()
