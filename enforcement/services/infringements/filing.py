"""What a complaint says of a right that is infringed: checked, sealed, and read for its two sides."""

from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models.identity import IdentityField
from enforcement.complaint_words import NOTICES
from enforcement.infringement_words import AssertedRight
from enforcement.models import Complaint, Infringement

# Our choices; no article sets them.
LONGEST_HOLDER: Final = 100
LONGEST_WORK: Final = 500
LONGEST_EVIDENCE: Final = 3_000


@dataclass(frozen=True, kw_only=True)
class InfringementDraft:
    """
    Whose right to what is infringed, and the first evidence in words.

    All of it is passed on to whoever runs the account; `agrees` says that the complainant was told so.
    """

    right: str = ""
    holder: str = field(repr=False, default="")
    work: str = field(repr=False, default="")
    evidence: str = field(repr=False, default="")
    is_agent: bool = False
    agrees: bool = False


@dataclass(frozen=True, kw_only=True)
class PassedOn:
    """What the operator gets to see of a notice, in the clear; empty once the key is destroyed."""

    holder: str = field(repr=False, default="")
    work: str = field(repr=False, default="")
    evidence: str = field(repr=False, default="")


def _line(label: str, written: str, longest: int) -> str:
    text = "\n".join(written.strip().splitlines())
    if not any(each.isalnum() for each in text):
        raise InvalidInput(_("“%(field)s” is missing.") % {"field": label})
    if len(text) > longest:
        raise InvalidInput(
            _("“%(field)s” has at most %(count)s characters.") % {"field": label, "count": longest}
        )
    if audit.UNSEEN.search(text):
        raise InvalidInput(
            _("“%(field)s” holds invisible characters. Write it without them.") % {"field": label}
        )
    return text


def checked_infringement(
    draft: InfringementDraft, *, content_ref: str, has_contact: bool
) -> InfringementDraft:
    """
    Return a draft as it is kept.

    Civil Code, art. 1195: a notice holds first evidence and who the holder of the right is.

    :raises InvalidInput: if something that makes it a notice is missing.
    """
    if draft.right not in AssertedRight.values:
        raise InvalidInput(_("Choose which right is infringed."))
    checked = InfringementDraft(
        right=draft.right,
        holder=_line(_("Holder of the right"), draft.holder, LONGEST_HOLDER),
        work=_line(_("Your work or mark"), draft.work, LONGEST_WORK),
        evidence=_line(_("First evidence"), draft.evidence, LONGEST_EVIDENCE),
        is_agent=draft.is_agent,
        agrees=draft.agrees,
    )
    if not content_ref.strip():
        raise InvalidInput(_("Name the content that infringes the right: its number or address."))
    if not has_contact:
        raise InvalidInput(
            _("A notice of infringement needs a mobile number or an e-mail address of yours.")
        )
    if not draft.agrees:
        raise InvalidInput(
            _("Confirm that you know what is passed on to whoever runs the account.")
        )
    return checked


def keep_infringement(
    complaint: Complaint, draft: InfringementDraft, grounds: Grounds
) -> Infringement:
    """Keep what a complaint says of a right, under the key of whoever complains."""
    key = complaint.complainant.key
    return audit.create(
        Infringement(
            complaint=complaint,
            account=complaint.account,
            right=draft.right,
            is_agent=draft.is_agent,
            holder=vault.store(key, IdentityField.NAME, draft.holder),
            work=vault.store(key, IdentityField.STATEMENT, draft.work),
            evidence=vault.store(key, IdentityField.STATEMENT, draft.evidence),
        ),
        **grounds,
    )


def passed_on(infringement: Infringement) -> PassedOn:
    """
    Return what the operator gets to see of a notice.

    Civil Code, art. 1195: the notice is passed on. Contact, files and whatever else was written to us
    are no part of it. Read for the page that shows it, kept nowhere.
    """
    if infringement.holder.key.wrapped is None:
        return PassedOn()
    return PassedOn(
        holder=vault.read(infringement.holder),
        work=vault.read(infringement.work),
        evidence=vault.read(infringement.evidence),
    )


def counter_statement(infringement: Infringement) -> tuple[str, str]:
    """Return who disputes a notice, and in which words; both empty where nobody does."""
    name, words = infringement.counter_name, infringement.counter_words
    if name is None or words is None or name.key.wrapped is None:
        return "", ""
    return vault.read(name), vault.read(words)


def suit_in_words(infringement: Infringement) -> str:
    """Return which lawsuit or complaint to an authority was shown, or nothing."""
    suit = infringement.suit
    return vault.read(suit) if suit is not None and suit.key.wrapped is not None else ""


def infringement_of(complaint: Complaint) -> Infringement | None:
    """Return what a complaint says of a right, or None where it is about none."""
    if complaint.kind not in NOTICES:
        return None
    found = Infringement.objects.select_related(
        "account__subject__key",
        "complaint",
        "counter_clock",
        "counter_name__key",
        "counter_words__key",
        "evidence__key",
        "forward_clock",
        "holder__key",
        "suit__key",
        "wait_clock",
        "work__key",
        "work_item",
    )
    return found.filter(complaint=complaint).first()
