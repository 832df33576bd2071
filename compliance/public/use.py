"""How often one address may look things up: counted in the database, so that all processes count."""

import math
from typing import Final

from django.db import connection
from django.http import HttpRequest

from compliance.public.pages import TooManyRequests
from compliance.responses.wrong_codes import address_of

# Our choice, no article: enough for everybody behind one office's address, too little to collect.
MOST_A_MINUTE: Final = 60

# What is past counts no more, and is forgotten: nothing is kept of an address beyond its minute.
_FORGET: Final = """
DELETE FROM compliance_publicuse WHERE address IN (
    SELECT address FROM compliance_publicuse
    WHERE minute < date_trunc('minute', statement_timestamp())
    ORDER BY minute LIMIT 100 FOR UPDATE SKIP LOCKED)
"""
# The count stops just above the limit, so that it cannot run over however long somebody asks.
_COUNT: Final = """
INSERT INTO compliance_publicuse AS u (address, minute, used)
VALUES (%(address)s, date_trunc('minute', statement_timestamp()), 1)
ON CONFLICT (address) DO UPDATE SET
    used = CASE WHEN u.minute >= excluded.minute THEN least(u.used, %(most)s) + 1 ELSE 1 END,
    minute = greatest(u.minute, excluded.minute)
RETURNING used,
    extract(epoch FROM minute + interval '1 minute' - statement_timestamp())::float8
"""


def require_allowance(request: HttpRequest) -> None:
    """
    Count one look-up of an address.

    :raises TooManyRequests: if it is one too many within this minute.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
        cursor.execute(_COUNT, {"address": address_of(request), "most": MOST_A_MINUTE})
        used, seconds = cursor.fetchone()
    if used > MOST_A_MINUTE:
        raise TooManyRequests(retry_after=max(1, math.ceil(seconds)))
