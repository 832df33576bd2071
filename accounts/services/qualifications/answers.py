"""What operators send without a login: documents for a review, and renewals of documents that end."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationSource
from accounts.models import PublicAccount, Qualification
from accounts.qualification_words import QualificationStatus
from accounts.services.qualification_notices import in_words_before_the_end
from accounts.services.qualifications.invitations import MATERIAL, RENEWAL
from accounts.services.qualifications.review import resume_qualification
from accounts.services.qualifications.submission import (
    LONGEST_NUMBER,
    QualificationDraft,
    attach_documents,
    submit_qualification,
)
from compliance import audit, responses
from compliance.context import record_language
from compliance.errors import InvalidInput, TransitionRefused
from compliance.evidence.incoming import IncomingFile, take_in
from compliance.grounds import Grounds
from compliance.models import ResponseInvitation
from compliance.provisions import Provision

WORDS: Final = "words"
FILES: Final = "files"
NUMBER: Final = "number"
ISSUER: Final = "issuer"
FROM: Final = "valid_from"
UNTIL: Final = "valid_until"
# Kept as they are, whichever language a screen has.
_SUPPLIED: Final = "运营者通过公开答复页面补充材料"
_RENEWED: Final = "运营者通过公开答复页面提交换发证件"
_STATEMENT_NAME: Final = "补充说明.txt"


def _about(invitation: ResponseInvitation) -> Qualification:
    return Qualification.objects.select_related("account", "rule").get(pk=invitation.about_id)


def _lock(invitation: ResponseInvitation) -> None:
    # The account first, as in handing in.
    qualification = _about(invitation)
    audit.lock(PublicAccount.objects.get(pk=qualification.account_id))
    audit.lock(qualification)


def _attach(
    qualification: Qualification, words: str, files: Sequence[IncomingFile], grounds: Grounds
) -> None:
    """Attach what came; the words as a file too, so that identity data in them is encrypted."""
    statement = take_in(_STATEMENT_NAME, [words.encode()]) if words else None
    try:
        with record_language():
            shows = _("sent by the operator")
        attach_documents(
            qualification=qualification,
            files=[*files, *([statement] if statement else [])],
            shows=shows,
            **grounds,
        )
    finally:
        if statement is not None:
            statement.discard()


def _ask_for_documents(invitation: ResponseInvitation) -> responses.Asked:
    qualification = _about(invitation)
    return responses.Asked(
        title=_("Documents for %(type)s") % {"type": qualification.get_type_display()},
        text=qualification.decision_reason,
        fields=(
            responses.TextField(
                name=WORDS,
                label=gettext_lazy("What you want to say"),
                hint=gettext_lazy("Only who reviews the document reads it."),
            ),
            responses.FilesField(name=FILES, label=gettext_lazy("Files")),
        ),
    )


def _receive_documents(answer: responses.Answer) -> None:
    qualification = _about(answer.invitation)
    if qualification.status != QualificationStatus.WAITING_MATERIAL:
        raise TransitionRefused(_("The qualification no longer waits for material."))
    words, files = answer.words[WORDS], answer.files[FILES]
    if not words and not files:
        raise InvalidInput(_("Write something or attach at least one file."))
    _attach(qualification, words, files, answer.grounds)
    resume_qualification(qualification=qualification, expected_version=None, **answer.grounds)


def _renew_by(qualification: Qualification) -> str:
    """Return by when a renewed document is wanted; the page takes one for longer."""
    end = qualification.valid_until
    assert end is not None
    if end < timezone.localdate():
        return _("It ended on %(day)s. A renewed one is still taken here.") % {"day": end}
    return _("Hand the renewed one in by %(day)s, the last day of this one.") % {"day": end}


def _ask_for_renewal(invitation: ResponseInvitation) -> responses.Asked:
    qualification = _about(invitation)
    return responses.Asked(
        title=_("Renewal of %(type)s") % {"type": qualification.get_type_display()},
        text="\n".join(
            [
                _("%(reference)s, valid until %(day)s")
                % {"reference": qualification.reference, "day": qualification.valid_until},
                in_words_before_the_end(qualification),
            ]
        ),
        fields=(
            responses.TextField(
                name=NUMBER,
                label=gettext_lazy("Number of the renewed document"),
                is_needed=True,
                longest=LONGEST_NUMBER,
                rows=1,
            ),
            responses.TextField(name=ISSUER, label=gettext_lazy("Issuer"), longest=200, rows=1),
            responses.TextField(
                name=FROM,
                label=gettext_lazy("Valid from"),
                hint=gettext_lazy("As 2026-03-01."),
                longest=10,
                rows=1,
            ),
            responses.TextField(
                name=UNTIL,
                label=gettext_lazy("Valid until"),
                hint=gettext_lazy("As 2026-03-01."),
                is_needed=True,
                longest=10,
                rows=1,
            ),
            responses.FilesField(
                name=FILES,
                label=gettext_lazy("Pictures or a PDF of the renewed document"),
                is_needed=True,
            ),
        ),
        until=_renew_by(qualification),
    )


def _receive_renewal(answer: responses.Answer) -> None:
    old, words = _about(answer.invitation), answer.words
    renewal = submit_qualification(
        account=old.account,
        draft=QualificationDraft(
            type=old.type,
            number=words[NUMBER],
            issuer=words[ISSUER] or old.issuer,
            scope=old.scope,
            valid_from=_day(words[FROM]),
            valid_until=_day(words[UNTIL]),
            renews=old,
        ),
        source=ApplicationSource.RESPONSE,
        **answer.grounds,
    )
    _attach(renewal, "", answer.files[FILES], answer.grounds)


def _day(text: str) -> date | None:
    """Return the day that somebody wrote, or None for nothing."""
    if not text:
        return None
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise InvalidInput(_("Write days as 2026-03-01."))
    return found


KINDS: Final = (
    responses.ResponseKind(
        code=MATERIAL,
        label=gettext_lazy("documents for a qualification"),
        ask=_ask_for_documents,
        lock=_lock,
        receive=_receive_documents,
        provision=Provision.PUBLIC_ACCOUNT_9_1,
        reason=_SUPPLIED,
    ),
    responses.ResponseKind(
        code=RENEWAL,
        label=gettext_lazy("renewal of a qualification"),
        ask=_ask_for_renewal,
        lock=_lock,
        receive=_receive_renewal,
        provision=Provision.PUBLIC_ACCOUNT_9_1,
        reason=_RENEWED,
    ),
)
