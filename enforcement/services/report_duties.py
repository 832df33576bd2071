"""Services for the duty to report a decision to the regulator."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.clocks import start_clock, stop_clock
from compliance.errors import InvalidInput
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.models import Decision, MeasureType, ReportDuty
from enforcement.rules.measures import is_reportable


def open_report_duty(
    *, decision: Decision, at: datetime, actor: StaffUser, provision: Provision, reason: str
) -> ReportDuty | None:
    """
    Write the duty to report a decision, where the catalogue says that one of its measures is.

    Public Account Provisions, art. 19 §2: measures are reported to the authorities in time.
    Called in the transaction in which the decision comes into force.
    """
    reported = MeasureType.objects.filter(
        version=decision.violation_type.version_id,
        measure__in=decision.ordered_measures.values("measure"),
    ).values_list("is_reported", flat=True)
    if not is_reportable(reported):
        return None
    clock = start_clock(
        step="regulator_report", at=at, actor=actor, provision=provision, reason=reason
    )
    duty = ReportDuty(decision=decision, clock=clock)
    return audit.create(duty, actor=actor, provision=provision, reason=reason)


@transaction.atomic
def send_report(
    *, duty: ReportDuty, channel: str, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Put on record that a decision was reported to the regulator, and how.

    Public Account Provisions, art. 19 §2.

    :raises NotPermitted: if the actor may not report.
    :raises InvalidInput: if it is not said how it was sent.
    :raises TransitionRefused: if it was reported before.
    """
    require_permission(actor, "enforcement.send_report")
    if not channel.strip():
        raise InvalidInput(_("Say how the report was sent."))
    audit.move(
        duty,
        "send",
        actor=actor,
        provision=provision,
        reason=reason,
        sent_at=timezone.now(),
        sent_by=actor.person,
        channel=channel.strip(),
    )
    stop_clock(clock=duty.clock, actor=actor, provision=provision, reason=reason)


@transaction.atomic
def receipt_report(
    *, duty: ReportDuty, receipt_number: str, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Put on record that the regulator confirmed a report.

    Public Account Provisions, art. 19 §2: that it was reported can be proved.

    :raises NotPermitted: if the actor may not report.
    :raises InvalidInput: if the confirmation has no number.
    :raises TransitionRefused: if it was not sent, or confirmed before.
    """
    require_permission(actor, "enforcement.send_report")
    if not receipt_number.strip():
        raise InvalidInput(_("Give the number of the regulator's confirmation."))
    audit.move(
        duty,
        "receipt",
        actor=actor,
        provision=provision,
        reason=reason,
        receipt_number=receipt_number.strip(),
        receipted_at=timezone.now(),
    )
