"""How a refusal reaches the screen and the log of refused attempts."""

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from compliance.errors import ActionRefused
from compliance.models import StaffUser
from compliance.refusals import record_refusal

logger = logging.getLogger("heyan.refusals")


def log_refusal(request: HttpRequest, refusal: ActionRefused) -> None:
    """Record that somebody was refused, by number and place, without what they typed."""
    logger.warning(
        "Refused: %s at %s %s for staff %s",
        type(refusal).__name__,
        request.method,
        request.path,
        request.user.pk,
    )


def put_on_record(request: HttpRequest, refusal: ActionRefused) -> None:
    """Put what somebody sent and was refused into the action log, unless a service's door did."""
    if request.method == "POST" and isinstance(request.user, StaffUser):
        record_refusal(
            refusal,
            action="compliance.staffuser.try_page",
            target=request.user,
            actor=request.user,
            page=request.resolver_match.view_name if request.resolver_match else "",
        )


def redirect_refused(request: HttpRequest, refusal: ActionRefused) -> HttpResponse:
    """Say why on the page from which the act was tried."""
    log_refusal(request, refusal)
    put_on_record(request, refusal)
    messages.error(request, str(refusal))
    # A page that refuses to be read cannot be the one that says so.
    back = request.get_full_path() if request.method == "POST" else reverse("admin:index")
    return HttpResponseRedirect(back)
