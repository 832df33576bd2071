"""Avatars: taken in as small copies, each once, and compared with those that are reserved."""

import hashlib
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from accounts.enums import CheckCode
from accounts.models import AvatarImage, ReservedAvatar, Subject
from accounts.rules.check_results import CheckReason, CheckResult, failed, passed
from accounts.rules.looks import NEAR, asked_keys, distance, signed
from compliance.evidence.kinds import HEAD_BYTES, MEGABYTE, TAKEN, FileNotTaken, Sort, kind_of
from compliance.evidence.processing import Drawn, open_safely
from compliance.evidence.workshop.avatars import LOOK

# Our choices; no article sets them.
LARGEST: Final = 2 * MEGABYTE
HITS_SHOWN: Final = 5
_PROGRAM: Final = "avatars"
_NEAR: Final = (
    "SELECT DISTINCT avatar_id FROM accounts_reservedavatarkey WHERE key = ANY(%s::bigint[])"
)


@dataclass(frozen=True)
class DrawnAvatar:
    """A picture that was opened apart and drawn anew; nothing of it is stored yet."""

    sha256: str
    body: bytes
    width: int
    height: int
    looks: tuple[int, ...]


def draw_avatar(data: bytes) -> DrawnAvatar:
    """
    Open a picture in a process that can do nothing else, and return its small copy and its looks.

    Public Account Provisions, art. 8 §2. Takes a moment: called before a transaction begins.

    :raises FileNotTaken: if it is no picture that is taken, too large, or damaged.
    """
    if not data or len(data) > LARGEST:
        raise FileNotTaken(
            _("An avatar has at most %(limit)s MB.") % {"limit": LARGEST // MEGABYTE}
        )
    kind = kind_of(data[:HEAD_BYTES])
    if TAKEN[kind].sort != Sort.PICTURE:
        raise FileNotTaken(_("An avatar is a picture: JPEG, PNG, GIF or WebP."))
    drawn: list[Drawn] = []
    finding = open_safely(
        kind, lambda: (piece for piece in (data,)), drawn.append, program=_PROGRAM
    )
    if finding.refusal is not None or len(drawn) != 1:
        raise FileNotTaken(
            _("The picture cannot be used: %(why)s.")
            % {"why": finding.refusal.label if finding.refusal else _("damaged")}
        )
    looks = [
        signed(int(each.removeprefix(LOOK), 16))
        for each in finding.remarks
        if each.startswith(LOOK)
    ]
    return DrawnAvatar(
        sha256=hashlib.sha256(data).hexdigest(),
        body=drawn[0].body,
        width=drawn[0].width,
        height=drawn[0].height,
        looks=tuple(looks),
    )


def keep_avatar(drawn: DrawnAvatar) -> AvatarImage:
    """
    Keep a picture, once whoever and how often it is sent, and return it.

    Our choice, no article. Whoever changes a profile by it records that.
    """
    AvatarImage.objects.bulk_create(
        [
            AvatarImage(
                sha256=drawn.sha256,
                body=drawn.body,
                width=drawn.width,
                height=drawn.height,
                looks=list(drawn.looks),
            )
        ],
        ignore_conflicts=True,
    )
    return AvatarImage.objects.defer("body").get(sha256=drawn.sha256)


@dataclass(frozen=True)
class AvatarHit:
    """A reserved picture that another one looks like, and in how many of 64 traits they differ."""

    reserved: ReservedAvatar
    distance: int


def near_avatars(image: AvatarImage) -> list[AvatarHit]:
    """
    Return the reserved pictures in force that a picture looks like, the nearest first.

    Public Account Provisions, art. 8 §2. Two statements, whatever the number of reserved ones.
    """
    if not image.looks:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [sorted(asked_keys(image.looks))])
        numbers = [row[0] for row in cursor.fetchall()]
    found = ReservedAvatar.objects.in_force().filter(pk__in=numbers).select_related("image")
    hits = [
        AvatarHit(each, distance(image.looks, each.image.looks))
        for each in found.defer("image__body").order_by("pk")
    ]
    near = [hit for hit in hits if hit.distance <= NEAR]
    return sorted(near, key=lambda hit: hit.distance)


def check_avatar(image: AvatarImage, subject: Subject) -> CheckResult:
    """
    Return whether an avatar looks like one that only somebody else may show.

    Public Account Provisions, art. 8 §2: whose emblem it is may show it.
    """
    others = [
        hit
        for hit in near_avatars(image)
        if not hit.reserved.holder_uscc or hit.reserved.holder_uscc != subject.uscc
    ]
    if not others:
        return passed(CheckCode.NAME_MISMATCH)
    return failed(
        CheckCode.NAME_MISMATCH,
        CheckReason.AVATAR,
        avatars=[
            {"name": hit.reserved.name, "number": hit.reserved.pk, "distance": hit.distance}
            for hit in others[:HITS_SHOWN]
        ],
    )
