"""Keys that live outside the database: wrapping keys for identity data, keys of blind indexes."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


@dataclass(frozen=True)
class KeyRing:
    """Named keys and the name of the one that new data uses."""

    current: str
    keys: dict[str, bytes]

    def __getitem__(self, name: str) -> bytes:
        return self.keys[name]


@dataclass(frozen=True)
class IdentityKeys:
    """The wrapping keys of data keys, and the keys of blind indexes."""

    wrapping: KeyRing
    index: KeyRing


def _new_ring() -> dict[str, object]:
    name = "k1"
    return {
        "current": name,
        "keys": {name: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()},
    }


def write_new_keys(path: Path) -> None:
    """
    Write a fresh key file that only its owner can read, unless one is there.

    Personal Information Protection Law, art. 51: identity data is encrypted; the key is kept apart
    from the database and from its backups.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps({"wrapping": _new_ring(), "index": _new_ring()}, indent=1)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    try:
        # A link fails where another process was first; its keys are then the ones to use.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _ring(data: dict[str, object]) -> KeyRing:
    keys = {name: base64.b64decode(text) for name, text in dict(data["keys"]).items()}  # type: ignore[call-overload]
    current = str(data["current"])
    if current not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
        raise ImproperlyConfigured("The identity key file names a missing or too short key.")
    return KeyRing(current, keys)


@cache
def identity_keys() -> IdentityKeys:
    """
    Return the keys from the file that the setting IDENTITY_KEY_FILE names.

    :raises ImproperlyConfigured: if the file is missing or broken.
    """
    path = Path(settings.IDENTITY_KEY_FILE)
    if not path.exists():
        if not settings.CREATE_MISSING_KEYS:
            raise ImproperlyConfigured(f"The identity key file {path} is missing.")
        write_new_keys(path)
    try:
        data = json.loads(path.read_text())
        return IdentityKeys(wrapping=_ring(data["wrapping"]), index=_ring(data["index"]))
    except (ValueError, KeyError, TypeError) as problem:
        raise ImproperlyConfigured(f"The identity key file {path} cannot be read.") from problem
