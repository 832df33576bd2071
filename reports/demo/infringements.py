"""Contents of the demo that a notice of infringement names: stopped by a decision, or left to time."""

from datetime import timedelta
from functools import partial
from typing import Final

from django.utils import timezone

from compliance import roles, work
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.rulebook.documents import clauses_in_force
from enforcement.enums import ContentKind, MeasureCode
from enforcement.measure_words import ContentAct
from enforcement.models import Complaint, Decision
from enforcement.services import decisions
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.infringements import lifting
from reports.demo.clock import Diary
from reports.demo.hearings import say_nothing
from reports.demo.ladders import violation_in_force, words_of
from reports.demo.staff import Crew

_CODE: Final = "V10.1"
_SEVERITY: Final = 1
# Every night since the oldest notice of the demo that time alone ends.
_SWEPT_DAYS: Final = 29


class NamedContents:
    """Stops contents by the case of a complaint, and lets the nights pass over every notice."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_nights(self) -> None:
        """Note the sweep of every night; what is noted for the same instant comes before it."""
        for days in range(_SWEPT_DAYS, -1, -1):
            self._diary.note(self._diary.ago(days, hour=4), self._sweep)

    def _sweep(self) -> None:
        lifting.sweep_infringements(now=timezone.now(), actor=self._crew.system)

    def stop(self, complaint: Complaint) -> None:
        """Propose that the named content and another one stop; somebody else approves it soon."""
        case = complaint.case
        assert case is not None
        proposer = self._crew.next(roles.MODERATOR)
        contents = (complaint.content_ref, f"{complaint.content_ref}-copy")
        orders = (
            MeasureOrder(MeasureCode.WARN),
            MeasureOrder(
                MeasureCode.HANDLE_CONTENT,
                content_refs=contents,
                content_acts=(ContentAct.STOP, ContentAct.KEEP),
            ),
        )
        violation = violation_in_force(_CODE)
        decision = decisions.propose_decision(
            case=case,
            fence=work.claim_item(work_item=case.work_item, actor=proposer).fence,
            violation_type=violation,
            severity=_SEVERITY,
            facts="两处内容与权利人原作逐字一致，账号未能提供授权（演示）。",
            reasoning="未经许可转载，依所引条款停止传输，影响限于所涉内容（演示）。",
            statute="著作权法相关规定（演示）" if violation.needs_statute else "",
            content_kind=ContentKind.TEXT,
            content_ref=complaint.content_ref,
            clauses=list(
                clauses_in_force(timezone.localdate()).filter(provision=violation.provision)
            ),
            **words_of(case.account, violation, _SEVERITY, orders),
            **_because(proposer, "权利人通知，先处理所涉内容"),
        )
        self._diary.note(timezone.now() + timedelta(hours=1), partial(self._approve, decision.pk))

    def _approve(self, number: int) -> None:
        say_nothing(Decision.objects.get(pk=number), self._crew)
        for role in (roles.SUPERVISOR, roles.COMPLIANCE_OFFICER):
            done = decisions.approve_decision(
                decision=Decision.objects.get(pk=number),
                **_because(self._crew.next(role), "事实与依据相符，同意"),
            )
            if done:
                break


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_19_2, reason=reason)
