"""Powers over comments, and why an account has them, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.enums import SubjectNature
from accounts.powers_words import CommentPower, CreditGrade


def powers_in_words(powers: Iterable[str]) -> str:
    """Return powers in one line."""
    return _("; ").join(str(CommentPower(each).label) for each in powers) or _("none")


def reason_of(nature: str, credit: str, *, is_unrated: bool) -> str:
    """
    Return why an account has its powers: the nature and the credit of its subject.

    Public Account Provisions, art. 17 §2.
    """
    said = {
        "nature": SubjectNature(nature or SubjectNature.NATURAL_PERSON).label,
        "credit": CreditGrade(credit).label,
    }
    if is_unrated:
        return (
            _(
                "Nature of the subject: %(nature)s; its credit is not rated yet. Until it is, the "
                "services are those of %(credit)s."
            )
            % said
        )
    return _("Nature of the subject: %(nature)s; %(credit)s.") % said
