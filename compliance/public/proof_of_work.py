"""
Proof of work: before a form is sent, the device of the sender computes for a moment.

A flood from many networks becomes dear by it, and nobody is kept out: who sends no proof is counted by
a smaller limit. The sender alone makes the stamp, for one address and one moment; it serves once.
Nothing is done while ``HEYAN_PROOF_OF_WORK_BITS`` is 0.
"""

import hashlib
import re
import time
from typing import Final

from django.conf import settings

from compliance.identity import vault
from compliance.responses import wrong_codes

# Our choices; no article sets them. The hardest one takes a phone minutes.
HARDEST: Final = 20
# A stamp is forgotten no sooner than it is too old to serve again.
SECONDS: Final = wrong_codes.SECONDS // 2
PARAMETER: Final = "proof"

# Leading zero bits, second of making, address, what tells it from others, and what was searched for.
_STAMP: Final = re.compile(r"([0-9]{1,2}):([0-9]{1,12}):([^:]{1,100}):[0-9a-f]{32}:[0-9]{1,15}")


def is_wanted() -> bool:
    """Return whether this platform asks for proofs of work."""
    return bool(settings.PROOF_OF_WORK_BITS)


def words_for_script() -> dict[str, str]:
    """Return what the script has to know: the bits, and the time here, in seconds since 1970."""
    return {"bits": str(settings.PROOF_OF_WORK_BITS), "time": str(int(time.time()))}


def spend(stamp: str, *, address: str) -> bool:
    """
    Return whether a stamp is a proof of work for an address that nobody has sent before.

    Whoever asks has spent it: of two who send the same at once one alone is told True.
    """
    found = _STAMP.fullmatch(stamp)
    if found is None:
        return False
    bits, made_at, made_for = int(found[1]), int(found[2]), found[3]
    digest = int.from_bytes(hashlib.sha256(stamp.encode()).digest(), "big")
    is_proof = (
        bits >= settings.PROOF_OF_WORK_BITS
        and abs(time.time() - made_at) <= SECONDS
        and made_for == address
        and digest.bit_length() <= 256 - bits
    )
    return is_proof and wrong_codes.note_wrong(vault.digest("proof-of-work", stamp)) == 1
