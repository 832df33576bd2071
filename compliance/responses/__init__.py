"""Answers that people without a login give on the public response page."""

from compliance.responses.kinds import (
    Answer,
    Asked,
    ChoiceField,
    FilesField,
    ResponseKind,
    TextField,
    register_response_kind,
    register_why_closed,
)
from compliance.responses.links import marker, own_link
from compliance.responses.services import (
    InvitationDraft,
    close_invitations,
    close_invitations_to,
    open_invitation,
    open_invitations,
    submit_response,
)

__all__ = [
    "Answer",
    "Asked",
    "ChoiceField",
    "FilesField",
    "InvitationDraft",
    "ResponseKind",
    "TextField",
    "close_invitations",
    "close_invitations_to",
    "marker",
    "open_invitation",
    "open_invitations",
    "own_link",
    "register_response_kind",
    "register_why_closed",
    "submit_response",
]
