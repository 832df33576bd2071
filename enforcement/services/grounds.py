"""By what decisions about an account are named where facts rest on them."""

from collections.abc import Iterable

from accounts.enums import GroundKind
from accounts.models import PublicAccount


def decisions_about(account: PublicAccount) -> Iterable[tuple[str, str]]:
    """Return the grounds that every decision about an account stands for."""
    return [(GroundKind.DECISION, each.number) for each in account.decisions.all()]
