"""What complainants are told, by what they left; who left nothing reads it on the tracking page."""

from collections.abc import Mapping
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services.decision_texts import no_further_appeal
from compliance.clocks.rules import last_day
from compliance.models import (
    Audience,
    Channel,
    ClockExtension,
    ClockState,
    IdentityValue,
    Notice,
    StaffUser,
)
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reach, Reference
from compliance.notices.writing import NoticeDraft, write_notices
from compliance.public.pages import whole_public_url
from enforcement.complaint_words import ComplaintStatus, ContactKind
from enforcement.enums import TAKEN_DECISIONS, MeasureCode
from enforcement.models import Complaint, Measure

RECIPIENT: Final = "complaint"
RECEIVED: Final = "enforcement.complaint_received"
QUESTION: Final = "enforcement.complaint_question"
MORE_TIME: Final = "enforcement.complaint_more_time"
NOT_ACCEPTED: Final = "enforcement.complaint_not_accepted"
RESULT: Final = "enforcement.complaint_result"
LAPSED: Final = "enforcement.complaint_lapsed"
_CHANNELS: Final = {ContactKind.MOBILE: Channel.SMS, ContactKind.EMAIL: Channel.EMAIL}
S = ComplaintStatus


def recipient(complaint: Complaint) -> Reference:
    """Return by what a complainant is told: the number of the complaint, never who they are."""
    return Reference(RECIPIENT, str(complaint.pk))


def _complaint(recipient_id: str) -> Complaint | None:
    if not recipient_id.isdigit():
        return None
    found = Complaint.objects.select_related("complainant__contact__key")
    return found.filter(pk=recipient_id).first()


def contact_of(recipient_id: str, channel: Channel) -> IdentityValue | None:
    """
    Return the sealed contact of a complainant on a channel.

    Personal Information Protection Law, art. 51: it is read for the sending and kept nowhere else.
    """
    complaint = _complaint(recipient_id)
    if complaint is None:
        return None
    complainant = complaint.complainant
    kind = ContactKind(complainant.contact_kind)
    return complainant.contact if _CHANNELS.get(kind) == channel else None


def reach_of(recipient_id: str) -> Reach:
    """Return by what a complainant wants to be told, and in which language."""
    complaint = _complaint(recipient_id)
    assert complaint is not None
    channel = _CHANNELS.get(ContactKind(complaint.complainant.contact_kind))
    return Reach((str(channel),) if channel else (), complaint.language)


def tell(complaint: Complaint, purpose: str, *, told: str = "", actor: StaffUser) -> list[Notice]:
    """
    Tell a complainant how their complaint stands.

    Public Account Provisions, art. 20 §2.
    """
    draft = NoticeDraft(
        purpose=purpose,
        audience=Audience.COMPLAINANT,
        about=complaint,
        subject=recipient(complaint),
        recipient=recipient(complaint),
        values=lambda _language: _values(complaint, told or complaint.told),
        # Asked, reopened and answered more than once.
        occasion=str(complaint.version),
    )
    return write_notices([draft], actor=actor)


def tell_of_more_time(extension: ClockExtension, is_approved: bool, actor: StaffUser) -> None:
    """Tell a complainant that their complaint takes longer; a request that was refused changes nothing."""
    complaint = Complaint.objects.filter(decision_clock=extension.clock_id).first()
    if complaint is not None and is_approved:
        tell(complaint, MORE_TIME, told=str(extension.proposal.reason), actor=actor)


def _day(at: object) -> str:
    return date_format(last_day(at), "Y-m-d") if at is not None else ""  # type: ignore[arg-type]


def measures_in_words(complaint: Complaint) -> str:
    """Return what was done about the account, in words that say nothing of who runs it."""
    if complaint.case_id is None:
        return _("none by this complaint")
    taken = (
        Measure.objects.filter(
            decision__case=complaint.case_id, decision__status__in=TAKEN_DECISIONS
        )
        .order_by("pk")
        .values_list("measure", flat=True)
    )
    labels = dict(MeasureCode.choices)
    named = list(dict.fromkeys(str(labels[each]) for each in taken))
    return _(", ").join(named) if named else _("none by this complaint")


def way_of(complaint: Complaint) -> str:
    """
    Return how and until when a complainant may appeal, in the language now active.

    Public Account Provisions, art. 20 §2: the way to object is named with its time.
    """
    clock = complaint.appeal_clock
    if clock is None or clock.state == ClockState.STOPPED:
        return no_further_appeal()
    return _(
        "If you do not agree you can appeal once until %(day)s, with your code on the tracking page "
        "(%(address)s). Somebody who had no part in this hears it, and the operator learns nothing."
    ) % {"day": _day(clock.due_at), "address": whole_public_url("track")}


