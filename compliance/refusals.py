"""How every door answers a refused act: a sentence for the person, a row in the log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, IntegrityError, models

from compliance import audit
from compliance.context import record_language
from compliance.errors import ActionRefused, InvalidInput, StaleVersion
from compliance.models import ActionOutcome, StaffUser
from compliance.provisions import Provision

logger = logging.getLogger("heyan.refusals")


@contextmanager
def refusals_logged(
    *,
    action: str,
    target: models.Model,
    actor: StaffUser,
    provision: Provision = Provision.PUBLIC_ACCOUNT_19_2,
) -> Iterator[None]:
    """
    Log the refusal of what runs inside, after its transaction was rolled back, and pass it on.

    What the database refuses (a constraint, a stale version) becomes an `ActionRefused` too.
    Must stand outside the service's transaction, or the row would be rolled back with it.

    :raises ActionRefused: whenever the inside raised one or the database refused.
    """
    try:
        yield
    except ActionRefused as refusal:
        _log(action, target, actor, provision, refusal, type(refusal).__name__)
        raise
    except IntegrityError as problem:
        broken = ActionRefused()
        _log(action, target, actor, provision, broken, _constraint_of(problem))
        raise broken from problem
    except DatabaseError as problem:
        if _sqlstate(problem).startswith("22"):
            unfit = InvalidInput()
            _log(action, target, actor, provision, unfit, "data_exception")
            raise unfit from problem
        if _sqlstate(problem) != "40001":
            raise
        stale = StaleVersion()
        _log(action, target, actor, provision, stale, _constraint_of(problem))
        raise stale from problem


def record_refusal(
    refusal: ActionRefused,
    *,
    action: str,
    target: models.Model,
    actor: StaffUser,
    provision: Provision = Provision.PUBLIC_ACCOUNT_19_2,
    **more: Any,
) -> None:
    """Log what a door itself refuses, before it asks any service; what is on record stays one row."""
    if not refusal.is_on_record:
        _log(action, target, actor, provision, refusal, type(refusal).__name__, **more)


def _sqlstate(problem: DatabaseError) -> str:
    return getattr(problem.__cause__, "sqlstate", "") or ""


def _constraint_of(problem: DatabaseError) -> str:
    diagnosis = getattr(problem.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or "database"


def _log(
    action: str,
    target: models.Model,
    actor: StaffUser,
    provision: Provision,
    refusal: ActionRefused,
    kind: str,
    **more: Any,
) -> None:
    with record_language():
        sentence = str(refusal)
    logger.info("refused %s on %s %s: %s", action, target._meta.label_lower, target.pk, kind)
    audit.record(
        action=action,
        target=target,
        actor=actor,
        provision=provision,
        reason=sentence,
        changes={"refusal": kind, **more},
        outcome=ActionOutcome.REFUSED,
    )
    refusal.is_on_record = True
