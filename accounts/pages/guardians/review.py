"""The page on which it is decided what follows when a guardian takes a consent back."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import GroundKind
from accounts.guardian_words import WithdrawalStatus
from accounts.models import GuardianConsent, GuardianWithdrawal
from accounts.pages.addresses import account_url, application_url
from accounts.pages.grounds import register_ground_page
from accounts.pages.guardians.presentation import consent_url, guardian_facts
from accounts.pages.presentation import instant, state_in_words
from accounts.pages.references import register_reference
from accounts.pages.shown_files import files_context
from accounts.services.guardians.consent import OWNER_KIND
from accounts.services.guardians.standing import is_minor_now
from accounts.services.guardians.withdrawal import DECIDE, QUEUE, decide_withdrawal
from compliance.evidence.access import Owner, register_owner
from compliance.models import EvidenceFile, StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Badge, Fact
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue

URL_NAME: Final = "review_guardian_withdrawal"
TONES: Final = {
    WithdrawalStatus.OPEN: "warning",
    WithdrawalStatus.RESUMED: "good",
    WithdrawalStatus.CLOSED: "danger",
}


class WithdrawalReviewPage(WorkItemPage):
    """One consent that was taken back: the account rests, and somebody decides."""

    queue = QUEUE
    permission = "accounts.view_guardianwithdrawal"
    template_name = "accounts/guardians/review.html"

    def find_record(self, item: WorkItem) -> GuardianWithdrawal:
        found = GuardianWithdrawal.objects.select_related(
            "consent__application__id_number__key", "restriction__account", "work_item__clock"
        )
        return found.get(work_item=item)

    def get_title(self) -> str:
        account = self.record.restriction.account
        return _("Consent taken back: %(uid)s") % {"uid": account.platform_uid}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        application, account = record.consent.application, record.restriction.account
        status = WithdrawalStatus(record.status)
        return {
            "badge": Badge(text=status.label, tone=TONES[status]),
            "facts": [
                Fact(
                    _("Account"),
                    account.name,
                    hint=state_in_words(account, timezone.now()),
                    url=account_url(account),
                ),
                Fact(
                    _("Application"),
                    application.platform_uid,
                    url=application_url(application.pk),
                ),
                Fact(
                    _("Service suspended"),
                    _("since %(time)s") % {"time": instant(record.restriction.in_force_from)},
                ),
                *guardian_facts(application, staff),
            ],
            **files_context(
                [
                    (_("Document that shows the guardianship"), each.file)
                    for each in record.consent.documents.select_related(
                        "file__key", "file__attached_by"
                    )
                ],
                staff,
            ),
            "steps": timeline_of(record, account),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status != WithdrawalStatus.OPEN:
            return []
        told = _("Reason told to both sides")
        resume = self.action(
            "resume",
            _("Resume the service"),
            reason_label=told,
            hint=_("Whoever applied is of age by now: no consent is needed any more."),
            tone="primary",
            key="a",
        )
        return [
            *([] if is_minor_now(self.record.consent.application) else [resume]),
            self.action(
                "close",
                _("Close the account"),
                reason_label=told,
                hint=_("No sanction: the name is not barred."),
                tone="danger",
                key="c",
            ),
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        decide_withdrawal(
            withdrawal=self.record,
            act=act,
            fence=fence,
            expected_version=version,
            told=reason,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_8_1,
            reason=reason,
        )
        return _("Decided.")


def withdrawals_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue are about; never who the guardian is."""
    found = GuardianWithdrawal.objects.filter(work_item__in=items).select_related(
        "restriction__account"
    )
    return {each.work_item_id: str(each.restriction.account) for each in found}


def page_of_ground(reference: str, staff: StaffUser) -> str:
    """Return the page of the consent that a suspension rests on."""
    number = reference.removeprefix("consent:")
    found = GuardianConsent.objects.filter(pk=number).first() if number.isdigit() else None
    return consent_url(found, staff) if found is not None else ""


def _url(file: EvidenceFile) -> str:
    return application_url(file.guardian_document.consent.application_id)


def _label(file: EvidenceFile) -> str:
    uid: str = file.guardian_document.consent.application.platform_uid
    return uid


def _siblings(file: EvidenceFile) -> list[EvidenceFile]:
    return [each.file for each in file.guardian_document.consent.documents.order_by("pk")]


def register() -> None:
    """Give the page its address, the queue its place and the files their owner."""
    register_page("guardian-withdrawals/<int:pk>/review/", WithdrawalReviewPage, name=URL_NAME)
    register_queue(
        Queue(
            code=QUEUE,
            label=gettext_lazy("Consents of guardians taken back"),
            permission=DECIDE,
            url_name=f"admin:{URL_NAME}",
            key="n h",
            describe=withdrawals_in_words,
        ),
        order=18,
    )
    register_ground_page(GroundKind.GUARDIAN, page_of_ground)
    register_reference(
        "consent",
        words=lambda key: _("no. %(number)s") % {"number": key},
        url=page_of_ground,
    )
    register_owner(
        Owner(
            kind=OWNER_KIND,
            may_view=lambda file, staff: staff.has_perm("accounts.review_application"),
            url=_url,
            label=_label,
            siblings=_siblings,
        )
    )
