"""Emergency holds of the demo: one in every state."""

from datetime import timedelta
from functools import partial
from typing import Final

from django.utils import timezone

from compliance import roles, work
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from enforcement.enums import CaseSource
from enforcement.hearing_words import HoldGround, HoldScope
from enforcement.models import EmergencyHold
from enforcement.services import cases
from enforcement.services.holds import confirming, ending, placing
from enforcement.services.holds.placing import HoldDraft
from reports.demo.clock import Diary
from reports.demo.own_accounts import spare_accounts
from reports.demo.staff import Crew

# Days ago, what is stopped, why at once, the facts, and what a second person did, if anybody.
_PLACED: Final[tuple[tuple[int, HoldScope, HoldGround, str, str], ...]] = (
    (90, HoldScope.SERVICE, HoldGround.STOLEN, "账号疑似被他人控制，正在群发诈骗链接", "confirm"),
    (60, HoldScope.CONTENT, HoldGround.PERSONS, "文章公开他人住址，评论区组织围堵", "refuse"),
    (45, HoldScope.UPDATES, HoldGround.FRAUD, "账号连续发布虚假集资信息", ""),
    (30, HoldScope.CONTENT, HoldGround.MINORS, "视频展示未成年人受欺凌的过程", "close"),
    (2, HoldScope.SERVICE, HoldGround.FRAUD, "账号冒充客服诱导转账，已有多人受骗", "confirm"),
    (0, HoldScope.CONTENT, HoldGround.ILLEGAL_CONTENT, "文章传授制造违禁物品的方法", ""),
)
_LOOKED_AT_AFTER: Final = timedelta(hours=3)


class Holds:
    """Notes the emergency holds of the year, who confirmed them, and how they ended."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note every hold, and the sweep that puts on record which of them are over."""
        for days, scope, ground, facts, then in _PLACED:
            at = self._diary.ago(days, hour=10)
            self._diary.note(at, partial(self._place, scope, ground, facts, then))
        for days in (70, 40, 20, 1):
            self._diary.note(self._diary.ago(days, hour=4), self._sweep)
        self._diary.note(self._diary.present, self._sweep)

    def _place(self, scope: HoldScope, ground: HoldGround, facts: str, then: str) -> None:
        account = (
            spare_accounts().filter(cases=None, holds=None, corrections=None).order_by("-pk")[0]
        )
        moderator = self._crew.next(roles.MODERATOR)
        content = f"demo-content-{account.pk}" if scope == HoldScope.CONTENT else ""
        case = cases.open_case(
            account=account,
            source=CaseSource.PATROL,
            summary=f"{facts}（演示）",
            content_ref=content,
            **_because(moderator, "巡查发现紧急情形，予以立案"),
        )
        hold = placing.place_hold(
            case=case,
            draft=HoldDraft(
                scope=scope, ground=ground, facts=f"{facts}（演示）。", content_ref=content
            ),
            **_because(moderator, "情况紧急，等不及决定"),
        )
        if then:
            at = timezone.now() + _LOOKED_AT_AFTER
            self._diary.note(at, partial(self._look_at, hold.pk, then))

    def _look_at(self, number: int, then: str) -> None:
        hold = EmergencyHold.objects.select_related(
            "account", "case__account", "case__matter", "proposal", "work_item__clock"
        ).get(pk=number)
        supervisor = self._crew.next(roles.SUPERVISOR)
        if then == "close":
            cases.close_case(
                case=hold.case, **_because(supervisor, "内容已由运营者自行删除，不予处置")
            )
            return
        work.claim_item(work_item=hold.work_item, actor=supervisor)
        if then == "confirm":
            told = "所述情形仍在持续，不立即暂停将造成难以挽回的损害。"
            confirming.confirm_hold(hold=hold, **_because(supervisor, told))
        else:
            told = "现有证据不能说明须立即暂停，按普通程序处理。"
            confirming.refuse_hold(hold=hold, **_because(supervisor, told))

    def _sweep(self) -> None:
        ending.record_all_over(now=timezone.now(), actor=self._crew.system)


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_19_2, reason=reason)
