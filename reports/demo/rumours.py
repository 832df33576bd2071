"""Rumours of the demo: one at every step, some closed, two that turned out otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.utils import timezone

from accounts.enums import AccountStatus
from accounts.models import PublicAccount
from compliance import roles, work
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.rulebook.documents import clauses_in_force
from enforcement.enums import MeasureCode
from enforcement.models import Decision, Rumour, RumourAccount
from enforcement.rumour_words import (
    RumourSource,
    RumourStepCode,
    RumourVerdict,
    StepOutcome,
)
from enforcement.services import decisions
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.rumours import concluding, opening, reopening, steps
from enforcement.services.rumours.opening import Named, RumourDraft
from enforcement.services.rumours.steps import StepDraft
from reports.demo.clock import Diary
from reports.demo.ladders import violation_in_force, words_of
from reports.demo.staff import Crew

_CODE: Final = "V06.1"
_SEVERITY: Final = 2


@dataclass(frozen=True)
class Told:
    """A rumour of the demo: how many days ago, what is said, how far it came, what became of it."""

    days: int
    claim: str
    source: RumourSource
    steps: int
    verdict: RumourVerdict = RumourVerdict.RUMOUR
    # How the account is dealt with, and what a supervisor says once it turned out otherwise.
    conclusion: str = ""
    review: str = ""


R = RumourSource
_TOLD: Final = (
    Told(120, "示范水库决堤，下游须立即撤离", R.AUTHORITY, 5, conclusion="decide"),
    Told(100, "示范镇自来水检出剧毒物质", R.COMPLAINT, 5, conclusion="none"),
    Told(85, "示范医院发生药品调包", R.OWN, 5, RumourVerdict.NOT_RUMOUR, conclusion="close"),
    Told(70, "示范学校食堂使用过期食材", R.PATROL, 5, conclusion="decide", review="reverse"),
    Told(60, "示范大桥桥墩开裂即将封闭", R.AUTHORITY, 5, conclusion="decide", review="keep"),
    Told(20, "示范银行即将停止取款", R.COMPLAINT, 5, conclusion="decide", review="wait"),
    Told(6, "示范地铁站发生坍塌", R.AUTHORITY, 5),
    Told(4, "示范景区野兽伤人", R.PATROL, 4),
    Told(3, "示范超市食盐将断供", R.OWN, 3, RumourVerdict.UNDECIDABLE),
    Told(2, "示范工厂夜间偷排废气", R.COMPLAINT, 2),
    Told(1, "示范路段地下管网爆炸", R.PATROL, 1),
    Told(0, "示范区明日起全面停电", R.AUTHORITY, 0),
)
# How long after the step before each step is answered.
_PAUSES: Final = (1, 6, 5, 3, 10)
_ANSWERS: Final[tuple[tuple[RumourStepCode, str, dict[str, Any]], ...]] = (
    (RumourStepCode.FINDING, "按预警线索核对平台报送的内容编号，列明所涉账号（演示）。", {}),
    (RumourStepCode.TRACING, "比对发布时间，最早一条由所列账号发布，其余为转载（演示）。", {}),
    (
        RumourStepCode.VERDICT,
        "逐项核对所传说法与权威通报（演示）。",
        {"relied_on": "示范主管部门当日通报；示范单位书面说明（演示）。"},
    ),
    (
        RumourStepCode.REFUTATION,
        "在辟谣专栏发布，并向看过原内容的读者推送（演示）。",
        {
            "refutation": "经向示范主管部门核实，所传情况不存在，请勿信谣传谣（演示）。",
            "published_in": "平台辟谣专栏（演示）",
            "link": "https://example.org/refutations/demo",
        },
    ),
    (
        RumourStepCode.ELIMINATION,
        "平台已停止传输所列内容（演示）。",
        {"residual": "二十四小时后复查，未见残留（演示）。"},
    ),
)
_NO_RUMOUR: Final = "经甄别不属于谣言，无须办理（演示）。"


class Rumours:
    """Notes the rumours of the year, their steps, and what followed."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note every rumour; what follows notes itself."""
        for told in _TOLD:
            self._diary.note(self._diary.ago(told.days, hour=9), partial(self._open, told))

    def _open(self, told: Told) -> None:
        moderator = self._crew.next(roles.MODERATOR)
        account = self._someone()
        rumour = opening.open_rumour(
            draft=RumourDraft(
                claim=f"{told.claim}（演示）",
                source=told.source,
                source_ref="演示预警〔2026〕1号" if told.source == R.AUTHORITY else "",
                named=[Named(account.platform_uid, f"demo-rumour-{account.pk}")],
            ),
            **_because(moderator, "收到线索，群内正在流传（演示）。"),
        )
        self._go_on(rumour.pk, told, moderator, 0)

    def _someone(self) -> PublicAccount:
        return PublicAccount.objects.filter(
            status=AccountStatus.ACTIVE,
            cases=None,
            holds=None,
            corrections=None,
            rumour_accounts=None,
        ).order_by("pk")[0]

    def _go_on(self, number: int, told: Told, moderator: StaffUser, step: int) -> None:
        if step < told.steps:
            at = timezone.now() + timedelta(hours=_PAUSES[step])
            self._diary.note(at, partial(self._answer, number, told, moderator, step))
        elif told.conclusion:
            at = timezone.now() + timedelta(hours=2)
            self._diary.note(at, partial(self._conclude, number, told, moderator))

    def _answer(self, number: int, told: Told, moderator: StaffUser, step: int) -> None:
        rumour = Rumour.objects.select_related("work_item__clock").get(pk=number)
        code, text, given = _ANSWERS[step]
        is_none = told.verdict != RumourVerdict.RUMOUR and code in (
            RumourStepCode.REFUTATION,
            RumourStepCode.ELIMINATION,
        )
        if code == RumourStepCode.VERDICT:
            given = {**given, "verdict": told.verdict}
        if code == RumourStepCode.ELIMINATION:
            given = {**given, "handled_refs": rumour.contents.values_list("content_ref", flat=True)}
        steps.answer_step(
            rumour=rumour,
            draft=(
                StepDraft(step=code, outcome=StepOutcome.NOT_APPLICABLE)
                if is_none
                else StepDraft(step=code, **given)
            ),
            fence=_hold(rumour, moderator),
            **_because(moderator, _NO_RUMOUR if is_none else text),
        )
        self._go_on(number, told, moderator, step + 1)

    def _conclude(self, number: int, told: Told, moderator: StaffUser) -> None:
        rumour = Rumour.objects.select_related("work_item__clock").get(pk=number)
        concerned = concluding.concerned_of(rumour, rumour.accounts.get().pk)
        if told.conclusion == "none":
            concluding.conclude_without_action(
                concerned=concerned,
                fence=_hold(rumour, moderator),
                **_because(moderator, "账号仅转载并已自行更正，没有过错（演示）。"),
            )
        elif told.conclusion == "decide":
            decision = self._decide(concerned, moderator)
            concluding.conclude_with_decision(
                concerned=concerned,
                decision=decision,
                fence=_hold(rumour, moderator),
                **_because(moderator, "账号未经核实首发该消息，有过错（演示）。"),
            )
        concluding.close_rumour(
            rumour=rumour,
            fence=_hold(rumour, moderator),
            **_because(moderator, "六个步骤均已答复，办结（演示）。"),
        )
        if told.review:
            at = timezone.now() + timedelta(days=2)
            self._diary.note(at, partial(self._reopen, number, told))

    def _decide(self, concerned: RumourAccount, moderator: StaffUser) -> Decision:
        case = concluding.open_case_of(
            concerned=concerned, **_because(moderator, "谣言处置中发现，予以立案（演示）。")
        )
        violation = violation_in_force(_CODE)
        orders: Sequence[MeasureOrder] = (MeasureOrder(MeasureCode.WARN),)
        decision = decisions.propose_decision(
            case=case,
            fence=work.claim_item(work_item=case.work_item, actor=moderator).fence,
            violation_type=violation,
            severity=_SEVERITY,
            facts=f"账号发布“{concerned.rumour.claim}”，经核实并无此事。",
            reasoning="所述情况不存在，账号未经核实即首发并引发误解，属于编造虚假信息（演示）。",
            clauses=list(
                clauses_in_force(timezone.localdate()).filter(provision=violation.provision)
            ),
            content_kind="text",
            content_ref=case.content_ref,
            **words_of(case.account, violation, _SEVERITY, orders),
            **_because(moderator, "事实清楚，建议按目录处置（演示）。"),
        )
        for role in (roles.SUPERVISOR, roles.COMPLIANCE_OFFICER):
            if decisions.approve_decision(
                decision=decision, **_because(self._crew.next(role), "同意（演示）。")
            ):
                break
        decision.refresh_from_db()
        return decision

    def _reopen(self, number: int, told: Told) -> None:
        rumour = Rumour.objects.select_related("work_item__clock").get(pk=number)
        reviews = reopening.reopen_rumour(
            rumour=rumour,
            public_note="经示范主管部门补充通报，原说法部分属实，予以撤回（演示）。",
            **_because(self._crew.next(roles.SUPERVISOR), "权威来源更正（演示）。"),
        )
        if told.review == "wait":
            return
        for review in reviews:
            approvals = review.decision.proposal.approvals.select_related("approver")
            gave = {each.approver_id for each in approvals}
            actor = self._crew.next(roles.SUPERVISOR)
            while actor.person_id in gave:
                actor = self._crew.next(roles.SUPERVISOR)
            given: dict[str, Any] = {
                "review": review,
                "fence": work.claim_item(work_item=review.work_item, actor=actor).fence,
            }
            if told.review == "reverse":
                reopening.reverse_for_rumour(
                    **given, **_because(actor, "所依据的甄别结论已不成立，撤销（演示）。")
                )
            else:
                reopening.keep_decision(
                    **given, **_because(actor, "账号另有未核实发布的事实，维持（演示）。")
                )


def _hold(rumour: Rumour, actor: StaffUser) -> int:
    return work.claim_item(work_item=rumour.work_item, actor=actor).fence


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_13_2, reason=reason)
