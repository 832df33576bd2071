"""What surrounds an act without being part of it: the request's number, the record's language."""

from contextvars import ContextVar

from django.conf import settings
from django.utils import translation

# For the log and the answer; never who acts: that is always an argument.
request_id: ContextVar[str] = ContextVar("request_id", default="")


def record_language() -> translation.override:
    """
    Return the context in which words are made up that a record keeps.

    Screens follow whoever looks; the one record is written in one language, the console's own.
    """
    return translation.override(settings.LANGUAGE_CODE)
