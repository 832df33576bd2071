"""Emergency decisions of the demo: heard afterwards with every outcome, lapsed, and waiting."""

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
from enforcement.enums import CaseSource, MeasureCode
from enforcement.hearing_words import HoldGround, LaterOutcome, StatementKind
from enforcement.models import Decision
from enforcement.services import cases, decisions
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.emergencies import afterwards, lapsing
from enforcement.services.emergencies.ordering import EmergencyWords
from enforcement.services.hearings.answering import receive_statement
from reports.demo.clock import Diary
from reports.demo.evidence import Evidence
from reports.demo.ladders import violation_in_force, words_of
from reports.demo.own_accounts import spare_accounts
from reports.demo.staff import Crew

_CODE: Final = "V06.1"
_SEVERITY: Final = 3
# Days ago, what was found, and what became of it: an outcome, or how far it came.
_TAKEN: Final = (
    (75, "账号编造集资兑付消息，已有读者据此转账", LaterOutcome.UPHELD),
    (55, "账号冒用救援名义募款，收款码仍在扩散", LaterOutcome.CHANGED),
    (40, "账号被举报编造疏散通知，读者已开始聚集", LaterOutcome.REVERSED),
    (26, "账号连续发布虚假停课通知", "lapse"),
    (7, "账号编造药品短缺消息，诱导高价抢购", "answer"),
    (0, "账号编造取款限额消息，诱导转移存款", "wait"),
)
_HARM: Final = "虚假消息仍在扩散并诱导读者转账，每等待一小时都会有人受损（演示）。"
_REASONING: Final = "所述消息不存在，账号未核实即发布并诱导读者付款，属于编造虚假信息（演示）。"


class Emergencies:
    """Notes the emergency decisions of the year, who confirmed them, and what came after."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew
        self._evidence = Evidence(crew)

    def note_all(self) -> None:
        """Note every decision, and the sweep that puts on record which of them lapsed."""
        for days, facts, then in _TAKEN:
            self._diary.note(self._diary.ago(days, hour=11), partial(self._take, facts, str(then)))
        for days in (20, 1):
            self._diary.note(self._diary.ago(days, hour=4), self._sweep)

    def _take(self, facts: str, then: str) -> None:
        account = (
            spare_accounts()
            .filter(
                cases=None,
                holds=None,
                corrections=None,
                rumour_accounts=None,
            )
            .order_by("-pk")[0]
        )
        moderator = self._crew.next(roles.MODERATOR)
        case = cases.open_case(
            account=account,
            source=CaseSource.PATROL,
            summary=f"{facts}（演示）",
            content_ref=f"demo-emergency-{account.pk}",
            **_because(moderator, "巡查发现，情况紧急，予以立案"),
        )
        self._evidence.attach(case)
        collected = case.evidence.values_list("attached_by", flat=True)
        violation = violation_in_force(_CODE)
        orders = (MeasureOrder(MeasureCode.SUSPEND_UPDATES, 14),)
        decision = decisions.propose_decision(
            case=case,
            fence=work.claim_item(work_item=case.work_item, actor=moderator).fence,
            violation_type=violation,
            severity=_SEVERITY,
            facts=f"{facts}，有截图为证（演示）。",
            reasoning=_REASONING,
            clauses=list(
                clauses_in_force(timezone.localdate()).filter(provision=violation.provision)
            ),
            content_kind="text",
            content_ref=case.content_ref,
            emergency=EmergencyWords(HoldGround.FRAUD, _HARM),
            **words_of(case.account, violation, _SEVERITY, orders),
            **_because(moderator, "情况紧急，建议先行处置"),
        )
        if then not in ("lapse", "wait"):
            at = timezone.now() + timedelta(hours=2)
            taken = set(collected) | {moderator.person_id}
            self._diary.note(at, partial(self._confirm, decision.pk, then, taken))

    def _confirm(self, number: int, then: str, taken: set[int]) -> None:
        decision = Decision.objects.get(pk=number)
        for role in (roles.SUPERVISOR, roles.COMPLIANCE_OFFICER):
            actor = self._crew.next(role)
            taken.add(actor.person_id)
            told = "所附证据能说明情况紧急，予以确认（演示）。"
            if decisions.approve_decision(decision=decision, **_because(actor, told)):
                break
        self._diary.note(
            timezone.now() + timedelta(days=1), partial(self._answer, number, then, taken)
        )

    def _answer(self, number: int, then: str, taken: set[int]) -> None:
        hearing = Decision.objects.get(pk=number).later_hearing
        grounds = Grounds(
            actor=self._crew.system,
            provision=Provision.PUBLIC_ACCOUNT_20_2,
            reason="运营者通过公开答复页面作出陈述",
        )
        statement = receive_statement(
            hearing=hearing,
            kind=StatementKind.FINAL,
            words="消息转自他人，发现后已删除并提醒读者，请从轻处理（演示）。",
            **grounds,
        )
        for document in statement.documents.select_related("evidence__file"):
            check_file(file=document.evidence.file, **grounds)
        if then != "answer":
            self._diary.note(
                timezone.now() + timedelta(days=1), partial(self._decide, number, then, taken)
            )

    def _decide(self, number: int, outcome: str, taken: set[int]) -> None:
        hearing = Decision.objects.get(pk=number).later_hearing
        actor = self._crew.next(roles.SUPERVISOR)
        while actor.person_id in taken:
            actor = self._crew.next(roles.SUPERVISOR)
        assert hearing.review_item is not None
        afterwards.decide_later_hearing(
            hearing=hearing,
            outcome=outcome,
            text="已核对运营者的陈述和删除记录，并据此作出本结果（演示）。",
            fence=work.claim_item(work_item=hearing.review_item, actor=actor).fence,
            **_because(actor, "未参与原决定，经复核作出结果"),
        )

    def _sweep(self) -> None:
        lapsing.lapse_emergencies(now=timezone.now(), actor=self._crew.system)


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_19_2, reason=reason)
