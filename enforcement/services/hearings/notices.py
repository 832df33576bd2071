"""What operators are told of a hearing: the facts, the rule, what is intended, until when to speak."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Restriction
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.models import (
    Audience,
    Notice,
    NoticeLanguage,
    ResponseInvitation,
    StaffUser,
)
from compliance.notices.purposes import Example, Placeholder, Purpose, get_purpose
from compliance.notices.recipients import Reference
from compliance.notices.templates import templates_in_force
from compliance.notices.writing import NoticeDraft, render, write_notice
from compliance.responses import marker, own_link
from enforcement.enums import MeasureCode
from enforcement.hearing_words import HearingStatus
from enforcement.models import Decision, DecisionClause, Hearing, OrderedMeasure
from enforcement.services.contents.telling import details_in_words
from enforcement.services.hearings.planning import decision_heard, has_spoken
from enforcement.services.ordered_corrections import mismatches_in_words
from enforcement.services.terminations import ground_in_words

OPENED: Final = "enforcement.hearing"
# After a decision that could not wait.
LATER: Final = "enforcement.later_hearing"
RECEIVED: Final = "enforcement.hearing_received"
# What operators are asked on the response page.
STATEMENT: Final = "enforcement.statement"
ACCOUNT: Final = "account"


def operator_of(hearing: Hearing) -> Reference:
    """Return who is told of a hearing and answers."""
    return Reference(ACCOUNT, hearing.account.platform_uid)


def tell_of_hearing(hearing: Hearing, *, actor: StaffUser) -> list[Notice]:
    """
    Tell an operator what is held against them, what is intended, and until when they may speak.

    Public Account Provisions, art. 20 §2: whoever is affected is told facts, rule and reason. Known
    by its clock: that it was delivered is the proof that the time was told.
    """
    return _tell(hearing, OPENED, occasion=str(hearing.clock_id), actor=actor)


def tell_of_receipt(hearing: Hearing, *, occasion: str, actor: StaffUser) -> list[Notice]:
    """Tell an operator that a statement came in, and where they may add to it."""
    return _tell(hearing, RECEIVED, occasion=occasion, actor=actor)


def _tell(hearing: Hearing, purpose: str, *, occasion: str, actor: StaffUser) -> list[Notice]:
    who = operator_of(hearing)
    decision = decision_heard(hearing)
    return write_notice(
        NoticeDraft(
            purpose=purpose,
            audience=Audience.OPERATOR,
            about=hearing,
            subject=who,
            recipient=who,
            values=lambda language: decision_values(hearing, decision, language),
            occasion=occasion,
            prepared_by=decision.proposed_by,
        ),
        actor=actor,
    )


def decision_values(hearing: Hearing, decision: Decision, language: str) -> dict[str, str]:
    """Return what is held against an operator in a hearing, and until when they may speak."""
    return _told(
        decision,
        language,
        number=decision.number,
        due_at=hearing.clock.due_at,
        clauses=decision.clauses.order_by("pk"),
        orders=decision.ordered_measures.order_by("pk"),
        how=invitation_in_words(hearing),
    )


def _told(
    decision: Decision,
    language: str,
    *,
    number: str,
    due_at: datetime,
    clauses: Iterable[DecisionClause],
    orders: Iterable[OrderedMeasure],
    how: str,
) -> dict[str, str]:
    violation = decision.violation_type
    is_english = language == NoticeLanguage.ENGLISH
    title = violation.title_en if is_english else violation.title_zh
    return {
        "number": number,
        "account_name": decision.account.name,
        "platform_uid": decision.account.platform_uid,
        "until": last_day(due_at).isoformat(),
        "facts": decision.facts,
        "content": (
            _("Content concerned: %(reference)s") % {"reference": decision.content_ref}
            if decision.content_ref
            else ""
        ),
        "violation": _("%(title)s (%(code)s)") % {"title": title, "code": violation.code},
        "clauses": "\n".join(clause_line(each) for each in clauses),
        "statute": (
            _("Statute cited: %(statute)s") % {"statute": decision.statute}
            if decision.statute
            else ""
        ),
        "reasoning": decision.reasoning,
        "measures": intended_in_words(orders),
        "how": how,
        "rights": rights_in_words(),
    }


def hearing_text(
    decision: Decision,
    language: str,
    *,
    number: str,
    due_at: datetime,
    clauses: Iterable[DecisionClause],
    orders: Iterable[OrderedMeasure],
) -> str:
    """
    Return what the operator is told at once of a decision that is proposed; nothing is written.

    Public Account Provisions, art. 20 §2. Rows that were never saved do as well, so that whoever
    proposes can read the text beforehand.
    """
    purpose = get_purpose(OPENED)
    template = templates_in_force(purpose, Audience.OPERATOR)[language]
    with translation.override(language):
        values = _told(
            decision,
            language,
            number=number,
            due_at=due_at,
            clauses=clauses,
            orders=orders,
            how=own_link(),
        )
        return render(template, purpose, values).text


def clause_line(clause: DecisionClause) -> str:
    """Return a cited clause with its document, version and text, in one line."""
    return _("%(document)s (version %(version)s), %(number)s: %(text)s") % {
        "document": clause.document_title,
        "version": clause.version_label,
        "number": clause.number,
        "text": clause.text,
    }


def intended_in_words(orders: Iterable[OrderedMeasure]) -> str:
    """Return the measures that are intended, with their terms, one a line."""
    return "\n".join(_intended(each) for each in orders)


def _intended(order: OrderedMeasure) -> str:
    words = [str(MeasureCode(order.measure).label)]
    if order.functions:
        words.append(Restriction.worded_functions(order.functions))
    if order.term_days is not None:
        words.append(
            ngettext("%(days)s day", "%(days)s days", order.term_days) % {"days": order.term_days}
        )
    words += details_in_words(order.content_refs, order.content_acts, order.label)
    if order.mismatches:
        words.append(mismatches_in_words(order.mismatches))
    if order.goes_with == MeasureCode.ORDER_CORRECTION:
        words.append(_("until the profile is corrected"))
    if order.ground_ref:
        words.append(ground_in_words(order.ground_ref))
    return "· " + _("; ").join(words)


def rights_in_words() -> str:
    """Return what an operator has to know before they speak or keep silent."""
    return _(
        "Nothing is decided yet. You need not say anything: silence counts neither for nor against "
        "you, and what you say makes no measure heavier. Whoever decides weighs it and tells you how."
    )


def invitation_in_words(hearing: Hearing) -> str:
    """Return where an operator makes their statement, with the marker of the link."""
    found = ResponseInvitation.objects.open().about(hearing).first()
    if found is None:
        return _("Nothing more is taken.")
    return _("Make your statement here, without a login: %(link)s") % {"link": marker(found)}


def heard_in_words(decision: Decision) -> str:
    """
    Return what a decision says of the hearing before it, in the language now active.

    Our choice, no article: how a statement was weighed is told by each who approved.
    """
    hearing = decision.hearing
    if hearing is None or decision.heard_as is None:
        return ""
    if decision.heard_as == HearingStatus.LAPSED and not hearing.statements.exists():
        return _(
            "You could make a statement before this decision until the end of %(day)s; none came in. "
            "That counts neither for nor against you."
        ) % {"day": last_day(hearing.clock.due_at).isoformat()}
    latest = hearing.statements.order_by("-pk")[0]
    if not has_spoken(hearing):
        return _("Before this decision you said on %(time)s that you have nothing to say.") % {
            "time": _instant(latest.received_at)
        }
    head = _("You were heard before this decision (statement of %(time)s). How it was weighed:") % {
        "time": _instant(latest.received_at)
    }
    weighed = [each.text for each in decision.weighings.order_by("pk")]
    return "\n".join([head, *(weighed or [_("(written by those who approve it)")])])


def _instant(at: datetime) -> str:
    return date_format(localtime(at), "Y-m-d H:i")


def _compose(purpose: str, about_id: str, language: str) -> Mapping[str, str]:
    hearing = Hearing.objects.select_related("account", "clock").get(pk=about_id)
    if hearing.status != HearingStatus.WAITING:
        raise ActionRefused(_("The hearing is over: this is no longer to be told."))
    return decision_values(hearing, decision_heard(hearing), language)


def _latest() -> Example | None:
    found = Hearing.objects.waiting().filter(after=None).order_by("-pk").first()
    return Example(str(found.pk), decision_heard(found).number) if found is not None else None


def _needed(name: str, label: object) -> Placeholder:
    return Placeholder(name=name, label=label, is_required=True)  # type: ignore[arg-type]


_ABOUT: Final = (
    _needed("number", gettext_lazy("number of the decision")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    _needed("until", gettext_lazy("until when to make a statement")),
    _needed("how", gettext_lazy("where to answer")),
)
PURPOSES: Final = (
    Purpose(
        code=OPENED,
        label=gettext_lazy("hearing before a decision"),
        audiences=(Audience.OPERATOR,),
        placeholders=(
            *_ABOUT,
            Placeholder(name="content", label=gettext_lazy("content concerned, if any")),
            Placeholder(name="statute", label=gettext_lazy("statute cited, if any")),
            _needed("facts", gettext_lazy("facts")),
            _needed("violation", gettext_lazy("violation with its code")),
            _needed("clauses", gettext_lazy("clauses cited, with their text")),
            _needed("reasoning", gettext_lazy("reasoning told to the operator")),
            _needed("measures", gettext_lazy("measures that are intended, with their terms")),
            _needed("rights", gettext_lazy("what speaking and silence mean")),
        ),
        compose=lambda about_id, language: _compose(OPENED, about_id, language),
        latest=_latest,
        reasons_in="reasoning",
    ),
    Purpose(
        code=RECEIVED,
        label=gettext_lazy("statement received, more may follow"),
        audiences=(Audience.OPERATOR,),
        placeholders=_ABOUT,
        compose=lambda about_id, language: _compose(RECEIVED, about_id, language),
        latest=_latest,
    ),
)
