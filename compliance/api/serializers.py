"""Base classes of what is read and written; each serializer names its fields one by one."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from compliance import audit
from compliance.api.problems import INVALID, ApiProblem, FieldError

# What is wrong, by the codes of the framework and our own; the codes are part of the API.
SENTENCES: Final[dict[str, str | Promise]] = {
    "required": _("This is needed."),
    "null": _("This cannot be null."),
    "blank": _("This cannot be empty."),
    "invalid": _("This value has another type or form."),
    "invalid_choice": _("This is none of the values that the description lists."),
    "unknown": _("There is nothing of this name here."),
    "repeated": _("This was given more than once."),
    "empty": _("Give a value, or leave the parameter out."),
    "max_length": _("This is too long."),
    "max_value": _("This number is too large."),
    "min_value": _("This number is too small."),
    "unseen_characters": _("This holds invisible characters. Send it without them."),
    "unreadable_date": _("This is no date or no instant of ISO 8601."),
}


def sentence_of(code: str, fallback: str) -> str:
    """Return what is wrong in words."""
    return str(SENTENCES.get(code, fallback))


def field_errors(detail: Any, pointer: str = "#") -> list[FieldError]:
    """Return what the framework says of a body as places and codes."""
    if isinstance(detail, Mapping):
        return [
            error
            for name, inner in detail.items()
            for error in field_errors(
                inner, pointer if name == "non_field_errors" else f"{pointer}/{_escaped(name)}"
            )
        ]
    if isinstance(detail, list):
        found = []
        for number, inner in enumerate(detail):
            # Of a list of objects, those without fault are empty here.
            is_nested = isinstance(inner, Mapping | list)
            found += field_errors(inner, f"{pointer}/{number}" if is_nested else pointer)
        return found
    code = str(getattr(detail, "code", "invalid"))
    return [FieldError(code, sentence_of(code, str(detail)), pointer=pointer)]


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


class StrictSerializer(serializers.Serializer):
    """Reads what it names and refuses everything else, so that nothing is taken over by the way."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            unknown = {name: [ErrorDetail("", "unknown")] for name in data if name not in known}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)

    def read(self) -> dict[str, Any]:
        """
        Return what was sent, checked.

        :raises ApiProblem: if something of it cannot be used, with every place.
        """
        if not self.is_valid():
            raise ApiProblem(INVALID, fields=field_errors(self.errors))
        return dict(self.validated_data)


class TextField(serializers.CharField):
    """Text as it was sent: numbers are no text, and blanks at the ends stay."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"trim_whitespace": False, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class IdentifierField(TextField):
    """A number or name by which two programs know the same thing: nothing in it is unseen."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if audit.UNSEEN.search(text) or any(each in text for each in "\t\n\r"):
            raise serializers.ValidationError("", code="unseen_characters")
        return text


class ReasonInput(StrictSerializer):
    """Why something is done; kept on record."""

    reason = TextField(max_length=audit.LONGEST_REASON)
