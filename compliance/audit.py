"""The only writers of the action log and of any status."""

import json
import re
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compliance import context
from compliance.errors import InvalidInput, MissingReason, StaleVersion, TransitionRefused
from compliance.models import ActionLog, ActionOutcome, StaffUser
from compliance.provisions import Provision
from compliance.workflow import StatusModel, VersionedModel

Row = TypeVar("Row", bound=models.Model)
Versioned = TypeVar("Versioned", bound=VersionedModel)
Stateful = TypeVar("Stateful", bound=StatusModel)


# Our choice; no article sets it.
LONGEST_REASON = 4000
# Control characters but tab and line ends, and what turns or hides text.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def canonical_json(value: Any) -> str:
    """Return the one text form of a value: sorted keys, no blanks, UTF-8 characters as they are."""
    return json.dumps(
        value, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def require_reason(reason: str) -> str:
    """
    Return the reason without surrounding blanks.

    :raises MissingReason: if nothing is left.
    :raises InvalidInput: if it is too long to be read, holds characters that nobody sees or no
        letter and no digit.
    """
    stripped = reason.strip()
    if not stripped:
        raise MissingReason
    if len(stripped) > LONGEST_REASON:
        raise InvalidInput(
            _("A reason has at most %(count)s characters.") % {"count": LONGEST_REASON}
        )
    # They would let the record read otherwise than it is.
    if UNSEEN.search(stripped):
        raise InvalidInput(_("The reason holds invisible characters. Write it without them."))
    if not any(each.isalnum() for each in stripped):
        raise InvalidInput(_("A reason has to say something: punctuation alone is none."))
    return stripped


def draft_record(
    *,
    action: str,
    target: models.Model,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    changes: dict[str, Any] | None = None,
    outcome: ActionOutcome = ActionOutcome.DONE,
) -> ActionLog:
    """
    Return an unsaved row of the action log, so that a bulk service can insert many at once.

    :raises MissingReason: if the reason is blank.
    """
    reason = require_reason(reason)
    # As it will be read: dates and the like become the text that is sealed.
    changes = json.loads(canonical_json(changes or {}))
    entry = {
        "action": action,
        "actor_number": actor.person_id,
        "actor_name": actor.person.name,
        "changes": changes,
        "login": actor.username,
        "object_id": str(target.pk),
        "object_type": target._meta.label_lower,
        "outcome": str(outcome),
        "provision": str(provision),
        "reason": reason,
        "request_id": context.request_id.get(),
    }
    return ActionLog(payload=canonical_json(entry), **entry)


def record(
    *,
    action: str,
    target: models.Model,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    changes: dict[str, Any] | None = None,
    outcome: ActionOutcome = ActionOutcome.DONE,
) -> ActionLog:
    """
    Write one row of the action log.

    Public Account Provisions, art. 19 §2: records of what was done are kept. `changes` holds no
    identity data: rows hold references to it, never the data.

    :raises MissingReason: if the reason is blank.
    """
    entry = draft_record(
        action=action,
        target=target,
        actor=actor,
        provision=provision,
        reason=reason,
        changes=changes,
        outcome=outcome,
    )
    entry.save(force_insert=True)
    return entry


def _attribute(obj: models.Model, actor: StaffUser, reason: str) -> None:
    # How simple-history is told who and why; both attributes are its contract.
    obj._history_user = actor  # type: ignore[attr-defined]
    obj._change_reason = reason  # type: ignore[attr-defined]


def values_of(obj: models.Model, fields: list[str]) -> dict[str, Any]:
    """Return the present values of some columns, references as numbers."""
    attributes = {field.name: field.attname for field in obj._meta.concrete_fields}
    return {name: getattr(obj, attributes[name]) for name in fields}


def create(
    obj: Row,
    *,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    changes: dict[str, Any] | None = None,
) -> Row:
    """
    Insert an audited row with its history and its log entry, `<package>.<model>.create`.

    `changes` is what the log entry is to hold of the row, where its history is not enough.

    :raises MissingReason: if the reason is blank.
    """
    reason = require_reason(reason)
    with transaction.atomic():
        _attribute(obj, actor, reason)
        obj.save(force_insert=True)
        record(
            action=f"{obj._meta.label_lower}.create",
            target=obj,
            actor=actor,
            provision=provision,
            reason=reason,
            changes=changes,
        )
    return obj


def lock(obj: Versioned, *, expected_version: int | None = None) -> Versioned:
    """
    Lock the row of `obj` for this transaction and load its present values into `obj`.

    :raises StaleVersion: if `expected_version` is given and the row has moved on.
    """
    obj.refresh_from_db(
        from_queryset=type(obj)._default_manager.select_for_update(of=("self",), no_key=True)
    )
    if expected_version is not None and obj.version != expected_version:
        raise _stale(obj)
    return obj


def _stale(obj: VersionedModel) -> StaleVersion:
    """Return the refusal with who changed the record and when, where that is on record."""
    done = ActionLog.objects.for_object(obj).filter(outcome=ActionOutcome.DONE)
    last = done.order_by("-id").first()
    if last is None:
        return StaleVersion()
    return StaleVersion(
        _("%(name)s changed the record in the meantime (%(time)s). Load it again and compare.")
        % {
            "name": last.actor_name,
            "time": date_format(timezone.localtime(last.at), "SHORT_DATETIME_FORMAT"),
        }
    )


def amend(
    obj: Versioned,
    act: str,
    *,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    expected_version: int | None = None,
    **fields: Any,
) -> ActionLog:
    """
    Change fields other than the status of an audited row: lock, save, history, log.

    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if `expected_version` is given and the row has moved on.
    """
    if "status" in fields:
        raise ValueError("A status is changed by move().")
    reason = require_reason(reason)
    with transaction.atomic():
        lock(obj, expected_version=expected_version)
        return _save(obj, act, actor, provision, reason, fields)


def move(
    obj: Stateful,
    arrow: str,
    *,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    expected_version: int | None = None,
    **fields: Any,
) -> ActionLog:
    """
    Take one arrow of the row's workflow: lock, check, save, history, log.

    Public Account Provisions, art. 19 §2: every step of a matter is on record with its ground.
    `fields` are saved with the status (dates and persons of the step).

    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if `expected_version` is given and the row has moved on.
    :raises TransitionRefused: if the arrow does not start from the present status.
    """
    step = type(obj).workflow[arrow]
    reason = require_reason(reason)
    with transaction.atomic():
        lock(obj, expected_version=expected_version)
        if obj.status not in step.sources:  # type: ignore[attr-defined]
            shown = obj.get_status_display()  # type: ignore[attr-defined]
            raise TransitionRefused(
                _("“%(step)s” is not possible while the state is “%(state)s”.")
                % {"step": arrow, "state": shown}
            )
        fields = {**fields, "status": step.target}
        return _save(obj, arrow, actor, provision, reason, fields)


def _save(
    obj: VersionedModel,
    act: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
    fields: dict[str, Any],
) -> ActionLog:
    """Write the fields of a row that the caller has locked, with history and log."""
    names = list(fields)
    before = values_of(obj, names)
    for name, value in fields.items():
        setattr(obj, name, value)
    after = values_of(obj, names)
    obj.version += 1
    _attribute(obj, actor, reason)
    obj.save(update_fields=[*names, "version"])
    changed = {name: [before[name], after[name]] for name in names if before[name] != after[name]}
    return record(
        action=f"{obj._meta.label_lower}.{act}",
        target=obj,
        actor=actor,
        provision=provision,
        reason=reason,
        changes=changed,
    )
