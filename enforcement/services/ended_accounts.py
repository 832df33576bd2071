"""What the closing of an account means for cases and decisions about it."""

from typing import Final

from accounts.enums import HoldKind
from accounts.models import BlacklistEntry, BlacklistMatch
from accounts.services.closing_matters import register_going_on
from enforcement.models import (
    Appeal,
    BulkItem,
    Case,
    Complaint,
    ComplaintAppeal,
    ComplaintBatch,
    Decision,
    EmergencyHold,
    Hearing,
    Infringement,
    Measure,
    ReportDuty,
    Rumour,
    RumourAccount,
    RumourReview,
    SecondLook,
    WatchEntry,
)

_GOING_ON: Final = {
    Appeal: "Whoever ran the account is heard on it; an appeal may be what opens it again.",
    Complaint: "Whoever complained is answered, whatever became of the account.",
    ComplaintBatch: "Those answered together are told, whatever became of the account.",
    ComplaintAppeal: "Whoever complained is heard on the answer that they were given.",
    Infringement: "The content may stand elsewhere; whoever gave notice is told how it ends.",
    Hearing: "The case goes on, and with it whoever ran the account may speak.",
    EmergencyHold: "It ends with its time or with the case, which goes on.",
    BulkItem: "It stays on its list; when its turn comes it is said that the account is closed.",
    Decision: "What was proposed is decided, and what was decided can be appealed against.",
    Measure: "A measure ends with its term or its decision; closing is one itself.",
    BlacklistEntry: "It is of the subject, and keeps it from coming back.",
    BlacklistMatch: "Somebody still says whether it is the same subject.",
    SecondLook: "It is about how people decide, whatever became of the account.",
    WatchEntry: "It ends with its last day; it never did anything to the account.",
    Rumour: "What was said is refuted and eliminated, whatever became of an account.",
    RumourAccount: "What follows for whoever ran it is still decided.",
    RumourReview: "A decision that rests on what was no rumour is reversed all the same.",
    ReportDuty: "What was decided is reported, whatever became of the account.",
}


def register() -> None:
    """Say that they go on; called when apps are ready."""
    register_going_on(
        Case,
        why="Nobody escapes a case by closing the account; what was done is still decided on.",
        holds=[HoldKind.OPEN_CASE],
    )
    for model, why in _GOING_ON.items():
        register_going_on(model, why=why)
