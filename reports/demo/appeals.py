"""Appeals of the demo: in every state, with every outcome, and one on the second level."""

from datetime import timedelta
from functools import partial
from typing import Final

from django.utils import timezone

from compliance import roles, work
from compliance.evidence.services import check_file
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.rulebook.documents import clauses_in_force
from enforcement.appeal_words import (
    AppealChannel,
    AppealGround,
    AppealOutcome,
    AppealRefusal,
    MediationParty,
    MediationResult,
)
from enforcement.enums import CaseSource, MeasureCode
from enforcement.hearing_words import StatementKind
from enforcement.models import Appeal, Decision
from enforcement.services import cases, decisions
from enforcement.services.appeals import hearing, ruling, taking_up
from enforcement.services.appeals.filing import file_appeal
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.hearings.answering import receive_statement
from reports.demo.clock import Diary
from reports.demo.ladders import violation_in_force, words_of
from reports.demo.own_accounts import OwnAccounts
from reports.demo.staff import Crew

_CODE: Final = "V06.1"
_SEVERITY: Final = 3
_ORDERS: Final = (MeasureOrder(MeasureCode.WARN), MeasureOrder(MeasureCode.SUSPEND_UPDATES, 7))
_CLOSURE: Final = (MeasureOrder(MeasureCode.CLOSE),)
# Days ago, what was found, and how far the appeal came; the last three on a closure.
_TOLD: Final = (
    (68, "账号称某路段塌方，经核实并无此事", "confirmed"),
    (61, "账号称某商场停业，经核实并无此事", "reduced"),
    (54, "账号称某小区停水一周，经核实并无此事", "revoked"),
    (47, "账号称某车站关闭，经核实并无此事", "remitted"),
    (33, "账号称某药店涨价十倍，经核实并无此事", "refused"),
    (28, "账号称某公园封闭，经核实并无此事", "withdrawn"),
    (20, "账号称某学校改制，经核实并无此事", "asked"),
    (15, "账号称某桥梁限行，经核实并无此事", "accepted"),
    (9, "账号称某景区涨价，经核实并无此事", "filed"),
)
_CLOSED: Final = (58, "账号多次编造灾情信息并引发恐慌", "second")
_WORDS: Final = "内容转自他人，并非编造，附上转载来源，请予复核（演示）。"
_FIRST_NUMBER: Final = 9_201
_WHY: Final = "已核对原文与转载来源，并逐项回应申诉理由（演示）。"


