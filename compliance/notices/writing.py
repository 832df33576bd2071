"""Writing notices, in the transaction of what they tell of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.letters.issuing import draft_letter
from compliance.models import (
    Audience,
    Delivery,
    Letter,
    Notice,
    NoticeLanguage,
    NoticeTemplate,
    Person,
    StaffUser,
)
from compliance.notices.outbox import put_out
from compliance.notices.purposes import Purpose, get_purpose
from compliance.notices.recipients import Reference, reaches_of, recipient_of
from compliance.notices.templates import templates_in_force
from compliance.notices.texts import fill, tame
from compliance.provisions import Provision

LONGEST_TITLE = 300


@dataclass(frozen=True, kw_only=True)
class NoticeDraft:
    """
    A notice to be written: for what, to whom, about which record, and the values of its text.

    `values` is asked once for each language, with that language active. `subject` is what the order
    of messages is kept for; `occasion` tells apart two notices of one purpose about one record.
    """

    purpose: str
    audience: Audience
    about: models.Model
    subject: Reference
    recipient: Reference
    values: Callable[[str], Mapping[str, str]]
    occasion: str = ""
    prepared_by: Person | None = None


@dataclass(frozen=True)
class Rendered:
    """A text with every placeholder filled, and the parts that it could not do without."""

    title: str
    text: str
    reasons: str
    appeal: str


def render(
    template: NoticeTemplate | tuple[str, str], purpose: Purpose, values: Mapping[str, str]
) -> Rendered:
    """
    Return the text of a notice; nothing is written.

    Public Account Provisions, art. 20 §2: reasons and the way to appeal are told.

    :raises InvalidInput: if a placeholder stays open or a value that is needed is empty.
    """
    subject, body = template if isinstance(template, tuple) else (template.subject, template.body)
    on_one_line = {name: " ".join(value.split()) for name, value in values.items()}
    title = fill(subject, on_one_line)[:LONGEST_TITLE]
    if not title or "\n" in title:
        raise InvalidInput(_("The subject line of a notice is one line of text."))
    for name in purpose.required:
        if not values.get(name, "").strip():
            raise InvalidInput(
                _("The notice cannot be written: “%(name)s” is empty.") % {"name": name}
            )
    return Rendered(
        title=title,
        text=fill(body, values),
        reasons=tame(values.get(purpose.reasons_in, "").strip()),
        appeal=tame(values.get(purpose.appeal_in, "").strip()),
    )


def write_notice(draft: NoticeDraft, *, actor: StaffUser) -> list[Notice]:
    """
    Write one notice in each of its languages and put it into the outbox.

    Public Account Provisions, art. 20 §2: whoever is affected is told. Part of the caller's
    transaction: where that is rolled back, nothing was written and nothing is sent.

    :raises InvalidInput: if the text would come out incomplete.
    :raises ActionRefused: if a text in force is missing in one of the languages.
    """
    return write_notices([draft], actor=actor)


@transaction.atomic
def write_notices(drafts: Sequence[NoticeDraft], *, actor: StaffUser) -> list[Notice]:
    """
    Write many notices at once, in a few statements whatever their number.

    Public Account Provisions, art. 20 §2.

    :raises InvalidInput: if a text would come out incomplete.
    :raises ActionRefused: if a text in force is missing in one of the languages.
    """
    if not drafts:
        return []
    now = timezone.now()
    reaches = reaches_of((get_purpose(each.purpose), each.recipient) for each in drafts)
    templates: dict[tuple[str, str], dict[str, NoticeTemplate]] = {}
    notices: list[Notice] = []
    letters: list[Letter] = []
    deliveries: list[Delivery] = []
    for draft in drafts:
        purpose = get_purpose(draft.purpose)
        reach = reaches[draft.purpose, draft.recipient]
        languages = NoticeLanguage.values if purpose.is_in_every_language else [reach.language]
        for language in languages:
            key = (purpose.code, str(draft.audience))
            if key not in templates:
                templates[key] = templates_in_force(purpose, draft.audience)
            notice, letter = _notice(draft, purpose, templates[key][language], actor)
            notices.append(notice)
            if letter is not None:
                letters.append(letter)
            if language == reach.language:
                deliveries += _deliveries(notice, purpose, reach.channels, now)
    Notice.objects.bulk_create(notices)
    Letter.objects.bulk_create(letters)
    put_out(deliveries)
    return notices


def _notice(
    draft: NoticeDraft, purpose: Purpose, template: NoticeTemplate, actor: StaffUser
) -> tuple[Notice, Letter | None]:
    language = template.language
    with translation.override(language):
        values = draft.values(language)
        rendered = render(template, purpose, values)
    notice = Notice(
        purpose=purpose.code,
        audience=draft.audience,
        language=language,
        template=template,
        about_type=draft.about._meta.label_lower,
        about_id=str(draft.about.pk),
        occasion=draft.occasion,
        subject_type=draft.subject.type,
        subject_id=draft.subject.id,
        recipient_type=draft.recipient.type,
        recipient_id=draft.recipient.id,
        reasons_in=template.reasons_in,
        appeal_in=template.appeal_in,
        written_by=actor.person,
        prepared_by=draft.prepared_by or actor.person,
        **vars(rendered),
    )
    return notice, draft_letter(notice, purpose=purpose, template=template, values=values)


# Until when an act holds back everything that it writes.
_held_back: ContextVar[datetime | None] = ContextVar("held_back", default=None)


@contextmanager
def holding_back(until: datetime) -> Iterator[None]:
    """
    Hold back whatever is written inside until one instant, as long as that lies ahead.

    Our choice, no article: what is done to many at once can be undone before anybody is told.
    """
    token = _held_back.set(until)
    try:
        yield
    finally:
        _held_back.reset(token)


def held_until(purpose: Purpose, now: datetime) -> datetime:
    """Return the instant until which a notice written at `now` is held back."""
    together = _held_back.get()
    if together is not None and together > now:
        return together
    hold = purpose.hold
    if hold is None:
        hold = timedelta(seconds=settings.NOTICE_HOLD_SECONDS)
    return now + hold


def _deliveries(
    notice: Notice, purpose: Purpose, channels: Sequence[str], now: datetime
) -> list[Delivery]:
    until = held_until(purpose, now)
    return [
        Delivery(
            channel=channel,
            notice=notice,
            subject_type=notice.subject_type,
            subject_id=notice.subject_id,
            created_at=now,
            not_before=until,
            next_at=until,
        )
        for channel in channels
    ]


def may_act_for(notice: Notice, actor: StaffUser) -> bool:
    """Return whether the actor wrote or prepared a notice, or may act on those of others."""
    return actor.person_id in {notice.written_by_id, notice.prepared_by_id} or actor.has_perm(
        "compliance.cancel_delivery"
    )


@transaction.atomic
def write_again(*, notice: Notice, actor: StaffUser, provision: Provision, reason: str) -> Notice:
    """
    Write a notice again that was cancelled before anybody got it, from the record as it is now.

    Public Account Provisions, art. 20 §2: whoever is affected is told in the end.

    :raises NotPermitted: if the actor neither wrote nor prepared it and may not act for others.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if it was sent or may still be, or was written again before.
    """
    reason = audit.require_reason(reason)
    if not may_act_for(notice, actor):
        raise NotPermitted
    old = list(notice.deliveries.select_for_update(no_key=True))
    if not old or any(each.cancelled_at is None for each in old):
        raise ActionRefused(_("Only what was cancelled on every channel is written again."))
    purpose = get_purpose(notice.purpose)
    template = templates_in_force(purpose, Audience(notice.audience))[notice.language]
    with translation.override(notice.language):
        values = purpose.compose(notice.about_id, notice.language)
        rendered = render(template, purpose, values)
    if Notice.objects.about_the_same(notice).filter(edition__gt=notice.edition).exists():
        raise ActionRefused(_("This notice was written again before."))
    # To whom it was written first, whoever stands in that place by now.
    who = recipient_of(
        Reference(notice.recipient_type, notice.recipient_id), min(each.created_at for each in old)
    )
    again = Notice.objects.create(
        **{name: getattr(notice, name) for name in (*_KEPT, *_COPIED)},
        recipient_type=who.type,
        recipient_id=who.id,
        template=template,
        edition=notice.edition + 1,
        reasons_in=template.reasons_in,
        appeal_in=template.appeal_in,
        written_by=actor.person,
        **vars(rendered),
    )
    letter = draft_letter(again, purpose=purpose, template=template, values=values)
    if letter is not None:
        letter.save(force_insert=True)
    put_out(_deliveries(again, purpose, [each.channel for each in old], timezone.now()))
    audit.record(
        action="compliance.notice.write_again",
        target=again,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"edition": again.edition},
    )
    return again


_KEPT = ("purpose", "about_type", "about_id", "occasion", "audience", "language")
_COPIED = ("subject_type", "subject_id", "prepared_by")
