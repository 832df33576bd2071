"""Which pages of the product there are, and how each is reached with the data of the demo."""

from collections.abc import Iterator

from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import AccountAllowance, Finding, GuardianWithdrawal, Repudiation, Transfer
from accounts.services.repudiations.submission import TRACKING
from accounts.transfer_words import TransferStatus
from compliance.letters.codes import code_of as letter_code
from compliance.models import (
    EvidenceCopy,
    Letter,
    ResponseInvitation,
    RuleFiling,
    StaffUser,
    WorkItem,
)
from compliance.responses.codes import code_of
from enforcement.models import (
    Appeal,
    BulkDecision,
    CaseEvidence,
    Complaint,
    ComplaintAppeal,
    ComplaintBatch,
    CreditEntry,
    Decision,
    Infringement,
)
from enforcement.pages.complaint_appeals.presentation import complaint_appeal_url
from enforcement.pages.complaints.presentation import work_url
from enforcement.pages.complaints.together import together_url
from enforcement.services.approval_items import APPROVALS_OFFICER
from reports.demo.staff import LOGINS
from reports.models import Filing
from tests.screens import patterns

# Reached by every role with another content, and the way to all that is theirs alone.
HUBS = frozenset({"admin:index"})

# Answers to forms and scripts, and pictures: nothing to read where nothing was sent.
NOT_READ = {
    "admin:jsi18n",
    "admin:autocomplete",
    "admin:search",
    "admin:claim_item",
    "admin:claim_next",
    "admin:heart_beat",
    "admin:leave_item",
    "admin:download_filing",
    "admin:download_letter",
    "admin:evidence_copy",
    "admin:avatar",
    "public:avatar",
    "public:appeal_letter",
    "set_language",
    "healthz",
    # Only where a model has an address of its own outside the console.
    "admin:view_on_site",
}


def pages_without_writing() -> Iterator[str]:
    """Return the names of addresses that Django gives every record, but that ours do not open."""
    for model, page in admin.site._registry.items():
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if not page.allows_add:
            yield f"{place}_add"
        if not page.allows_delete:
            yield f"{place}_delete"


