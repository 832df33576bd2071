#!/usr/bin/env python
"""Heyan's command line: sees to the database, then hands over to Django."""

import os
import sys

from compliance.postgres import DatabaseUnavailable, ensure_database

# Answered without a database.
ABOUT_ITSELF = {"help", "--help", "-h", "version", "--version"}
# What a shell gives for a command that Ctrl-C ended.
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance.settings")
    if sys.argv[1:] and not ABOUT_ITSELF.intersection(sys.argv[1:]):
        try:
            ensure_database()
        except DatabaseUnavailable as problem:
            sys.exit(f"The database is not available. {problem}")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        # What was half written when Ctrl-C came has nothing to tell as it is cleared away.
        sys.unraisablehook = lambda _unraisable: None
        sys.exit(EXIT_INTERRUPTED)
