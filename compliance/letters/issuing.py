"""Issuing letters: in the transaction that writes the notice, with whatever its paper will say."""

from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.utils import timezone

from compliance.letters.codes import seal_code
from compliance.models import Letter, Notice, NoticeTemplate
from compliance.notices.purposes import Purpose
from compliance.notices.texts import headings_in, tame
from compliance.ui.theme import BRAND

# The form that new letters have; older letters keep theirs.
FORM: Final = 1
_LONGEST_NAME: Final = 300


def draft_letter(
    notice: Notice, *, purpose: Purpose, template: NoticeTemplate, values: Mapping[str, str]
) -> Letter | None:
    """
    Return the letter that goes with a notice, to be saved beside it, or None where there is none.

    Public Account Provisions, art. 20 §2: what was decided is told with its reasons and the way to
    appeal, in a form that can be shown to others.
    """
    if purpose.letter_state is None:
        return None
    letter = Letter(
        notice=notice,
        form=FORM,
        headings=headings_in(template.body, values),
        issuer=settings.PLATFORM_NAME or str(BRAND),
        address=settings.PUBLIC_BASE_URL,
        issued_at=timezone.now(),
        account_name=tame(" ".join(values.get("account_name", "").split()))[:_LONGEST_NAME],
    )
    seal_code(letter)
    return letter
