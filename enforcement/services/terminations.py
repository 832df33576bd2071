"""What the termination of a service rests on: whether it allows it, and what becomes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import FindingKind
from accounts.models import Finding, PublicAccount
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from enforcement.enums import MeasureCode
from enforcement.models import Case
from enforcement.services.cases import case_ref

# What the service can be terminated for: art. 8 §2 and art. 11 §2.
_GIVES_GROUND = (FindingKind.CORRECTION_MISSED, FindingKind.UNAPPROVED_TRANSFER)


@dataclass(frozen=True, kw_only=True)
class TerminationGround:
    """
    One sort of ground, by the type of its reference ("correction").

    All are given what stands after the colon. `require` refuses what does not allow a termination of
    the account now, under the lock of the account; `words` says in one line what the operator is
    told; `terminated` and `reversed_` put on record what became of it.
    """

    require: Callable[[str, PublicAccount], None]
    words: Callable[[str], str]
    terminated: Callable[[str, Grounds], None]
    reversed_: Callable[[str, Grounds], None]


_grounds: dict[str, TerminationGround] = {}


def register_termination_ground(reference_type: str, ground: TerminationGround) -> None:
    """Let the service be terminated on a sort of ground; called when apps are ready."""
    _grounds[reference_type] = ground


def _ground(reference: str) -> tuple[TerminationGround, str]:
    kind, _colon, key = reference.partition(":")
    found = _grounds.get(kind)
    if found is None or not key:
        raise ActionRefused(
            _(
                "The service is terminated only because of a correction that was missed or "
                "refused, or of a transfer without approval: open the case from its finding."
            )
        )
    return found, key


def ground_of(case: Case) -> str:
    """
    Return what a termination decided in a case would rest on, or "".

    Public Account Provisions, art. 8 §2 and art. 11 §2: what the finding rests on from which the
    case was opened.
    """
    finding = (
        Finding.objects.filter(
            account=case.account_id, taken_up_as=case_ref(case), kind__in=_GIVES_GROUND
        )
        .order_by("pk")
        .first()
    )
    return finding.ground_ref if finding is not None else ""


def require_terminable(reference: str, account: PublicAccount) -> None:
    """
    Refuse a termination that what it rests on does not allow now.

    Public Account Provisions, art. 8 §2 and art. 11 §2. Asked when it is proposed, at each approval
    and when it is carried out.

    :raises ActionRefused: with what stands against it.
    """
    ground, key = _ground(reference)
    ground.require(key, account)


def ground_in_words(reference: str) -> str:
    """Return what a termination rests on, as the operator is told."""
    ground, key = _ground(reference)
    return ground.words(key)


def note_terminated(reference: str, grounds: Grounds) -> None:
    """Put on record, with what it rests on, that the service was terminated."""
    ground, key = _ground(reference)
    ground.terminated(key, grounds)


def note_reversed(reference: str, grounds: Grounds) -> None:
    """Put what a termination rested on back as it stood before."""
    ground, key = _ground(reference)
    ground.reversed_(key, grounds)


def ground_in_bytes(measure: str, case: Case) -> dict[str, Any]:
    """Return what approvers see of the ground in the proposal's bytes; nothing for other measures."""
    return {"ground": ground_of(case)} if measure == MeasureCode.TERMINATE else {}