def _values(complaint: Complaint, told: str) -> dict[str, str]:
    return {
        "reference": complaint.number,
        "received_at": date_format(timezone.localtime(complaint.received_at), "Y-m-d H:i"),
        "accepted_by": _day(complaint.acceptance_clock.due_at),
        "decided_by": _day(complaint.decision_clock.due_at),
        "answer_by": _day(complaint.material_clock.due_at if complaint.material_clock else None)
        or "-",
        "result": str(complaint.get_outcome_display() or complaint.get_status_display()),
        "why": str(complaint.get_refusal_display() or "-"),
        "measures": measures_in_words(complaint),
        "told": told or "-",
        "page": whole_public_url("track"),
        "appeal": way_of(complaint),
    }


def _compose(about_id: str) -> Mapping[str, str]:
    complaint = Complaint.objects.select_related(
        "acceptance_clock", "appeal_clock", "decision_clock", "material_clock"
    ).get(pk=about_id)
    return _values(complaint, complaint.told)


def latest_example(statuses: tuple[str, ...]) -> Example | None:
    """Return the latest complaint about an account in one of the states, to show a text with."""
    found = Complaint.objects.about_accounts().filter(status__in=statuses)
    latest = found.order_by("-pk").first()
    return Example(str(latest.pk), latest.number) if latest is not None else None


_REFERENCE = Placeholder(
    name="reference", label=gettext_lazy("number of the complaint"), is_required=True
)
_PAGE = Placeholder(name="page", label=gettext_lazy("address of the tracking page"))
_TOLD = Placeholder(name="told", label=gettext_lazy("reason that is told"))
_APPEAL = Placeholder(name="appeal", label=gettext_lazy("how and until when to appeal"))
_ALL: Final = tuple(str(each) for each in S)


def _purpose(
    code: str,
    label: object,
    statuses: tuple[str, ...],
    *placeholders: Placeholder,
    reasons_in: str = "",
    appeal_in: str = "",
) -> Purpose:
    return Purpose(
        code=code,
        label=label,  # type: ignore[arg-type]
        audiences=(Audience.COMPLAINANT,),
        placeholders=(_REFERENCE, _PAGE, *placeholders),
        compose=lambda about_id, _language: _compose(about_id),
        latest=lambda: latest_example(statuses),
        reasons_in=reasons_in,
        appeal_in=appeal_in,
        channels=(Channel.SMS,),
        is_in_every_language=False,
    )


PURPOSES: Final = (
    _purpose(
        RECEIVED,
        gettext_lazy("receipt of a complaint"),
        _ALL,
        Placeholder(name="received_at", label=gettext_lazy("when it was received")),
        Placeholder(name="accepted_by", label=gettext_lazy("until when it is accepted or not")),
        Placeholder(name="decided_by", label=gettext_lazy("until when it is decided")),
    ),
    _purpose(
        QUESTION,
        gettext_lazy("question to a complainant"),
        (S.WAITING_MATERIAL,),
        _TOLD,
        Placeholder(name="answer_by", label=gettext_lazy("until when to answer")),
        reasons_in="told",
    ),
    _purpose(
        MORE_TIME,
        gettext_lazy("complaint that takes longer"),
        (S.INVESTIGATING, S.WAITING_MATERIAL),
        _TOLD,
        Placeholder(name="decided_by", label=gettext_lazy("until when it is decided")),
        reasons_in="told",
    ),
    _purpose(
        NOT_ACCEPTED,
        gettext_lazy("complaint that is not accepted"),
        (S.NOT_ACCEPTED,),
        _TOLD,
        Placeholder(name="why", label=gettext_lazy("why it is not accepted")),
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
    _purpose(
        RESULT,
        gettext_lazy("result of a complaint"),
        (S.FED_BACK, S.CLOSED),
        _TOLD,
        Placeholder(name="result", label=gettext_lazy("what came of the complaint")),
        Placeholder(name="measures", label=gettext_lazy("what was done about the account")),
        _APPEAL,
        reasons_in="told",
        appeal_in="appeal",
    ),
    _purpose(
        LAPSED,
        gettext_lazy("complaint that is over for want of an answer"),
        (S.WITHDRAWN,),
    ),
)
