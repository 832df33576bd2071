"""How often somebody may be wrong: counted by address in the database, so that all processes count."""

import ipaddress
import math
from typing import Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from compliance.identity import vault

# Our choices; no article sets them.
MOST_WRONG: Final = 20
SECONDS: Final = 600

_LEFT = """
SELECT extract(epoch FROM since + %(seconds)s * interval '1 second' - statement_timestamp())::float8
FROM compliance_wrongcodes
WHERE address = %(address)s AND count >= %(most)s
  AND since > statement_timestamp() - %(seconds)s * interval '1 second'
"""
# What is past counts no more, and is forgotten: nothing is kept of an address beyond its window.
_FORGET = """
DELETE FROM compliance_wrongcodes WHERE address IN (
    SELECT address FROM compliance_wrongcodes
    WHERE since <= statement_timestamp() - %(seconds)s * interval '1 second'
    ORDER BY since LIMIT 100 FOR UPDATE SKIP LOCKED)
"""
_COUNT = """
INSERT INTO compliance_wrongcodes AS w (address, since, count)
VALUES (%(address)s, statement_timestamp(), 1)
ON CONFLICT (address) DO UPDATE SET
    count = CASE WHEN w.since > statement_timestamp() - %(seconds)s * interval '1 second'
        THEN least(w.count, %(most)s) + 1 ELSE 1 END,
    since = CASE WHEN w.since > statement_timestamp() - %(seconds)s * interval '1 second'
        THEN w.since ELSE excluded.since END
RETURNING count
"""


def address_of(request: HttpRequest) -> bytes:
    """
    Return a keyed digest of where a request comes from.

    Behind reverse proxies of ours, as many as the settings say, it is what the outermost of them
    has seen. An IPv6 network of one household counts as one address.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")
        seen = forwarded[-min(settings.PROXIES, len(forwarded))].strip() or seen
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return vault.digest("address", "unknown")
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        network = ipaddress.ip_network((address, 64), strict=False)
        return vault.digest("address", str(network))
    return vault.digest("address", str(getattr(address, "ipv4_mapped", None) or address))


def seconds_to_wait(address: bytes, *, most: int = MOST_WRONG) -> int:
    """Return for how long an address that was counted so often is not answered; 0 for any other."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, {"address": address, "most": most, "seconds": SECONDS})
        row = cursor.fetchone()
    return max(1, math.ceil(row[0])) if row is not None else 0


def note_wrong(address: bytes) -> int:
    """Count one wrong code of an address, forget what is past, and return how many it has now."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"seconds": SECONDS})
        cursor.execute(_COUNT, {"address": address, "most": MOST_WRONG, "seconds": SECONDS})
        (count,) = cursor.fetchone()
    return int(count)
