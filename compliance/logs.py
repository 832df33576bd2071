"""What no line of a log may hold: codes that open a page for whoever has them."""

import logging
import re
from typing import Final

_CODES: Final = re.compile(r"(/respond/)[^/\s?\"']+")


class HideCodes(logging.Filter):
    """Takes the codes of the response page out of the addresses that a log line names."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        if "/respond/" in line:
            record.msg, record.args = _CODES.sub(r"\1…", line), None
        return True
