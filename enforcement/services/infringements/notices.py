"""What both sides of a notice of infringement are told; never how the complainant is reached."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services.invitations import ACCOUNT
from compliance.clocks.rules import last_day
from compliance.models import Audience, Channel, Clock, Notice, ResponseInvitation, StaffUser
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft, write_notices
from compliance.public.pages import whole_public_url
from compliance.responses import marker
from enforcement.infringement_words import (
    DISPUTED,
    ENDED_INFRINGEMENTS,
    InfringementStatus,
)
from enforcement.models import Infringement
from enforcement.services.complaints.notices import recipient as complainant

# What operators are asked on the response page.
COUNTER: Final = "enforcement.counter_statement"
FORWARDED: Final = "enforcement.infringement_forwarded"
ENDED: Final = "enforcement.infringement_ended"
COUNTERED: Final = "enforcement.infringement_countered"
RESULT: Final = "enforcement.infringement_result"
N = InfringementStatus


def operator(infringement: Infringement) -> Reference:
    """Return who is told and asked: whoever runs the account."""
    return Reference(ACCOUNT, infringement.account.platform_uid)


def tell_operator(infringement: Infringement, purpose: str, *, actor: StaffUser) -> list[Notice]:
    """
    Tell an operator of a notice of infringement, or how it ended.

    Civil Code, art. 1195. The text names content and right; whose right it is and the evidence stand
    on the response page alone, where they are read and kept nowhere.
    """
    return _tell(infringement, purpose, Audience.OPERATOR, operator(infringement), actor)


def tell_complainant(infringement: Infringement, purpose: str, *, actor: StaffUser) -> list[Notice]:
    """
    Tell a complainant that their notice is disputed, or how it ended.

    Civil Code, art. 1196. What the operator wrote stands on the tracking page alone.
    """
    whom = complainant(infringement.complaint)
    return _tell(infringement, purpose, Audience.COMPLAINANT, whom, actor)


def _tell(
    infringement: Infringement,
    purpose: str,
    audience: Audience,
    whom: Reference,
    actor: StaffUser,
) -> list[Notice]:
    draft = NoticeDraft(
        purpose=purpose,
        audience=audience,
        about=infringement,
        subject=whom,
        recipient=whom,
        values=lambda _language: _values(infringement, audience),
        # A proof may be refused more than once.
        occasion=str(infringement.version),
    )
    return write_notices([draft], actor=actor)


def day_of(clock: Clock | None) -> str:
    """Return the last day of a clock, or a dash."""
    return date_format(last_day(clock.due_at), "Y-m-d") if clock is not None else "-"


def _values(infringement: Infringement, audience: Audience) -> dict[str, str]:
    complaint = infringement.complaint
    values = {
        "reference": complaint.number,
        "result": str(infringement.get_status_display()),
        "told": infringement.told or "-",
    }
    if audience == Audience.COMPLAINANT:
        return {
            **values,
            "page": whole_public_url("track"),
            "until": day_of(infringement.wait_clock),
        }
    invitation = ResponseInvitation.objects.open().about(infringement).filter(kind=COUNTER).first()
    return {
        **values,
        "platform_uid": infringement.account.platform_uid,
        "account_name": infringement.account.name,
        "content": complaint.content_ref,
        "right": str(infringement.get_right_display()),
        "until": day_of(infringement.counter_clock),
        "how": (
            _("Read the notice and answer here, without a login: %(link)s")
            % {"link": marker(invitation)}
            if invitation is not None
            else _("The time to answer is over.")
        ),
    }


def _composer(audience: Audience) -> Callable[[str, str], Mapping[str, str]]:
    def compose(about_id: str, _language: str) -> Mapping[str, str]:
        found = Infringement.objects.select_related(
            "account", "complaint", "counter_clock", "wait_clock"
        )
        return _values(found.get(pk=about_id), audience)

    return compose


def _latest(statuses: tuple[str, ...]) -> Example | None:
    found = Infringement.objects.filter(status__in=statuses).select_related("complaint")
    latest = found.order_by("-pk").first()
    return Example(str(latest.pk), latest.complaint.number) if latest is not None else None


_REFERENCE = Placeholder(
    name="reference", label=gettext_lazy("number of the complaint"), is_required=True
)
_RESULT = Placeholder(name="result", label=gettext_lazy("what came of the notice"))
_TOLD = Placeholder(name="told", label=gettext_lazy("reason that is told"))
_TO_OPERATOR = (
    _REFERENCE,
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    Placeholder(name="account_name", label=gettext_lazy("account name")),
    Placeholder(name="content", label=gettext_lazy("number or address of the content")),
    Placeholder(name="right", label=gettext_lazy("right that is infringed")),
)
_TO_COMPLAINANT = (
    _REFERENCE,
    Placeholder(name="page", label=gettext_lazy("address of the tracking page")),
)


def _purpose(
    code: str,
    label: object,
    audience: Audience,
    statuses: tuple[str, ...],
    *placeholders: Placeholder,
) -> Purpose:
    is_operators = audience == Audience.OPERATOR
    return Purpose(
        code=code,
        label=label,  # type: ignore[arg-type]
        audiences=(audience,),
        placeholders=(*(_TO_OPERATOR if is_operators else _TO_COMPLAINANT), *placeholders),
        compose=_composer(audience),
        latest=lambda: _latest(statuses),
        channels=(Channel.PLATFORM if is_operators else Channel.SMS,),
        is_in_every_language=is_operators,
    )


PURPOSES: Final = (
    _purpose(
        FORWARDED,
        gettext_lazy("notice of infringement, to the operator"),
        Audience.OPERATOR,
        (N.FORWARDED, N.UNDISPUTED, *DISPUTED),
        Placeholder(name="until", label=gettext_lazy("until when to answer")),
        Placeholder(name="how", label=gettext_lazy("where to answer"), is_required=True),
    ),
    _purpose(
        ENDED,
        gettext_lazy("end of a notice of infringement, to the operator"),
        Audience.OPERATOR,
        ENDED_INFRINGEMENTS,
        _RESULT,
        _TOLD,
    ),
    _purpose(
        COUNTERED,
        gettext_lazy("counter-statement, to the complainant"),
        Audience.COMPLAINANT,
        DISPUTED,
        Placeholder(name="until", label=gettext_lazy("until when to show a lawsuit")),
    ),
    _purpose(
        RESULT,
        gettext_lazy("what came of a notice of infringement, to the complainant"),
        Audience.COMPLAINANT,
        ENDED_INFRINGEMENTS,
        _RESULT,
        _TOLD,
        Placeholder(name="until", label=gettext_lazy("until when to show a lawsuit")),
    ),
)
