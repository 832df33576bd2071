"""Appeals of complainants laid for tests: filed, asked, decided, each by somebody who may."""

from typing import Any, Final

from accounts.models import PublicAccount
from compliance import work
from compliance.models import StaffUser
from compliance.staff import system_actor
from enforcement.models import Complaint, ComplaintAppeal, ComplaintAppealRuling
from enforcement.services.complaint_appeals import filing, hearing, ruling
from enforcement.services.complaints import review
from tests.enforcement import complaints
from tests.enforcement.complaints import again, fence_of, grounds

# What must stand nowhere but in the vault.
WORDS: Final = "紫藤路七号的监控可以证明，原答复没有看过"
QUESTION: Final = "请提供监控录像的时间和地点"
TOLD: Final = "经复核，原答复没有核对投诉人提供的材料。"


def refused(account: PublicAccount | None, handler: StaffUser, **changes: Any) -> Complaint:
    """Return a complaint that was not accepted."""
    complaint = complaints.handed_in(account, **changes).complaint
    review.refuse_complaint(
        complaint=complaint,
        refusal="too_vague",
        told="没有说明投诉的内容",
        fence=fence_of(complaint, handler),
        **grounds(handler),
    )
    return again(complaint)


def not_upheld(account: PublicAccount | None, handler: StaffUser, **changes: Any) -> Complaint:
    """Return a complaint whose complainant was told that it is not upheld."""
    return complaints.answered(account, handler, outcome="not_upheld", **changes)


def filed(complaint: Complaint, **changes: Any) -> ComplaintAppeal:
    """Return an appeal that came by the tracking page."""
    return filing.file_complaint_appeal(
        **{
            "complaint": again(complaint),
            "words": WORDS,
            **grounds(system_actor(), "投诉人申请复核"),
            **changes,
        }
    )


def fresh(appeal: ComplaintAppeal) -> ComplaintAppeal:
    """Return an appeal as it is now."""
    return ComplaintAppeal.objects.select_related("complaint", "matter", "work_item").get(
        pk=appeal.pk
    )


def hold(appeal: ComplaintAppeal, handler: StaffUser) -> int:
    """Let a handler take an appeal; return the fence."""
    return work.claim_item(work_item=fresh(appeal).work_item, actor=handler).fence


def ask(appeal: ComplaintAppeal, handler: StaffUser) -> ComplaintAppeal:
    """Ask the complainant."""
    hearing.ask_in_complaint_appeal(
        appeal=fresh(appeal), question=QUESTION, fence=hold(appeal, handler), **grounds(handler)
    )
    return fresh(appeal)


def decide(
    appeal: ComplaintAppeal, handler: StaffUser, outcome: str, **changes: Any
) -> ComplaintAppealRuling:
    """Decide an appeal."""
    return ruling.decide_complaint_appeal(
        **{
            "appeal": fresh(appeal),
            "outcome": outcome,
            "text": TOLD,
            "fence": hold(appeal, handler),
            **grounds(handler),
            **changes,
        }
    )


def taken_up(account: PublicAccount, handler: StaffUser, other: StaffUser) -> Complaint:
    """Return a complaint that `handler` did not uphold and that `other` lets be taken up again."""
    appeal = filed(not_upheld(account, handler))
    decide(appeal, other, "taken_up")
    return again(appeal.complaint)
