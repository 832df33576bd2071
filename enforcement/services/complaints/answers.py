"""Ready-made answers to complainants: versions that others approve, filled in, never sent half open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.repudiation_words import OPEN_REPUDIATIONS
from compliance import audit
from compliance.errors import InvalidInput
from compliance.models import Audience
from compliance.notices.purposes import Placeholder, Purpose
from compliance.notices.templates import templates_in_force
from compliance.notices.texts import fill, placeholders_in
from enforcement.complaint_words import ComplaintOutcome, ComplaintStatus
from enforcement.models import Complaint
from enforcement.services.complaints.notices import latest_example, measures_in_words

DECIDE: Final = "decide"
REFUSE: Final = "refuse"
ASK: Final = "ask"
# The one thing that nobody but the handler knows; it stays open until they write it.
FOUND: Final = "found"
_OPEN: Final = "\x00"
_LABELS: Final[dict[str, tuple[str, Promise]]] = {
    "enforcement.answer_upheld": (DECIDE, gettext_lazy("answer: upheld")),
    "enforcement.answer_partly": (DECIDE, gettext_lazy("answer: upheld in part")),
    "enforcement.answer_not_upheld": (DECIDE, gettext_lazy("answer: not upheld")),
    "enforcement.answer_forced_follow": (DECIDE, gettext_lazy("answer: forced following ended")),
    "enforcement.answer_identity": (DECIDE, gettext_lazy("answer: claim of a disputed identity")),
    "enforcement.answer_out_of_scope": (REFUSE, gettext_lazy("answer: not for us to decide")),
    "enforcement.answer_too_vague": (REFUSE, gettext_lazy("answer: nothing to be found by it")),
    "enforcement.answer_more": (ASK, gettext_lazy("question: what is missing")),
}


@dataclass(frozen=True)
class Answer:
    """A ready-made answer: what it is called, its text, and whether something is left to write."""

    label: str
    text: str
    is_open: bool


def _values(complaint: Complaint) -> dict[str, str]:
    account = complaint.account
    return {
        "reference": complaint.number,
        "account_name": account.name if account is not None else _("the platform"),
        "content": complaint.content_ref or "-",
        "received_at": date_format(timezone.localtime(complaint.received_at), "Y-m-d"),
        "measures": measures_in_words(complaint),
        FOUND: _found(complaint),
    }


def _found(complaint: Complaint) -> str:
    """Return what is known already of what was found: how the claim of a disputed identity ended."""
    claim = complaint.repudiation
    if claim is None or claim.status in OPEN_REPUDIATIONS:
        return _OPEN
    return str(claim.get_status_display())


def answers_for(complaint: Complaint, act: str) -> list[Answer]:
    """
    Return the ready-made answers for an act about a complaint, in the language of its complainant.

    Public Account Provisions, art. 20 §2: what is told holds the reason. What only the handler knows
    stands open in the text, and a text that is open is not sent.
    """
    values, found = _values(complaint), []
    for purpose in PURPOSES:
        if _LABELS[purpose.code][0] != act:
            continue
        template = templates_in_force(purpose, Audience.COMPLAINANT).get(complaint.language)
        if template is None:
            continue
        filled = fill(template.body, values)
        text = filled.replace(_OPEN, "{{" + FOUND + "}}")
        found.append(Answer(str(purpose.label), text, text != filled))
    return found


def require_told(told: str) -> str:
    """
    Return what somebody is told, without blanks around it, once it says something whole.

    Public Account Provisions, art. 20 §2: the answer holds its reasons.

    :raises InvalidInput: if nothing is told, or a placeholder is still open in it.
    :raises MissingReason: if it says too little or too much for a reason.
    """
    told = told.strip()
    if not told:
        raise InvalidInput(_("Write what is told."))
    audit.require_reason(told)
    require_filled(told)
    return told


def require_outcome(outcome: str, *, is_abusive: bool) -> None:
    """
    Refuse an outcome that there is not, or an upheld complaint that is called made to harm.

    Public Account Provisions, art. 20 §2.

    :raises InvalidInput: if it is one of these.
    """
    if outcome not in ComplaintOutcome.values:
        raise InvalidInput(_("Choose what the complaint is decided as."))
    if is_abusive and outcome != ComplaintOutcome.NOT_UPHELD:
        raise InvalidInput(_("What is upheld was not made to harm."))


def require_filled(told: str) -> None:
    """
    Refuse an answer in which a placeholder is still open.

    Public Account Provisions, art. 20 §2: whoever complains reads whole sentences.

    :raises InvalidInput: if one is open, or double braces stand in it.
    """
    left = placeholders_in(told)
    if left:
        raise InvalidInput(
            _("Write what stands in place of {{%(name)s}}, then send it.")
            % {"name": sorted(left)[0]}
        )


def _compose(about_id: str, _language: str) -> Mapping[str, str]:
    complaint = Complaint.objects.select_related("account").get(pk=about_id)
    return {**_values(complaint), FOUND: _("(what the handler writes)")}


PURPOSES: Final = tuple(
    Purpose(
        code=code,
        label=label,
        audiences=(Audience.COMPLAINANT,),
        placeholders=(
            Placeholder(name="reference", label=gettext_lazy("number of the complaint")),
            Placeholder(name="account_name", label=gettext_lazy("account name")),
            Placeholder(name="content", label=gettext_lazy("number or address of the content")),
            Placeholder(name="received_at", label=gettext_lazy("when it was received")),
            Placeholder(name="measures", label=gettext_lazy("what was done about the account")),
            Placeholder(name=FOUND, label=gettext_lazy("what the handler writes")),
        ),
        compose=_compose,
        latest=lambda: latest_example(tuple(str(each) for each in ComplaintStatus)),
        is_in_every_language=False,
    )
    for code, (_act, label) in _LABELS.items()
)
