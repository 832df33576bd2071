"""Who may see a file: whoever it was attached for says so, and nobody else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compliance.errors import NotPermitted
from compliance.models import EvidenceFile, Sensitivity, StaffUser
from compliance.roles import require_permission

LOOK = "compliance.look_at_evidence"
SHOW_SENSITIVE = "compliance.show_sensitive_evidence"
REVEAL_IDENTITY = "compliance.reveal_identity"
TAKE_OUT = "compliance.take_out_evidence"


def _nothing(file: EvidenceFile, staff: StaffUser) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Owner:
    """
    A part of the product that files are attached for.

    `may_view` says whether a colleague may see what the file belongs to, `url` and `label` lead
    back there, `siblings` are the files to leaf through; `before_taking_out` is told before an
    original is handed to somebody, and may refuse.
    """

    kind: str
    may_view: Callable[[EvidenceFile, StaffUser], bool]
    url: Callable[[EvidenceFile], str]
    label: Callable[[EvidenceFile], str]
    siblings: Callable[[EvidenceFile], Sequence[EvidenceFile]]
    before_taking_out: Callable[[EvidenceFile, StaffUser], None] = _nothing


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


def may_view(file: EvidenceFile, staff: StaffUser) -> bool:
    """Return whether a colleague may open a file's page; of a lost owner's files nobody may."""
    if not is_known(file.owner_kind):
        return False
    return staff.has_perm(LOOK) and owner_of(file).may_view(file, staff)


def may_show(file: EvidenceFile, staff: StaffUser) -> bool:
    """Return whether a colleague may have a file shown as it is."""
    if not may_view(file, staff):
        return False
    if not file.is_sensitive:
        return True
    if file.sensitivity == Sensitivity.IDENTITY_DOCUMENT:
        return staff.has_perm(REVEAL_IDENTITY)
    return staff.has_perm(SHOW_SENSITIVE)


def require_show(file: EvidenceFile, actor: StaffUser) -> None:
    """
    Refuse to show a file to somebody who may not see it.

    :raises NotPermitted: if roles or the owner do not allow it.
    """
    if file.sensitivity == Sensitivity.IDENTITY_DOCUMENT:
        require_permission(actor, REVEAL_IDENTITY)
    elif file.is_sensitive:
        require_permission(actor, SHOW_SENSITIVE)
    require_view(file, actor)


def require_view(file: EvidenceFile, actor: StaffUser) -> None:
    """
    Refuse a file to somebody who may not see what it belongs to.

    :raises NotPermitted: if roles or the owner do not allow it.
    """
    require_permission(actor, LOOK)
    if not may_view(file, actor):
        raise NotPermitted
