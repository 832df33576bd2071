"""The file of a letter: drawn again for each who asks, and the same to the byte as it was at first."""

import hashlib
from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy

from compliance import audit
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.letters.codes import code_of
from compliance.letters.drawing import Paper, draw_pdf, renderer_of
from compliance.letters.verifying import address_of_letter, address_of_verification
from compliance.models import Letter, LetterRendering, StaffUser
from compliance.provisions import Provision
from compliance.responses.links import markers_in

# Our choices; no article sets them.
RECENT: Final = timedelta(days=1)
MOST_AT_ONCE: Final = 200


class LetterChanged(ActionRefused):
    """What is drawn today is not what was drawn of the letter before."""

    message = gettext_lazy(
        "This letter no longer comes out as it was issued, and is not handed out. Tell the system "
        "administrator; the digest that was kept stays what it is."
    )


def paper_of(letter: Letter) -> Paper:
    """Return what a letter prints: the words of its notice and what was frozen beside them."""
    notice = letter.notice
    code = code_of(letter)
    return Paper(
        form=letter.form,
        language=notice.language,
        issuer=letter.issuer,
        number=letter.number,
        code=code,
        date=timezone.localtime(letter.issued_at).date(),
        text=notice.text,
        headings=frozenset(letter.headings),
        links=markers_in(notice.text),
        address=address_of_verification(letter),
        qr=address_of_letter(letter, code),
    )


def file_of(letter: Letter) -> tuple[bytes, LetterRendering]:
    """
    Return the PDF of a letter with the row that keeps its digest.

    Public Account Provisions, art. 20 §2; our choice, no article: whoever holds the file can have it
    compared. The first drawing by each version of the renderer is kept as a row; whatever another
    one of the same version draws has to equal it.

    :raises LetterChanged: if it does not.
    """
    drawn = draw_pdf(paper_of(letter))
    renderer = renderer_of(letter.form)
    found = letter.renderings.filter(renderer=renderer).first()
    if found is None:
        LetterRendering.objects.bulk_create(
            [
                LetterRendering(
                    letter=letter,
                    renderer=renderer,
                    sha256=hashlib.sha256(drawn).hexdigest(),
                    size=len(drawn),
                )
            ],
            # Somebody else may draw it first in the same moment.
            ignore_conflicts=True,
        )
        found = letter.renderings.get(renderer=renderer)
    if found.sha256 != hashlib.sha256(drawn).hexdigest():
        raise LetterChanged
    return drawn, found


def digests_of(letter: Letter) -> list[str]:
    """Return the SHA-256 of every file that was drawn of a letter, the newest first."""
    if not letter.renderings.exists():
        file_of(letter)
    return list(letter.renderings.order_by("-pk").values_list("sha256", flat=True))


def hand_out_letter(
    *, letter: Letter, actor: StaffUser, provision: Provision, reason: str
) -> bytes:
    """
    Hand the PDF of a letter to a colleague or a program, and put that on record.

    Public Account Provisions, art. 20 §2. Whoever may read what the letter tells of may have it; the
    door asks for that.

    :raises MissingReason: if the reason is blank.
    :raises LetterChanged: if it does not come out as it was issued.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    drawn, rendering = file_of(letter)
    audit.record(
        action="compliance.letter.export",
        target=letter,
        changes={"sha256": rendering.sha256},
        **grounds,
    )
    return drawn


def draw_new_letters() -> int:
    """
    Draw whatever was issued lately and never drawn, so that its digest is kept; return how many.

    Our choice, no article. What is older and was never asked for is drawn when somebody asks.
    """
    lately = Letter.objects.filter(issued_at__gt=timezone.now() - RECENT).never_drawn()
    waiting = list(lately.select_related("notice").order_by("pk")[:MOST_AT_ONCE])
    for letter in waiting:
        file_of(letter)
    return len(waiting)
