"""Template tags of the console's kit."""

import json
from collections.abc import Iterable
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _

from compliance.ui.kit import Span, compare_texts
from compliance.ui.links import without_closed_links

register = template.Library()

# What a piece may take from the page around it; everything else is handed over by name.
_INHERITED = ("csrf_token", "request", "posted")


@register.simple_tag(takes_context=True)
def piece(context: template.Context, name: str, **values: Any) -> str:
    """
    Return a piece of the kit (`templates/ui/<name>.html`), drawn from the given values alone.

    An include would also see the page's own title, text and badge, and `only` would lose the
    token that forms need.
    """
    inherited = {key: context[key] for key in _INHERITED if key in context}
    drawn = template.Engine.get_default().get_template(f"ui/{name}.html")
    return drawn.render(context.new({**inherited, **values}))


@register.simple_tag
def compare(left: Any, right: Any) -> tuple[list[Span], list[Span]]:
    """Return two texts cut into runs that agree and runs that differ."""
    return compare_texts("" if left is None else str(left), "" if right is None else str(right))


@register.filter
def is_missing(value: Any) -> bool:
    """Return whether there is nothing to show; zero and no are something."""
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


@register.filter
def in_one_line(parts: Iterable[Any]) -> str:
    """Return what a list says as one sentence, divided as the language divides."""
    return _("; ").join(str(each) for each in parts)


@register.filter
def typed(posted: Any, name: str) -> str:
    """Return what was typed into the field `name`, or nothing where nothing was posted."""
    return str(posted.get(name, "")) if posted else ""


@register.filter
def open_links(contents: str, request: HttpRequest) -> str:
    """Return drawn text in which only what the person at the screen may open is a link."""
    return without_closed_links(contents, request)


@register.filter
def plain_json(field: Any) -> str:
    """Return the JSON of a field that is only read, line by line and as its letters."""
    _field, _attribute, value = field.resolved_field
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    return format_html('<pre class="ui-code ui-json">{}</pre>', text)
