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
    ChannelChoice,
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
from compliance.notices.writing import LONGEST_TITLE, held_until, render
from compliance.set_audit import create_rows, insert_rows, next_numbers

# Texts are sent once; what only one recipient is told is put in by the database.
_WRITE: Final = """
INSERT INTO compliance_notice (
    id, purpose, audience, language, template_id, about_type, about_id, occasion, edition,
    subject_type, subject_id, recipient_type, recipient_id, reasons_in, appeal_in,
    written_by_id, prepared_by_id, title, text, reasons, appeal)
SELECT v.id, %(purpose)s, %(audience)s, %(language)s, %(template)s, %(about_type)s,
    v.about::text, '', 1, %(type)s, v.who, %(type)s, v.who, %(reasons_in)s, %(appeal_in)s,
    %(person)s, %(person)s, left(regexp_replace({title}, '\\s+', ' ', 'g'), %(longest)s),
    {text}, {reasons}, {appeal}
FROM unnest(%(numbers)s::bigint[], %(about)s::bigint[], %(who)s::text[]{arrays})
    AS v (id, about, who{columns})
"""
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
    reaches = _reaches(found, addressees)
    templates = templates_in_force(found, audience)
    for language in sorted({reach.language for reach in reaches}):
        told = [
            (each, reach)
            for each, reach in zip(addressees, reaches, strict=True)
            if reach.language == language
        ]
        _write_in(templates[language], found, told, about=about, values=values, actor=actor)
    return len(addressees)


def _reaches(purpose: Purpose, addressees: Sequence[Addressee]) -> list[Reach]:
    """Return how each is told; where nobody ever chose for the purpose, all alike."""
    first = addressees[0].who
    if not ChannelChoice.objects.filter(recipient_type=first.type, purpose=purpose.code).exists():
        alike = reaches_of([(purpose, first)])[purpose.code, first]
        return [alike] * len(addressees)
    chosen = reaches_of((purpose, each.who) for each in addressees)
    return [chosen[purpose.code, each.who] for each in addressees]


def _write_in(
    template: NoticeTemplate,
    purpose: Purpose,
    told: Sequence[tuple[Addressee, Reach]],
    *,
    about: type[models.Model],
    values: Callable[[str], Mapping[str, str]],
    actor: StaffUser,
) -> None:
    first = told[0][0]
    names = list(first.own)
    with translation.override(template.language):
        marks = {name: _MARK.format(name) for name in names}
        alike = render(template, purpose, {**values(template.language), **marks})
    numbers = next_numbers(Notice, len(told))
    filled = {part: _filled(part, names) if text else "''" for part, text in vars(alike).items()}
    with connection.cursor() as cursor:
        # Only names of our own parts are put into the statement; values stay apart from it.
        cursor.execute(
            _WRITE.format(
                **filled,
                arrays="".join(f", %(own_{place})s::text[]" for place in range(len(names))),
                columns="".join(f", own_{place}" for place in range(len(names))),
            ),
            {
                **vars(alike),
                **{f"mark_{place}": marks[name] for place, name in enumerate(names)},
                **{
                    f"own_{place}": [tame(each.own[name]) for each, _reach in told]
                    for place, name in enumerate(names)
                },
                "purpose": purpose.code,
                "audience": template.audience,
                "language": template.language,
                "template": template.pk,
                "about_type": about._meta.label_lower,
                "type": first.who.type,
                "reasons_in": template.reasons_in,
                "appeal_in": template.appeal_in,
                "person": actor.person_id,
                "longest": LONGEST_TITLE,
                "numbers": numbers,
                "about": [each.about_id for each, _reach in told],
                "who": [each.who.id for each, _reach in told],
            },
        )
    _put_out_notices(purpose, numbers, told)


def _filled(part: str, names: Sequence[str]) -> str:
    expression = f"%({part})s::text"
    for place in range(len(names)):
        expression = f"replace({expression}, %(mark_{place})s, v.own_{place})"
    return expression


def _put_out_notices(
    purpose: Purpose, numbers: Sequence[int], told: Sequence[tuple[Addressee, Reach]]
) -> None:
    now = timezone.now()
    until = held_until(purpose, now)
    sent = [
        (channel, each.who.id, number)
        for number, (each, reach) in zip(numbers, told, strict=True)
        for channel in reach.channels
    ]
    _deliver(
        told[0][0].who.type,
        [channel for channel, _who, _number in sent],
        [who for _channel, who, _number in sent],
        {"notice": [number for _channel, _who, number in sent]},
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
    streams = [
        (channel, subject_type, who) for channel, who in zip(channels, subjects, strict=True)
    ]
    last = number_streams(streams, [1] * len(streams))
    insert_rows(
        Delivery,
        each={
            **each,
            "channel": channels,
            "subject_id": subjects,
            "sequence": [last[stream] for stream in streams],
        },
        common={"subject_type": subject_type, **common},
        computed={} if "message_id" in each else {"message_id": "gen_random_uuid()"},
    )
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
