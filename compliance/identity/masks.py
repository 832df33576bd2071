"""What of a value may be shown without a reveal."""

from compliance.models.identity import IdentityField

DOTS = "***"


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
        return value[0] + DOTS[:1] * 2
    if field == IdentityField.MOBILE and len(value) >= 11:
        return f"{value[:3]}****{value[-4:]}"
    if field == IdentityField.CONTACT and "@" in value:
        local, _, domain = value.partition("@")
        return f"{local[:1]}{DOTS}@{domain}"
    if field in (IdentityField.ADDRESS, IdentityField.BACKGROUND):
        return DOTS
    # Fewer than ten characters would leave too little hidden.
    return f"{DOTS}{value[-4:]}" if len(value) >= 10 else DOTS
