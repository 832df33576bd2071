"""Changes of profiles of the demo: in every state, with and without hits, and avatars that are reserved."""

import io
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from PIL import Image, ImageDraw

from accounts.enums import (
    AccountStatus,
    ApplicationSource,
    ApplicationStatus,
    Category,
    ListedNameKind,
)
from accounts.models import Application, ListedName, ProfileChange, PublicAccount
from accounts.profile_words import ProfileChangeStatus, ProfilePart
from accounts.services import avatars
from accounts.services.avatars import AvatarRow
from accounts.services.corrections.ordering import clauses_to_cite
from accounts.services.profiles import Profile, review
from accounts.services.profiles.avatars import DrawnAvatar, draw_avatar
from accounts.services.profiles.resetting import ResetDraft, reset_profile, undo_reset
from accounts.services.profiles.submission import ProfileChangeDraft, submit_profile_change
from compliance import roles, work
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from reports.demo.clock import Diary
from reports.demo.own_accounts import spare_accounts
from reports.demo.staff import Crew

_SIDE: Final = 200
# Days ago, what is to be shown, the number of an avatar, and what became of it.
_WISHED: Final[Sequence[tuple[int, dict[str, str], int, str]]] = (
    (40, {"name": "河湾晨读笔记"}, 0, ""),
    (33, {"bio": "每周三篇读书随笔，欢迎来信交流。", "category": "culture"}, 0, ""),
    (25, {"name": "北京胡同漫步"}, 0, "approve"),
    (18, {"name": "示例观察晚报"}, 0, "refuse"),
    (12, {"bio": "本报记者手记"}, 0, "withdraw"),
    (9, {}, 4, ""),
    (4, {"name": "上海弄堂小食"}, 0, ""),
    (3, {"name": "示例都市报"}, 0, ""),
    (2, {"bio": "写写家常味道", "name": "广东早茶地图"}, 5, ""),
    (1, {}, 1, ""),
)
_RESERVED: Final = (
    (1, "示例市人民政府徽标（演示）", "机关标识，仅限本机关使用"),
    (2, "示例晚报社标志（演示）", "媒体标识，仅限权利人使用"),
    (3, "示例饮品商标（演示）", "注册商标，仅限权利人使用"),
)


def made_up_emblem(number: int, *, rim: int = 0) -> bytes:
    """A made-up emblem: other shapes for each number; a rim makes another picture that looks alike."""
    paper = Image.new("RGB", (_SIDE, _SIDE), (248, 246, 240))
    pen = ImageDraw.Draw(paper)
    pen.ellipse((20, 20, 180, 180), fill=((number * 61) % 200, 70, (number * 97) % 200))
    for step in range(3):
        left = 30 + (number * 43 + step * 57) % 90
        top = 30 + (number * 71 + step * 39) % 90
        ink = (240, 220 - 50 * step, 60 + 60 * step)
        draw = pen.rectangle if (number + step) % 2 else pen.ellipse
        draw((left, top, left + 40 + 6 * step, top + 34 + 8 * (number % 4)), fill=ink)
    if rim:
        paper = paper.crop((rim, rim, _SIDE - rim, _SIDE - rim))
    body = io.BytesIO()
    paper.save(body, "PNG")
    return body.getvalue()


