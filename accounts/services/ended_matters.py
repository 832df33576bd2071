"""How each kind of matter about an account ends when the account closes, and which go on."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.correction_words import OPEN_STATUSES as OPEN_CORRECTIONS
from accounts.enums import AccountStatus, HoldKind
from accounts.guardian_words import WithdrawalStatus
from accounts.models import (
    AccountAllowance,
    AgencyContract,
    Application,
    Correction,
    CorrectionAnswer,
    Dormancy,
    EarningApplication,
    Finding,
    GuardianConsent,
    GuardianWithdrawal,
    PatrolCheck,
    ProfileChange,
    PublicAccount,
    Qualification,
    Regularisation,
    Repudiation,
    Stop,
    Transfer,
)
from accounts.patrol_words import PatrolStatus
from accounts.powers_words import ContractStatus
from accounts.qualification_words import OPEN_STATUSES as OPEN_QUALIFICATIONS
from accounts.services.agencies.ending import terminate_all
from accounts.services.agencies.review import end_open_contract
from accounts.services.closing_matters import (
    ClosingMatter,
    register_closing_matter,
    register_going_on,
)
from accounts.services.corrections.ordering import decide, open_work_item, settle
from accounts.services.dormancy.returning import end_dormancies, opened
from accounts.services.earning.sweeping import lose_rights_of
from accounts.services.invitations import ACCOUNT
from accounts.services.qualifications.checking import finish
from accounts.services.stops.wishing import end_with_account
from accounts.services.subjects import withdraw_open_qualifications, withdraw_wishes
from accounts.services.transfers import regularising
from accounts.services.transfers.effect import lapse_with_account
from accounts.transfer_words import RegularisationStatus
from compliance import audit
from compliance.clocks import finish_clock
from compliance.context import record_language
from compliance.grounds import Grounds
from compliance.models import ResponseInvitation, WorkItem
from compliance.notices.interventions import cancel_unsent
from compliance.responses import close_invitations, register_why_closed
from compliance.work import close_item

Accounts = Sequence[PublicAccount]


def _closed() -> str:
    with record_language():
        return _("The account is closed.")


def _end_corrections(accounts: Accounts, grounds: Grounds) -> None:
    found = Correction.objects.select_related("account", "clock").filter(
        account__in=accounts, status__in=OPEN_CORRECTIONS
    )
    for each in found.order_by("pk"):
        cancel_unsent(about=each, **grounds)
        item = open_work_item(each)
        decide(each, "withdraw_order", grounds, decision_reason=_closed())
        settle(each, item, grounds)


def _end_regularisations(accounts: Accounts, grounds: Grounds) -> None:
    found = Regularisation.objects.select_related("restriction", "clock").filter(
        account__in=accounts, status__in=[RegularisationStatus.OPEN, RegularisationStatus.MISSED]
    )
    for each in found.order_by("pk"):
        cancel_unsent(about=each, **grounds)
        regularising.end_with_account(each, grounds)


def _end_transfers(accounts: Accounts, grounds: Grounds) -> None:
    for each in Transfer.objects.open().filter(account__in=accounts).order_by("pk"):
        cancel_unsent(about=each, **grounds)
        # Who was to take the account over learns here, and only here, that it is no more.
        lapse_with_account(each, _closed(), grounds)


def _end_stops(accounts: Accounts, grounds: Grounds) -> None:
    for each in Stop.objects.open().filter(account__in=accounts).order_by("pk"):
        cancel_unsent(about=each, **grounds)
        end_with_account(each, _closed(), grounds)


def _end_profile_changes(accounts: Accounts, grounds: Grounds) -> None:
    changes = ProfileChange.objects.filter(account__in=accounts)
    for each in changes.open().order_by("pk"):
        cancel_unsent(about=each, **grounds)
    withdraw_wishes(changes, grounds)
    # After a refusal or a reset another version could be sent.
    asked = ResponseInvitation.objects.open().filter(
        about_type=ProfileChange._meta.label_lower,
        recipient_type=ACCOUNT,
        recipient_id__in=[each.platform_uid for each in accounts],
    )
    for number in asked.values_list("about_id", flat=True).distinct():
        close_invitations(about=changes.get(pk=number), **grounds)


def _end_qualifications(accounts: Accounts, grounds: Grounds) -> None:
    shown = Qualification.objects.select_related("rule", "account").filter(account__in=accounts)
    for each in shown.filter(status__in=OPEN_QUALIFICATIONS).order_by("pk"):
        cancel_unsent(about=each, **grounds)
    withdraw_open_qualifications(shown, grounds)
    # One that was verified stays so; that it was to be looked at again is over.
    again = WorkItem.objects.open().filter(
        qualification__in=shown.exclude(status__in=OPEN_QUALIFICATIONS)
    )
    for item in again.select_related("clock").order_by("pk"):
        finish(shown.get(work_item=item), item, grounds)
    # A reminder asks for the next document.
    for each in shown.exclude(status__in=OPEN_QUALIFICATIONS):
        close_invitations(about=each, **grounds)


def _end_contracts(accounts: Accounts, grounds: Grounds) -> None:
    found = AgencyContract.objects.filter(account__in=accounts)
    waiting = [ContractStatus.IN_REVIEW, ContractStatus.WAITING_MATERIAL]
    for each in found.filter(status__in=waiting).order_by("pk"):
        cancel_unsent(about=each, **grounds)
        end_open_contract(each, grounds)
    in_force = found.filter(status=ContractStatus.IN_FORCE)
    for each in in_force.order_by("pk"):
        cancel_unsent(about=each, **grounds)
    terminate_all(in_force, told=_closed(), grounds=grounds)


def _end_rights(accounts: Accounts, grounds: Grounds) -> None:
    earning = EarningApplication.objects.in_force().filter(account__in=accounts)
    with_rights = set(earning.values_list("account", flat=True))
    for each in accounts:
        if each.pk in with_rights:
            # By the ground of the closing, so that its undoing gives them back.
            lose_rights_of(each, by=each.closed_ground_ref, actor=grounds["actor"])


def _end_dormancies(accounts: Accounts, grounds: Grounds) -> None:
    found = Dormancy.objects.open().filter(account__in=accounts)
    numbers = list(found.values_list("pk", flat=True))
    if numbers:
        ending = opened(numbers)
        for each in ending:
            cancel_unsent(about=each, **grounds)
        end_dormancies(ending, grounds)


def _end_patrol_checks(accounts: Accounts, grounds: Grounds) -> None:
    found = PatrolCheck.objects.select_related("work_item__clock").filter(
        account__in=accounts, status=PatrolStatus.OPEN
    )
    for each in found.order_by("pk"):
        audit.move(each, "drop", **grounds, **_decided(grounds))
        _finish(each.work_item, grounds)


def _end_withdrawals(accounts: Accounts, grounds: Grounds) -> None:
    of_account = GuardianConsent.objects.filter(application__account__in=accounts)
    for consent in of_account.order_by("pk"):
        close_invitations(about=consent, **grounds)
    found = GuardianWithdrawal.objects.select_related("work_item__clock").filter(
        consent__in=of_account, status=WithdrawalStatus.OPEN
    )
    for each in found.order_by("pk"):
        cancel_unsent(about=each, **grounds)
        audit.move(each, "close", **grounds, **_decided(grounds))
        _finish(each.work_item, grounds)


def _decided(grounds: Grounds) -> dict[str, Any]:
    return {"decided_by": grounds["actor"].person, "decided_at": timezone.now()}


def _finish(item: WorkItem | None, grounds: Grounds) -> None:
    if item is not None:
        close_item(item)
        finish_clock(clock=item.clock, **grounds)


_ENDING: Final = (
    ClosingMatter(model=Correction, end=_end_corrections, holds=[HoldKind.PENDING_CORRECTION]),
    ClosingMatter(model=Regularisation, end=_end_regularisations),
    ClosingMatter(model=Transfer, end=_end_transfers, holds=[HoldKind.PENDING_TRANSFER]),
    ClosingMatter(model=Stop, end=_end_stops, holds=[HoldKind.PENDING_STOP]),
    ClosingMatter(model=ProfileChange, end=_end_profile_changes),
    ClosingMatter(model=Qualification, end=_end_qualifications),
    ClosingMatter(model=AgencyContract, end=_end_contracts),
    ClosingMatter(model=EarningApplication, end=_end_rights),
    ClosingMatter(model=Dormancy, end=_end_dormancies),
    ClosingMatter(model=PatrolCheck, end=_end_patrol_checks),
    ClosingMatter(model=GuardianWithdrawal, end=_end_withdrawals),
)
_GOING_ON: Final = {
    Application: "There is no account before it is decided.",
    AccountAllowance: "How many accounts a subject may run is the subject's own matter.",
    CorrectionAnswer: "Its item is that of the correction, which ends.",
    Finding: "What was found is judged by a person, whatever became of the account.",
    Repudiation: "Whose name was used has an answer coming, whatever became of the account.",
}


def _why_closed(platform_uid: str) -> str:
    """Return what somebody reads who opens a link about an account that is closed; else nothing."""
    found = PublicAccount.objects.filter(
        platform_uid=platform_uid, status=AccountStatus.CLOSED
    ).exists()
    if not found:
        return ""
    return _("The account %(uid)s is closed; nothing more can be sent.") % {"uid": platform_uid}


def register() -> None:
    """Say of every kind of matter what a closing means for it; called when apps are ready."""
    for matter in _ENDING:
        register_closing_matter(matter)
    for model, why in _GOING_ON.items():
        register_going_on(model, why=why)
    register_why_closed(ACCOUNT, _why_closed)
