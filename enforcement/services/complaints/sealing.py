"""What is known of a complainant, and that none of it gets into words that others read."""

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.utils.translation import gettext as _

from accounts.rules.identity_numbers import mobile_problem, normalised_contact, normalised_mobile
from compliance.errors import InvalidInput
from compliance.identity import vault
from compliance.models import IdentityValue
from compliance.models.identity import IdentityField
from enforcement.complaint_words import ComplaintOutcome, ContactKind
from enforcement.models import Complainant, Complaint, ComplaintMessage

# Our choice; no article sets it.
LONGEST_CONTACT: Final = 100
REVEAL: Final = "enforcement.reveal_complainant"
_PURPOSE: Final = "complainant"
# What people put between the digits of a number.
_BETWEEN: Final = re.compile(r"[\s\-_.()（）·]+")


def read_contact(written: str) -> tuple[ContactKind, str]:
    """
    Return what kind of contact somebody wrote, and it as it is kept; nothing is a contact too.

    Personal Information Protection Law, art. 6: no more is asked than is needed for the answer.

    :raises InvalidInput: if it is neither; the sentence does not hold it.
    """
    contact = written.strip()
    if not contact:
        return ContactKind.NONE, ""
    if len(contact) <= LONGEST_CONTACT:
        if mobile_problem(contact) is None:
            return ContactKind.MOBILE, normalised_mobile(contact)
        try:
            validate_email(contact)
        except ValidationError:
            pass
        else:
            return ContactKind.EMAIL, normalised_contact(contact)
    raise InvalidInput(
        _("This is no whole mobile number and no e-mail address. Correct it or leave it empty.")
    )


def lock_digest(digest: bytes) -> None:
    """Let nobody else look for the same at this moment; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], "big", signed=True)]
        )


def complainant_of(kind: ContactKind, contact: str) -> Complainant:
    """
    Return the complainant of a contact, who is made where nobody has complained by it.

    Personal Information Protection Law, art. 51: the contact is found by a keyed digest alone.
    Whoever leaves none is somebody new.
    """
    if not contact:
        key, _plain = vault.new_key()
        return Complainant.objects.create(key=key)
    lock_digest(vault.digest(_PURPOSE, contact))
    known = (
        Complainant.objects.filter(
            contact__in=vault.find(_PURPOSE, contact), key__wrapped__isnull=False
        )
        .select_related("key", "contact")
        .order_by("pk")
        .first()
    )
    if known is not None:
        return known
    key, _plain = vault.new_key()
    field = IdentityField.MOBILE if kind == ContactKind.MOBILE else IdentityField.CONTACT
    kept = vault.store(key, field, contact, purposes=[_PURPOSE])
    return Complainant.objects.create(key=key, contact_kind=kind, contact=kept)


def unfounded_of(complainant: Complainant) -> tuple[int, int]:
    """
    Return how many complaints of somebody were not upheld, and how many were made to harm.

    Public Account Provisions, art. 20 §2: it moves them behind others, and takes nothing away.
    """
    theirs = Complaint.objects.filter(complainant=complainant)
    return (
        theirs.filter(outcome=ComplaintOutcome.NOT_UPHELD).count(),
        theirs.filter(is_abusive=True).count(),
    )


def _plain(text: str) -> str:
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()


def require_sealed(complaint: Complaint, *texts: str) -> None:
    """
    Refuse words that hold the contact of whoever complains.

    Domain reference §6.5, safeguard 5: the complainant is in no letter, list, export or record of
    a case.

    :raises InvalidInput: if one does.
    """
    contact = complaint.complainant.contact
    if contact is None or complaint.complainant.key.wrapped is None:
        return
    hidden = _plain(vault.read(contact))
    if any(hidden in _plain(text) for text in texts):
        raise InvalidInput(
            _("What you wrote holds the contact of the complainant. Take it out: nobody reads it.")
        )


def require_without(contact: str, *texts: str) -> None:
    """
    Refuse words that are to be passed on if they hold the contact of whoever writes them.

    Personal Information Protection Law, art. 6.

    :raises InvalidInput: if one does; the sentence does not hold it.
    """
    if contact and any(_plain(contact) in _plain(text) for text in texts):
        raise InvalidInput(
            _(
                "What is passed on to the operator holds your mobile number or e-mail address. Take "
                "it out: we keep it to ourselves."
            )
        )


def words_of(complaint: Complaint) -> list[tuple[ComplaintMessage, str]]:
    """
    Return what was said between the complainant and us, the oldest first, for whoever handles it.

    Personal Information Protection Law, art. 51: read for the page that shows it, kept nowhere.
    """
    if complaint.complainant.key.wrapped is None:
        return []
    found = complaint.messages.select_related("words__key", "person").order_by("at", "pk")
    return [(each, vault.read(each.words)) for each in found]


def permission_to_reveal(value: IdentityValue) -> str | None:
    """
    Return what somebody needs to see a value of a complainant in the clear; None of any other.

    Domain reference §6.5, safeguard 5: who decides on accounts does not learn who complained.
    """
    is_theirs = Complainant.objects.filter(key=value.key_id).exists()
    return REVEAL if is_theirs else None
