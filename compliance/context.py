"""The request that is being served, for the log; never who acts: that is always an argument."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
