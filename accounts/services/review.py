"""Services for applications on which a person decides."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, ApplicationStatus
from accounts.models import Application, PublicAccount, Subject
from accounts.rules.names import barred_hit
from accounts.services.allowances.checklist import needs_answers, require_answered
from accounts.services.allowances.standing import cap_of
from accounts.services.bars import is_barred
from accounts.services.blacklist.matches import require_cleared
from accounts.services.decision_texts import supply_by, way_to_appeal
from accounts.services.guardians.standing import guardianship
from accounts.services.invitations import GUARDIAN, MATERIAL, invite_for_material
from accounts.services.name_lookup import barred_index
from accounts.services.notices import write_notices
from accounts.services.policies import policy_in_force
from accounts.services.real_identity import REVIEW as _REVIEW
from accounts.services.real_identity import require_confirmed
from accounts.services.registration import CLOCKS, QUEUE, create_accounts
from accounts.services.stops.protecting import require_unprotected
from compliance import audit
from compliance.clocks import finish_clock, pause_clock, resume_or_start_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Clock, Side, StaffUser, WorkItem
from compliance.proposals import take_part
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission
from compliance.work import close_item, open_item, require_lease

_WITHDRAW = "accounts.withdraw_application"
GUARDIAN_STEP = "guardian_consent"
# Without these there is no account.
_NEEDED = frozenset({"account_name", "category", "subject_nature", "applied_at"})


def _begin(
    application: Application,
    actor: StaffUser,
    fence: int | None,
    expected_version: int,
    *,
    permission: str = _REVIEW,
) -> None:
    """Lock the application for a decision of the actor, who holds its work item."""
    require_permission(actor, permission)
    # The subject first, as in registering: neither counts its places while the other takes one.
    Subject.objects.select_for_update(no_key=True).get(pk=application.subject_id)
    item = _open_item(application)
    if item is not None:
        require_lease(work_item=item, actor=actor, fence=fence)
    audit.lock(application, expected_version=expected_version)
    if application.matter is not None:
        take_part(application.matter, actor, Side.DECIDED)


def _open_item(application: Application) -> WorkItem | None:
    return WorkItem.objects.open().filter(application=application).first()


def _finish(application: Application, grounds: Grounds) -> None:
    """Take a decided application out of its queue; neither the applicant nor we have time now."""
    item = _open_item(application)
    if item is not None:
        close_item(item)
    for clock in (_review_clock(application), application.material_clock):
        finish_clock(clock=clock, **grounds)
    close_invitations(about=application, **grounds)


def _review_clock(application: Application) -> Clock | None:
    item = application.work_item
    return item.clock if item is not None else None


@transaction.atomic
def approve_application(
    *,
    application: Application,
    fence: int,
    expected_version: int,
    told: str = "",
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> PublicAccount:
    """
    Approve an application in review and create its account.

    Public Account Provisions, art. 8 §1 and art. 10 §1: real identity is verified, and what must
    not be at the time of the approval (a full cap, a barred name, a bar on the subject) is looked up
    again under lock. `told` is what the applicant reads; `reason` stays among colleagues.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the application has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is not in review.
    :raises ActionRefused: if a precondition no longer holds, with the sentence that says which.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    _begin(application, actor, fence, expected_version)
    now = timezone.now()
    audit.move(
        application,
        "approve",
        **grounds,
        is_automated=False,
        decided_by=actor.person,
        decided_at=now,
        decision_reason=told.strip(),
        **guardianship(application),
    )
    # After the arrow, so that an application in another state is refused for that.
    _require_grantable(application)
    _finish(application, grounds)
    (account,) = create_accounts([application], at=now, **grounds)
    write_notices([application], actor=actor)
    return account


def _require_grantable(application: Application) -> None:
    subject = Subject.objects.select_related("id_number__key").get(pk=application.subject_id)
    missing = [
        str(column.verbose_name)
        for column in Application._meta.local_concrete_fields
        if column.name in _NEEDED and not getattr(application, column.name)
    ]
    if missing:
        raise ActionRefused(
            _("The application cannot be approved without: %(fields)s.")
            % {"fields": _(", ").join(missing)}
        )
    if subject.id_number is None:
        raise ActionRefused(
            _("No valid document number is known; the application cannot be approved.")
        )
    require_confirmed(application)
    limits = policy_in_force(timezone.now()).limits
    cap = cap_of(subject, application.subject_nature, limits)
    accounts = PublicAccount.objects.filter(subject=subject, status=AccountStatus.ACTIVE)
    if accounts.count() >= cap:
        raise ActionRefused(
            _("The subject already has the %(cap)s accounts that it may have.") % {"cap": cap}
        )
    same = accounts.filter(folded_name=application.folded_name).exclude(folded_name="").first()
    if same is not None:
        raise ActionRefused(
            _("The subject already has an account under this name: %(uid)s.")
            % {"uid": same.platform_uid}
        )
    hit = barred_hit(application.account_name, barred_index([application.account_name]))
    if hit is not None:
        raise ActionRefused(
            _("The account name equals a name that is barred now: %(name)s.") % {"name": hit.listed}
        )
    require_unprotected(application.folded_name, subject.pk, timezone.now())
    if is_barred(subject):
        raise ActionRefused(_("The subject is on the blacklist now."))
    require_cleared(application)
    if needs_answers(application):
        require_answered(application)


