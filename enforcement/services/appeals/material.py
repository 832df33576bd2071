"""How words and files of an appellant are kept: as evidence, for good, encrypted."""

from collections.abc import Sequence
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import InvalidInput
from compliance.evidence.incoming import IncomingFile, take_in
from compliance.evidence.services import receive_file
from compliance.grounds import Grounds
from compliance.models import Person, ResponseReceipt, Sensitivity
from enforcement.appeal_words import AppealStatementKind
from enforcement.models import Appeal, AppealDocument, AppealQuestion, AppealStatement

OWNER_KIND: Final = "enforcement.appeal"
# Our choice; no article sets it.
LONGEST_WORDS: Final = 5_000
# Kept as it is, whichever language a screen has.
_WORDS_NAME: Final = "申诉人陈述.txt"


def check_words(words: str, files: Sequence[IncomingFile]) -> str:
    """
    Return the words as they are kept.

    :raises InvalidInput: if nothing is said, too much, or what nobody sees.
    """
    words = words.strip()
    if not words and not files:
        raise InvalidInput(_("Write something or attach at least one file."))
    if len(words) > LONGEST_WORDS:
        raise InvalidInput(
            _("Write at most %(count)s characters; attach longer texts as files.")
            % {"count": LONGEST_WORDS}
        )
    if audit.UNSEEN.search(words):
        raise InvalidInput(_("The text holds invisible characters. Write it without them."))
    return words


def keep_statement(
    appeal: Appeal,
    kind: AppealStatementKind,
    words: str,
    files: Sequence[IncomingFile],
    grounds: Grounds,
    *,
    receipt: ResponseReceipt | None = None,
    question: AppealQuestion | None = None,
    person: Person | None = None,
) -> AppealStatement:
    """Keep what an appellant said with its files; part of the caller's transaction."""
    statement = AppealStatement.objects.create(
        appeal=appeal,
        kind=kind,
        receipt=receipt,
        question=question,
        person=person,
        received_at=timezone.now(),
    )
    written = take_in(_WORDS_NAME, [words.encode()]) if words else None
    kept = []
    try:
        for incoming in [*([written] if written else []), *files]:
            is_words = incoming is written
            file = receive_file(
                incoming=incoming,
                owner_kind=OWNER_KIND,
                # What may show a document is hidden until somebody asks to see it.
                sensitivity=(Sensitivity.ORDINARY if is_words else Sensitivity.IDENTITY_DOCUMENT),
                **grounds,
            )
            kept.append(
                AppealDocument.objects.create(statement=statement, file=file, is_words=is_words)
            )
    finally:
        if written is not None:
            written.discard()
    audit.record(
        action=f"enforcement.appeal.receive_{kind}",
        target=appeal,
        **grounds,
        changes={"files": [each.file.number for each in kept]},
    )
    return statement
