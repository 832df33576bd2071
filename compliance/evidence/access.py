"""Who may see a file: whoever it was attached for says so, and nobody else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compliance.errors import NotPermitted
from compliance.models import EvidenceFile, Matter, Proposal, Sensitivity, StaffUser
from compliance.proposals import may_decide
from compliance.roles import require_permission

LOOK = "compliance.look_at_evidence"
SHOW_SENSITIVE = "compliance.show_sensitive_evidence"
REVEAL_IDENTITY = "compliance.reveal_identity"
TAKE_OUT = "compliance.take_out_evidence"


def _nothing(file: EvidenceFile, staff: StaffUser) -> None:
    return None


def _no_matter(file: EvidenceFile) -> Matter | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Owner:
    """
    A part of the product that files are attached for.

    `may_view` says whether a colleague may see what the file belongs to, `url` and `label` lead
    back there, `siblings` are the files to leaf through; `before_taking_out` is told before an
    original is handed to somebody, and may refuse. `matter` is that in which a proposal may rest on
    the file: whoever is to decide on it sees the file, on record, as long as it waits for them.
    """

    kind: str
    may_view: Callable[[EvidenceFile, StaffUser], bool]
    url: Callable[[EvidenceFile], str]
    label: Callable[[EvidenceFile], str]
    siblings: Callable[[EvidenceFile], Sequence[EvidenceFile]]
    before_taking_out: Callable[[EvidenceFile, StaffUser], None] = _nothing
    matter: Callable[[EvidenceFile], Matter | None] = _no_matter


_owners: dict[str, Owner] = {}


def register_owner(owner: Owner) -> None:
    """
    Make a part of the product an owner of files; called when apps are ready.

    :raises ValueError: if another owner has the name.
    """
    if _owners.setdefault(owner.kind, owner) != owner:
        raise ValueError(f"An owner of evidence named {owner.kind!r} is already registered.")


def owner_of(file: EvidenceFile) -> Owner:
    """Return who the file was attached for."""
    return _owners[file.owner_kind]


def is_known(kind: str) -> bool:
    """Return whether somebody answers for files of this owner."""
    return kind in _owners


def is_to_decide(file: EvidenceFile, staff: StaffUser) -> bool:
    """
    Return whether a proposal that rests on the file waits for the verdict of a colleague.

    Opinions on Platform Responsibility, point 2; our choice of form: nobody approves by what they
    could not see, and nobody sees more for having to approve.
    """
    matter = owner_of(file).matter(file) if is_known(file.owner_kind) else None
    if matter is None:
        return False
    waiting = Proposal.objects.open().filter(matter=matter)
    return any(may_decide(each, staff) for each in waiting)


def may_view(file: EvidenceFile, staff: StaffUser) -> bool:
    """Return whether a colleague may open a file's page; of a lost owner's files nobody may."""
    if not is_known(file.owner_kind):
        return False
    if staff.has_perm(LOOK) and owner_of(file).may_view(file, staff):
        return True
    return is_to_decide(file, staff)


def may_show(file: EvidenceFile, staff: StaffUser) -> bool:
    """Return whether a colleague may have a file shown as it is."""
    if not may_view(file, staff):
        return False
    if not file.is_sensitive or is_to_decide(file, staff):
        return True
    if file.sensitivity == Sensitivity.IDENTITY_DOCUMENT:
        return staff.has_perm(REVEAL_IDENTITY)
    return staff.has_perm(SHOW_SENSITIVE)


def require_show(file: EvidenceFile, actor: StaffUser) -> None:
    """
    Refuse to show a file to somebody who may not see it.

    :raises NotPermitted: if roles or the owner do not allow it.
    """
    require_view(file, actor)
    if may_show(file, actor):
        return
    is_document = file.sensitivity == Sensitivity.IDENTITY_DOCUMENT
    require_permission(actor, REVEAL_IDENTITY if is_document else SHOW_SENSITIVE)


def require_view(file: EvidenceFile, actor: StaffUser) -> None:
    """
    Refuse a file to somebody who may not see what it belongs to.

    :raises NotPermitted: if roles or the owner do not allow it.
    """
    if may_view(file, actor):
        return
    require_permission(actor, LOOK)
    raise NotPermitted
