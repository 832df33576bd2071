"""Services for the evidence of a case: attach it, and say to the floor who may see it."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance import audit
from compliance.context import record_language
from compliance.errors import ActionRefused, InvalidInput, SamePerson
from compliance.evidence import services
from compliance.evidence.incoming import IncomingFile
from compliance.grounds import Grounds
from compliance.models import EvidenceFile, Participation, Sensitivity, Side, StaffUser
from compliance.proposals import take_part
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.enums import CaseStatus
from enforcement.models import Case, CaseEvidence, RumourAccount, RumourMaterial
from enforcement.services.deciding_sides import deciding_side

OWNER_KIND = "enforcement.case"
ATTACH = "enforcement.attach_evidence"
# Our choice; no article sets it.
LONGEST_WORDS = 500


@transaction.atomic
def attach_evidence(
    *,
    case: Case,
    files: Sequence[IncomingFile],
    shows: str,
    sensitivity: str = Sensitivity.ORDINARY,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[CaseEvidence]:
    """
    Attach files to a case for good: they are never detached and never exchanged.

    Public Account Provisions, art. 19 §2: records are kept. Whoever collects evidence has taken
    part in the case and cannot hear an appeal against what is decided on it.

    :raises NotPermitted: if the actor may not attach evidence.
    :raises InvalidInput: if it is not said what the files show.
    :raises ActionRefused: if the case is closed, or has one of the files already.
    :raises SamePerson: if the actor stands on another side of the case.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, ATTACH)
    shows = shows.strip()
    if not shows or len(shows) > LONGEST_WORDS:
        raise InvalidInput(
            _("Say what the files show, in at most %(count)s characters.")
            % {"count": LONGEST_WORDS}
        )
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(case)
    if case.status == CaseStatus.CLOSED:
        raise ActionRefused(_("The case is closed; nothing is attached to it any more."))
    take_part(case.matter, actor, side_of_collector(case, actor))
    attached = []
    for incoming in files:
        _refuse_twin(case, incoming)
        file = services.receive_file(
            incoming=incoming, owner_kind=OWNER_KIND, sensitivity=sensitivity, **grounds
        )
        attached.append(
            CaseEvidence.objects.create(case=case, file=file, shows=shows, attached_by=actor.person)
        )
    audit.record(
        action="enforcement.case.attach_evidence",
        target=case,
        actor=actor,
        provision=provision,
        reason=_with_files(grounds["reason"], attached),
        changes={
            "files": [
                {"number": each.file.number, "sha256": each.file.sha256, "size": each.file.size}
                for each in attached
            ]
        },
    )
    return attached


def _with_files(reason: str, attached: Sequence[CaseEvidence]) -> str:
    """Return the reason with what the record of the case has to say of the files."""
    with record_language():
        listed = _("; ").join(f"{each.file.number} SHA-256 {each.file.sha256}" for each in attached)
        count = ngettext("%(count)s file", "%(count)s files", len(attached)) % {
            "count": len(attached)
        }
        return _("%(reason)s (%(count)s: %(files)s)") % {
            "reason": reason,
            "count": count,
            "files": listed,
        }


def _refuse_twin(case: Case, incoming: IncomingFile) -> None:
    twin = case.evidence.filter(file__sha256=incoming.sink.sha256).select_related("file").first()
    if twin is not None:
        raise ActionRefused(
            _("The case has this very file already, as %(number)s.") % {"number": twin.file.number}
        )


def evidence_of(case: Case) -> list[CaseEvidence]:
    """Return what was attached to a case, in the order of its arrival."""
    return list(
        case.evidence.select_related("file__key", "file__attached_by").order_by("attached_at", "pk")
    )


def require_no_collector(case: Case, actor: StaffUser) -> None:
    """
    Refuse that whoever collected evidence approves what rests on it.

    Our choice, no article: proposer, approver and collector of evidence are different persons.

    :raises SamePerson: if the actor attached evidence to the case, under whichever login.
    """
    if has_collected(case, actor):
        raise SamePerson(_("You attached evidence to this case. Somebody else has to approve."))


def has_collected(case: Case, actor: StaffUser) -> bool:
    """Return whether somebody attached evidence to a case, or to the rumour that it was opened from."""
    return (
        case.evidence.filter(attached_by=actor.person_id).exists()
        or RumourMaterial.objects.filter(
            rumour__accounts__in=RumourAccount.history.filter(case_id=case.pk).values("id"),
            attached_by=actor.person_id,
        ).exists()
    )


def take_part_in_case(file: EvidenceFile, actor: StaffUser) -> None:
    """
    Count whoever takes evidence out as having taken part, unless they stand on a side already.

    Our choice, no article: who knows the evidence from the inside does not hear the appeal.
    """
    case = file.case_evidence.case
    if not Participation.objects.filter(matter=case.matter, person=actor.person).exists():
        take_part(case.matter, actor, deciding_side(case))


def side_of_collector(case: Case, actor: StaffUser) -> Side:
    """Return on which side somebody collects evidence: on their own, where they decided before."""
    stands = Participation.objects.filter(
        matter=case.matter, person=actor.person, side=Side.DECIDED
    )
    return Side.DECIDED if stands.exists() else deciding_side(case)
