"""The service that takes the material of an applicant, and the page on which it is asked for."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationStatus
from accounts.models import Application, ApplicationMaterial
from accounts.services.invitations import MATERIAL
from accounts.services.review import resume_review
from compliance import audit, responses
from compliance.errors import InvalidInput, TransitionRefused
from compliance.evidence.incoming import IncomingFile, take_in
from compliance.evidence.services import receive_file
from compliance.grounds import Grounds
from compliance.models import ResponseInvitation, ResponseReceipt, Sensitivity, StaffUser
from compliance.provisions import Provision

OWNER_KIND: Final = "accounts.application"
WORDS: Final = "words"
FILES: Final = "files"
# Kept as it is, whichever language a screen has.
_REASON: Final = "申请人通过公开答复页面补充材料"
_STATEMENT_NAME: Final = "补充说明.txt"


@transaction.atomic
def supply_material(
    *,
    application: Application,
    receipt: ResponseReceipt,
    words: str,
    files: Sequence[IncomingFile],
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[ApplicationMaterial]:
    """
    Attach what an applicant supplied for good, and take the application back into review.

    Public Account Provisions, art. 15 §1. The words are kept as a file too, so that identity data
    in them is encrypted; what may show a document is hidden until somebody asks to see it.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if nothing was supplied.
    :raises TransitionRefused: if the application does not wait for material.
    :raises MissingReason: if the reason is blank.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.lock(application)
    _require_waiting(application)
    if not words and not files:
        raise InvalidInput(_("Write something or attach at least one file."))
    statement = take_in(_STATEMENT_NAME, [words.encode()]) if words else None
    attached = []
    try:
        for incoming in [*([statement] if statement else []), *files]:
            is_statement = incoming is statement
            file = receive_file(
                incoming=incoming,
                owner_kind=OWNER_KIND,
                sensitivity=(
                    Sensitivity.ORDINARY if is_statement else Sensitivity.IDENTITY_DOCUMENT
                ),
                **grounds,
            )
            attached.append(
                ApplicationMaterial.objects.create(
                    application=application, file=file, receipt=receipt, is_statement=is_statement
                )
            )
    finally:
        if statement is not None:
            statement.discard()
    audit.record(
        action="accounts.application.supply_material",
        target=application,
        **grounds,
        changes={"receipt": receipt.number, "files": [each.file.number for each in attached]},
    )
    resume_review(application=application, expected_version=application.version, **grounds)
    return attached


def _require_waiting(application: Application) -> None:
    if application.status != ApplicationStatus.WAITING_MATERIAL:
        raise TransitionRefused(_("The application no longer waits for material."))


def materials_of(application: Application) -> list[ApplicationMaterial]:
    """Return what was supplied for an application, in the order of its arrival."""
    found = application.materials.select_related("file__key", "file__attached_by", "receipt")
    return list(found.order_by("pk"))


def _application_of(invitation: ResponseInvitation) -> Application:
    return Application.objects.get(pk=invitation.about_id)


def _lock(invitation: ResponseInvitation) -> None:
    audit.lock(_application_of(invitation))


def _ask(invitation: ResponseInvitation) -> responses.Asked:
    application = _application_of(invitation)
    return responses.Asked(
        title=_("Material for the application %(uid)s") % {"uid": application.platform_uid},
        text=application.decision_reason,
        fields=(
            responses.TextField(
                name=WORDS,
                label=gettext_lazy("What you want to say"),
                hint=gettext_lazy("Only who reviews the application reads it."),
            ),
            responses.FilesField(name=FILES, label=gettext_lazy("Files")),
        ),
    )


def _receive(answer: responses.Answer) -> None:
    supply_material(
        application=_application_of(answer.invitation),
        receipt=answer.receipt,
        words=answer.words[WORDS],
        files=answer.files[FILES],
        **answer.grounds,
    )


KIND: Final = responses.ResponseKind(
    code=MATERIAL,
    label=gettext_lazy("material for an application"),
    ask=_ask,
    lock=_lock,
    receive=_receive,
    provision=Provision.PUBLIC_ACCOUNT_15_1,
    reason=_REASON,
)
