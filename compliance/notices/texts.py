"""Placeholders of texts that people edit: our own strict substitution, and nothing else."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from compliance.errors import InvalidInput

_PLACEHOLDER = re.compile(r"(?<!\{)\{\{([a-z][a-z_]{0,39})\}\}(?!\})")
_BRACES = re.compile(r"\{\{|\}\}")
_DOUBLED = re.compile(r"(\{(?=\{)|\}(?=\}))")


def placeholders_in(text: str) -> set[str]:
    """
    Return the names of the placeholders of a text.

    :raises InvalidInput: if double braces stand in it that are no placeholder.
    """
    if _BRACES.search(_PLACEHOLDER.sub("", text)):
        raise InvalidInput(
            _("Placeholders are written {{name}}, in small letters and without blanks.")
        )
    return set(_PLACEHOLDER.findall(text))


def tame(value: str) -> str:
    """
    Return words as they may stand in a notice: double braces are set apart.

    Whoever names an account {{so}} is told of a decision like anybody else, and the database can
    still promise that no notice holds an open placeholder.
    """
    return _DOUBLED.sub(r"\1 ", value)


def fill(text: str, values: Mapping[str, str]) -> str:
    """
    Return a text with every placeholder replaced by its value, once; values are not read again.

    A line that holds nothing but placeholders without a value is left out.

    :raises InvalidInput: if a placeholder has no value at all.
    """
    missing = placeholders_in(text) - set(values)
    if missing:
        raise InvalidInput(
            _("There is no value for the placeholder “%(name)s”.") % {"name": sorted(missing)[0]}
        )
    lines = []
    for line in text.splitlines():
        names = _PLACEHOLDER.findall(line)
        is_bare = bool(names) and not _PLACEHOLDER.sub("", line).strip()
        if is_bare and not any(values[name].strip() for name in names):
            continue
        lines.append(_PLACEHOLDER.sub(lambda found: tame(values[found[1]]), line))
    return "\n".join(lines).strip()