def ways() -> list[str]:
    """
    Return where pages stand that no link leads to: what a form goes on to, and what a script asks.

    A new page that no other page leads to is entered here with a record of the demo.
    """
    officer = WorkItem.objects.filter(queue=APPROVALS_OFFICER, closed_at=None).earliest("pk")
    attached = CaseEvidence.objects.latest("pk")
    named = Decision.objects.latest("pk").violation_type
    copy = EvidenceCopy.objects.filter(file=attached.file_id).earliest("pk")
    claim = ResponseInvitation.objects.filter(kind=TRACKING).latest("pk")
    more = AccountAllowance.objects.latest("pk")
    colleague = StaffUser.objects.get(username="shenhe1")
    correction = WorkItem.objects.filter(queue="corrections", closed_at=None).earliest("pk")
    under_review = Transfer.objects.filter(status=TransferStatus.IN_REVIEW).latest("pk")
    entry = WorkItem.objects.filter(queue="blacklist_reviews", closed_at=None).earliest("pk")
    looked_at = WorkItem.objects.filter(queue="second_look_reviews", closed_at=None).earliest("pk")
    heard_later = WorkItem.objects.filter(queue="later_hearings").latest("pk")
    check = WorkItem.objects.filter(queue="patrol", closed_at=None).earliest("pk")
    reviewed = WorkItem.objects.filter(queue="qualifications", closed_at=None).earliest("pk")
    agreement = WorkItem.objects.filter(queue="agency_contracts", closed_at=None).earliest("pk")
    verified = Letter.objects.latest("pk")
    in_force = Decision.objects.filter(status="in_force").latest("pk")
    heard_again = Appeal.objects.filter(level=2).latest("pk")
    appealed = ResponseInvitation.objects.about(heard_again.decision).get(kind="enforcement.appeal")
    return [
        reverse("admin:logout"),
        reverse("admin:hear_second_appeal", args=[heard_again.work_item_id]),
        reverse("admin:write_down_appeal", args=[in_force.pk]),
        reverse("public:appeal_case", args=[code_of(appealed)]),
        reverse("admin:approve_as_officer", args=[officer.pk]),
        reverse("admin:finding", args=[Finding.objects.latest("pk").pk]),
        reverse("public:verify_letter", args=[verified.number, letter_code(verified)]),
        *(
            reverse("public:response", args=[code_of(each)])
            for each in ResponseInvitation.objects.order_by("status", "-pk").distinct("status")
        ),
        f"{reverse('admin:ladder_of_case', args=[attached.case_id])}?violation={named.pk}",
        *(
            reverse("admin:change_catalogue", args=[part])
            for part in ("approvals", "factors", "V06")
        ),
        reverse("admin:case", args=[attached.case_id]),
        reverse("admin:attach_evidence", args=[attached.case_id]),
        reverse("admin:case_evidence_list", args=[attached.case_id]),
        reverse("admin:evidence_copy", args=[copy.file_id, copy.number]),
        reverse("admin:staff_login", args=[colleague.pk]),
        reverse("admin:compliance_staffuser_keep_login", args=[colleague.pk]),
        # The latest filings, which are opened first, are no statistics.
        reverse("admin:filing_figures", args=[Filing.objects.filter(code="R05").latest("pk").pk]),
        reverse("admin:rule_filing_text", args=[RuleFiling.objects.latest("pk").pk]),
        reverse("admin:draft_rule", args=["platform-convention"]),
        reverse("admin:change_qualification_type", args=["tax_agent"]),
        reverse("admin:review_correction", args=[correction.pk]),
        reverse("admin:review_blacklist_entry", args=[entry.pk]),
        reverse("admin:review_qualification", args=[reviewed.pk]),
        reverse("admin:attach_qualification_documents", args=[reviewed.qualification.pk]),
        reverse("admin:conclude_second_look", args=[looked_at.pk]),
        reverse("admin:decide_later_hearing", args=[heard_later.pk]),
        reverse("admin:check_on_patrol", args=[check.pk]),
        reverse("admin:bulk_progress", args=[BulkDecision.objects.earliest("pk").pk]),
        reverse("admin:affiliation", args=[attached.case.account_id]),
        reverse("admin:review_transfer", args=[under_review.work_item_id]),
        reverse("admin:attach_transfer_papers", args=[under_review.pk]),
        reverse("admin:review_agency_contract", args=[agreement.pk]),
        *(reverse("admin:change_formula", args=[code]) for code in ("grades", "registration")),
        reverse("public:repudiation", args=[code_of(claim)]),
        reverse("admin:enter_allowance", args=[more.subject_id]),
        reverse("admin:enter_credit_repair", args=[CreditEntry.objects.latest("pk").account_id]),
        reverse("admin:attach_allowance_material", args=[more.pk]),
        reverse("admin:review_allowance", args=[more.work_item_id]),
        reverse("admin:review_repudiation", args=[Repudiation.objects.latest("pk").work_item_id]),
        reverse(
            "admin:review_guardian_withdrawal",
            args=[GuardianWithdrawal.objects.latest("pk").work_item_id],
        ),
        reverse("public:track_answer"),
        reverse("public:track_appeal"),
        reverse("admin:enter_complaint"),
        reverse(
            "admin:write_down_for_complainant",
            args=[Complaint.objects.filter(status="acknowledged").earliest("pk").pk],
        ),
        *(
            complaint_appeal_url(each)
            for each in ComplaintAppeal.objects.select_related("work_item").order_by("pk")
        ),
        *(
            work_url(each)
            for each in Complaint.objects.filter(work_item__closed_at=None)
            .order_by("team", "pk")
            .distinct("team")
        ),
        together_url(Complaint.objects.filter(status="acknowledged").earliest("pk")),
        reverse("admin:complaint_batch", args=[ComplaintBatch.objects.earliest("pk").pk]),
        reverse(
            "admin:review_infringement",
            args=[Infringement.objects.get(status="proof").work_item_id],
        ),
        *record_pages(),
    ]


def record_pages() -> Iterator[str]:
    """Return the pages of one record of each kind: not every list leads to them."""
    for model in admin.site._registry:
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if record := model._default_manager.order_by("pk").last():
            yield reverse(f"{place}_change", args=[record.pk])
            yield reverse(f"{place}_history", args=[record.pk])


def logged_in(username: str, language: str) -> Client:
    client = Client(raise_request_exception=False)
    client.cookies.load({"django_language": language})
    client.force_login(StaffUser.objects.get(username=username))
    return client


def visitors(language: str) -> Iterator[tuple[str, Client]]:
    """Return who looks by login name: one colleague in each role, and nobody in particular, ""."""
    for login in {each.role: each for each in LOGINS}.values():
        yield login.username, logged_in(login.username, language)
    cookie = {"cookie": f"django_language={language}"}
    yield "", Client(raise_request_exception=False, headers=cookie)


def unreached(opened: set[str]) -> set[str]:
    """Return the names of pages that are not among those that were opened."""
    # What has no name leads nowhere, or on to what has one. The API has readers of its own.
    named = {
        name
        for name, _route in patterns()
        if name and not name.endswith(":") and not name.startswith("api:")
    }
    return named - opened - NOT_READ - set(pages_without_writing())
