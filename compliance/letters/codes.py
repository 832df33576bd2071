"""
Check codes of letters: 60 bits in Crockford's base 32, made from a key outside the database.

Whoever has the code has the paper: it opens nothing but what the paper says already, and where that
stands now. Sixty bits do, because wrong ones are counted and the number has to fit as well.
"""

import hashlib
import hmac
import secrets
import unicodedata
from typing import Final

from compliance.identity import vault
from compliance.identity.keys import identity_keys
from compliance.models import Letter

_PURPOSE: Final = "letter-code"
_NONCE_BYTES: Final = 32
_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 12
_GROUP: Final = 4
# What is read as what: people write them so.
_LIKE: Final = str.maketrans("ILO", "110")


def seal_code(letter: Letter) -> None:
    """Give an unsaved letter a check code of its own, of which it keeps the keyed digest."""
    letter.nonce = secrets.token_bytes(_NONCE_BYTES)
    letter.key_version = identity_keys().index.current
    letter.digest = vault.digest(_PURPOSE, _signs_of(letter))


def code_of(letter: Letter) -> str:
    """Return the check code of a letter as it is printed, in groups; for printing and nothing else."""
    signs = _signs_of(letter)
    return "-".join(signs[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def read_code(typed: str) -> str:
    """Return a code as it is compared: no blanks or hyphens, large letters, I, L and O as digits."""
    written = unicodedata.normalize("NFKC", typed).upper()
    return "".join(
        each for each in written if not each.isspace() and each not in "-‐‑–—"
    ).translate(_LIKE)


def find_letter(typed: str) -> Letter | None:
    """
    Return the letter of a check code, or None.

    Whatever was typed goes the same way: keyed digests, then one look at an index of digests. How
    long it takes says nothing of how near a wrong code came.
    """
    digests = vault.digests(_PURPOSE, read_code(typed))
    return Letter.objects.select_related("notice").filter(digest__in=digests).first()


def _signs_of(letter: Letter) -> str:
    key = identity_keys().index[letter.key_version]
    material = _PURPOSE.encode() + b"\x00" + bytes(letter.nonce)
    number = int.from_bytes(hmac.digest(key, material, hashlib.sha256)[:8], "big")
    return "".join(_SIGNS[number >> 5 * place & 31] for place in range(_LENGTH))
