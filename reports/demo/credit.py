"""Credit of the demo: used up, repaired, refused, asked for; and the days that heal the rest."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.utils import timezone

from accounts.models import PublicAccount
from compliance import roles
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from enforcement.models import CreditRepair, CreditScore
from enforcement.services.credit.repairs import (
    RepairDraft,
    approve_repair,
    open_repairs,
    propose_repair,
    refuse_repair,
)
from enforcement.services.credit.sweeping import move_credit
from reports.demo.clock import Diary
from reports.demo.staff import Crew

# How many days ago credit was used up, once for each repair that comes of it, and once for none.
USED_UP: Final = (150, 140, 128, 12)
# The days that have to pass before a repair, with some for the decision itself.
_WAIT: Final = 95
_STATEMENT: Final = "已删除全部不实内容并公开更正，更换内容负责人，此后没有再次违规。"


class Credit:
    """Notes what operators without credit ask for, and the sweeps that move scores on."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note the repairs and the sweeps of the year."""
        days = [days for days in USED_UP if is_told(self._diary, days) and days > _WAIT]
        after: tuple[Callable[[], None] | None, ...] = (self._approve, self._refuse, None)
        for ago, then in zip(days, after, strict=False):
            self._diary.note(self._diary.ago(ago - _WAIT), self._ask)
            if then is not None:
                self._diary.note(self._diary.ago(ago - _WAIT - 2), then)
        for week in range(1, 53):
            self._diary.note(self._diary.in_year(week / 52, hour=4), self._move)
        self._diary.note(self._diary.present, self._move)

    def _move(self) -> None:
        move_credit(now=timezone.now(), actor=self._crew.system)

    def _ask(self) -> None:
        today = timezone.localdate()
        long_ago = CreditScore.objects.filter(frozen_on__lte=today - timedelta(days=90))
        asked = CreditRepair.objects.values("subject")
        score = long_ago.exclude(subject__in=asked).order_by("frozen_on", "pk").first()
        if score is None:
            return
        account = PublicAccount.objects.filter(subject=score.subject_id, status="active").first()
        if account is None:
            return
        propose_repair(
            draft=RepairDraft(account=account, applied_on=today, statement=_STATEMENT),
            **_because(self._crew.next(roles.MODERATOR), "运营者来函申请信用修复"),
        )

    def _approve(self) -> None:
        for repair in open_repairs():
            approve_repair(
                proposal=repair.proposal,
                **_because(self._crew.next(roles.SUPERVISOR), "整改属实，同意修复"),
            )

    def _refuse(self) -> None:
        for repair in open_repairs():
            refuse_repair(
                proposal=repair.proposal,
                **_because(self._crew.next(roles.SUPERVISOR), "更正内容尚未公开发布，暂不予修复。"),
            )


def is_told(diary: Diary, days: int) -> bool:
    """Return whether the year of the demo reaches so many days back."""
    return timezone.localdate(diary.ago(days)) > diary.first_day + timedelta(days=5)


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_13_1, reason=reason)
