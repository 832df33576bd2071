"""Cases and decisions of the demo: some in every state, spread through the year."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from accounts.enums import AccountStatus, FindingKind, HoldKind
from accounts.models import EarningApplication, Finding, Hold, PublicAccount
from compliance import roles, work
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.rulebook.documents import clauses_in_force
from enforcement.enums import (
    CaseSource,
    CaseStatus,
    DecisionStatus,
    MeasureCode,
    MeasureStatus,
)
from enforcement.measure_words import LiftGround
from enforcement.models import Case, Decision
from enforcement.services import cases, decisions, lapses, measures, report_duties, reversals
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.hearings.ending import lapse_hearings
from enforcement.services.hearings.opening import renew_time
from enforcement.services.hearings.weighing import needs_weighing
from enforcement.services.lifting.ending import LiftDraft
from enforcement.services.lifting.proposing import approve_lift, propose_lift
from reports.demo.clock import Diary, at_work
from reports.demo.credit import USED_UP, is_told
from reports.demo.evidence import Evidence
from reports.demo.findings import record
from reports.demo.hearings import say_nothing, state
from reports.demo.ladders import allows, violation_in_force, words_of
from reports.demo.staff import Crew

_DATA: Final = Path(__file__).parent / "data" / "violations.json"
_WARN: Final = (MeasureOrder(MeasureCode.WARN),)
_CLOSE: Final = (MeasureOrder(MeasureCode.CLOSE),)
_BOTH: Final = (MeasureOrder(MeasureCode.WARN), MeasureOrder(MeasureCode.SUSPEND_UPDATES, 7))
_FUNCTIONS: Final = MeasureOrder(MeasureCode.RESTRICT_FUNCTIONS, 30, ("live", "recommend"))
_ADVERTISING: Final = MeasureOrder(MeasureCode.STOP_ADVERTISING, 14)
# What the operator is told beside the article itself.
_HOUSE_RULE: Final = "5.1"


def _suspend(days: int) -> tuple[MeasureOrder, ...]:
    return (MeasureOrder(MeasureCode.SUSPEND_UPDATES, days),)


@dataclass(frozen=True)
class Matter:
    """One case as it will go: what is found, what is ordered, how far it gets."""

    opened_at: datetime
    violation: dict[str, Any]
    source: str
    orders: Sequence[MeasureOrder]
    # The acts after the case was opened, in their order; the last one is where it stands.
    acts: tuple[str, ...]
    # Which account it is about, where that is not left to the turn.
    account: Callable[[], PublicAccount] | None = None


# Ordinary ends of a matter, with what is ordered; repeated through the year.
_DECIDED: Final[tuple[tuple[Sequence[MeasureOrder], tuple[str, ...]], ...]] = (
    (_WARN, ("propose", "approve")),
    (_suspend(7), ("propose", "approve", "send", "receipt", "close")),
    (_BOTH, ("propose", "approve", "send", "receipt")),
    (_suspend(3), ("propose", "return", "propose", "approve", "send", "receipt", "close")),
    (_CLOSE, ("propose", "approve", "approve", "send", "receipt", "close")),
    (_suspend(30), ("propose", "approve", "send", "lift", "receipt", "close")),
    (_WARN, ("propose", "withdraw", "propose", "approve", "close")),
    (_suspend(15), ("propose", "approve", "send", "receipt", "reverse")),
    (_suspend(90), ("propose", "approve", "approve", "send", "receipt", "lift")),
    (_CLOSE, ("propose", "approve", "approve", "send", "reverse", "receipt")),
    (_WARN, ("close",)),
)
_ROUNDS: Final = 4
_SILENCE_BEFORE: Final = timedelta(days=40)
_WEIGHED: Final = (
    "已核实当日自行删除的情况，处置期限已据此从轻确定；所述内容已被转发，仍应承担责任。"
)
# Where matters stand that were opened so many days ago.
_RECENT: Final[tuple[tuple[int, Sequence[MeasureOrder], tuple[str, ...]], ...]] = (
    (15, _WARN, ()),
    (11, _suspend(7), ("propose",)),
    (10, _suspend(60), ("propose", "approve", "approve", "send", "receipt")),
    (9, _CLOSE, ("propose", "approve")),
    (9, (_FUNCTIONS, _ADVERTISING), ("propose", "approve", "send")),
    (8, _suspend(14), ("propose", "return")),
    (7, _WARN, ("propose", "withdraw")),
    (7, _suspend(10), ("propose", "withdraw")),
    (6, _CLOSE, ("propose", "approve", "approve", "send")),
    (5, _suspend(45), ("propose", "approve")),
    (5, _suspend(30), ("propose", "approve")),
    (4, _BOTH, ("propose", "approve")),
    (3, _CLOSE, ("propose", "state")),
    (2, _CLOSE, ("propose", "approve")),
    (2, (_FUNCTIONS,), ("propose",)),
    (2, _suspend(7), ("propose",)),
    (2, _WARN, ("propose",)),
    (2, _WARN, ()),
    (1, _WARN, ()),
    (0, _WARN, ()),
)


class Cases:
    """Notes every case of the demo and what becomes of it."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew
        self._evidence = Evidence(crew)
        self._sources = _turns(list(CaseSource.values))
        self._answers = _turns(["say nothing", "state", "keep silent", "say nothing"])
        self._kinds = json.loads(_DATA.read_text(encoding="utf-8"))
        self._violations = _turns(self._kinds)

    def note_all(self) -> None:
        """Note every case, and the sweeps that put the end of terms on record."""
        total = len(_DECIDED) * _ROUNDS
        for number in range(total):
            orders, acts = _DECIDED[number % len(_DECIDED)]
            # The last ones have time to come to their end.
            at = self._diary.in_year(0.02 + 0.91 * number / total, hour=9 + number % 8)
            self._note(at, orders, acts)
        for days, orders, acts in _RECENT:
            self._note(self._diary.ago(days), orders, acts)
        self._note_grave()
        for week in range(1, 53):
            self._diary.note(self._diary.in_year(week / 52, hour=3), self._lapse)
        self._diary.note(self._diary.present, self._lapse)
        self._diary.note(self._diary.present, self._end_hearings)
        self._diary.note(self._diary.present, self._evidence.finish)

    def _note_grave(self) -> None:
        """Note what uses credit up at once, and one that leaves little of it."""
        known = {each["code"]: each for each in self._kinds}
        for days in USED_UP:
            if is_told(self._diary, days):
                self._note_one(days, {**known["V09.A.6"], "severity": 4}, ("approve", "approve"))
        self._note_one(14, known["V02.1"], ("approve",), _who_earns)

    def _note_one(
        self,
        days: int,
        violation: dict[str, Any],
        approvals: tuple[str, ...],
        account: Callable[[], PublicAccount] | None = None,
    ) -> None:
        at, acts = self._diary.ago(days), ("propose", *approvals, "send", "receipt", "close")
        matter = Matter(at, violation, next(self._sources), _BOTH, acts, account)
        self._diary.note(at, lambda: self._open(matter))

    def _note(self, at: datetime, orders: Sequence[MeasureOrder], acts: tuple[str, ...]) -> None:
        violation = next(each for each in self._violations if allows(each["code"], orders))
        matter = Matter(at, violation, next(self._sources), orders, acts)
        self._diary.note(at, lambda: self._open(matter))

    def _lapse(self) -> None:
        lapses.lapse_measures(now=timezone.now(), actor=self._crew.system)

    @cached_property
    def _accounts(self) -> Iterator[PublicAccount]:
        held_elsewhere = Hold.objects.filter(released_at=None).exclude(kind=HoldKind.OPEN_CASE)
        return _turns_of(
            lambda: (
                PublicAccount.objects.filter(
                    # Whose claims are settled shall not be held by another story.
                    status=AccountStatus.ACTIVE,
                    repudiations__isnull=True,
                )
                .exclude(cases__status=CaseStatus.OPEN)
                # Nor shall a closure end one that is on its way.
                .exclude(pk__in=held_elsewhere.values("account"))
            )
        )

    def _open(self, matter: Matter) -> None:
        day = f"{timezone.localtime(matter.opened_at):%m月%d日}"
        facts = matter.violation["facts"].format(day=day)
        is_letter = matter.source == CaseSource.AUTHORITY
        account = matter.account() if matter.account is not None else next(self._accounts)
        moderator = self._crew.next(roles.MODERATOR)
        finding, fence = None, None
        if matter.source == CaseSource.FINDING:
            finding = self._find(account, facts, matter)
            fence = work.claim_item(work_item=finding.work_item, actor=moderator).fence
        case = cases.open_case(
            account=account,
            source=matter.source,
            source_ref=f"演示函〔{matter.opened_at:%Y}〕{matter.opened_at:%j}号"
            if is_letter
            else "",
            summary=f"疑似违规：{facts}",
            content_ref=f"demo-content-{matter.opened_at:%Y%m%d}-{account.pk}",
            weight=matter.violation["severity"],
            finding=finding,
            finding_fence=fence,
            **_because(
                moderator,
                "初步核对，予以立案",
                Provision.PUBLIC_ACCOUNT_19_1,
            ),
        )
        if len(matter.acts) <= 1:
            self._evidence.attach(case)
        self._note_next(case, replace(matter, violation={**matter.violation, "facts": facts}))

    def _find(self, account: PublicAccount, facts: str, matter: Matter) -> Finding:
        return record(
            self._crew.system,
            account=account,
            kind=FindingKind.PATROL_FAILED,
            facts=facts,
            ground_ref=f"patrol:demo-{matter.opened_at:%Y%m%d}",
        )

    def _note_next(self, case: Case, matter: Matter) -> None:
        if not matter.acts:
            return
        at = at_work(timezone.now() + _PAUSES[matter.acts[0]])
        self._diary.note(at, lambda: self._go_on(case.pk, matter))

    def _go_on(self, case_id: int, matter: Matter) -> None:
        case = Case.objects.select_related("account", "matter", "work_item").get(pk=case_id)
        act, *rest = matter.acts
        if act == "propose":
            decision = self._propose(case, matter)
            is_heard = decision.status == DecisionStatus.HEARING
            if is_heard and rest and rest[0] not in {"withdraw", "state"}:
                rest = [self._answer_to_come(), *rest]
        elif act == "close":
            for waiting in case.decisions.filter(status=DecisionStatus.PROPOSED):
                self._approve(waiting)
                case.refresh_from_db()
            cases.close_case(
                case=case, **_because(self._crew.next(roles.SUPERVISOR), "处理完毕，结案")
            )
        else:
            self._act(case, act)
        self._note_next(case, replace(matter, acts=tuple(rest)))

    def _act(self, case: Case, act: str) -> None:
        decision = case.decisions.select_related("hearing", "proposal", "proposed_by").latest("pk")
        is_open = decision.status == DecisionStatus.PROPOSED
        if act == "approve" and not is_open:
            # One approval was enough.
            return
        if is_open and act not in _BEFORE_FORCE:
            # Another one was needed before anything could follow.
            self._approve(decision)
            decision.refresh_from_db()
        self._acts[act](decision)

    def _answer_to_come(self) -> str:
        """What the operator does next; silence takes days, which the latest cases do not have."""
        answer: str = next(self._answers)
        is_recent = self._diary.present - timezone.now() < _SILENCE_BEFORE
        return "say nothing" if answer == "keep silent" and is_recent else answer

    def _propose(self, case: Case, matter: Matter) -> Decision:
        # Whoever opened it goes on with it: a colleague is left for a second look.
        actor = self._crew.one(roles.MODERATOR, case.opened_by_id)
        violation = violation_in_force(matter.violation["code"])
        in_force = clauses_in_force(timezone.localdate())
        clauses = [
            *in_force.filter(provision=violation.provision),
            *in_force.filter(number=_HOUSE_RULE),
        ]
        return decisions.propose_decision(
            case=case,
            fence=work.claim_item(work_item=case.work_item, actor=actor).fence,
            violation_type=violation,
            severity=matter.violation["severity"],
            facts=matter.violation["facts"],
            reasoning=matter.violation["reasoning"],
            private_note="演示备注：仅供同事参考",
            statute=matter.violation.get("statute", ""),
            clauses=clauses,
            content_kind=matter.violation["content"],
            content_ref=case.content_ref,
            **words_of(case.account, violation, matter.violation["severity"], matter.orders),
            **_because(actor, "事实清楚，建议按目录处置"),
        )

    @property
    def _acts(self) -> dict[str, Callable[[Decision], None]]:
        return {
            "approve": self._approve,
            "state": self._state,
            "say nothing": self._say_nothing,
            "keep silent": self._keep_silent,
            "return": self._return,
            "withdraw": self._withdraw,
            "send": self._send,
            "receipt": self._receipt,
            "lift": self._lift,
            "reverse": self._reverse,
        }

    def _approve(self, decision: Decision) -> None:
        given = decision.proposal.approvals.count()
        role = roles.COMPLIANCE_OFFICER if given else roles.SUPERVISOR
        decisions.approve_decision(
            decision=decision,
            weighed=_WEIGHED if needs_weighing(decision) else "",
            **_because(self._crew.next(role), "事实与依据相符，同意"),
        )

    def _state(self, decision: Decision) -> None:
        state(decision, self._crew)

    def _say_nothing(self, decision: Decision) -> None:
        say_nothing(decision, self._crew)

    def _keep_silent(self, decision: Decision) -> None:
        self._end_hearings()
        decision.refresh_from_db()
        if decision.status == DecisionStatus.HEARING:
            # The notice did not arrive: later the operator says that there is nothing to say.
            self._renew(decision)
            self._say_nothing(decision)

    def _renew(self, decision: Decision) -> None:
        assert decision.hearing is not None
        renew_time(
            hearing=decision.hearing,
            expected_version=decision.hearing.version,
            **_because(self._crew.next(roles.MODERATOR), "通知未送达，重新给予陈述期限"),
        )

    def _end_hearings(self) -> None:
        lapse_hearings(now=timezone.now(), actor=self._crew.system)

    def _return(self, decision: Decision) -> None:
        decisions.return_decision(
            decision=decision,
            **_because(self._crew.next(roles.SUPERVISOR), "请补充内容截图的取得时间后再报"),
        )

    def _withdraw(self, decision: Decision) -> None:
        proposer = StaffUser.objects.select_related("person").get(person=decision.proposed_by)
        decisions.withdraw_decision(
            decision=decision, **_because(proposer, "发现引用条款有误，撤回重提")
        )

    def _send(self, decision: Decision) -> None:
        report_duties.send_report(
            duty=decision.report_duty,
            channel="报送系统（演示）",
            **_because(self._crew.next(roles.COMPLIANCE_OFFICER), "按时报告"),
        )

    def _receipt(self, decision: Decision) -> None:
        report_duties.receipt_report(
            duty=decision.report_duty,
            receipt_number=f"演示回执{decision.pk:06d}",
            **_because(self._crew.next(roles.COMPLIANCE_OFFICER), "收到回执"),
        )

    def _lift(self, decision: Decision) -> None:
        told = "运营者已改正，提前解除"
        for measure in decision.measures.filter(status=MeasureStatus.IN_FORCE):
            supervisor = self._crew.next(roles.SUPERVISOR)
            if measure.approvals_given == 1:
                measures.lift_measure(
                    measure=measure, ground=LiftGround.PUT_RIGHT, **_because(supervisor, told)
                )
                continue
            proposal = propose_lift(
                measure=measure,
                draft=LiftDraft(LiftGround.PUT_RIGHT, told),
                **_because(self._crew.next(roles.MODERATOR), told),
            )
            for actor in (supervisor, self._crew.next(roles.COMPLIANCE_OFFICER)):
                approve_lift(proposal=proposal, **_because(actor, "情况属实，同意"))

    def _reverse(self, decision: Decision) -> None:
        reversals.reverse_decision(
            decision=decision,
            **_because(
                self._crew.next(roles.COMPLAINT_HANDLER),
                "申诉成立，原认定证据不足",
                Provision.PUBLIC_ACCOUNT_20_2,
            ),
        )


