"""What the process log says of a request, and what no line of it may hold."""

import logging
import re
from typing import Final

# Codes that open a page for whoever has them.
_CODES: Final = re.compile(r"(/respond/|/verify/[^/\s?\"']+/)[^/\s?\"']+")


class OneLineOfRefusals(logging.Filter):
    """
    Takes the traceback from the line about a request that was answered with a refusal.

    A page that somebody may not open or that does not exist is no fault of ours to be traced.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True


class HideCodes(logging.Filter):
    """Takes the codes of responses and of letters out of the addresses that a log line names."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        if "/respond/" in line or "/verify/" in line:
            record.msg, record.args = _CODES.sub(r"\1…", line), None
        return True