class Profiles:
    """Notes what operators wish to change through the year, and what people decide."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note the reserved avatars and every change."""
        self._diary.note(self._diary.ago(60, hour=10), self._reserve)
        for number, (days, wished, avatar, act) in enumerate(_WISHED, start=1):
            at = self._diary.ago(days, hour=9 + number % 7)
            self._diary.note(at, partial(self._hand_in, number, wished, avatar))
            if act:
                later = self._diary.ago(days - 1, hour=11)
                self._diary.note(later, partial(self._decide, f"demo-bg-{number}", act))
        self._diary.note(self._diary.ago(15, hour=16), self._barred)
        for days in (14, 6):
            self._diary.note(self._diary.ago(days, hour=10), self._reset)
        self._diary.note(self._diary.ago(5, hour=15), self._undo)
        self._diary.note(self._diary.ago(0, hour=8), self._applied_for)

    def _reserve(self) -> None:
        officer = self._crew.next(roles.COMPLIANCE_OFFICER)
        avatars.add_reserved_avatars(
            rows=[
                AvatarRow(draw_avatar(made_up_emblem(number)), name, reason)
                for number, name, reason in _RESERVED
            ],
            **_because(officer, "演示数据：受保护的头像"),
        )

    def _free_account(self, number: int) -> PublicAccount:
        free = (
            PublicAccount.objects.filter(status=AccountStatus.ACTIVE, profile_changes=None)
            .exclude(category__in=[Category.NEWS])
            # Whose credit is low does not change a name.
            .exclude(subject__standing__grade__in=["d", "e", "z"])
            .order_by("pk")
        )
        return free[number % 5]

    def _hand_in(self, number: int, wished: dict[str, str], avatar: int) -> ProfileChange:
        drawn: DrawnAvatar | None = None
        if avatar:
            drawn = draw_avatar(made_up_emblem(avatar, rim=4))
        category = wished.get("category")
        return submit_profile_change(
            account=self._free_account(number),
            draft=ProfileChangeDraft(
                profile=Profile(
                    name=wished.get("name"),
                    bio=wished.get("bio"),
                    category=Category(category) if category else None,
                ),
                avatar=drawn,
                platform_ref=f"demo-bg-{number}",
            ),
            source=ApplicationSource.API,
            **_because(self._crew.system, "平台推送的账号信息变更"),
        )

    def _barred(self) -> None:
        """Somebody asks for the name of an account that was closed, or for another barred one."""
        submit_profile_change(
            account=self._free_account(4),
            draft=ProfileChangeDraft(
                profile=Profile(name=_barred_name()), platform_ref="demo-bg-barred"
            ),
            source=ApplicationSource.API,
            **_because(self._crew.system, "平台推送的账号信息变更"),
        )

    def _reset(self) -> None:
        """A moderator empties an introduction that cannot stand for another hour."""
        accounts = spare_accounts().filter(profile_changes=None)
        reset_profile(
            account=accounts.exclude(bio="").order_by("-pk")[0],
            draft=ResetDraft(
                parts=[ProfilePart.BIO],
                facts="简介中留有违法信息的引流方式，依法应当立即处置（演示）。",
                clause=clauses_to_cite().get(number="3.1"),
            ),
            **_because(self._crew.next(roles.MODERATOR), "巡查中发现，不宜等待运营者改正"),
        )

    def _undo(self) -> None:
        """The later one turned out to be harmless."""
        undo_reset(
            change=ProfileChange.objects.filter(status=ProfileChangeStatus.RESET).latest("pk"),
            told="经复核，简介不含违法信息，恢复原简介（演示）。",
            **_because(self._crew.next(roles.SUPERVISOR), "误判，予以恢复"),
        )

    def _applied_for(self) -> None:
        """An applicant shows what looks like the logo of a newspaper."""
        waiting = Application.objects.filter(status=ApplicationStatus.IN_REVIEW).order_by("-pk")
        avatars.set_application_avatar(
            application=waiting[0],
            drawn=draw_avatar(made_up_emblem(2, rim=3)),
            **_because(self._crew.system, "平台推送的头像"),
        )

    def _decide(self, number: str, act: str) -> None:
        change = ProfileChange.objects.get(platform_ref=number)
        assert change.work_item is not None
        actor = self._crew.next(roles.MODERATOR)
        on: dict[str, Any] = {
            "change": change,
            "expected_version": change.version,
            **_because(actor, "已核对名称与主体"),
        }
        if act == "withdraw":
            review.withdraw_profile_change(**on)
            return
        fence = work.claim_item(work_item=change.work_item, actor=actor).fence
        if act == "approve":
            review.approve_profile_change(
                **on, fence=fence, told="变更后的名称与主体相符，准予变更。"
            )
        else:
            review.refuse_profile_change(
                **on, fence=fence, told="名称易被误认为新闻媒体，运营者未能提供证明。"
            )


def _barred_name() -> str:
    found = ListedName.objects.in_force().filter(kind=ListedNameKind.BARRED).order_by("pk")[0]
    return found.name


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_8_2, reason=reason)
