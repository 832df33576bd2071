"""Commands to the platform's own systems, and what these say became of them."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, bulk_audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Channel, CommandStatus, Delivery, PlatformCommand, StaffUser
from compliance.models.commands import UNANSWERED
from compliance.notices.outbox import put_out
from compliance.notices.recipients import Reference
from compliance.provisions import Provision
from compliance.roles import require_permission


@dataclass(frozen=True, kw_only=True)
class CommandDraft:
    """A command to be ordered: of which kind, about what, and how things are to be from now on."""

    kind: str
    subject: Reference
    payload: dict[str, Any]
    ground_ref: str = ""


@transaction.atomic
def order_command(
    *,
    kind: str,
    subject: Reference,
    payload: dict[str, Any],
    ground_ref: str = "",
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> PlatformCommand:
    """
    Order the platform to bring something about, in the transaction that decides it.

    Public Account Provisions, art. 19 §2: measures are carried out, and their record kept.
    `payload` says how things are to be from now on and holds no identity data; commands about one
    subject arrive in the order in which they were decided.

    :raises MissingReason: if the reason is blank.
    """
    draft = CommandDraft(kind=kind, subject=subject, payload=payload, ground_ref=ground_ref)
    (command,) = order_commands([draft], actor=actor, provision=provision, reason=reason)
    return command


@transaction.atomic
def order_commands(
    drafts: Sequence[CommandDraft], *, actor: StaffUser, provision: Provision, reason: str
) -> list[PlatformCommand]:
    """
    Order many commands at once, in a few statements whatever their number.

    Public Account Provisions, art. 19 §2. As `order_command`.

    :raises MissingReason: if the reason is blank.
    """
    return _order(
        [
            PlatformCommand(
                kind=each.kind,
                subject_type=each.subject.type,
                subject_id=each.subject.id,
                payload=audit.canonical_json(each.payload),
                ground_ref=each.ground_ref,
            )
            for each in drafts
        ],
        Grounds(actor=actor, provision=provision, reason=reason),
    )


def _order(commands: list[PlatformCommand], grounds: Grounds) -> list[PlatformCommand]:
    now = timezone.now()
    for command in commands:
        command.ordered_at = now
    bulk_audit.create_many(commands, **grounds)
    put_out(
        [
            Delivery(
                # One number for the command and its message, so that the answer names either.
                message_id=command.reference,
                channel=Channel.COMMAND,
                command=command,
                subject_type=command.subject_type,
                subject_id=command.subject_id,
                created_at=now,
                not_before=now,
                next_at=now,
            )
            for command in commands
        ]
    )
    return commands


@transaction.atomic
def confirm_command(
    *,
    reference: uuid.UUID,
    is_carried_out: bool,
    answer_code: str = "",
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> PlatformCommand:
    """
    Put on record that the platform carried a command out, or that it could not.

    Public Account Provisions, art. 19 §2. The same answer again changes nothing. `answer_code` is
    a word of the platform, never a sentence.

    :raises NotPermitted: if the actor may not answer for the platform.
    :raises InvalidInput: if the command is unknown or the code is no plain word.
    :raises ActionRefused: if the other answer was given before.
    """
    require_permission(actor, "compliance.confirm_platformcommand")
    if answer_code and not (
        answer_code.isascii()
        and len(answer_code) <= 60
        and answer_code.replace("_", "").replace("-", "").isalnum()
    ):
        raise InvalidInput(_("The code of an answer is one word of letters, digits, - and _."))
    command = PlatformCommand.objects.filter(reference=reference).first()
    if command is None:
        raise InvalidInput(_("There is no such command."))
    audit.lock(command)
    answer = CommandStatus.CONFIRMED if is_carried_out else CommandStatus.FAILED
    if command.status == answer:
        return command
    if command.status not in UNANSWERED:
        raise ActionRefused(
            _("The other answer to this command is on record: “%(state)s”.")
            % {"state": command.get_status_display()}
        )
    audit.move(
        command,
        "confirm" if is_carried_out else "fail",
        actor=actor,
        provision=provision,
        reason=reason,
        answered_at=timezone.now(),
        answer_code=answer_code,
    )
    return command


@transaction.atomic
def repeat_command(
    *, command: PlatformCommand, actor: StaffUser, provision: Provision, reason: str
) -> PlatformCommand:
    """
    Order once more what the platform could not carry out.

    Public Account Provisions, art. 19 §2.

    :raises NotPermitted: if the actor may not repeat commands.
    :raises ActionRefused: if it did not fail, was repeated before, or a later one stands.
    """
    require_permission(actor, "compliance.repeat_platformcommand")
    audit.lock(command)
    if command.status != CommandStatus.FAILED:
        raise ActionRefused(_("Only a command that failed is ordered again."))
    later = PlatformCommand.objects.filter(
        subject_type=command.subject_type,
        subject_id=command.subject_id,
        pk__gt=command.pk,
        # What an account may do and what is done with a content do not undo each other.
        kind__startswith=command.kind.partition(".")[0] + ".",
    )
    if later.exists():
        raise ActionRefused(
            _("A later command about the same account stands; this one would undo it.")
        )
    (again,) = _order(
        [
            PlatformCommand(
                kind=command.kind,
                subject_type=command.subject_type,
                subject_id=command.subject_id,
                payload=command.payload,
                ground_ref=command.ground_ref,
                repeats=command,
            )
        ],
        Grounds(actor=actor, provision=provision, reason=reason),
    )
    return again


def overdue_since(now: datetime) -> datetime:
    """Return the instant before which an unanswered command was ordered too long ago."""
    return now - timedelta(seconds=settings.COMMAND_CONFIRM_SECONDS)


def payload_of(command: PlatformCommand) -> dict[str, Any]:
    """Return how things are to be after a command."""
    content: dict[str, Any] = json.loads(command.payload)
    return content
