"""Signatures of outgoing messages, in the form of Standard Webhooks."""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

ED25519 = "whsk_"
HMAC = "whsec_"
PUBLIC = "whpk_"
# While a key is exchanged both the new and the old one sign.
MOST_KEYS = 2
SECRET_BYTES = range(24, 65)


@dataclass(frozen=True)
class SigningKey:
    """One key: an ed25519 private key or a secret that both sides know."""

    kind: str
    secret: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.kind})"

    def sign(self, content: bytes) -> str:
        """Return the signature with its version before it."""
        if self.kind == ED25519:
            signature = self._private().sign(content)
            return f"v1a,{base64.b64encode(signature).decode()}"
        digest = hmac.digest(self.secret, content, hashlib.sha256)
        return f"v1,{base64.b64encode(digest).decode()}"

    def public(self) -> str:
        """Return what the receiver is given to verify with; nothing for a shared secret."""
        if self.kind != ED25519:
            return ""
        raw = self._private().public_key()
        encoded = raw.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return PUBLIC + base64.b64encode(encoded).decode()

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret[:32])


def parse_key(text: str) -> SigningKey:
    """
    Return the key that a line of the key file holds.

    :raises ValueError: if it is neither of the two kinds, or too short.
    """
    for kind in (ED25519, HMAC):
        if text.startswith(kind):
            secret = base64.b64decode(text.removeprefix(kind), validate=True)
            if kind == ED25519 and len(secret) not in (32, 64):
                raise ValueError("An ed25519 key has 32 or 64 bytes.")
            if kind == HMAC and len(secret) not in SECRET_BYTES:
                raise ValueError("A shared secret has 24 to 64 bytes.")
            return SigningKey(kind, secret)
    raise ValueError("A key begins with whsk_ or whsec_.")


def new_key() -> str:
    """Return a fresh ed25519 key as a line of the key file."""
    return ED25519 + base64.b64encode(os.urandom(32)).decode()


def write_new_keys(path: Path) -> None:
    """
    Write a key file with one fresh key that only its owner can read, unless one is there.

    Our choice, no article: the quick start signs like production does.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(json.dumps({"keys": [new_key()]}, indent=1))
    try:
        # A link fails where another process was first; its keys are then the ones to use.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


@cache
def signing_keys() -> tuple[SigningKey, ...]:
    """
    Return the keys that sign, the newest first, from the file named by WEBHOOK_KEY_FILE.

    :raises ImproperlyConfigured: if the file is missing or broken, or names too many keys.
    """
    path = Path(settings.WEBHOOK_KEY_FILE)
    if not path.exists():
        if not settings.CREATE_MISSING_KEYS:
            raise ImproperlyConfigured(f"The webhook key file {path} is missing.")
        write_new_keys(path)
    try:
        keys = tuple(parse_key(each) for each in json.loads(path.read_text())["keys"])
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ImproperlyConfigured(f"The webhook key file {path} cannot be read.") from problem
    if not 1 <= len(keys) <= MOST_KEYS:
        raise ImproperlyConfigured("The webhook key file holds one key, or two in an exchange.")
    return keys


def signed_headers(
    message_id: str, at: datetime, body: bytes, keys: tuple[SigningKey, ...]
) -> dict[str, str]:
    """Return the three headers by which a receiver knows message, time and sender."""
    timestamp = str(int(at.timestamp()))
    content = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(key.sign(content) for key in keys),
    }