class Appeals:
    """Notes the decisions, what their operators said against them, and what became of it."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew
        self._accounts = OwnAccounts(crew.system, first_number=_FIRST_NUMBER)

    def note_all(self) -> None:
        """Note every decision that is appealed against."""
        for days, facts, then in (*_TOLD, _CLOSED):
            self._diary.note(self._diary.ago(days, hour=9), partial(self._propose, facts, then))

    def _propose(self, facts: str, then: str) -> None:
        account = self._accounts.register()
        moderator = self._crew.next(roles.MODERATOR)
        case = cases.open_case(
            account=account,
            source=CaseSource.PATROL,
            summary=f"{facts}（演示）",
            content_ref=f"demo-appeal-{account.pk}",
            **_because(moderator, "巡查发现，予以立案"),
        )
        violation = violation_in_force(_CODE)
        orders = _CLOSURE if then == "second" else _ORDERS
        decision = decisions.propose_decision(
            case=case,
            fence=work.claim_item(work_item=case.work_item, actor=moderator).fence,
            violation_type=violation,
            severity=_SEVERITY,
            facts=f"{facts}（演示）。",
            reasoning="所述事件不存在，账号未核实即发布，属于编造虚假信息（演示）。",
            clauses=list(
                clauses_in_force(timezone.localdate()).filter(provision=violation.provision)
            ),
            content_kind="text",
            content_ref=case.content_ref,
            **words_of(case.account, violation, _SEVERITY, orders),
            **_because(moderator, "事实清楚，建议处置"),
        )
        at = timezone.now() + timedelta(days=1)
        self._diary.note(at, partial(self._approve, decision.pk, then))

    def _approve(self, number: int, then: str) -> None:
        decision = Decision.objects.get(pk=number)
        if decision.hearing is not None:
            receive_statement(
                hearing=decision.hearing,
                kind=StatementKind.NOTHING,
                **_because(self._crew.system, "运营者通过公开答复页面作出陈述"),
            )
        for role in (roles.SUPERVISOR, roles.COMPLIANCE_OFFICER):
            actor = self._crew.next(role)
            decision.refresh_from_db()
            if decisions.approve_decision(decision=decision, **_because(actor, "同意（演示）")):
                break
        at = timezone.now() + timedelta(days=2)
        self._diary.note(at, partial(self._file, number, then))

    def _file(self, number: int, then: str) -> None:
        is_letter = then == "refused"
        actor = self._crew.next(roles.COMPLAINT_HANDLER) if is_letter else self._crew.system
        appeal = file_appeal(
            decision=Decision.objects.get(pk=number),
            ground=AppealGround.FACTS,
            words=_WORDS,
            channel=AppealChannel.LETTER if is_letter else AppealChannel.PUBLIC_PAGE,
            **_because(actor, "运营者来信申诉" if is_letter else "运营者通过公开申诉页面提出申诉"),
        )
        self._check_files(appeal)
        if then != "filed":
            at = timezone.now() + timedelta(days=1)
            self._diary.note(at, partial(self._take_up, appeal.pk, then))

    def _check_files(self, appeal: Appeal) -> None:
        grounds = _because(self._crew.system, "文件检查")
        for statement in appeal.statements.all():
            for document in statement.documents.select_related("file"):
                check_file(file=document.file, **grounds)

    def _take_up(self, number: int, then: str) -> None:
        appeal = Appeal.objects.get(pk=number)
        handler = self._crew.next(roles.COMPLAINT_HANDLER)
        if then == "withdrawn":
            taking_up.withdraw_appeal(
                appeal=appeal, **_because(self._crew.system, "申诉人通过公开申诉页面撤回申诉")
            )
            return
        if then == "refused":
            taking_up.refuse_appeal(
                appeal=appeal,
                refusal=AppealRefusal.NOTHING_CONTESTED,
                text="来信未对决定的事实、依据或措施提出异议（演示）。",
                fence=work.claim_item(work_item=appeal.work_item, actor=handler).fence,
                **_because(handler, "来信仅为询问"),
            )
            return
        taking_up.accept_appeal(
            appeal=appeal,
            fence=work.claim_item(work_item=appeal.work_item, actor=handler).fence,
            **_because(handler, "符合受理条件"),
        )
        at = timezone.now() + timedelta(days=1)
        self._diary.note(at, partial(self._hear, number, then, handler.pk))

    def _hear(self, number: int, then: str, login: int) -> None:
        appeal = Appeal.objects.get(pk=number)
        handler = StaffUser.objects.get(pk=login)
        fence = work.claim_item(work_item=appeal.work_item, actor=handler).fence
        if then == "accepted":
            return
        if then == "asked":
            hearing.ask_appellant(
                appeal=appeal,
                text="请提供所转载内容的原始链接和转载时间（演示）。",
                fence=fence,
                **_because(handler, "需要核对来源"),
            )
            return
        if then == "reduced":
            hearing.record_mediation(
                appeal=appeal,
                parties=MediationParty.PLATFORM,
                result=MediationResult.PARTLY_AGREED,
                held_date=timezone.localdate(),
                note="运营者同意更正内容，就暂停更新未达成一致（演示）。",
                fence=fence,
                **_because(handler, "调解记录"),
            )
        self._decide(appeal, handler, then)

    def _decide(self, appeal: Appeal, handler: StaffUser, then: str) -> None:
        outcome = {
            "second": AppealOutcome.CONFIRMED if appeal.first is None else AppealOutcome.REVOKED
        }.get(then) or AppealOutcome(then)
        ruling.decide_appeal(
            appeal=appeal,
            outcome=outcome,
            ground="" if outcome == AppealOutcome.CONFIRMED else AppealGround.NEW_EVIDENCE,
            text=_WHY,
            measures=(MeasureCode.SUSPEND_UPDATES,) if then == "reduced" else (),
            fence=work.claim_item(work_item=appeal.work_item, actor=handler).fence,
            **_because(handler, "未参与原决定，经复核作出结果"),
        )
        if then == "second" and appeal.first is None:
            at = timezone.now() + timedelta(days=3)
            self._diary.note(at, partial(self._again, appeal.decision_id, handler.pk))

    def _again(self, decision: int, login: int) -> None:
        appeal = file_appeal(
            decision=Decision.objects.get(pk=decision),
            ground=AppealGround.NEW_EVIDENCE,
            words="补充了新的转载来源，请再次复核（演示）。",
            **_because(self._crew.system, "运营者通过公开申诉页面提出申诉"),
        )
        self._check_files(appeal)
        first = StaffUser.objects.get(pk=login)
        other = self._crew.next(roles.COMPLAINT_HANDLER, without=[first])
        taking_up.accept_appeal(
            appeal=appeal,
            fence=work.claim_item(work_item=appeal.work_item, actor=other).fence,
            **_because(other, "符合受理条件"),
        )
        at = timezone.now() + timedelta(days=1)
        self._diary.note(at, partial(self._hear, appeal.pk, "second", other.pk))


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_20_2, reason=reason)
