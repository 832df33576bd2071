"""What the process log says of a request."""

import logging


class OneLineOfRefusals(logging.Filter):
    """
    Takes the traceback from the line about a request that was answered with a refusal.

    A page that somebody may not open or that does not exist is no fault of ours to be traced.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True
