"""The codes by which the response page is opened: made from a key outside the database, sent, never kept."""

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from typing import Final

from compliance.identity import vault
from compliance.identity.keys import identity_keys
from compliance.models import ResponseInvitation

_PURPOSE: Final = "response-code"
_NONCE_BYTES: Final = 32
# 160 bits, which are 32 characters without a remainder.
_CODE_BYTES: Final = 20
_BETWEEN: Final = re.compile(r"[\s\-]+")


def seal_code(invitation: ResponseInvitation) -> None:
    """Give an unsaved invitation a code of its own, of which it keeps the keyed digest."""
    invitation.nonce = secrets.token_bytes(_NONCE_BYTES)
    invitation.key_version = identity_keys().index.current
    invitation.digest = vault.digest(_PURPOSE, code_of(invitation))


def code_of(invitation: ResponseInvitation) -> str:
    """Return the code of an invitation, for sending it and for nothing else."""
    key = identity_keys().index[invitation.key_version]
    material = _PURPOSE.encode() + b"\x00" + bytes(invitation.nonce)
    made = hmac.digest(key, material, hashlib.sha256)[:_CODE_BYTES]
    return base64.b32encode(made).decode().lower()


def read_code(typed: str) -> str:
    """Return a code as it is compared: without blanks and hyphens, in small letters."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).lower()


def find_invitation(typed: str) -> ResponseInvitation | None:
    """
    Return the invitation of a code, or None.

    Whatever was typed goes the same way: keyed digests, then one look at an index of digests. How
    long it takes says nothing of how near a wrong code came.
    """
    digests = vault.digests(_PURPOSE, read_code(typed))
    return (
        ResponseInvitation.objects.select_related("clock", "receipt")
        .filter(digest__in=digests)
        .first()
    )
