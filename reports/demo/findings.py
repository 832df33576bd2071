"""Findings of the demo about accounts: some wait, some were set aside; cases take up others."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from accounts.enums import AccountStatus, FindingKind
from accounts.models import Finding, PublicAccount
from accounts.services import findings
from compliance import roles, work
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from reports.demo.clock import Diary
from reports.demo.staff import Crew

K = FindingKind
# Days ago, kind, what was found, figures, why it was set aside.
_FOUND: Final[Sequence[tuple[int, FindingKind, str, dict[str, Any], str]]] = (
    (
        20,
        K.METRIC_ALERT,
        "一日内关注人数异常增长",
        {"before": 312, "after": 48210},
        "系平台活动引流",
    ),
    (12, K.AGREEMENT_MISSING, "新版服务协议公布三十日后仍未签署", {"days": 30}, "当日已补签"),
    (6, K.CATEGORY_MISMATCH, "近三十日内容多数与登记分类不符", {"share": "72%"}, ""),
    (4, K.PATROL_FAILED, "简介与核验时提交的材料不符", {}, ""),
    (3, K.LICENCE_DEAD, "登记的执业资质在公示系统中显示为注销", {}, ""),
    (2, K.METRIC_ALERT, "互动数据在一小时内骤增后回落", {"before": 40, "after": 9120}, ""),
    (1, K.IDENTITY_REPUDIATED, "有人声明未曾用本人身份注册该账号", {}, ""),
)


class Findings:
    """Notes what is found, and which of it is set aside."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note every finding."""
        for number, (days, kind, facts, figures, aside) in enumerate(_FOUND, start=1):
            act = partial(self._find, number, kind, facts, figures, aside)
            self._diary.note(self._diary.ago(days, hour=8), act)

    def _find(
        self, number: int, kind: FindingKind, facts: str, figures: dict[str, Any], aside: str
    ) -> None:
        active = PublicAccount.objects.filter(status=AccountStatus.ACTIVE).order_by("pk")
        finding = record(
            self._crew.system,
            account=active[number * 3],
            kind=kind,
            facts=facts,
            figures=figures,
            ground_ref=f"demo:{number}",
        )
        if aside:
            actor = self._crew.next(roles.MODERATOR)
            findings.set_aside_finding(
                finding=finding,
                fence=work.claim_item(work_item=finding.work_item, actor=actor).fence,
                **_because(actor, aside),
            )


def record(actor: StaffUser, **draft: Any) -> Finding:
    """Record one finding of the demo."""
    return findings.record_finding(
        findings.FindingDraft(**draft), **_because(actor, "监测规则命中（演示）")
    )


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_19_1, reason=reason)
