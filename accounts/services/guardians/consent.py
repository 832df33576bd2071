"""How guardians consent on the public response page, and take it back."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationSource, ApplicationStatus, IdType
from accounts.guardian_words import DECLARATION, DECLARATION_VERSION, GuardianRelation
from accounts.models import Application, GuardianConsent, GuardianDocument
from accounts.rules.identity_numbers import (
    is_minor,
    mobile_problem,
    normalised,
    normalised_mobile,
    number_problem,
)
from accounts.services.guardians import notices
from accounts.services.guardians.withdrawal import withdraw_consent
from accounts.services.invitations import GUARDIAN
from accounts.services.policies import policy_in_force
from accounts.services.review import resume_review
from accounts.services.verification import VerificationUnavailable, configured_provider
from accounts.verification.provider import (
    ProviderUnavailable,
    VerificationAnswer,
    VerificationRequest,
    methods_for,
)
from compliance import audit, responses
from compliance.errors import InvalidInput, TransitionRefused
from compliance.evidence.services import receive_file
from compliance.identity import vault
from compliance.models import ResponseInvitation, Sensitivity
from compliance.models.identity import IdentityField
from compliance.notices.recipients import Reference
from compliance.provisions import Provision

OWNER_KIND: Final = "accounts.guardian_consent"
# Kept as they are, whichever language a screen has.
_REASON: Final = "监护人通过公开答复页面作出同意"
_REASON_WITHDRAWN: Final = "监护人通过公开答复页面撤回同意"
# Our choice; no article sets it: until the minor is surely of age.
WITHDRAWABLE_FOR: Final = timedelta(days=18 * 366)
_AGREED: Final = "agreed"
# Documents that carry a date of birth.
_DATED: Final = (IdType.RESIDENT_ID, IdType.RESIDENCE_PERMIT, IdType.FOREIGN_PERMANENT_RESIDENT)


def _application_of(invitation: ResponseInvitation) -> Application:
    return Application.objects.select_related("subject__key").get(pk=invitation.about_id)


def _lock(invitation: ResponseInvitation) -> None:
    audit.lock(_application_of(invitation))


def _line(name: str, label: object, hint: object = "") -> responses.TextField:
    return responses.TextField(
        name=name,
        label=label,  # type: ignore[arg-type]
        hint=hint,  # type: ignore[arg-type]
        is_needed=True,
        longest=100,
        rows=1,
    )


def _ask(invitation: ResponseInvitation) -> responses.Asked:
    application = _application_of(invitation)
    return responses.Asked(
        title=_("Consent of a guardian to the account %(uid)s") % {"uid": application.platform_uid},
        text=f"{application.decision_reason}\n\n{DECLARATION}",
        fields=(
            _line("name", gettext_lazy("Name of the guardian")),
            responses.ChoiceField(
                name="relation",
                label=gettext_lazy("What you are to the minor"),
                choices=list(GuardianRelation.choices),
            ),
            responses.ChoiceField(
                name="id_type",
                label=gettext_lazy("Document type"),
                choices=[(each.value, each.label) for each in IdType if each != IdType.USCC],
            ),
            _line("id_number", gettext_lazy("Document number")),
            _line("mobile", gettext_lazy("Mobile number"), gettext_lazy("In your own name.")),
            responses.ChoiceField(
                name=_AGREED,
                label=gettext_lazy("Declaration above"),
                choices=[(DECLARATION_VERSION, gettext_lazy("I agree"))],
            ),
            responses.FilesField(
                name="files",
                label=gettext_lazy("Document that shows the guardianship"),
                is_needed=True,
            ),
        ),
    )


def _verify(invitation: ResponseInvitation, words: Mapping[str, str]) -> VerificationAnswer:
    """Ask the provider who the guardian is, before the answer is taken."""
    given = {name: words.get(name, "").strip() for name in ("name", "id_number", "mobile")}
    kind = words.get("id_type", "")
    if kind not in IdType.values or kind == IdType.USCC:
        raise InvalidInput(_("Choose the kind of document."))
    id_type = IdType(kind)
    if not given["name"]:
        raise InvalidInput(_("Give your name as it stands on the document."))
    if number_problem(id_type, given["id_number"], None) is not None:
        raise InvalidInput(_("This is no valid number of that document. Give all of it."))
    if mobile_problem(given["mobile"]) is not None:
        raise InvalidInput(
            _("This is no whole mobile number: it has 11 digits and begins with 13 to 19.")
        )
    number = normalised(id_type, given["id_number"])
    if id_type in _DATED and is_minor(number, timezone.localdate()):
        raise InvalidInput(_("A guardian is of age."))
    try:
        return configured_provider().verify(
            VerificationRequest(
                key=secrets.token_hex(32),
                subject_name=given["name"],
                id_type=id_type,
                id_number=number,
                mobile=normalised_mobile(given["mobile"]),
                methods=methods_for(id_type),
            )
        )
    except ProviderUnavailable:
        raise VerificationUnavailable(
            _("Identities cannot be verified at this moment. Nothing was kept; try again later.")
        ) from None


def _receive(answer: responses.Answer) -> None:
    application = _application_of(answer.invitation)
    if application.status != ApplicationStatus.WAITING_MATERIAL:
        raise TransitionRefused(_("This application does not wait for material any more."))
    verified = answer.prepared
    assert isinstance(verified, VerificationAnswer)
    words, key = answer.words, application.subject.key
    id_type = IdType(words["id_type"])
    number = normalised(id_type, words["id_number"])
    if application.id_number is not None and vault.read(application.id_number) == number:
        raise InvalidInput(_("The minor cannot be their own guardian."))
    passed = sorted({str(each.value) for each in verified.fact().methods_passed})
    needed = policy_in_force(timezone.now()).limits.methods_required
    consent = audit.create(
        GuardianConsent(
            application=application,
            relation=words["relation"],
            name=vault.store(key, IdentityField.NAME, words["name"]),
            id_type=id_type,
            id_number=vault.store(key, IdentityField.ID_NUMBER, number),
            mobile=vault.store(key, IdentityField.MOBILE, normalised_mobile(words["mobile"])),
            declaration=words[_AGREED],
            provider=verified.provider,
            methods_passed=passed,
            is_verified=len(passed) >= needed,
            source=ApplicationSource.RESPONSE,
            receipt=answer.receipt,
            given_at=timezone.now(),
        ),
        **answer.grounds,
    )
    for incoming in answer.files["files"]:
        GuardianDocument.objects.create(
            consent=consent,
            file=receive_file(
                incoming=incoming,
                owner_kind=OWNER_KIND,
                sensitivity=Sensitivity.IDENTITY_DOCUMENT,
                **answer.grounds,
            ),
        )
    resume_review(application=application, expected_version=application.version, **answer.grounds)
    responses.open_invitation(
        responses.InvitationDraft(
            kind=notices.WITHDRAWAL,
            about=consent,
            recipient=Reference(notices.RECIPIENT, str(consent.pk)),
            until=_until(),
        ),
        **answer.grounds,
    )
    notices.tell_guardian(consent, actor=answer.grounds["actor"])


def _until() -> datetime:
    return timezone.now() + WITHDRAWABLE_FOR


def _consent_of(invitation: ResponseInvitation) -> GuardianConsent:
    return GuardianConsent.objects.select_related("application").get(pk=invitation.about_id)


def _ask_withdrawal(invitation: ResponseInvitation) -> responses.Asked:
    consent = _consent_of(invitation)
    return responses.Asked(
        title=_("Take back the consent to the account %(uid)s")
        % {"uid": consent.application.platform_uid},
        text=_(
            "If you take your consent back, the service of the account is suspended at once, and "
            "people decide what becomes of it."
        ),
        fields=(
            responses.ChoiceField(
                name="withdraw",
                label=gettext_lazy("Consent"),
                choices=[("yes", gettext_lazy("I take it back"))],
            ),
        ),
    )


def _receive_withdrawal(answer: responses.Answer) -> None:
    withdraw_consent(
        consent=_consent_of(answer.invitation),
        source=ApplicationSource.RESPONSE,
        receipt=answer.receipt,
        **answer.grounds,
    )


def _lock_consent(invitation: ResponseInvitation) -> None:
    audit.lock(Application.objects.get(pk=_consent_of(invitation).application_id))


KINDS: Final = (
    responses.ResponseKind(
        code=GUARDIAN,
        label=gettext_lazy("consent of a guardian"),
        ask=_ask,
        lock=_lock,
        receive=_receive,
        prepare=_verify,
        provision=Provision.PUBLIC_ACCOUNT_8_1,
        reason=_REASON,
    ),
    responses.ResponseKind(
        code=notices.WITHDRAWAL,
        label=gettext_lazy("withdrawal of a guardian’s consent"),
        ask=_ask_withdrawal,
        lock=_lock_consent,
        receive=_receive_withdrawal,
        provision=Provision.PUBLIC_ACCOUNT_8_1,
        reason=_REASON_WITHDRAWN,
    ),
)
