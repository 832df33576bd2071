"""Changes of profiles of made-up accounts, made through the services that make real ones."""

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageOps

from accounts.enums import ApplicationSource, ListedNameKind
from accounts.models import ProfileChange, PublicAccount
from accounts.rules.looks import signed
from accounts.services.names import NameRow, add_names
from accounts.services.profiles import Profile
from accounts.services.profiles.avatars import DrawnAvatar
from accounts.services.profiles.submission import ProfileChangeDraft, submit_profile_change
from compliance import work
from compliance.evidence.workshop.avatars import SHARES, SIDE, look_of
from compliance.models import StaffUser
from compliance.provisions import Provision


def grounds(actor: StaffUser, reason: str = "已经核对") -> dict[str, Any]:
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_8_2, "reason": reason}


def made_up_picture(number: int, *, side: int = 200) -> Image.Image:
    """Return a made-up emblem: shapes that lie elsewhere for each number."""
    paper = Image.new("RGB", (side, side), (250, 250, 245))
    pen = ImageDraw.Draw(paper)
    for step in range(4):
        seed = (number * 37 + step * 53) % 97
        left, top = side * (seed % 10) // 12, side * (seed // 10) // 12
        wide, high = side * (3 + seed % 4) // 12, side * (2 + seed % 5) // 12
        ink = (40 + 45 * step, (seed * 7) % 160, 150 - 30 * step)
        draw = pen.ellipse if (number + step) % 2 else pen.rectangle
        draw((left, top, left + wide, top + high), fill=ink)
    return paper


def as_bytes(picture: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    body = io.BytesIO()
    picture.save(body, kind, **how)
    return body.getvalue()


def looks(picture: Image.Image) -> list[int]:
    """Return what a picture looks like, as the process that draws it would say."""
    square = ImageOps.fit(picture.convert("RGB"), (SIDE, SIDE))
    return [signed(look) for share in SHARES if (look := look_of(square, share))]


def drawn_here(picture: Image.Image) -> DrawnAvatar:
    """Return a picture as it is drawn anew, without the process that takes a second."""
    data = as_bytes(picture)
    return DrawnAvatar(
        sha256=hashlib.sha256(data).hexdigest(),
        body=as_bytes(ImageOps.fit(picture.convert("RGB"), (SIDE, SIDE)), "JPEG"),
        width=SIDE,
        height=SIDE,
        looks=tuple(looks(picture)),
    )


@pytest.fixture
def listed(staff_user: Callable[..., StaffUser]) -> Callable[..., None]:
    """Lists names: `listed("barred", "旧日茶馆")`."""
    officer = staff_user("compliance_officer")

    def add(kind: str, *names: str) -> None:
        add_names(
            kind=ListedNameKind(kind),
            rows=[NameRow(name, "示例") for name in names],
            **grounds(officer, "测试数据"),
        )

    return add


@pytest.fixture
def changed(system: StaffUser) -> Callable[..., ProfileChange]:
    """Hands in a change for an account: `changed(account, name="…")`."""

    def make(
        account: PublicAccount,
        *,
        platform_ref: str = "",
        source: ApplicationSource = ApplicationSource.API,
        drawn: DrawnAvatar | None = None,
        **profile: Any,
    ) -> ProfileChange:
        return submit_profile_change(
            account=PublicAccount.objects.get(pk=account.pk),
            draft=ProfileChangeDraft(
                profile=Profile(**profile), avatar=drawn, platform_ref=platform_ref
            ),
            source=source,
            **grounds(system, "平台推送的变更"),
        )

    return make


@pytest.fixture
def held(reviewer: StaffUser) -> Callable[[ProfileChange], dict[str, Any]]:
    """Has a moderator take a change: what a service is called with then."""

    def take(change: ProfileChange) -> dict[str, Any]:
        assert change.work_item is not None
        lease = work.claim_item(work_item=change.work_item, actor=reviewer)
        return {
            "change": ProfileChange.objects.get(pk=change.pk),
            "fence": lease.fence,
            "expected_version": change.version,
            **grounds(reviewer),
        }

    return take
