"""Patrols of the demo: planned each month, checked in part, with accounts that were not reached."""

from typing import Final

from django.db.models import Count
from django.utils import timezone

from accounts.enums import AccountStatus, GroundKind
from accounts.models import PatrolCheck, PublicAccount
from accounts.patrol_words import PatrolItem, PatrolStatus, PointResult
from accounts.services.patrol import checking, planning, policy
from accounts.services.patrol.checking import Point
from accounts.services.restrictions import close_account
from compliance import roles, work
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from reports.demo.clock import Diary
from reports.demo.staff import Crew

# Checked of the patrol, and how many of these have something that is not in order.
_CHECKED: Final = 6
_FAILED: Final = 2
# Fewer than there are due, so that some are shown as not covered.
_CAPACITY: Final = 10


class Patrols:
    """Notes the patrol of the last months and what people find."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note everything that happens on patrols."""
        self._diary.note(self._diary.ago(20, hour=7), self._plan)
        self._diary.note(self._diary.ago(6, hour=14), self._check)

    def _plan(self) -> None:
        present = vars(policy.as_draft(policy.rule_in_force(timezone.now())))
        proposal = policy.propose_rule(
            draft=policy.PatrolRuleDraft(**{**present, "capacity": _CAPACITY}),
            **_because(self._crew.next(roles.COMPLIANCE_OFFICER), "按现有人手"),
        )
        supervisor = self._crew.next(roles.SUPERVISOR)
        policy.approve_rule(proposal=proposal, **_because(supervisor, "同意"))
        planning.plan_patrol(
            month=timezone.localdate(), **_because(self._crew.system, "制定本月巡查计划")
        )

    def _check(self) -> None:
        # What lies idle has a story of its own, and so has what was handed in.
        waiting = (
            PatrolCheck.objects.filter(status=PatrolStatus.OPEN)
            .select_related("account")
            .alias(
                idle=Count("account__dormancies", distinct=True),
                told=Count("account__qualifications", distinct=True)
                + Count("account__holds", distinct=True)
                + Count("account__regularisations", distinct=True),
            )
            .order_by("told", "idle", "pk")
        )
        closed, *checks = waiting[: _CHECKED + 1]
        close_account(
            account=PublicAccount.objects.get(pk=closed.account_id, status=AccountStatus.ACTIVE),
            ground_kind=GroundKind.STOP,
            ground_ref="运营者来函（演示）",
            is_name_barred=False,
            **_because(self._crew.system, "运营者要求注销"),
        )
        # The check of the account that closed has ended with it.
        for place, check in enumerate(checks):
            self._finish(PatrolCheck.objects.get(pk=check.pk), is_failed=place < _FAILED)

    def _finish(self, check: PatrolCheck, *, is_failed: bool) -> None:
        moderator = self._crew.next(roles.MODERATOR)
        assert check.work_item is not None
        lease = work.claim_item(work_item=check.work_item, actor=moderator)
        because = _because(moderator, "逐项核对")
        checking.verify_again(check=check, fence=lease.fence, **because)
        points = {item.value: Point(PointResult.PASS) for item in PatrolItem}
        if is_failed:
            points[PatrolItem.CONTACT] = Point(PointResult.FAIL, "登记的联系电话已停机（演示）")
        checking.finish_check(check=check, fence=lease.fence, points=points, **because)


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_9_3, reason=reason)
