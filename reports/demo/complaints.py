"""Complaints of the demo: one in every state, in every queue, of every way in."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.utils import timezone

from accounts.models import PublicAccount
from compliance import roles, work
from compliance.evidence.incoming import take_in
from compliance.grounds import Grounds
from compliance.models import ResponseInvitation, StaffUser
from compliance.provisions import Provision
from compliance.responses import submit_response
from enforcement.complaint_words import ComplaintKind, ComplaintSource
from enforcement.infringement_words import SuitKind
from enforcement.models import Complaint, ComplaintBatch
from enforcement.services.complaints import (
    joining,
    review,
    submission,
    sweeping,
    together,
    tracking,
    transferring,
)
from enforcement.services.complaints.submission import ComplaintDraft
from enforcement.services.infringements import passing_on, proving
from enforcement.services.infringements.filing import InfringementDraft
from reports.demo.clock import Diary
from reports.demo.infringements import NamedContents
from reports.demo.own_accounts import OwnAccounts
from reports.demo.staff import Crew

K = ComplaintKind
_FIRST_NUMBER: Final = 9_101
_TOLD: Final = "经核查，所反映的内容属实，已对该账号作出处置（演示）。"


# Whoever is asked lets the time for an answer pass; what is undone is undone before anybody is told.
_AFTER: Final = {"lapse": timedelta(days=30), "undo": timedelta(minutes=10)}


@dataclass(frozen=True)
class Complained:
    """
    A complaint of the demo: how many days ago, of what, by which way, and what happened to it.

    `acts` follow one another some hours apart; those of one `group` are about one account.
    """

    days: int
    kind: ComplaintKind
    words: str
    acts: tuple[str, ...] = ()
    source: ComplaintSource = ComplaintSource.PUBLIC
    contact: str = ""
    # For so many days nobody takes it up.
    left_lying: int = 0
    group: str = ""


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
    Complained(
        30,
        K.COPYRIGHT,
        "未经许可转载本人摄影作品",
        ("accept", "ask", "answer", "pass_on", "uphold"),
        contact="13900000104",
    ),
    Complained(
        26,
        K.COPYRIGHT,
        "转载本人连载小说",
        ("accept", "pass_on", "dispute", "suit", "sued"),
        contact="13900000105",
    ),
    Complained(
        6,
        K.COPYRIGHT,
        "盗用本单位注册商标",
        ("accept", "pass_on", "dispute"),
        contact="13900000106",
    ),
    Complained(
        5,
        K.COPYRIGHT,
        "搬运本人课程视频",
        ("accept", "pass_on", "dispute", "suit"),
        contact="13900000107",
    ),
    Complained(2, K.COPYRIGHT, "使用本人插画", ("accept",), contact="13900000108"),
    Complained(
        24,
        K.COPYRIGHT,
        "改写本人游记",
        ("accept", "pass_on", "dispute"),
        contact="13900000112",
    ),
    Complained(
        18,
        K.COPYRIGHT,
        "转载本人调查报道",
        ("accept", "pass_on", "forward", "stop", "dispute"),
        contact="13900000113",
    ),
    Complained(
        12,
        K.COPYRIGHT,
        "使用本人字体",
        ("accept", "pass_on", "withdraw"),
        contact="13900000114",
    ),
    Complained(3, K.COPYRIGHT, "搬运本人播客节目", ("accept", "pass_on"), contact="13900000115"),
    Complained(3, K.PAID, "有偿删评（一）", group="undone", contact="13900000116"),
    Complained(3, K.PAID, "有偿删评（二）", ("together", "undo"), group="undone"),
    Complained(2, K.HARMFUL, "配图低俗（一）", group="held", contact="13900000117"),
    Complained(2, K.HARMFUL, "配图低俗（二）", ("hold",), group="held"),
    Complained(15, K.HARMFUL, "文章低俗（一）", group="together", contact="13900000109"),
    Complained(15, K.HARMFUL, "文章低俗（二）", group="together", contact="13900000110"),
    Complained(14, K.HARMFUL, "文章低俗（三）", ("together",), group="together"),
    Complained(1, K.FAKE_TRAFFIC, "刷量（一）", group="waiting", contact="13900000111"),
    Complained(1, K.FAKE_TRAFFIC, "刷量（二）", group="waiting"),
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


def _asserted(told: Complained) -> InfringementDraft:
    if told.kind != K.COPYRIGHT:
        return InfringementDraft()
    return InfringementDraft(
        right="trademark" if "商标" in told.words else "copyright",
        holder="演示权利人",
        work=f"{told.words}：首次发表于 2025 年（演示）",
        evidence="内容与原作逐字逐图一致（演示）",
        agrees=True,
    )


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_20_2, reason=reason)


class Complaints:
    """Notes the complaints of the year, and what was done about each."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew
        self._accounts = OwnAccounts(crew.system, first_number=_FIRST_NUMBER)
        self._groups: dict[str, PublicAccount] = {}
        self._contents = NamedContents(diary, crew)

    def note_all(self) -> None:
        """Note every complaint; what follows notes itself."""
        for told in _ALL:
            self._diary.note(self._diary.ago(told.days, hour=9), partial(self.hand_in, told))
        self._contents.note_nights()

    def hand_in(self, told: Complained, target: str = "") -> None:
        """Hand a complaint in now, about an account of its own if none is named."""
        is_ours = told.kind == K.PLATFORM
        role = roles.COMPLIANCE_OFFICER if is_ours else roles.COMPLAINT_HANDLER
        handler = self._crew.next(role)
        is_entered = told.source in (ComplaintSource.PHONE, ComplaintSource.LETTER)
        receipt = submission.submit_complaint(
            draft=ComplaintDraft(
                kind=told.kind,
                target="" if is_ours else target or self._about(told).platform_uid,
                words=f"{told.words}（演示）",
                contact=told.contact,
                source=told.source,
                source_ref="演示来信〔2026〕3号" if told.source == ComplaintSource.LETTER else "",
                content_ref=f"demo-article-{told.days}" if told.kind == K.COPYRIGHT else "",
                infringement=_asserted(told),
            ),
            **_because(handler if is_entered else self._crew.system, "投诉举报登记（演示）。"),
        )
        acts = ("acknowledge", *told.acts) if told.source == ComplaintSource.PHONE else told.acts
        self._go_on(receipt.complaint.pk, handler, acts, later=timedelta(days=told.left_lying))

    def _about(self, told: Complained) -> PublicAccount:
        """Return the account that a complaint is about: one for each group, another for any other."""
        if not told.group:
            return self._accounts.register()
        if told.group not in self._groups:
            self._groups[told.group] = self._accounts.register()
        return self._groups[told.group]

    def _go_on(
        self,
        number: int,
        handler: StaffUser,
        acts: tuple[str, ...],
        *,
        later: timedelta = timedelta(),
    ) -> None:
        if acts:
            # What is answered together now can still be undone when somebody looks at the demo.
            is_now = acts[0] == "hold"
            at = timezone.now() + _AFTER.get(acts[0], timedelta(hours=3))
            self._diary.note(
                self._diary.present if is_now else at + later,
                partial(self._act, number, handler, acts[0], acts[1:]),
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
        elif act == "dispute":
            submit_response(
                invitation=ResponseInvitation.objects.about(complaint.infringement).latest("pk"),
                words={"name": "演示文化传媒", "words": "所用内容有授权，授权合同在手（演示）。"},
                files={"files": []},
                actor=self._crew.system,
            )
        elif act == "suit":
            self._show_suit(complaint, by_page)
        elif act == "acknowledge":
            submission.acknowledge_complaint(
                complaint=complaint, **_because(handler, "已在电话中告知编号和查询码（演示）。")
            )
        else:
            self._handle(complaint, handler, act)
        self._go_on(number, handler, left)

    def _show_suit(self, complaint: Complaint, by_page: Grounds) -> None:
        file = take_in("受理通知书.txt", ["北京互联网法院受理通知书（演示）".encode()])
        try:
            proving.show_suit(
                infringement=complaint.infringement,
                kind=SuitKind.COURT,
                words="北京互联网法院，已受理（演示）",
                files=[file],
                **by_page,
            )
        finally:
            file.discard()

    def _answer_together(self, complaint: Complaint, handler: StaffUser) -> None:
        draft = together.BatchDraft(
            lead=complaint,
            numbers=frozenset(
                Complaint.objects.filter(account=complaint.account_id).values_list("pk", flat=True)
            ),
            outcome="upheld",
            told=_TOLD,
        )
        preview = together.preview_batch(draft=draft, actor=handler)
        batch = together.answer_together(
            draft=draft, digest=preview.digest, **_because(handler, "同一事项，合并办结（演示）。")
        )
        self._diary.note(
            batch.held_until + timedelta(minutes=1),
            lambda: together.tell_batches(now=timezone.now(), actor=self._crew.system),
        )

    def _handle(self, complaint: Complaint, handler: StaffUser, act: str) -> None:
        if act in ("together", "hold"):
            self._answer_together(complaint, handler)
            return
        if act == "undo":
            together.undo_batch(
                batch=ComplaintBatch.objects.filter(items__complaint=complaint).latest("pk"),
                **_because(handler, "结论有误，通知投诉人前撤回（演示）。"),
            )
            return
        if act == "stop":
            self._contents.stop(complaint)
            return
        if act == "sued":
            item = complaint.infringement.work_item
            assert item is not None
            proving.accept_suit(
                infringement=complaint.infringement,
                told="已核对受理通知书，事项已进入诉讼程序（演示）。",
                fence=work.claim_item(work_item=item, actor=handler).fence,
                **_because(handler, "受理凭证齐全（演示）。"),
            )
            return
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
            transferring.transfer_complaint(**on, team="rights")
        elif act == "pass_on":
            passing_on.pass_on_notice(**on)
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
