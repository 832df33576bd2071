"""What is read and written: JSON in UTF-8, in one reading alone."""

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from compliance.api.problems import MALFORMED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, ApiProblem

# Our choices; no article sets them. An application with every text at its limit has 200 kB.
LONGEST_BODY: Final = 256 * 1024
LONGEST_BODY_WITH_PICTURE: Final = 3 * 1024 * 1024
DEEPEST: Final = 8


class StrictJsonParser(BaseParser):
    """
    Reads one JSON object.

    Refused is what two programs might read in two ways: a name that stands twice, NaN, text that
    is no Unicode, other encodings than UTF-8.
    """

    media_type = "application/json"
    longest_body = LONGEST_BODY

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """
        Return the object of a body.

        :raises ApiProblem: if it is too large, in another encoding or no plain JSON object.
        """
        request = (parser_context or {})["request"]
        charset = request._request.content_params.get("charset", "utf-8")
        if charset.lower() not in ("utf-8", "utf8"):
            raise ApiProblem(UNSUPPORTED_MEDIA_TYPE)
        body = stream.read(self.longest_body + 1)
        if len(body) > self.longest_body:
            raise ApiProblem(TOO_LARGE)
        try:
            read = json.loads(
                body.decode("utf-8"),
                object_pairs_hook=_without_doubles,
                parse_constant=_refuse_constant,
            )
        # A number of thousands of digits is a ValueError too.
        except (ValueError, RecursionError):
            raise ApiProblem(MALFORMED, _("The body is no valid JSON in UTF-8.")) from None
        if not isinstance(read, dict):
            raise ApiProblem(MALFORMED, _("The body is a JSON object."))
        _look_through(read, 1)
        return read


class PictureJsonParser(StrictJsonParser):
    """Reads one JSON object that may hold a picture, written in base64."""

    longest_body = LONGEST_BODY_WITH_PICTURE


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ApiProblem(MALFORMED, _("A name stands twice in one JSON object."))
    return read


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _look_through(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ApiProblem(MALFORMED, _("The JSON is nested too deeply."))
    if isinstance(value, dict):
        for name, inner in value.items():
            _look_through(name, depth)
            _look_through(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _look_through(inner, depth + 1)
    elif isinstance(value, str) and not _is_text(value):
        raise ApiProblem(MALFORMED, _("A text holds a character that no text can hold."))


def _is_text(value: str) -> bool:
    # Half of a surrogate pair can be written in JSON and is no character.
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\x00" not in value


class ApiJsonRenderer(JSONRenderer):
    """Writes JSON in UTF-8 with characters as they are; no indentation on request."""

    def get_indent(
        self, accepted_media_type: str, renderer_context: Mapping[str, Any]
    ) -> int | None:
        return None
