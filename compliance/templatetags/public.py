"""Template tags of the public pages."""

from typing import Any

from django import template

from compliance.public.pages import public_url

register = template.Library()


@register.simple_tag(name="public_url")
def address(name: str, *args: Any) -> str:
    """Return the address of a public page in the language of this one."""
    return public_url(name, *args)
