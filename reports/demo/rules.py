"""Rule documents of the demo: in every state, filed and not filed, accepted and not accepted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from django.utils import timezone

from accounts.services import agreements
from accounts.services.agreements import Acceptance
from compliance import roles
from compliance.grounds import Grounds
from compliance.models import DocumentKind, RuleChange, RuleDocument, RuleVersion, StaffUser
from compliance.provisions import Provision
from compliance.rulebook import changes, filings
from compliance.rulebook.documents import version_in_force
from compliance.rulebook.drafts import ACCEPTED_WITHIN, VersionDraft
from compliance.rulebook.texts import parse_clauses
from reports.demo.clock import Diary
from reports.demo.staff import Crew

_DATA: Final = Path(__file__).parent / "data" / "rules"
_AUTHORITY: Final = "演示省互联网信息办公室"
_FIRST: Final = "首次制定"
# How long before the year of the demo its first rules are announced.
_BEFORE: Final = timedelta(days=149)

_TITLES: Final = {
    DocumentKind.MANAGEMENT_RULES: ("content-rules", "内容生产与账号运营管理规则"),
    DocumentKind.SERVICE_AGREEMENT: ("service-agreement", "公众账号服务协议"),
    DocumentKind.ACCOUNT_REGISTRATION: ("account-registration", "账号注册管理制度"),
    DocumentKind.CONTENT_SECURITY: ("content-security", "信息内容安全管理制度"),
    DocumentKind.ECOLOGY_GOVERNANCE: ("ecology-governance", "生态治理管理制度"),
    DocumentKind.EMERGENCY_RESPONSE: ("emergency-response", "应急处置管理制度"),
    DocumentKind.NETWORK_SECURITY: ("network-security", "网络安全管理制度"),
    DocumentKind.DATA_SECURITY: ("data-security", "数据安全管理制度"),
    DocumentKind.PERSONAL_INFORMATION: ("personal-information", "个人信息保护管理制度"),
    DocumentKind.INTELLECTUAL_PROPERTY: ("intellectual-property", "知识产权保护管理制度"),
    DocumentKind.CREDIT_EVALUATION: ("credit-evaluation", "信用评价管理制度"),
}
# How a platform keeps to itself how it defends itself.
_NOT_PUBLISHED: Final = (DocumentKind.NETWORK_SECURITY, DocumentKind.EMERGENCY_RESPONSE)


@dataclass(frozen=True)
class Step:
    """A version of a document and how far it gets."""

    code: str
    label: str
    summary: str
    # The last word says where it stands: proposed, half, returned, announced, filed, receipted,
    # withdrawn.
    end: str
    days: int = 8


class Rules:
    """Notes every rule document of the demo and what becomes of it."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note the first versions before the year, later ones in it, and what waits at its end."""
        begin = self._diary.in_year(0) - _BEFORE
        for kind, (code, title) in _TITLES.items():
            self._note(begin, partial(self._add, kind, code, title))
            if kind == DocumentKind.INTELLECTUAL_PROPERTY:
                continue  # its first version still waits: the alarm has something to say
            is_filed = kind in (DocumentKind.MANAGEMENT_RULES, DocumentKind.SERVICE_AGREEMENT)
            end = "receipted" if is_filed else "announced"
            self._note_step(begin, Step(code, "1.0", _FIRST, end))
        self._note_step(
            self._diary.in_year(0.3),
            Step("platform-convention", "2.0", "补充标注不得去除、不得号召他人攻击", "filed", 10),
        )
        self._note_step(
            self._diary.in_year(0.5),
            Step("service-agreement", "2.0", "写明转让、停用和个人信息保存期限", "receipted", 14),
        )
        self._note(self._diary.in_year(0.6), self._push_acceptances)
        self._note_step(
            self._diary.ago(5),
            Step("content-rules", "2.0", "新增旧闻标注；标注位置增加正文开头", "announced", 12),
        )
        self._note_step(
            self._diary.ago(4), Step("ecology-governance", "1.1", "调整评估频次", "withdrawn", 20)
        )
        self._note_step(
            self._diary.ago(3), Step("data-security", "1.1", "新增年度风险评估", "half", 20)
        )
        self._note_step(
            self._diary.ago(2), Step("credit-evaluation", "1.1", "变动说明写明依据", "returned", 20)
        )
        self._note_step(
            self._diary.ago(1), Step("intellectual-property", "1.0", _FIRST, "proposed", 20)
        )

    def _note(self, at: datetime, act: Callable[[], object]) -> None:
        self._diary.note(at, act)

    def _note_step(self, at: datetime, step: Step) -> None:
        self._note(at, lambda: self._take(step))

    def _add(self, kind: DocumentKind, code: str, title: str) -> None:
        changes.add_document(
            code=code,
            kind=kind,
            title=title,
            is_public=kind not in _NOT_PUBLISHED,
            **_because(self._crew.next(roles.COMPLIANCE_OFFICER), "建立规则文件"),
        )

    def _take(self, step: Step) -> None:
        proposer = self._crew.next(roles.COMPLIANCE_OFFICER)
        change = self._propose(step, proposer)
        if step.end == "proposed":
            return
        supervisor = self._crew.next(roles.SUPERVISOR)
        if step.end == "returned":
            changes.return_change(
                change=change, **_because(supervisor, "请同时写明申诉的提交方式", _POINT_2)
            )
            return
        changes.approve_change(change=change, **_because(supervisor, "同意", _POINT_2))
        if step.end == "half":
            return
        officer = self._crew.next(roles.COMPLIANCE_OFFICER, without=[proposer])
        changes.approve_change(change=change, **_because(officer, "核对无误，同意", _POINT_2))
        version = RuleVersion.objects.select_related("document").get(proposal=change.proposal)
        if step.end == "withdrawn":
            self._withdraw(version, proposer, supervisor, officer)
        elif step.end in ("filed", "receipted"):
            self._note(timezone.now() + timedelta(days=2), lambda: self._file(version, step.end))

    def _propose(self, step: Step, proposer: StaffUser) -> RuleChange:
        document = RuleDocument.objects.get(code=step.code)
        name = step.label if (_DATA / f"{step.code}-{step.label}.txt").exists() else "1.0"
        text = (_DATA / f"{step.code}-{name}.txt").read_text(encoding="utf-8")
        effective = timezone.localdate() + timedelta(days=step.days)
        is_agreement = document.kind == DocumentKind.SERVICE_AGREEMENT
        return changes.propose_version(
            document=document,
            draft=VersionDraft(
                label=step.label,
                effective_date=effective,
                change_summary=step.summary,
                clauses=parse_clauses(text).clauses,
                accept_until=effective + ACCEPTED_WITHIN if is_agreement else None,
            ),
            **_because(proposer, "按年度计划修订"),
        )

    def _withdraw(
        self,
        version: RuleVersion,
        proposer: StaffUser,
        supervisor: StaffUser,
        officer: StaffUser,
    ) -> None:
        change = changes.propose_withdrawal(
            version=version, **_because(proposer, "征求意见后需要进一步修改，另行公布")
        )
        for approver in (supervisor, officer):
            changes.approve_change(change=change, **_because(approver, "同意撤回", _POINT_2))

    def _file(self, version: RuleVersion, end: str) -> None:
        actor = self._crew.next(roles.COMPLIANCE_OFFICER)
        filing = filings.file_version(
            version=version,
            filed_with=_AUTHORITY,
            filed_on=timezone.localdate(),
            **_because(actor, "公布后备案", Provision.PUBLIC_ACCOUNT_7_3),
        )
        if end == "receipted":
            filings.receipt_rule_filing(
                filing=filing,
                receipt_number=f"演示备案{filing.pk:04d}",
                received_on=timezone.localdate(),
                **_because(actor, "收到回执", Provision.PUBLIC_ACCOUNT_7_3),
            )

    def _push_acceptances(self) -> None:
        """Let most operators who registered before accept the new agreement, and some not."""
        present = version_in_force(DocumentKind.SERVICE_AGREEMENT, timezone.localdate())
        assert present is not None
        waiting = agreements.without_agreement(timezone.localdate()).order_by("pk")
        agreements.record_acceptances(
            acceptances=[
                Acceptance(account.platform_uid, present.label, timezone.now(), "演示签署记录")
                for account in waiting
                if account.pk % 5
            ],
            **_because(self._crew.system, "平台推送的签署记录"),
        )


_POINT_2: Final = Provision.OPINIONS_2


def _because(
    actor: StaffUser, reason: str, provision: Provision = Provision.PUBLIC_ACCOUNT_6_2
) -> Grounds:
    return Grounds(actor=actor, provision=provision, reason=reason)
