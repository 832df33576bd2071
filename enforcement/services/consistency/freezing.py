"""The services that freeze the figures of a month, and say whose a pseudonym is."""

import hashlib
from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Affiliation
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import Person, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.consistency_words import OTHERS
from enforcement.enums import DecisionStatus
from enforcement.models import (
    ConsistencyFigure,
    ConsistencyReport,
    ConsistencyRow,
    Decision,
    OrderedMeasure,
)
from enforcement.rules.month_figures import Counted, band_of, figures_of
from enforcement.services.consistency.drawing import bounds_of_month, decisions_between
from enforcement.services.consistency.rule import rule_in_force

FREEZE: Final = "enforcement.freeze_consistencyreport"
RESOLVE: Final = "enforcement.resolve_moderator"
# Kept as it is in the log, whichever language is spoken.
REASON: Final = "按月固定处置一致性数据"
_PURPOSE: Final = "consistency_moderator"
# One month at a time, whoever asks for it: any number that no other advisory lock has.
_LOCK: Final = 7_304_248
_AT_ONCE: Final = 2_000


@transaction.atomic
def freeze_report(
    *, month: date, actor: StaffUser, provision: Provision, reason: str
) -> ConsistencyReport:
    """
    Freeze the decisions of a month and what is counted of them.

    Opinions on Platform Responsibility, point 2: not at choice, nobody treated differently. As with
    second looks, terminations and decisions from before the ladder are left out. Followers, reversals
    and nothing else are as they stand when it is frozen.

    :raises NotPermitted: if the actor may not freeze it.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if the month is not over.
    :raises ActionRefused: if it is frozen already.
    """
    require_permission(actor, FREEZE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    first = month.replace(day=1)
    start, end = bounds_of_month(first)
    if end > timezone.now():
        raise InvalidInput(_("A month is counted when it is over."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if ConsistencyReport.objects.filter(month=first).exists():
        raise ActionRefused(
            _("The figures of %(month)s are frozen already.") % {"month": f"{first:%Y-%m}"}
        )
    rule = rule_in_force(timezone.now())
    counted = dict(_counted(first, start, end, rule.terms.bands))
    digest = hashlib.sha256()
    for number, row in counted.items():
        digest.update(audit.canonical_json({"decision": number, **asdict(row)}).encode() + b"\n")
    report = ConsistencyReport.objects.create(
        month=first, rule=rule.row, decisions=len(counted), rows_sha256=digest.hexdigest()
    )
    ConsistencyRow.objects.bulk_create(
        (
            ConsistencyRow(
                report=report,
                decision_id=number,
                **{**asdict(row), "ordered": list(row.ordered)},
            )
            for number, row in counted.items()
        ),
        batch_size=_AT_ONCE,
    )
    figures = [
        ConsistencyFigure(
            report=report,
            code=code,
            severity=severity,
            offence=offence,
            **{name: value for name, value in asdict(each).items() if name != "cell"},
        )
        for each in figures_of(list(counted.values()), rule.terms)
        for code, severity, offence in [each.cell]
    ]
    ConsistencyFigure.objects.bulk_create(figures, batch_size=_AT_ONCE)
    audit.record(
        action="enforcement.consistencyreport.freeze",
        target=report,
        changes={
            "decisions": report.decisions,
            "standing_out": sum(each.stands_out for each in figures),
            "rows_sha256": report.rows_sha256,
        },
        **grounds,
    )
    return report


def _counted(
    month: date, start: datetime, end: datetime, bands: Sequence[int]
) -> Iterable[tuple[int, Counted]]:
    decisions = list(
        decisions_between(start, end)
        .select_related("account__activity", "subject", "violation_type")
        .order_by("pk")
    )
    for begin in range(0, len(decisions), _AT_ONCE):
        part = decisions[begin : begin + _AT_ONCE]
        orders = _orders(part)
        ties = _ties(part)
        for each in part:
            activity = getattr(each.account, "activity", None)
            days = [order.term_days for order in orders[each.pk] if order.term_days is not None]
            yield (
                each.pk,
                Counted(
                    code=each.violation_type.code,
                    severity=each.severity,
                    offence=each.offence_number or 1,
                    ordered=tuple(sorted(_word(order) for order in orders[each.pk])),
                    days=max(days, default=None),
                    deviation=each.deviation,
                    reason=each.deviation_reason,
                    nature=each.subject.nature if each.subject is not None else "",
                    band=band_of(activity.followers if activity is not None else 0, bands),
                    tie=_tie_at(ties.get(each.account_id, ()), each.in_force_from),
                    moderator=pseudonym(month, each.proposed_by_id),
                    is_reversed=each.status == DecisionStatus.REVERSED,
                ),
            )


def _orders(decisions: Sequence[Decision]) -> Mapping[int, list[OrderedMeasure]]:
    found: dict[int, list[OrderedMeasure]] = {each.pk: [] for each in decisions}
    for order in OrderedMeasure.objects.filter(decision__in=found).order_by("pk"):
        found[order.decision_id].append(order)
    return found


def _word(order: OrderedMeasure) -> str:
    """Return an order as one word: "suspend_updates:7", "restrict_functions:14:comment,live"."""
    parts = [order.measure]
    if order.term_days is not None:
        parts.append(str(order.term_days))
    if order.functions:
        parts.append(",".join(sorted(order.functions)))
    return ":".join(parts)


def _ties(decisions: Sequence[Decision]) -> Mapping[int, list[Affiliation]]:
    found: dict[int, list[Affiliation]] = {}
    accounts = {each.account_id for each in decisions}
    for tie in Affiliation.objects.filter(account__in=accounts).order_by("pk"):
        found.setdefault(tie.account_id, []).append(tie)
    return found


def _tie_at(ties: Iterable[Affiliation], at: datetime | None) -> str:
    for tie in ties:
        if at is not None and tie.since <= at and (tie.ended_at is None or tie.ended_at > at):
            return str(tie.kind)
    return OTHERS


def pseudonym(month: date, person: int) -> str:
    """
    Return the pseudonym of a person in a month: the same within it, another one in every other.

    Our choice, no article: a figure is looked at before anybody knows whose it is. By a key outside
    the database, so that nobody finds a person by trying out all numbers.
    """
    digest = vault.digest(_PURPOSE, f"{month:%Y-%m}/{person}")
    return b32encode(digest)[:8].decode()


@transaction.atomic
def resolve_pseudonym(
    *,
    report: ConsistencyReport,
    moderator: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Person:
    """
    Say whose a pseudonym of a month is; it is on record who asked, before it is shown.

    Our choice, no article: who is asked about their decisions has to be known to whoever asks. The
    record does not hold the name, or it would be a way around this.

    :raises NotPermitted: if the actor may not ask.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if nobody has this pseudonym in this month.
    """
    require_permission(actor, RESOLVE)
    reason = audit.require_reason(reason)
    people = Person.objects.filter(
        pk__in=Decision.objects.filter(
            pk__in=report.rows.filter(moderator=moderator).values("decision")
        ).values("proposed_by")
    )
    found = [each for each in people if pseudonym(report.month, each.pk) == moderator]
    if not found:
        raise InvalidInput(_("Nobody has this pseudonym in this month."))
    audit.record(
        action="enforcement.consistencyreport.resolve",
        target=report,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"moderator": moderator},
    )
    return found[0]
