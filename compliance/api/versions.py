"""ETags: by which a client knows that a record changed, and changes only what it has seen."""

import hashlib
import re
from typing import Final

from rest_framework.request import Request

from compliance.api.problems import PRECONDITION_REQUIRED, STALE, ApiProblem

_TAG: Final = re.compile(r'"v(?P<version>[0-9]{1,10})-[0-9a-f]{16}"')


def etag_of(version: int, body: bytes) -> str:
    """
    Return the ETag of a record: its version, and a digest of the answer.

    What is computed (the effective state of an account) or worded in a language changes without the
    version, and must not be answered with "not modified".
    """
    return f'"v{version}-{hashlib.sha256(body).hexdigest()[:16]}"'


def is_unmodified(request: Request, etag: str) -> bool:
    """Return whether the client has just this answer already (If-None-Match)."""
    given = request.headers.get("If-None-Match", "")
    return any(each.strip().removeprefix("W/") in (etag, "*") for each in given.split(","))


def expected_version(request: Request) -> int:
    """
    Return the version that a change is meant for; the service compares it under its lock.

    :raises ApiProblem: if the header is missing, or is no ETag of ours.
    """
    given = request.headers.get("If-Match", "").strip()
    # "Whatever it is" would overwrite what somebody else has done.
    if not given or given == "*":
        raise ApiProblem(PRECONDITION_REQUIRED)
    tag = _TAG.fullmatch(given)
    if tag is None:
        raise ApiProblem(STALE)
    return int(tag["version"])
