"""Appeals of complainants in the demo: in every state, with every outcome, one about the platform."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.utils import timezone

from compliance import roles, work
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.provisions import Provision
from enforcement.complaint_appeal_words import ComplaintAppealOutcome
from enforcement.complaint_words import ComplaintKind
from enforcement.models import Complaint, ComplaintAppeal
from enforcement.services.complaint_appeals import filing, hearing, ruling
from enforcement.services.complaints import review, submission
from enforcement.services.complaints.submission import ComplaintDraft
from reports.demo.clock import Diary
from reports.demo.own_accounts import OwnAccounts
from reports.demo.staff import Crew

K = ComplaintKind
_FIRST_NUMBER: Final = 9_601
_TOLD: Final = {
    "refused": "所反映的情况没有具体内容，无法核查（演示）。",
    "not_upheld": "现有材料不能证明所反映的情况，故不予支持（演示）。",
    "partly": "所反映的情况部分属实，属实部分已提醒运营者改正（演示）。",
}
_WORDS: Final = "答复没有看过所附的截图，请由其他人员重新核查（演示）。"
_WHY: Final = "已核对原办理的全部材料和复核申请中的说明（演示）。"


@dataclass(frozen=True)
class Contested:
    """A complaint of the demo whose answer is contested: what was answered, and what came of it."""

    days: int
    kind: ComplaintKind
    words: str
    answer: str
    then: str = ""
    contact: str = ""


_ALL: Final = (
    Contested(66, K.OTHER, "账号长期冒用小区名义", "refused", "confirmed", "13900000211"),
    Contested(52, K.FALSE_INFORMATION, "文章称校车停运，并无此事", "not_upheld", "anew"),
    Contested(38, K.HARMFUL, "配图低俗", "partly", "withdrawn"),
    Contested(9, K.VIOLENCE, "评论区点名辱骂", "not_upheld", "taken_up", "13900000212"),
    Contested(12, K.PAID, "收费删帖的聊天记录", "refused", "asked"),
    Contested(5, K.FAKE_TRAFFIC, "同一时间大量相同转发", "partly"),
    Contested(6, K.PLATFORM, "投诉客服没有回音", "not_upheld"),
)


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_20_2, reason=reason)


def _fence(item: WorkItem, actor: StaffUser) -> int:
    return work.claim_item(work_item=item, actor=actor).fence


class ComplaintAppeals:
    """Notes the complaints that were answered, and what their complainants said to that."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew
        self._accounts = OwnAccounts(crew.system, first_number=_FIRST_NUMBER)

    def note_all(self) -> None:
        """Note every complaint; what follows notes itself."""
        for told in _ALL:
            self._diary.note(self._diary.ago(told.days, hour=10), partial(self._answer, told))

    def _later(self, days: int, act: Any, *values: Any) -> None:
        self._diary.note(timezone.now() + timedelta(days=days), partial(act, *values))

    def _answer(self, told: Contested) -> None:
        is_ours = told.kind == K.PLATFORM
        role = roles.COMPLIANCE_OFFICER if is_ours else roles.COMPLAINT_HANDLER
        handler = self._crew.next(role)
        complaint = submission.submit_complaint(
            draft=ComplaintDraft(
                kind=told.kind,
                target="" if is_ours else self._accounts.register().platform_uid,
                words=f"{told.words}（演示）",
                contact=told.contact,
            ),
            **_because(self._crew.system, "投诉举报登记（演示）。"),
        ).complaint
        words = _TOLD[told.answer]
        if told.answer == "refused":
            review.refuse_complaint(**self._on(complaint, handler), refusal="too_vague", told=words)
        else:
            self._decide(complaint, handler, told.answer, words)
        self._later(1, self._file, complaint.pk, told.then, handler.pk)

    def _on(self, complaint: Complaint, handler: StaffUser) -> dict[str, Any]:
        return {
            "complaint": complaint,
            "fence": _fence(complaint.work_item, handler),
            **_because(handler, "按规定办理（演示）。"),
        }

    def _decide(self, complaint: Complaint, handler: StaffUser, outcome: str, told: str) -> None:
        if complaint.status == "acknowledged":
            review.accept_complaint(**self._on(complaint, handler))
        review.decide_complaint(**self._on(complaint, handler), outcome=outcome, told=told)
        review.feed_back_complaint(**self._on(complaint, handler))

    def _file(self, number: int, then: str, login: int) -> None:
        by_page = _because(self._crew.system, "投诉人通过查询页面申请复核（演示）。")
        appeal = filing.file_complaint_appeal(
            complaint=Complaint.objects.get(pk=number), words=_WORDS, **by_page
        )
        if then == "withdrawn":
            hearing.withdraw_complaint_appeal(appeal=appeal, **by_page)
        elif then:
            self._later(1, self._hear, appeal.pk, then, login)

    def _hear(self, number: int, then: str, login: int) -> None:
        appeal = ComplaintAppeal.objects.select_related("work_item").get(pk=number)
        first = StaffUser.objects.get(pk=login)
        # Of two handlers one answered; what is taken up again needs the other.
        role = roles.COMPLIANCE_OFFICER if then in ("anew", "taken_up") else roles.COMPLAINT_HANDLER
        other = self._crew.next(role, without=[first])
        on: dict[str, Any] = {
            "appeal": appeal,
            "fence": _fence(appeal.work_item, other),
            **_because(other, "未参与原办理，经复核作出结果（演示）。"),
        }
        if then == "asked":
            hearing.ask_in_complaint_appeal(**on, question="请补充聊天记录的时间（演示）。")
            return
        outcome = ComplaintAppealOutcome.CONFIRMED
        if then != "confirmed":
            outcome = ComplaintAppealOutcome.TAKEN_UP
        ruling.decide_complaint_appeal(**on, outcome=outcome, text=_WHY)
        if then == "anew":
            self._later(2, self._decide_anew, appeal.complaint_id, login)

    def _decide_anew(self, number: int, login: int) -> None:
        first = StaffUser.objects.get(pk=login)
        anew = self._crew.next(roles.COMPLAINT_HANDLER, without=[first])
        complaint = Complaint.objects.select_related("work_item").get(pk=number)
        self._decide(complaint, anew, "upheld", "重新核查属实，已对该账号作出处置（演示）。")