_BEFORE_FORCE: Final = ("approve", "return", "withdraw")
# How long after the act before it each one happens.
_PAUSES: Final = {
    "propose": timedelta(hours=20),
    "state": timedelta(hours=3),
    "say nothing": timedelta(hours=3),
    "keep silent": timedelta(days=12),
    "approve": timedelta(hours=5),
    "return": timedelta(hours=4),
    "withdraw": timedelta(hours=2),
    "send": timedelta(hours=3),
    "receipt": timedelta(days=1),
    "lift": timedelta(days=2),
    "reverse": timedelta(days=6),
    "close": timedelta(days=4),
}


def _turns(values: list[Any]) -> Iterator[Any]:
    number = 0
    while True:
        yield values[number % len(values)]
        number += 1


def _turns_of(accounts: Callable[[], Any]) -> Iterator[PublicAccount]:
    """Yield active accounts, each some times, whatever happens to them in between."""
    last = 0
    while True:
        account = accounts().filter(pk__gt=last).order_by("pk").first()
        if account is None and last == 0:
            raise LookupError("No account of the demo is free for another case.")
        last = account.pk if account is not None else 0
        if account is not None:
            yield account


def _who_earns() -> PublicAccount:
    """Return an account that has something to lose."""
    return EarningApplication.objects.in_force().earliest("pk").account


def _because(
    actor: StaffUser, reason: str, provision: Provision = Provision.PUBLIC_ACCOUNT_19_2
) -> Grounds:
    return Grounds(actor=actor, provision=provision, reason=reason)
