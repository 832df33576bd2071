"""How often a client may ask: counted in the database, so that all processes count together."""

import math
from dataclasses import dataclass

from django.db import connection
from django.http import HttpResponse

from compliance.api.problems import TOO_MANY, ApiProblem
from compliance.models import ApiKey

# One statement a request: it counts, and notes to the minute that the key was used. The count
# stops just above the limit, so that it cannot run over however long somebody keeps asking.
_COUNT = """
WITH noted AS (
    INSERT INTO compliance_apikeyuse AS u (key_id, last_used_at)
    VALUES (%(key)s, statement_timestamp())
    ON CONFLICT (key_id) DO UPDATE SET last_used_at = excluded.last_used_at
    WHERE u.last_used_at IS NULL
       OR u.last_used_at < excluded.last_used_at - interval '1 minute'
)
INSERT INTO compliance_apiallowance AS a (client_id, is_writing, minute, used)
VALUES (%(client)s, %(is_writing)s, date_trunc('minute', statement_timestamp()), 1)
ON CONFLICT (client_id, is_writing) DO UPDATE SET
    used = CASE WHEN a.minute >= excluded.minute THEN least(a.used, %(limit)s) + 1 ELSE 1 END,
    minute = greatest(a.minute, excluded.minute)
RETURNING used,
    extract(epoch FROM minute + interval '1 minute' - statement_timestamp())::float8
"""


@dataclass(frozen=True)
class Allowance:
    """What is left of the minute for one kind of request."""

    name: str
    limit: int
    used: int
    seconds: int

    @property
    def is_used_up(self) -> bool:
        """Return whether this request is one too many."""
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        """Return the RateLimit headers of an answer."""
        left = max(0, self.limit - self.used)
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.limit};w=60',
            "RateLimit": f'"{self.name}";r={left};t={self.seconds}',
        }

    def put_on(self, response: HttpResponse) -> None:
        """Say on an answer what is left."""
        for name, value in self.headers().items():
            response[name] = value


def take(key: ApiKey, *, is_writing: bool) -> Allowance:
    """Count one request of a client and return what is left; reads and writes count apart."""
    client = key.client
    limit = client.writes_a_minute if is_writing else client.reads_a_minute
    wanted = {"key": key.pk, "client": client.pk, "is_writing": is_writing, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, wanted)
        used, seconds = cursor.fetchone()
    name = "writes" if is_writing else "reads"
    return Allowance(name, limit, used, max(1, math.ceil(seconds)))


def require_allowance(allowance: Allowance) -> None:
    """
    Stop a request that is one too many.

    :raises ApiProblem: if the allowance is used up.
    """
    if allowance.is_used_up:
        raise ApiProblem(
            TOO_MANY, headers={"Retry-After": str(allowance.seconds), **allowance.headers()}
        )
