"""
Tracking codes: 130 bits in Crockford's base 32 with a check character, read as people copy them.

The check character finds a slip of the hand before anything is looked up. It proves nothing: whoever
guesses computes it as well.
"""

from typing import Final

_DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# The 37 signs of the check character; the last five stand in no other place.
_CHECKS: Final = f"{_DIGITS}*~$=U"
BITS: Final = 130
LENGTH: Final = BITS // 5
_GROUP: Final = 5
# What is read as what: people write them so.
_LIKE: Final = str.maketrans("ILO", "110")


def written_code(number: int) -> str:
    """
    Return a number of 130 bits as it is handed out, in groups, with its check character.

    :raises ValueError: if it has more bits.
    """
    if not 0 <= number < 1 << BITS:
        raise ValueError("A tracking code has 130 bits.")
    signs = [_DIGITS[number >> 5 * place & 31] for place in reversed(range(LENGTH))]
    whole = "".join([*signs, _CHECKS[number % len(_CHECKS)]])
    return "-".join(whole[at : at + _GROUP] for at in range(0, len(whole), _GROUP))


def read_code(typed: str) -> str | None:
    """Return a code as it is compared, or None if it is none: wrong length, sign or check."""
    signs = "".join(each for each in typed.upper() if not each.isspace() and each not in "-–—")
    body, check = signs[:-1].translate(_LIKE), signs[-1:]
    if len(body) != LENGTH or any(each not in _DIGITS for each in body):
        return None
    number = 0
    for each in body:
        number = number << 5 | _DIGITS.index(each)
    # A check character that is a digit may be written as a letter like it.
    if _CHECKS[number % len(_CHECKS)] not in (check, check.translate(_LIKE)):
        return None
    return body
