"""Template tags of the console's kit."""

from typing import Any

from django import template

from compliance.ui.kit import Span, compare_texts

register = template.Library()


@register.simple_tag
def compare(left: Any, right: Any) -> tuple[list[Span], list[Span]]:
    """Return two texts cut into runs that agree and runs that differ."""
    return compare_texts("" if left is None else str(left), "" if right is None else str(right))


@register.filter
def is_missing(value: Any) -> bool:
    """Return whether there is nothing to show; zero and no are something."""
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)
