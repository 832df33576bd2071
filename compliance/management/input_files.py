"""Opening the file that a command is given, or standard input for "-"."""

import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import CommandError
from django.utils.translation import gettext as _


def _sentence(problem: OSError, path: str) -> str:
    match problem:
        case FileNotFoundError() | NotADirectoryError():
            return _("There is no file “%(path)s”.") % {"path": path}
        case IsADirectoryError():
            return _("“%(path)s” is a folder. Name a file.") % {"path": path}
        case PermissionError():
            return _("“%(path)s” may not be read: the permission is missing.") % {"path": path}
        case _other:
            return _("The file cannot be opened: %(problem)s") % {"problem": problem.strerror}


@contextmanager
def open_input(path: str) -> Iterator[BinaryIO]:
    """
    Open a file for bytes that can be sought in.

    Standard input is kept in memory: what it holds of people must not reach a disk in the clear.

    :raises CommandError: if the file cannot be opened.
    """
    if path == "-":
        yield io.BytesIO(sys.stdin.buffer.read())
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(Path(path).open("rb"))
        except OSError as problem:
            raise CommandError(_sentence(problem, path)) from None
        yield file
