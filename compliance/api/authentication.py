"""Who calls: a client by its key. Sessions and cookies of the console count for nothing here."""

import logging
from contextlib import suppress
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from compliance.api.keys import is_text_of, prefix_of
from compliance.api.problems import UNAUTHENTICATED, ApiProblem
from compliance.errors import ActionRefused
from compliance.models import ApiKey, StaffUser
from compliance.provisions import Provision
from compliance.refusals import refusals_logged

logger = logging.getLogger("heyan.api")

_FAULTS = {
    "wrong secret": gettext_lazy("The key was not accepted: its secret is wrong."),
    "revoked": gettext_lazy("The key was not accepted: it was revoked."),
    "expired": gettext_lazy("The key was not accepted: it has expired."),
    "client out of use": gettext_lazy("The key was not accepted: its client is out of use."),
}
# One line of the log a minute and key: the log is kept for good, and anybody may try.
_NOTE_REFUSAL = """
INSERT INTO compliance_apikeyuse AS u (key_id, last_refused_at) VALUES (%s, statement_timestamp())
ON CONFLICT (key_id) DO UPDATE SET last_refused_at = excluded.last_refused_at
WHERE u.last_refused_at IS NULL
   OR u.last_refused_at < excluded.last_refused_at - interval '1 minute'
RETURNING key_id
"""


class ApiKeyAuthentication(BaseAuthentication):
    """Knows a client by `Authorization: Bearer heyan_<prefix>_<secret>`."""

    def authenticate(self, request: Request) -> tuple[StaffUser, ApiKey]:
        """
        Return as whom the client acts, and its key.

        :raises ApiProblem: if there is no key or it does not hold, the same for every reason.
        """
        scheme, _blank, text = request.headers.get("Authorization", "").partition(" ")
        text = text.strip()
        prefix = prefix_of(text) if scheme.lower() == "bearer" else None
        key = (
            ApiKey.objects.select_related("client__actor__person").filter(prefix=prefix).first()
            if prefix
            else None
        )
        is_known = is_text_of(key, text)
        why = _fault(key, is_known=is_known)
        if key is None or why:
            _note(key, prefix, why)
            raise ApiProblem(UNAUTHENTICATED)
        return key.client.actor, key

    def authenticate_header(self, request: Request) -> str:
        """Return how to authenticate."""
        return 'Bearer realm="heyan"'


def _fault(key: ApiKey | None, *, is_known: bool) -> str:
    if key is None:
        return "unknown"
    if not is_known:
        return "wrong secret"
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at <= timezone.now():
        return "expired"
    return "" if key.client.is_active else "client out of use"


def _note(key: ApiKey | None, prefix: str | None, why: str) -> None:
    # Of the key only what every list shows; nothing at all of what is no key of ours.
    level = logging.WARNING if prefix else logging.INFO
    logger.log(level, "refused a key: %s, %s", why, prefix or "of no known shape")
    if key is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_REFUSAL, [key.pk])
        is_first = cursor.fetchone() is not None
    if is_first:
        log_refused(
            ActionRefused(_FAULTS[why]),
            action="compliance.apikey.authenticate",
            target=key,
            actor=key.client.actor,
        )


def log_refused(refusal: ActionRefused, *, action: str, target: Any, actor: StaffUser) -> None:
    """Put on record that a client was refused; who it is stands in the row."""
    with (
        suppress(ActionRefused),
        refusals_logged(action=action, target=target, actor=actor, provision=Provision.PIPL_51),
    ):
        raise refusal
