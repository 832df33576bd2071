"""Dormant accounts of the demo: told, suspended, proposed, ended, undone, and in use again."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.utils import timezone

from accounts.dormancy_words import BatchStatus, DormancyStatus
from accounts.enums import AccountStatus, ApplicationSource, GroundKind
from accounts.models import Dormancy, DormancyBatch, PublicAccount
from accounts.services import agreements
from accounts.services.activity import Use, record_activity
from accounts.services.agreements import Acceptance
from accounts.services.dormancy import batches, policy
from accounts.services.dormancy.policy import DormancyRuleDraft
from accounts.services.dormancy.sweeping import sweep_dormant
from accounts.services.registration import register_batch
from accounts.services.restrictions import close_account
from compliance import roles
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import DocumentKind, StaffUser
from compliance.provisions import Provision
from compliance.rulebook.documents import version_in_force
from reports.demo.applicants import Applicants, application
from reports.demo.clock import Diary, clock_at
from reports.demo.staff import Crew

_CLAUSE: Final = "第四条"
# Told at first, and told only lately. Some of the first get into other matters of the demo.
_EARLY, _LATE = 14, 2
# Far from the numbers of all other applicants of the demo.
_FIRST_NUMBER: Final = 700_001


class Dormancies:
    """Notes who left an account lying, and what the sweeps and people do about it."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew
        self._make = Applicants(seed=42, first_number=_FIRST_NUMBER)
        self._early: list[str] = []
        self._late: list[str] = []

    def note_all(self) -> None:
        """Note everything that happens to dormant accounts."""
        note, ago = self._diary.note, self._diary.ago
        note(ago(52, hour=11), self._change_rule)
        note(ago(51, hour=9), self._begin)
        note(ago(50, hour=8), self._sweep)
        note(ago(45, hour=10), lambda: self._use(self._early[:1]))
        note(ago(40, hour=10), self._close_one)
        note(ago(35, hour=8), self._sweep)
        note(ago(4, hour=8), self._sweep)
        note(ago(3, hour=11), self._decide)
        note(ago(2, hour=9), lambda: self._accept(self._late))
        note(ago(1, hour=8), self._sweep)
        note(ago(1, hour=15), self._approve_another)

    def _change_rule(self) -> None:
        proposal = policy.propose_rule(
            draft=DormancyRuleDraft(
                **{
                    **vars(policy.as_draft(policy.rule_in_force(timezone.now()))),
                    "clause_number": _CLAUSE,
                    "batch_size": 2,
                }
            ),
            **_because(self._crew.next(roles.COMPLIANCE_OFFICER), "服务协议第四条已经约定停用"),
        )
        supervisor = self._crew.next(roles.SUPERVISOR)
        policy.approve_rule(proposal=proposal, **_because(supervisor, "与协议条款一致"))

    def _begin(self) -> None:
        """Let accounts have been registered long ago; all others were used lately."""
        others = list(
            PublicAccount.objects.filter(status=AccountStatus.ACTIVE).values_list(
                "platform_uid", flat=True
            )
        )
        self._use(others)
        long_ago = timezone.now() - timedelta(days=400)
        with clock_at(long_ago):
            uids = self._register(_EARLY + _LATE)
        self._early, self._late = uids[:_EARLY], uids[_EARLY:]
        for place, uid in enumerate(uids):
            # Half of them never published anything.
            last = long_ago + timedelta(days=30 + place)
            use = Use(uid, last, last if place % 2 else None)
            record_activity(uses=[use], actor=self._crew.system)
        self._accept(self._early)

    def _register(self, count: int) -> list[str]:
        rows = [self._make.person(timezone.now()) for _number in range(count)]
        for outcome in register_batch(
            rows=[application(cells) for cells in rows],
            source=ApplicationSource.API,
            **_because(self._crew.system, "平台推送的注册申请"),
        ):
            if isinstance(outcome, ActionRefused):
                raise outcome
        return [cells["platform_uid"] for cells in rows]

    def _use(self, uids: Sequence[str]) -> None:
        now = timezone.now()
        record_activity(
            uses=[
                Use(uid, now - timedelta(hours=place % 60), now - timedelta(hours=place % 90))
                for place, uid in enumerate(uids)
            ],
            actor=self._crew.system,
        )

    def _accept(self, uids: Sequence[str]) -> None:
        present = version_in_force(DocumentKind.SERVICE_AGREEMENT, timezone.localdate())
        assert present is not None
        agreements.record_acceptances(
            acceptances=[
                Acceptance(uid, present.label, timezone.now(), "演示签署记录") for uid in uids
            ],
            **_because(self._crew.system, "平台推送的签署记录"),
        )

    def _sweep(self) -> None:
        others = PublicAccount.objects.filter(status=AccountStatus.ACTIVE).exclude(
            platform_uid__in=[*self._early, *self._late]
        )
        self._use(list(others.values_list("platform_uid", flat=True)))
        run = sweep_dormant(
            as_of=timezone.localdate(), **_because(self._crew.system, "每日筛查休眠账号")
        )
        for _each in run.accounts:
            pass

    def _close_one(self) -> None:
        close_account(
            account=PublicAccount.objects.get(platform_uid=self._early[1]),
            ground_kind=GroundKind.STOP,
            ground_ref="运营者来函（演示）",
            is_name_barred=False,
            **_because(self._crew.system, "运营者要求注销"),
        )

    def _decide(self) -> None:
        """Approve and carry out the first batch, undo one of its ends; return the second."""
        first, second = DormancyBatch.objects.filter(status=BatchStatus.PROPOSED).order_by("pk")[:2]
        supervisor = self._crew.next(roles.SUPERVISOR)
        batches.approve_batch(batch=first, **_because(supervisor, "逐户核对，均已超期"))
        for _part in batches.carry_out_approved(actor=self._crew.system):
            pass
        batches.return_batch(batch=second, **_because(supervisor, "请先核对是否另有主体来函"))
        ended = Dormancy.objects.filter(status=DormancyStatus.TERMINATED).earliest("pk")
        batches.undo_termination(dormancy=ended, **_because(supervisor, "运营者申诉属实"))

    def _approve_another(self) -> None:
        batch = DormancyBatch.objects.filter(status=BatchStatus.PROPOSED).earliest("pk")
        batches.approve_batch(
            batch=batch, **_because(self._crew.next(roles.SUPERVISOR), "逐户核对，均已超期")
        )


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_10_2, reason=reason)
