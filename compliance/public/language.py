"""In which language a public page is shown: the one that its address asks for, else the default."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

ROOT = "/public/"
PARAMETER = "lang"


def is_public(path: str) -> bool:
    """Return whether an address is one of the public pages."""
    return path.startswith(ROOT) or path == ROOT.rstrip("/")


def asked_language(request: HttpRequest) -> str:
    """
    Return the language that the address asks for.

    Nothing is remembered: one address is one text for everybody, and no cookie is needed.
    """
    try:
        return translation.get_supported_language_variant(request.GET.get(PARAMETER, ""))
    except LookupError:
        return settings.LANGUAGE_CODE


def in_language(address: str, language: str) -> str:
    """Return an address of ours so that it leads to the page in a language."""
    parts = urlsplit(address)
    asked = [(name, value) for name, value in parse_qsl(parts.query) if name != PARAMETER]
    if language != settings.LANGUAGE_CODE:
        asked.append((PARAMETER, language))
    return urlunsplit(parts._replace(query=urlencode(asked)))
