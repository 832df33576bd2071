"""Complaints for tests: handed in, accepted, asked, decided, with words that nobody may find elsewhere."""

from typing import Any

from accounts.models import PublicAccount
from compliance import work
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.staff import system_actor
from enforcement.models import Complaint
from enforcement.services.complaints import review, submission
from enforcement.services.complaints.submission import ComplaintDraft, Receipt
from enforcement.services.complaints.together import BatchDraft

P = Provision.PUBLIC_ACCOUNT_20_2
# What must stand nowhere but in the vault.
MOBILE = "13912345678"
EMAIL = "planted.witness@example.org"
WORDS = "我是紫藤路七号的住户，该账号编造了我家的事"
SUMMARY = "投诉称账号编造不实信息，请核查三月二日的文章"
TOLD = "经核查，情况属实，已对该账号作出处置。"
REASON = "材料齐全，属于受理范围"


def grounds(actor: StaffUser, reason: str = REASON) -> dict[str, Any]:
    """Return the grounds of an act about a complaint."""
    return {"actor": actor, "provision": P, "reason": reason}


def handed_in(account: PublicAccount | None, **changes: Any) -> Receipt:
    """Hand a complaint in as the public page does."""
    files = changes.pop("files", ())
    actor = changes.pop("actor", None) or system_actor()
    draft = ComplaintDraft(
        **{
            "kind": "false_information",
            "target": account.platform_uid if account is not None else "",
            "words": WORDS,
            "contact": MOBILE,
            **changes,
        }
    )
    return submission.submit_complaint(draft=draft, files=files, **grounds(actor, "投诉人提交投诉"))


def again(complaint: Complaint) -> Complaint:
    """Return an object of one's own."""
    return Complaint.objects.select_related("complainant__contact__key", "work_item").get(
        pk=complaint.pk
    )


def fence_of(complaint: Complaint, actor: StaffUser) -> int:
    """Take a complaint, or go on holding it."""
    return work.claim_item(work_item=again(complaint).work_item, actor=actor).fence


def accepted(account: PublicAccount | None, handler: StaffUser, **changes: Any) -> Complaint:
    """Return a complaint that is looked into."""
    complaint = handed_in(account, **changes).complaint
    review.accept_complaint(
        complaint=complaint, fence=fence_of(complaint, handler), **grounds(handler)
    )
    return again(complaint)


def asked(account: PublicAccount, handler: StaffUser, **changes: Any) -> Complaint:
    """Return a complaint that waits for its complainant."""
    complaint = accepted(account, handler, **changes)
    review.ask_complainant(
        complaint=complaint,
        question="请补充文章链接",
        fence=fence_of(complaint, handler),
        **grounds(handler),
    )
    return again(complaint)


def decided(
    account: PublicAccount | None,
    handler: StaffUser,
    *,
    outcome: str = "upheld",
    is_abusive: bool = False,
    **changes: Any,
) -> Complaint:
    """Return a complaint that was decided; nobody was told yet."""
    complaint = accepted(account, handler, **changes)
    review.decide_complaint(
        complaint=complaint,
        outcome=outcome,
        is_abusive=is_abusive,
        told=TOLD,
        fence=fence_of(complaint, handler),
        **grounds(handler),
    )
    return again(complaint)


def answered(account: PublicAccount | None, handler: StaffUser, **changes: Any) -> Complaint:
    """Return a complaint whose complainant was told."""
    complaint = decided(account, handler, **changes)
    review.feed_back_complaint(
        complaint=complaint, fence=fence_of(complaint, handler), **grounds(handler)
    )
    return again(complaint)


def draft_of(found: list[Complaint], **changes: Any) -> BatchDraft:
    """Return one outcome for complaints."""
    return BatchDraft(
        **{
            "lead": found[0],
            "numbers": frozenset(each.pk for each in found),
            "outcome": "upheld",
            "told": TOLD,
            **changes,
        }
    )
