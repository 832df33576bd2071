"""``manage.py compile_locale``: translations ready for use, without GNU gettext."""

import os
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Compile the translation catalogues that are newer than what was compiled from them."""

    help = "Compiles each */LC_MESSAGES/*.po of the locale folders where they are newer. Needs no GNU gettext."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile, and name each file that was.

        :raises CommandError: if a catalogue cannot be read.
        """
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                target = source.with_suffix(".mo")
                if not is_outdated(source, target):
                    continue
                compile_catalogue(source, target)
                if options["verbosity"]:
                    self.stdout.write(f"Compiled {os.path.relpath(source)}")


def is_outdated(source: Path, target: Path) -> bool:
    """Tell whether a catalogue has changed since it was compiled."""
    return not target.exists() or source.stat().st_mtime_ns > target.stat().st_mtime_ns


def compile_catalogue(source: Path, target: Path) -> None:
    """Write the compiled form of one catalogue in one step, so that nobody reads half of it.

    :raises CommandError: if the catalogue cannot be read.
    """
    try:
        catalogue = polib.pofile(str(source), encoding="utf-8", check_for_duplicates=True)
    except (OSError, ValueError) as problem:
        raise CommandError(f"{source} cannot be read: {problem}") from problem
    fresh = target.with_suffix(".mo.new")
    catalogue.save_as_mofile(str(fresh))
    fresh.replace(target)
