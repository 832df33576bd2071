"""The link in a notice: a marker in the text that is kept, the address in the one that is sent."""

import re
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.models import ResponseInvitation
from compliance.responses.codes import code_of

_MARKER: Final = re.compile(r"\[respond:([0-9]{1,18})\]")


def marker(invitation: ResponseInvitation) -> str:
    """Return what stands for the link in the text of a notice, whatever its language."""
    return f"[respond:{invitation.pk}]"


def markers_in(text: str) -> tuple[str, ...]:
    """Return whatever stands for a link in a text, each once."""
    return tuple(dict.fromkeys(found[0] for found in _MARKER.finditer(text)))


def response_url(invitation: ResponseInvitation, language: str = "") -> str:
    """Return the address of the page on which an invitation is answered, with its code."""
    path = reverse("public:response", args=[code_of(invitation)])
    asked = f"?lang={language}" if language and language != settings.LANGUAGE_CODE else ""
    return f"{settings.PUBLIC_BASE_URL}{path}{asked}"


def with_links(text: str, *, recipient_type: str, recipient_id: str, language: str = "") -> str:
    """
    Return a text with its markers replaced by links, at the moment in which it is sent.

    Only invitations of the recipient become links: what somebody has written into a name of theirs
    opens nobody else's page.
    """
    numbers = {int(number) for number in _MARKER.findall(text)}
    if not numbers:
        return text
    own = ResponseInvitation.objects.filter(
        recipient_type=recipient_type, recipient_id=recipient_id
    ).in_bulk(list(numbers))

    def link(found: re.Match[str]) -> str:
        invitation = own.get(int(found[1]))
        return response_url(invitation, language) if invitation is not None else found[0]

    return _MARKER.sub(link, text)


def without_markers(text: str) -> str:
    """Return a text as colleagues read it: the link is the recipient's own."""
    return _MARKER.sub(lambda _found: own_link(), text)


def own_link() -> str:
    """Return what colleagues read in place of a link that only the recipient is sent."""
    return _("(the recipient’s own link)")
