"""Placeholders of texts that people edit: our own strict substitution, and nothing else."""

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from compliance.errors import InvalidInput

_PLACEHOLDER = re.compile(r"(?<!\{)\{\{([a-z][a-z_]{0,39})\}\}(?!\})")
_BRACES = re.compile(r"\{\{|\}\}")
# What ends in one of these is a sentence, or leads to what follows; no heading.
_SENTENCE_ENDS = ("。", "：", ".", ":", "；", ";", "，", ",")
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
    return "\n".join(line for line, _is_heading in _filled(text, values)).strip()


def headings_in(text: str, values: Mapping[str, str]) -> list[int]:
    """
    Return which lines of a filled text are headings, counted from 0.

    A heading is a line of the template without placeholders at the head of a passage. No value is
    one, whatever it looks like: nobody puts a heading into a letter by what they wrote.
    """
    found = []
    place = 0
    for line, is_heading in _filled(text, values):
        if place == 0 and not line.strip():
            continue  # `fill` strips what is blank at the head.
        if is_heading:
            found.append(place)
        place += line.count("\n") + 1
    return found


def _filled(text: str, values: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    missing = placeholders_in(text) - set(values)
    if missing:
        raise InvalidInput(
            _("There is no value for the placeholder “%(name)s”.") % {"name": sorted(missing)[0]}
        )
    written = text.splitlines()
    for place, line in enumerate(written):
        names = _PLACEHOLDER.findall(line)
        is_bare = bool(names) and not _PLACEHOLDER.sub("", line).strip()
        if is_bare and not any(values[name].strip() for name in names):
            continue
        is_first = place == 0 or not written[place - 1].strip()
        is_followed = place + 1 < len(written) and bool(written[place + 1].strip())
        is_heading = bool(line.strip()) and not names and is_first and is_followed
        filled = _PLACEHOLDER.sub(lambda found: tame(values[found[1]]), line)
        yield filled, is_heading and not line.rstrip().endswith(_SENTENCE_ENDS)
