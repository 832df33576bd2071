"""What complainants are told of their appeals, by what they left; the operator is told nothing."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services.decision_texts import no_further_appeal
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.models import Audience, Channel, Notice, StaffUser
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.writing import NoticeDraft, write_notices
from compliance.public.pages import whole_public_url
from enforcement.complaint_appeal_words import ComplaintAppealOutcome, ComplaintAppealStatus
from enforcement.models import ComplaintAppeal, ComplaintAppealRuling
from enforcement.services.complaints.notices import recipient

RECEIVED: Final = "enforcement.complaint_appeal_received"
QUESTION: Final = "enforcement.complaint_appeal_question"
OUTCOME: Final = "enforcement.complaint_appeal_outcome"


def tell(
    appeal: ComplaintAppeal, purpose: str, *, told: str = "", actor: StaffUser, occasion: str = ""
) -> list[Notice]:
    """
    Tell a complainant how their appeal stands.

    Public Account Provisions, art. 20 §2.
    """
    to = recipient(appeal.complaint)
    draft = NoticeDraft(
        purpose=purpose,
        audience=Audience.COMPLAINANT,
        about=appeal,
        subject=to,
        recipient=to,
        values=lambda _language: _values(appeal, told),
        occasion=occasion,
    )
    return write_notices([draft], actor=actor)


def next_way(ruling: ComplaintAppealRuling) -> str:
    """Return what a complainant can do next, in the language now active."""
    if ruling.outcome == ComplaintAppealOutcome.TAKEN_UP:
        return _(
            "Others than before look into your complaint now; you are told what came of it by %(day)s."
        ) % {"day": _day(ruling.appeal.complaint.decision_clock.due_at)}
    return no_further_appeal()


def _day(at: object) -> str:
    return date_format(last_day(at), "Y-m-d")  # type: ignore[arg-type]


def _values(appeal: ComplaintAppeal, told: str) -> dict[str, str]:
    """Return what stands in every notice about an appeal; of a question its words come with the act."""
    ruling = ComplaintAppealRuling.objects.filter(appeal=appeal).first()
    asked = appeal.questions.select_related("clock").order_by("-pk").first()
    is_asked = asked is not None and appeal.status == ComplaintAppealStatus.WAITING
    due = asked.clock.due_at if is_asked and asked is not None else appeal.decision_clock.due_at
    return {
        "reference": appeal.complaint.number,
        "number": appeal.number,
        "until": _day(due),
        "page": whole_public_url("track"),
        "told": told or (ruling.text if ruling is not None else "-"),
        "result": str(ruling.get_outcome_display()) if ruling is not None else "-",
        "next": next_way(ruling) if ruling is not None else "-",
    }


def _compose(about_id: str) -> Mapping[str, str]:
    appeal = (
        ComplaintAppeal.objects.select_related("complaint__decision_clock", "decision_clock")
        .filter(pk=about_id)
        .first()
    )
    if appeal is None:
        raise ActionRefused(_("There is no such appeal."))
    return _values(appeal, "")


def _latest(**having: object) -> Callable[[], Example | None]:
    def find() -> Example | None:
        found = ComplaintAppeal.objects.about_accounts().filter(**having).order_by("-pk").first()
        return Example(str(found.pk), found.number) if found is not None else None

    return find


_REFERENCE: Final = Placeholder(
    name="reference", label=gettext_lazy("number of the complaint"), is_required=True
)
_NUMBER: Final = Placeholder(
    name="number", label=gettext_lazy("number of the appeal"), is_required=True
)
_PAGE: Final = Placeholder(name="page", label=gettext_lazy("address of the tracking page"))
_UNTIL: Final = Placeholder(
    name="until", label=gettext_lazy("until when the next step is due"), is_required=True
)
_TOLD: Final = Placeholder(name="told", label=gettext_lazy("reason that is told"))


def _purpose(
    code: str,
    label: object,
    latest: Callable[[], Example | None],
    *placeholders: Placeholder,
    reasons_in: str = "",
    appeal_in: str = "",
) -> Purpose:
    return Purpose(
        code=code,
        label=label,  # type: ignore[arg-type]
        audiences=(Audience.COMPLAINANT,),
        placeholders=(_REFERENCE, _NUMBER, _PAGE, *placeholders),
        compose=lambda about_id, _language: _compose(about_id),
        latest=latest,
        reasons_in=reasons_in,
        appeal_in=appeal_in,
        channels=(Channel.SMS,),
        is_in_every_language=False,
    )


PURPOSES: Final = (
    _purpose(RECEIVED, gettext_lazy("appeal of a complainant received"), _latest(), _UNTIL),
    _purpose(
        QUESTION,
        gettext_lazy("question in the appeal of a complainant"),
        _latest(questions__isnull=False),
        _TOLD,
        _UNTIL,
        reasons_in="told",
    ),
    _purpose(
        OUTCOME,
        gettext_lazy("outcome of the appeal of a complainant"),
        _latest(status=ComplaintAppealStatus.DECIDED),
        _TOLD,
        Placeholder(name="result", label=gettext_lazy("what came of the appeal")),
        Placeholder(name="next", label=gettext_lazy("what a complainant can do next")),
        reasons_in="told",
        appeal_in="next",
    ),
)