@transaction.atomic
def refuse_application(
    *,
    application: Application,
    fence: int | None,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Refuse an application in review or waiting for material; the way to appeal is added.

    Public Account Provisions, art. 20 §2: the applicant is told the reason (`told`) and how to
    appeal. `reason` stays among colleagues. `fence` is None where no work item is open.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell the applicant.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the application has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is in another state.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    _begin(application, actor, fence, expected_version)
    now = timezone.now()
    audit.move(
        application,
        "refuse",
        **grounds,
        is_automated=False,
        decided_by=actor.person,
        decided_at=now,
        decision_reason=f"{_require_told(told)}\n{way_to_appeal(now)}",
    )
    _finish(application, grounds)
    write_notices([application], actor=actor)


def _require_told(told: str) -> str:
    if not told.strip():
        raise InvalidInput(_("Write the reason that the applicant is told."))
    return told.strip()


@transaction.atomic
def ask_for_material(
    *,
    application: Application,
    fence: int,
    expected_version: int,
    told: str,
    asks_guardian: bool = False,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Ask the applicant for material; the application leaves the queue until it is there.

    Public Account Provisions, art. 15 §1. `told` says what is missing; until when it can be
    supplied is added, and where: the response page is open to the applicant until then. The clock
    of the review stands still meanwhile. With `asks_guardian` the page asks a minor's guardian for
    their consent instead.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if there is nothing to tell the applicant.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the application has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is in another state.
    """
    _begin(application, actor, fence, expected_version)
    if application.status != ApplicationStatus.IN_REVIEW:
        raise ActionRefused(_("Only what is in review can be sent back for material."))
    told = _require_told(told)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    if asks_guardian and not application.needs_guardian:
        raise ActionRefused(_("Only a minor’s application needs the consent of a guardian."))
    step = GUARDIAN_STEP if asks_guardian else CLOCKS[ApplicationStatus.WAITING_MATERIAL]
    clock = start_clock(step=step, **grounds)
    audit.move(
        application,
        "ask_for_material",
        **grounds,
        decision_reason=f"{told}\n{supply_by(clock)}",
        material_clock=clock,
    )
    item = _open_item(application)
    if item is not None:
        close_item(item)
        pause_clock(clock=item.clock, **grounds)
    invite_for_material([application], kind=GUARDIAN if asks_guardian else MATERIAL, **grounds)
    write_notices([application], actor=actor)


@transaction.atomic
def resume_review(
    *,
    application: Application,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Take an application up again once its material is there, with the rest of the review's time.

    Public Account Provisions, art. 15 §1. One that never was in review gets the whole time.

    :raises NotPermitted: if the actor may not review.
    :raises StaleVersion: if the application has moved on.
    :raises TransitionRefused: if it does not wait for material.
    """
    require_permission(actor, _REVIEW)
    audit.lock(application, expected_version=expected_version)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    # One that is stopped is from before clocks were kept.
    clock = resume_or_start_clock(
        clock=_review_clock(application), step=CLOCKS[ApplicationStatus.IN_REVIEW], **grounds
    )
    audit.move(
        application,
        "resume_review",
        **grounds,
        work_item=open_item(
            queue=QUEUE,
            clock=clock,
            matter=application.matter,
            side=Side.DECIDED if application.matter else "",
        ),
        decision_reason="",
    )
    finish_clock(clock=application.material_clock, **grounds)
    close_invitations(about=application, **grounds)


@transaction.atomic
def withdraw_application(
    *,
    application: Application,
    fence: int | None,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Withdraw an application because the applicant wishes so.

    Public Account Provisions, art. 15 §1. `fence` is None where no work item is open.

    :raises NotPermitted: if the actor may not withdraw applications.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the application has moved on.
    :raises SamePerson: if the actor took part on another side.
    :raises TransitionRefused: if it is in another state.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    _begin(application, actor, fence, expected_version, permission=_WITHDRAW)
    audit.move(application, "withdraw", **grounds, decided_at=timezone.now())
    _finish(application, grounds)
