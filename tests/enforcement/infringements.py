"""Notices of infringement for tests: handed in, passed on, disputed, with what only two sides may read."""

from datetime import datetime
from typing import Any

from accounts.models import PublicAccount
from compliance.evidence.incoming import take_in
from compliance.models import Notice, ResponseInvitation, StaffUser
from compliance.responses import submit_response
from compliance.staff import system_actor
from enforcement.enums import MeasureCode
from enforcement.models import Complaint, Decision, Infringement
from enforcement.services.complaints import joining
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.infringements import lifting, passing_on, proving
from enforcement.services.infringements.filing import InfringementDraft, infringement_of
from reports.demo.clock import clock_at
from tests.compliance.evidence_files import picture
from tests.enforcement import complaints
from tests.enforcement.complaints import again, fence_of, grounds
from tests.enforcement.conftest import approve, clause, propose, violation

CONTENT = "article-20260302-17"
# What must stand nowhere but in the vault; the operator and the complainant read it on their pages.
HOLDER = "柳叶影像工作室"
WORK = "摄影作品《晨雾》，首次发表于2025年3月"
EVIDENCE = "文章第二幅图与原片逐像素一致，原片文件在手"
DEFENDANT = "远山文化传媒"
DEFENCE = "该图片由图库授权使用，授权编号可查"
ALONE = "我不希望对方知道我是从同事处听说的"
ASSERTED = InfringementDraft(
    right="copyright", holder=HOLDER, work=WORK, evidence=EVIDENCE, agrees=True
)


def fresh(complaint: Complaint) -> Infringement:
    """Return the notice of a complaint, read anew."""
    found = infringement_of(complaint)
    assert found is not None
    return found


def given(account: PublicAccount, **changes: Any) -> Complaint:
    """Return a notice of infringement that waits to be accepted."""
    words = {
        "kind": "copyright",
        "content_ref": CONTENT,
        "infringement": ASSERTED,
        "words": ALONE,
        **changes,
    }
    return again(complaints.handed_in(account, **words).complaint)


def accepted(account: PublicAccount, handler: StaffUser, **changes: Any) -> Complaint:
    """Return a notice of infringement that is looked into."""
    words = {
        "kind": "copyright",
        "content_ref": CONTENT,
        "infringement": ASSERTED,
        "words": ALONE,
        **changes,
    }
    return complaints.accepted(account, handler, **words)


def passed_on(account: PublicAccount, handler: StaffUser, **changes: Any) -> Complaint:
    """Return a notice of infringement that the operator knows of."""
    complaint = accepted(account, handler, **changes)
    passing_on.pass_on_notice(
        complaint=complaint, fence=fence_of(complaint, handler), **grounds(handler)
    )
    return again(complaint)


def invitation_of(complaint: Complaint) -> ResponseInvitation:
    """Return by what the operator answers."""
    return ResponseInvitation.objects.about(fresh(complaint)).latest("pk")


def dispute(complaint: Complaint) -> None:
    """Let the operator say that nothing is infringed, as the response page does."""
    submit_response(
        invitation=invitation_of(complaint),
        words={"name": DEFENDANT, "words": DEFENCE},
        files={"files": []},
        actor=system_actor(),
    )


def disputed(account: PublicAccount, handler: StaffUser, **changes: Any) -> Complaint:
    """Return a notice of infringement that the operator disputes."""
    complaint = passed_on(account, handler, **changes)
    dispute(complaint)
    return again(complaint)


def stopped(
    complaint: Complaint, staff: Any, handler: StaffUser, contents: tuple[str, ...] = (CONTENT,)
) -> Decision:
    """Stop contents by a decision of the case of a complaint, as the moderators do."""
    case = joining.forward_complaint(
        complaint=complaint,
        summary="权利人称文章配图侵权，请核查",
        fence=fence_of(complaint, handler),
        **grounds(handler),
    )
    order = MeasureOrder(
        MeasureCode.HANDLE_CONTENT, content_refs=contents, content_acts=("stop", "keep")
    )
    decision = propose(
        case,
        staff.moderator,
        violation_type=violation("V10.1"),
        clauses=[clause("public-account-2021:18(10)")],
        statute="著作权法第五十三条",
        measures=(order,),
    )
    if not approve(decision, staff.supervisor):
        approve(decision, staff.officer)
    return decision


def sweep(system: StaffUser, at: datetime) -> lifting.SweptInfringements:
    """Let time do what it does until an instant."""
    with clock_at(at):
        return lifting.sweep_infringements(now=at, actor=system)


def told(complaint: Complaint) -> list[str]:
    """Return which notices were written about a notice of infringement."""
    found = Notice.objects.about(fresh(complaint)).order_by("pk")
    # Operators are told in every language.
    return list(
        dict.fromkeys(each.purpose.removeprefix("enforcement.infringement_") for each in found)
    )


def falling_due(complaint: Complaint, system: StaffUser, at: datetime) -> Infringement:
    """Let the fifteen days of a disputed notice pass; what does not end by itself waits then."""
    sweep(system, at)
    return fresh(complaint)


def show(complaint: Complaint) -> None:
    """Let the complainant show a lawsuit, as the tracking page does."""
    file = take_in("受理通知书.jpg", [picture()])
    try:
        proving.show_suit(
            infringement=fresh(complaint),
            kind="court",
            words="北京互联网法院，案号待定，三月二十日受理",
            files=[file],
            **grounds(system_actor(), "权利人提交证明"),
        )
    finally:
        file.discard()
