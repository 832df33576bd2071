"""What of a value may be shown without a reveal."""

import re
from typing import Final

from compliance.models.identity import IdentityField

DOTS = "***"
_NOTHING_KEPT: Final = (
    IdentityField.ADDRESS,
    IdentityField.BACKGROUND,
    IdentityField.STATEMENT,
)
# Whatever else has an @ in it is free text: nothing after the @ may be taken for a domain.
_ADDRESS: Final = re.compile(r"(?P<first>[^\s@])[^\s@]*@(?P<domain>[A-Za-z0-9.-]{1,60})")


def mask(field: str, value: str) -> str:
    """
    Return the form of `value` that lists, pages and exports show.

    A document number keeps its last four characters, a mobile number its first three and last
    four, a name its first character, an e-mail address the first character and its domain; of an
    address and a background nothing is kept.
    """
    if not value:
        return ""
    if field == IdentityField.NAME:
        return f"{value[0]}**"
    if field == IdentityField.MOBILE and len(value) >= 11:
        return f"{value[:3]}****{value[-4:]}"
    if field == IdentityField.CONTACT and (address := _ADDRESS.fullmatch(value.strip())):
        return f"{address['first']}{DOTS}@{address['domain']}"
    if field in _NOTHING_KEPT:
        return DOTS
    # Fewer than ten characters would leave too little hidden.
    return f"{DOTS}{value[-4:]}" if len(value) >= 10 else DOTS
