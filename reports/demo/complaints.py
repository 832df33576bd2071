"""Complaints of the demo: one in every state, in every queue, of every way in."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.utils import timezone

from compliance import roles, work
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from enforcement.complaint_words import ComplaintKind, ComplaintSource
from enforcement.models import Complaint
from enforcement.services.complaints import joining, review, submission, sweeping, tracking
from enforcement.services.complaints.submission import ComplaintDraft
from reports.demo.clock import Diary
from reports.demo.own_accounts import OwnAccounts
from reports.demo.staff import Crew

K = ComplaintKind
_FIRST_NUMBER: Final = 9_101
_TOLD: Final = "经核查，所反映的内容属实，已对该账号作出处置（演示）。"


@dataclass(frozen=True)
class Complained:
    """
    A complaint of the demo: how many days ago, of what, by which way, and what happened to it.

    `acts` follow one another some hours apart.
    """

    days: int
    kind: ComplaintKind
    words: str
    acts: tuple[str, ...] = ()
    source: ComplaintSource = ComplaintSource.PUBLIC
    contact: str = ""


_ALL: Final = (
    Complained(
        90,
        K.FALSE_INFORMATION,
        "文章所称停水通知并不存在",
        ("accept", "forward", "uphold", "tell", "close"),
    ),
    Complained(75, K.HARMFUL, "标题低俗", ("accept", "part", "tell"), contact="13900000101"),
    Complained(60, K.VIOLENCE, "文章辱骂本人", ("accept", "abusive", "tell", "close")),
    Complained(50, K.OTHER, "邻里纠纷", ("refuse",), contact="13900000102"),
    Complained(45, K.PAID, "收费删帖", ("accept", "ask", "lapse"), contact="13900000103"),
    Complained(30, K.COPYRIGHT, "未经许可转载本人摄影作品", ("accept", "ask", "answer", "uphold")),
    Complained(20, K.FORCED_FOLLOW, "不关注就不能领取资料", ("withdraw",)),
    Complained(3, K.FAKE_TRAFFIC, "评论区大量相同内容", ("accept", "ask")),
    Complained(2, K.IMPERSONATION, "头像和名称与本单位相同", ("accept",)),
    Complained(2, K.NEWS, "无证发布时政新闻", ("accept", "transfer")),
    Complained(1, K.PLATFORM, "客服一周没有答复", ("accept",)),
    Complained(1, K.FALSE_IDENTITY, "自称医生，查无此人", ()),
    Complained(1, K.TRADING, "公开出售账号", (), ComplaintSource.LETTER),
    Complained(0, K.DOXXING, "文章公开他人住址", ()),
    Complained(0, K.FALSE_INFORMATION, "来电反映活动信息不实", ("accept",), ComplaintSource.PHONE),
)


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_20_2, reason=reason)


class Complaints:
    """Notes the complaints of the year, and what was done about each."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew
        self._accounts = OwnAccounts(crew.system, first_number=_FIRST_NUMBER)

    def note_all(self) -> None:
        """Note every complaint; what follows notes itself."""
        for told in _ALL:
            self._diary.note(self._diary.ago(told.days, hour=9), partial(self._hand_in, told))

    def _hand_in(self, told: Complained) -> None:
        is_ours = told.kind == K.PLATFORM
        role = roles.COMPLIANCE_OFFICER if is_ours else roles.COMPLAINT_HANDLER
        handler = self._crew.next(role)
        is_entered = told.source in (ComplaintSource.PHONE, ComplaintSource.LETTER)
        receipt = submission.submit_complaint(
            draft=ComplaintDraft(
                kind=told.kind,
                target="" if is_ours else self._accounts.register().platform_uid,
                words=f"{told.words}（演示）",
                contact=told.contact,
                source=told.source,
                source_ref="演示来信〔2026〕3号" if told.source == ComplaintSource.LETTER else "",
            ),
            **_because(handler if is_entered else self._crew.system, "投诉举报登记（演示）。"),
        )
        acts = ("acknowledge", *told.acts) if told.source == ComplaintSource.PHONE else told.acts
        self._go_on(receipt.complaint.pk, handler, acts)

    def _go_on(self, number: int, handler: StaffUser, acts: tuple[str, ...]) -> None:
        if acts:
            # Whoever is asked lets the time for an answer pass.
            after = timedelta(days=30) if acts[0] == "lapse" else timedelta(hours=3)
            self._diary.note(
                timezone.now() + after, partial(self._act, number, handler, acts[0], acts[1:])
            )

    def _act(self, number: int, handler: StaffUser, act: str, left: tuple[str, ...]) -> None:
        complaint = Complaint.objects.select_related("work_item").get(pk=number)
        by_page = _because(self._crew.system, "投诉人通过查询页面提交（演示）。")
        if act == "answer":
            tracking.supplement_complaint(
                complaint=complaint, words="补充原图和首次发表的链接（演示）", **by_page
            )
        elif act == "withdraw":
            tracking.withdraw_complaint(complaint=complaint, **by_page)
        elif act == "lapse":
            tracking.lapse_complaint(complaint=complaint, **by_page)
        elif act == "close":
            sweeping.close_complaint(
                complaint=complaint, **_because(self._crew.system, "结果已反馈（演示）。")
            )
        elif act == "acknowledge":
            submission.acknowledge_complaint(
                complaint=complaint, **_because(handler, "已在电话中告知编号和查询码（演示）。")
            )
        else:
            self._handle(complaint, handler, act)
        self._go_on(number, handler, left)

    def _handle(self, complaint: Complaint, handler: StaffUser, act: str) -> None:
        fence = work.claim_item(work_item=complaint.work_item, actor=handler).fence
        on: dict[str, Any] = {
            "complaint": complaint,
            "fence": fence,
            **_because(handler, "按规定办理（演示）。"),
        }
        if act == "accept":
            review.accept_complaint(**on)
        elif act == "refuse":
            review.refuse_complaint(
                **on,
                refusal="out_of_scope",
                told="所反映的事项属于民事纠纷，不属于平台处理范围（演示）。",
            )
        elif act == "ask":
            review.ask_complainant(**on, question="请补充相关内容的链接和时间（演示）。")
        elif act == "forward":
            joining.forward_complaint(**on, summary="投诉称账号发布不实通知，请核查（演示）。")
        elif act == "transfer":
            review.transfer_complaint(**on, team="rights")
        elif act == "tell":
            review.feed_back_complaint(**on)
        else:
            outcome = {"uphold": "upheld", "part": "partly"}.get(act, "not_upheld")
            review.decide_complaint(
                **on,
                outcome=outcome,
                is_abusive=act == "abusive",
                told=_TOLD if outcome != "not_upheld" else "现有材料不能证明所反映的情况（演示）。",
            )
