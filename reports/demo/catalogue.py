"""The catalogue of the demo: a version that followed the first, one that waits, one sent back, a draft."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from compliance import proposals, roles
from compliance.grounds import Grounds
from compliance.models import Proposal, StaffUser
from compliance.provisions import Provision
from enforcement.services.catalogue import changes, drafts
from enforcement.services.catalogue.contents import Changes, content_of, patched
from reports.demo.clock import Diary
from reports.demo.staff import Crew

# A longer second step for harmful content, which the year shows to be too short.
_LONGER: Final[Changes] = {
    "LadderMeasure": {"V09.B/2/1/restrict_functions": {"term_days": 14}},
}
_NO_FOLLOWERS: Final[Changes] = {"ApprovalCondition": {"followers": {"threshold": 5_000_000}}}
_ANOTHER_TERM: Final[Changes] = {
    "LadderMeasure": {"V05/1/1/suspend_updates": {"term_days": 10}},
    "LadderStep": {"V05/1/1": {"note_zh": "停止传输并保存记录（S7）；受害人的证据一并留存"}},
}
_SOONER: Final[Changes] = {"ApprovalCondition": {"lighter": {"threshold": 1}}}


class Catalogue:
    """Notes what happens to the catalogue in the year of the demo."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note every version of the catalogue."""
        self._diary.note(self._diary.in_year(0.2), self._announce)
        self._diary.note(self._diary.ago(30), self._send_back)
        self._diary.note(self._diary.ago(6), self._half)
        self._diary.note(self._diary.ago(1), self._draft)

    def _announce(self) -> None:
        proposal, officer = self._propose(_LONGER, "不良信息再犯的限制期限偏短，效果不足")
        self._approve(proposal, self._crew.next(roles.SUPERVISOR))
        self._approve(proposal, self._crew.next(roles.COMPLIANCE_OFFICER, without=[officer]))

    def _send_back(self) -> None:
        proposal, _officer = self._propose(_NO_FOLLOWERS, "减少由两人批准的案件数量")
        proposals.return_proposal(
            proposal=proposal,
            **_because(
                self._crew.next(roles.SUPERVISOR), "提高起算数会放松把关，请先统计近一年的案件"
            ),
        )

    def _half(self) -> None:
        proposal, _officer = self._propose(
            _ANOTHER_TERM, "首次网络暴力的暂停期限偏短，受害人反映强烈"
        )
        self._approve(proposal, self._crew.next(roles.SUPERVISOR))

    def _draft(self) -> None:
        # Whoever proposed the waiting version has none; the other one begins the next.
        self._keep(_SOONER, self._crew.next(roles.COMPLIANCE_OFFICER))

    def _propose(self, change: Changes, reason: str) -> tuple[Proposal, StaffUser]:
        officer = self._crew.next(roles.COMPLIANCE_OFFICER)
        self._keep(change, officer)
        day = timezone.localdate() + timedelta(days=8)
        return changes.propose_catalogue(not_before=day, **_because(officer, reason)), officer

    def _keep(self, change: Changes, officer: StaffUser) -> None:
        drafts.save_draft(
            content=patched(content_of(drafts.newest_version()), change),
            version=0,
            **_because(officer, "演示草稿"),
        )

    def _approve(self, proposal: Proposal, actor: StaffUser) -> None:
        changes.approve_catalogue(proposal=proposal, **_because(actor, "差异和影响已核对，同意"))


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.OPINIONS_2, reason=reason)
