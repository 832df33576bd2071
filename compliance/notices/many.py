"""Notices that say the same to thousands, and commands to the platform, set-based."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection, models, transaction
from django.utils import timezone, translation

from compliance.grounds import Grounds
from compliance.models import (
    Audience,
    Channel,
    Delivery,
    Notice,
    NoticeTemplate,
    PlatformCommand,
    StaffUser,
)
from compliance.notices import jobs
from compliance.notices.outbox import number_streams
from compliance.notices.purposes import Purpose, get_purpose
from compliance.notices.recipients import Reach, Reference, reaches_of
from compliance.notices.templates import templates_in_force
from compliance.notices.texts import tame
from compliance.notices.writing import LONGEST_TITLE, Rendered, held_until, render
from compliance.set_audit import create_rows, insert_rows

# What stands in a text for a value of one recipient's own, until it is put in; characters for
# private use, which no text and no account name of ours holds.
_MARK: Final = "\ue000{}\ue001"


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Whom a notice goes to, about which record, and the values that only this one has."""

    about_id: int
    who: Reference
    own: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def write_alike(
    addressees: Sequence[Addressee],
    *,
    purpose: str,
    audience: Audience,
    about: type[models.Model],
    values: Callable[[str], Mapping[str, str]],
    actor: StaffUser,
) -> int:
    """
    Write one notice to each of many, which differ only in their own values; return how many.

    Public Account Provisions, art. 20 §2. The text is rendered once for each language with
    everything that single notices are checked for; then each gets its own values. Each is told in
    the language and by the channels that they chose.

    :raises InvalidInput: if the text would come out incomplete.
    :raises ActionRefused: if a text in force is missing.
    """
    if not addressees:
        return 0
    found = get_purpose(purpose)
    reaches = reaches_of((found, each.who) for each in addressees)
    templates = templates_in_force(found, audience)
    total = 0
    for language in sorted({reach.language for reach in reaches.values()}):
        told = [each for each in addressees if reaches[purpose, each.who].language == language]
        total += _write_in(
            templates[language],
            found,
            told,
            [reaches[purpose, each.who] for each in told],
            about=about,
            values=values,
            actor=actor,
        )
    return total


def _write_in(
    template: NoticeTemplate,
    purpose: Purpose,
    told: Sequence[Addressee],
    reaches: Sequence[Reach],
    *,
    about: type[models.Model],
    values: Callable[[str], Mapping[str, str]],
    actor: StaffUser,
) -> int:
    with translation.override(template.language):
        marks = {name: _MARK.format(name) for name in told[0].own}
        alike = render(template, purpose, {**values(template.language), **marks})
    texts = [_with_own(alike, each.own) for each in told]
    numbers = insert_rows(
        Notice,
        each={
            "about_id": [str(each.about_id) for each in told],
            "subject_id": [each.who.id for each in told],
            "recipient_id": [each.who.id for each in told],
            "title": [each.title for each in texts],
            "text": [each.text for each in texts],
            "reasons": [each.reasons for each in texts],
            "appeal": [each.appeal for each in texts],
        },
        common={
            "purpose": purpose.code,
            "audience": template.audience,
            "language": template.language,
            "template": template.pk,
            "about_type": about._meta.label_lower,
            "subject_type": told[0].who.type,
            "recipient_type": told[0].who.type,
            "reasons_in": template.reasons_in,
            "appeal_in": template.appeal_in,
            "written_by": actor.person_id,
            "prepared_by": actor.person_id,
        },
    )
    _put_out_notices(purpose, numbers, told, reaches)
    return len(numbers)


def _with_own(alike: Rendered, own: Mapping[str, str]) -> Rendered:
    title, text, reasons, appeal = alike.title, alike.text, alike.reasons, alike.appeal
    for name, value in own.items():
        mark, tamed = _MARK.format(name), tame(value)
        title = title.replace(mark, " ".join(tamed.split()))
        text = text.replace(mark, tamed)
        reasons = reasons.replace(mark, tamed)
        appeal = appeal.replace(mark, tamed)
    return Rendered(title=title[:LONGEST_TITLE], text=text, reasons=reasons, appeal=appeal)


def _put_out_notices(
    purpose: Purpose,
    numbers: Sequence[int],
    told: Sequence[Addressee],
    reaches: Sequence[Reach],
) -> None:
    now = timezone.now()
    until = held_until(purpose, now)
    sent = [
        (channel, each.who.id, number)
        for number, each, reach in zip(numbers, told, reaches, strict=True)
        for channel in reach.channels
    ]
    channels, subjects, notices = (list(column) for column in zip(*sent, strict=True))
    _deliver(
        told[0].who.type,
        channels,
        subjects,
        {"notice": notices},
        {"created_at": now, "not_before": until, "next_at": until},
    )


def _deliver(
    subject_type: str,
    channels: Sequence[str],
    subjects: Sequence[str],
    each: Mapping[str, Sequence[Any]],
    common: Mapping[str, Any],
) -> None:
    """Put one delivery for each subject at the end of its stream; a subject comes once a channel."""
    streams = [(channel, subject_type, who) for channel, who in zip(channels, subjects, strict=True)]
    last = number_streams(streams, [1] * len(streams))
    given: dict[str, Sequence[Any]] = {
        **each,
        "channel": channels,
        "subject_id": subjects,
        "sequence": [last[stream] for stream in streams],
    }
    if "message_id" not in given:
        given["message_id"] = _random_numbers(len(streams))
    insert_rows(Delivery, each=given, common={"subject_type": subject_type, **common})
    jobs.defer_drain(common["not_before"])


def _random_numbers(count: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT gen_random_uuid() FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]


@dataclass(frozen=True, kw_only=True)
class Order:
    """What the platform is to do about one subject: canonical JSON, and on which ground."""

    subject: Reference
    payload: str
    ground_ref: str


@transaction.atomic
def order_many(orders: Sequence[Order], *, kind: str, grounds: Grounds) -> list[int]:
    """
    Order the platform to bring the same about for many subjects, each of them once.

    Public Account Provisions, art. 19 §2: as `order_command`.

    :raises MissingReason: if the reason is blank.
    """
    if not orders:
        return []
    now = timezone.now()
    references = _random_numbers(len(orders))
    subjects = [each.subject.id for each in orders]
    numbers = create_rows(
        PlatformCommand,
        each={
            "reference": references,
            "subject_id": subjects,
            "payload": [each.payload for each in orders],
            "ground_ref": [each.ground_ref for each in orders],
        },
        common={"kind": kind, "subject_type": orders[0].subject.type, "ordered_at": now},
        grounds=grounds,
    )
    _deliver(
        orders[0].subject.type,
        [str(Channel.COMMAND)] * len(orders),
        subjects,
        # One number for the command and its message, so that the answer names either.
        {"command": numbers, "message_id": references},
        {"created_at": now, "not_before": now, "next_at": now},
    )
    return numbers
