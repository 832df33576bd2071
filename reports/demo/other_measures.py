"""Measures on contents, labels, suspensions of the service and ordered corrections of the demo."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from django.utils import timezone

from accounts.models import PublicAccount
from compliance import roles, work
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.rulebook.documents import clauses_in_force
from enforcement.enums import CaseSource, CaseStatus, ContentKind, MeasureCode
from enforcement.measure_words import ContentAct, LabelKind, LiftGround
from enforcement.models import Decision, Measure
from enforcement.services import cases, decisions
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.lifting.ending import LiftDraft
from enforcement.services.lifting.proposing import propose_lift
from reports.demo.clock import Diary
from reports.demo.hearings import say_nothing
from reports.demo.ladders import violation_in_force, words_of
from reports.demo.own_accounts import spare_accounts
from reports.demo.staff import Crew

_TEXTS: Final = ("demo-text-45001", "demo-text-45002")
_WARN: Final = MeasureOrder(MeasureCode.WARN)
_STOPPED: Final = MeasureOrder(
    MeasureCode.HANDLE_CONTENT,
    content_refs=_TEXTS,
    content_acts=(ContentAct.STOP, ContentAct.KEEP),
)
_RUMOUR: Final = MeasureOrder(MeasureCode.LABEL, content_refs=_TEXTS[:1], label=LabelKind.RUMOUR)
_OF_ACCOUNT: Final = MeasureOrder(MeasureCode.LABEL, 180, label=LabelKind.GENERATED)
_CORRECTED: Final = (
    MeasureOrder(MeasureCode.SUSPEND_SERVICE),
    MeasureOrder(
        MeasureCode.ORDER_CORRECTION,
        mismatches=("bio",),
        correction_ground="other_identity",
    ),
)
# Days ago, the violation, its severity and content, and what was ordered.
_STORIES: Final = (
    (38, "V06.1", 2, ContentKind.TEXT, (_WARN, _STOPPED, _RUMOUR)),
    (26, "V06.6", 2, ContentKind.VIDEO, (_WARN, _OF_ACCOUNT)),
    (17, "V08.1", 3, ContentKind.ACCOUNT, (_WARN, MeasureOrder(MeasureCode.SUSPEND_SERVICE, 30))),
    (15, "V02.2", 3, ContentKind.ACCOUNT, (_WARN, MeasureOrder(MeasureCode.BAR_NAME, 180))),
    (12, "V01.5", 2, ContentKind.ACCOUNT, (_WARN, *_CORRECTED)),
)  # fmt: skip
_FACTS: Final = (
    "账号发布的内容与核查结果不一致，或者账号信息与核验的主体身份不符，有截图为证（演示）。"
)
_REASONING: Final = (
    "上述情形违反所引条款；先处理内容或者账号信息，再按阶梯采取措施，影响限于必要范围（演示）。"
)


class OtherMeasures:
    """Notes decisions that stop contents, show labels, suspend the service and order corrections."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note everything."""
        for days, code, severity, kind, orders in _STORIES:
            self._diary.note(
                self._diary.ago(days, hour=9),
                partial(self._decide, code, severity, kind, orders),
            )

    def _someone(self) -> PublicAccount:
        """Return an active account about which nothing is open or decided."""
        free = (
            spare_accounts()
            .filter(  # Those of other fields may be chosen for a transfer or a stop, which nothing may limit.
                category__in=["automobile", "entertainment", "parenting"],
                subject__is_minor=False,
                blacklist_entries__isnull=True,
                watch_entries__isnull=True,
                holds=None,
                corrections=None,
                decisions=None,
                dormancies__isnull=True,
            )
            .exclude(cases__status=CaseStatus.OPEN)
        )
        # The latest ones have stories of their own, where there are enough.
        return list(free.order_by("-pk")[:4])[-1]

    def _decide(
        self,
        code: str,
        severity: int,
        kind: ContentKind,
        orders: Sequence[MeasureOrder],
    ) -> None:
        proposer = self._crew.next(roles.MODERATOR)
        case = cases.open_case(
            account=self._someone(),
            source=CaseSource.OWN,
            summary="内容或者账号信息疑似违规（演示）",
            weight=severity,
            **_because(proposer, "初步核对，予以立案", Provision.PUBLIC_ACCOUNT_19_1),
        )
        violation = violation_in_force(code)
        decision = decisions.propose_decision(
            case=case,
            fence=work.claim_item(work_item=case.work_item, actor=proposer).fence,
            violation_type=violation,
            severity=severity,
            facts=_FACTS,
            reasoning=_REASONING,
            content_kind=kind,
            content_ref="" if kind == ContentKind.ACCOUNT else _TEXTS[0],
            clauses=list(
                clauses_in_force(timezone.localdate()).filter(provision=violation.provision)
            ),
            **words_of(case.account, violation, severity, orders),
            **_because(proposer, "先处理内容，再处理账号"),
        )
        self._diary.note(timezone.now() + timedelta(hours=6), partial(self._approve, decision.pk))

    def _approve(self, number: int) -> None:
        say_nothing(Decision.objects.get(pk=number), self._crew)
        for role in (roles.SUPERVISOR, roles.COMPLIANCE_OFFICER):
            done = decisions.approve_decision(
                decision=Decision.objects.get(pk=number),
                **_because(self._crew.next(role), "事实与依据相符，同意"),
            )
            if done:
                break
        label = Decision.objects.get(pk=number).measures.filter(measure=MeasureCode.LABEL).first()
        if label is not None and label.in_force_until is not None:
            self._diary.note(
                timezone.now() + timedelta(days=9), partial(self._propose_lift, label.pk)
            )

    def _propose_lift(self, number: int) -> None:
        told = "后续发布的生成合成内容均已加注标识（演示）"
        propose_lift(
            measure=Measure.objects.select_related("decision__case").get(pk=number),
            draft=LiftDraft(LiftGround.PUT_RIGHT, told),
            **_because(self._crew.next(roles.MODERATOR), told),
        )


def _because(
    actor: StaffUser, reason: str, provision: Provision = Provision.PUBLIC_ACCOUNT_19_2
) -> Grounds:
    return Grounds(actor=actor, provision=provision, reason=reason)
