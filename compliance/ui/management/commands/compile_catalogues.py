"""Compile the translation catalogues without GNU gettext, which a fresh machine lacks."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Compile every catalogue of the product that is newer than what was compiled from it."""

    help = "Compile the translation catalogues (.po to .mo)."
    # The catalogues are compiled before there is a database.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        compiled = 0
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                target = source.with_suffix(".mo")
                if not target.exists() or target.stat().st_mtime <= source.stat().st_mtime:
                    polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(target))
                    compiled += 1
        self.stdout.write(f"{compiled} catalogues compiled")
