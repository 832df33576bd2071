"""How a key of the API is made, what is kept of it, and how it is told from any other text."""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

from compliance.identity import vault
from compliance.identity.keys import identity_keys
from compliance.models import ApiKey

# Our choice; no article sets them. 160 bits that nobody guesses, 40 that only tell keys apart.
SECRET_BYTES: Final = 20
PREFIX_BYTES: Final = 5
_SHAPE: Final = re.compile(r"heyan_(?P<prefix>[a-z2-7]{8})_(?P<secret>[a-z2-7]{32})")
_PURPOSE: Final = "api-key"


@dataclass(frozen=True, repr=False)
class NewKey:
    """A key that was just made; `text` is shown once and kept nowhere."""

    prefix: str
    text: str
    digest: bytes
    key_version: str

    def __repr__(self) -> str:
        # A traceback must not hold the secret.
        return f"NewKey(prefix={self.prefix!r})"


def _letters(count: int) -> str:
    return base64.b32encode(secrets.token_bytes(count)).decode().lower()


def make_key() -> NewKey:
    """Return a key that nobody has had before; its digest is keyed outside the database."""
    prefix = _letters(PREFIX_BYTES)
    text = f"heyan_{prefix}_{_letters(SECRET_BYTES)}"
    return NewKey(
        prefix=prefix,
        text=text,
        digest=vault.digest(_PURPOSE, text),
        key_version=identity_keys().index.current,
    )


def prefix_of(text: str) -> str | None:
    """Return the part of a key by which it is looked up; None if the text is no key of ours."""
    shape = _SHAPE.fullmatch(text)
    return shape["prefix"] if shape else None


def is_text_of(key: ApiKey | None, text: str) -> bool:
    """
    Return whether `text` is the secret of `key`.

    The same work is done where there is no such key, and the comparison takes the same time
    wherever the two differ.
    """
    ring = identity_keys().index
    known = key is not None and key.key_version in ring.keys
    version = key.key_version if key is not None and known else ring.current
    expected = bytes(key.digest) if key is not None and known else bytes(32)
    return hmac.compare_digest(vault.digest(_PURPOSE, text, key_version=version), expected)
