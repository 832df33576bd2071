"""How cases and decisions are worded for the pages that show them."""

import json
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compliance.models import Verdict
from compliance.ui.kit import Fact, TimelineStep
from enforcement.enums import MeasureCode
from enforcement.models import Case, Decision, OrderedMeasure


def order_in_words(ordered: OrderedMeasure) -> str:
    """Return a measure with its term."""
    label = str(MeasureCode(ordered.measure).label)
    if ordered.term_days is None:
        return label
    return _("%(measure)s, %(days)s days") % {"measure": label, "days": ordered.term_days}


def case_facts(case: Case) -> list[Fact]:
    """Return what is known of a case."""
    account = case.account
    snapshot = case.snapshots.latest("pk")
    return [
        Fact(
            _("account"),
            f"{account.name} ({account.platform_uid})",
            url=reverse("admin:accounts_publicaccount_change", args=[account.pk]),
        ),
        Fact(_("source"), case.get_source_display()),
        Fact(_("reference of the source"), case.source_ref),
        Fact(_("what is to be looked into"), case.summary),
        Fact(_("number or address of the content"), case.content_ref),
        Fact(_("opened by"), case.opened_by.name),
        Fact(_("SHA-256 of the snapshot"), snapshot.sha256, is_code=True),
    ]


def snapshot_text(case: Case) -> str:
    """Return the account as it was when the case was opened, for people to read."""
    content = json.loads(case.snapshots.latest("pk").content)
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)


def earlier_decisions(case: Case) -> list[Fact]:
    """Return what was decided about the account before."""
    decisions = (
        Decision.objects.filter(account=case.account_id, in_force_from__isnull=False)
        .select_related("violation_type")
        .prefetch_related("ordered_measures")
        .order_by("-pk")[:10]
    )
    return [
        Fact(
            decision.number,
            "; ".join(
                [
                    str(decision.violation_type),
                    *map(order_in_words, decision.ordered_measures.all()),
                    str(decision.get_status_display()),
                ]
            ),
            url=reverse("admin:enforcement_decision_change", args=[decision.pk]),
        )
        for decision in decisions
    ]


def returned_with(case: Case) -> list[Fact]:
    """Return what colleagues suggested about decisions on this case that they returned."""
    return [
        Fact(decision.number, decision.ended_reason, hint=decision.get_status_display())
        for decision in case.decisions.filter(
            in_force_from__isnull=True, ended_at__isnull=False
        ).order_by("-pk")
    ]


def decision_facts(decision: Decision) -> list[Fact]:
    """Return what a decision says, as its approvers have to read it."""
    automated = _("by a program") if decision.is_automated else _("by a person")
    facts = [
        Fact(
            _("case"),
            decision.case.number,
            url=reverse("admin:enforcement_case_change", args=[decision.case_id]),
        ),
        Fact(_("account"), str(decision.account)),
        Fact(_("violation"), str(decision.violation_type)),
        Fact(_("severity"), decision.severity),
        Fact(_("facts"), decision.facts),
        Fact(_("reasoning told to the operator"), decision.reasoning),
        Fact(_("private note, never told"), decision.private_note),
    ]
    facts += [
        Fact(_("cited clause"), f"{clause} ({clause.version_label}): {clause.text}")
        for clause in decision.clauses.order_by("pk")
    ]
    facts += [
        Fact(_("statute and article"), decision.statute),
        Fact(_("kind of content"), decision.get_content_kind_display()),
        Fact(_("number or address of the content"), decision.content_ref),
        *(
            Fact(_("measure"), order_in_words(ordered))
            for ordered in decision.ordered_measures.order_by("pk")
        ),
        Fact(_("proposed by"), f"{decision.proposed_by.name} ({automated})"),
        Fact(_("replaces"), decision.replaces.number if decision.replaces else ""),
        Fact(_("SHA-256 of the content"), decision.proposal.content_sha256, is_code=True),
    ]
    return facts


def verdict_steps(decision: Decision) -> list[TimelineStep]:
    """Return what approvers said of a decision."""
    return [
        TimelineStep(
            at=approval.at,
            title=str(Verdict(approval.verdict).label),
            actor=approval.approver.name,
            text=approval.reason,
        )
        for approval in decision.proposal.approvals.select_related("approver").order_by("at")
    ]


def measures_in_words(decision: Decision) -> str:
    """Return the measures in force or over of a decision with their terms, one a line."""
    lines = []
    for measure in decision.measures.order_by("pk"):
        term = _instant(measure.in_force_from)
        if measure.in_force_until is not None:
            term = f"{term} – {_instant(measure.in_force_until)}"
        lines.append(f"{measure.get_measure_display()}: {term} ({measure.get_status_display()})")
    return "\n".join(lines)


def _instant(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
