"""How cases, decisions and the accounts they are about are worded for the pages that show them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.enums import AccountStatus, Category, IdType, RestrictionKind, SubjectNature
from accounts.models import PublicAccount, Restriction
from accounts.models.findings import FINDING_PREFIX
from accounts.pages.addresses import account_url
from accounts.pages.presentation import state_in_words
from compliance.models import Verdict
from compliance.numbers import read_number
from compliance.ui.kit import Badge, Change, Fact, TimelineStep
from enforcement.enums import (
    TAKEN_DECISIONS,
    CaseSource,
    CaseStatus,
    DecisionStatus,
    DeviationKind,
    MeasureCode,
    MeasureStatus,
)
from enforcement.models import Case, Decision, OrderedMeasure
from enforcement.services.contents.telling import details_in_words
from enforcement.services.ordered_corrections import mismatches_in_words

SEVERITIES: dict[int, Promise] = {
    1: pgettext_lazy("severity", "minor"),
    2: gettext_lazy("ordinary"),
    3: gettext_lazy("serious"),
    4: gettext_lazy("grave"),
}
_TONES = {
    DecisionStatus.HEARING: "info",
    DecisionStatus.PROPOSED: "info",
    DecisionStatus.RETURNED: "warning",
    DecisionStatus.IN_FORCE: "good",
    DecisionStatus.REVERSED: "danger",
    CaseStatus.OPEN: "info",
    MeasureStatus.IN_FORCE: "good",
}


def instant(at: datetime | None) -> str:
    """Return an instant as the notice to the operator writes it too; none is without end."""
    if at is None:
        return _("without end")
    return date_format(timezone.localtime(at), "Y-m-d H:i")


def status_badge(record: Any) -> Badge:
    """Return the state of a case, decision or measure as a word with a colour."""
    return Badge(text=record.get_status_display(), tone=_TONES.get(record.status, ""))


def severity_in_words(severity: int) -> str:
    """Return a severity with its number."""
    return f"{severity} · {SEVERITIES.get(severity, '')}"


def order_in_words(
    measure: str,
    term_days: int | None,
    functions: Sequence[str],
    review_date: str | date | None = None,
    *,
    content_refs: Sequence[str] = (),
    content_acts: Sequence[str] = (),
    label: str = "",
    mismatches: Sequence[str] = (),
) -> str:
    """Return a measure with its term and the and what it is about."""
    title = str(MeasureCode(measure).label)
    details = [Restriction.worded_functions(functions)] if functions else []
    if term_days is not None:
        details.append(ngettext("%(days)s day", "%(days)s days", term_days) % {"days": term_days})
    if review_date is not None:
        details.append(_("review by %(day)s") % {"day": review_date})
    details += details_in_words(content_refs, content_acts, label)
    if mismatches:
        details.append(mismatches_in_words(mismatches))
    return f"{title} ({_('; ').join(details)})" if details else title


def ordered_in_words(ordered: OrderedMeasure) -> str:
    """Return an ordered measure with everything that it is about."""
    return order_in_words(
        ordered.measure,
        ordered.term_days,
        ordered.functions,
        ordered.review_date,
        content_refs=ordered.content_refs,
        content_acts=ordered.content_acts,
        label=ordered.label,
        mismatches=ordered.mismatches,
    )


def case_url(case: Case) -> str:
    """Return the address of the page on which a case is worked on."""
    return reverse("admin:work_on_case", args=[case.work_item_id])


def decision_url(decision: Decision) -> str:
    """Return the address of a decision's page."""
    return reverse("admin:decision", args=[decision.pk])


def finding_of_case(case: Case) -> str:
    """Return the page of the finding from which a case was opened, or ""."""
    number = read_number(FINDING_PREFIX, case.source_ref)
    if case.source != CaseSource.FINDING or number is None:
        return ""
    return reverse("admin:finding", args=[number])


def case_facts(case: Case) -> list[Fact]:
    """Return what is known of a case."""
    return [
        Fact(_("What is to be looked into"), case.summary),
        Fact(
            _("Source"),
            case.get_source_display(),
            hint=case.source_ref,
            url=finding_of_case(case),
        ),
        Fact(_("Content"), case.content_ref, is_code=bool(case.content_ref)),
        Fact(
            _("Opened"),
            _("%(time)s by %(name)s")
            % {"time": instant(case.opened_at), "name": case.opened_by.name},
        ),
    ]


def profile_facts(account: PublicAccount, now: datetime) -> list[Fact]:
    """Return what an account shows of itself now, and what it may do; nothing of who runs it."""
    return [
        Fact(_("Account"), account.name, hint=account.platform_uid, url=account_url(account)),
        Fact(_("What it may do now"), state_in_words(account, now)),
        Fact(_("Introduction"), account.bio),
        Fact(_("Category"), account.get_category_display()),
        Fact(_("Registered"), instant(account.registered_at)),
    ]


def account_facts(account: PublicAccount, now: datetime) -> list[Fact]:
    """Return what is known of an account now; of a person nothing but what is masked."""
    subject = account.subject
    return [
        *profile_facts(account, now),
        Fact(
            _("Run by"),
            str(subject),
            hint=subject.get_nature_display(),
            url=reverse("admin:subject", args=[subject.pk]),
        ),
        Fact(
            subject.get_id_type_display() or _("Document"),
            subject.id_number.masked if subject.id_number else subject.uscc,
            is_code=True,
        ),
    ]


def other_accounts(account: PublicAccount) -> list[Fact]:
    """Return the other accounts of the same subject, each with a link to its page."""
    others = PublicAccount.objects.filter(subject=account.subject_id).exclude(pk=account.pk)
    now = timezone.now()
    return [
        Fact(
            other.name,
            state_in_words(other, now),
            hint=other.platform_uid,
            url=account_url(other),
        )
        for other in others.prefetch_related("restrictions").order_by("-pk")[:20]
    ]


_SNAPSHOT_CHOICES: dict[str, Any] = {
    "category": Category,
    "status": AccountStatus,
    "nature": SubjectNature,
    "id_type": IdType,
}


def _snapshot_values(content: Mapping[str, Any]) -> dict[str, str]:
    """Return what a snapshot says of an account, one value a label."""

    def worded(name: str, value: Any) -> str:
        choices = _SNAPSHOT_CHOICES.get(name)
        if choices is not None and value in choices.values:
            return str(choices(value).label)
        return str(value or "")

    subject = content["subject"]
    restrictions = [
        _("%(kind)s %(functions)s (%(from)s – %(until)s)")
        % {
            "kind": RestrictionKind(each["kind"]).label,
            "functions": _(", ").join(each["functions"]),
            "from": _snapshot_instant(each["from"]),
            "until": _snapshot_instant(each["until"]),
        }
        for each in content["restrictions"]
    ]
    return {
        _("Account name"): worded("name", content["name"]),
        _("Introduction"): worded("bio", content["bio"]),
        _("Category"): worded("category", content["category"]),
        _("State"): worded("status", content["status"]),
        _("Run by"): worded("name", subject["name"]),
        _("Nature"): worded("nature", subject["nature"]),
        _("Document type"): worded("id_type", subject["id_type"]),
        _("Document"): worded("id_number", subject["id_number"] or subject["uscc"]),
        _("Restrictions"): _("; ").join(restrictions),
    }


def _snapshot_instant(value: Any) -> str:
    at = parse_datetime(value) if isinstance(value, str) else value
    return instant(at)


def snapshot_changes(case: Case, present: Mapping[str, Any]) -> list[Change]:
    """Return the account as it was when the case was opened beside what it is now."""
    before = _snapshot_values(json.loads(case.snapshots.latest("pk").content))
    after = _snapshot_values(present)
    return [Change(label, before[label], after[label]) for label in before]


def changes_since(account: PublicAccount, at: datetime) -> list[Change]:
    """Return which facts of an account itself have changed since `at`."""
    then = account.history.filter(history_date__lte=at).order_by("-history_date").first()
    if then is None:
        return []
    changes = [
        Change(_("Account name"), then.name, account.name),
        Change(_("Introduction"), then.bio, account.bio),
        Change(_("Category"), then.get_category_display(), account.get_category_display()),
        Change(_("State"), then.get_status_display(), account.get_status_display()),
    ]
    return [change for change in changes if change.has_changed]


@dataclass(frozen=True)
class DecisionRow:
    """A decision as one line of a table."""

    number: str
    url: str
    account: str
    violation: str
    severity: str
    measures: list[str]
    status: Badge
    at: datetime
    note: str = ""
    deviation: str = ""


def rows_of(decisions: Iterable[Decision]) -> list[DecisionRow]:
    """Return decisions as lines of a table."""
    return [
        DecisionRow(
            number=each.number,
            url=decision_url(each),
            account=each.account.name,
            violation=str(each.violation_type),
            severity=severity_in_words(each.severity),
            measures=[ordered_in_words(order) for order in each.ordered_measures.all()],
            status=status_badge(each),
            at=each.in_force_from or each.proposed_at,
            note=each.ended_reason if each.in_force_from is None else "",
            deviation=each.get_deviation_display()
            if each.deviation in (DeviationKind.LIGHTER, DeviationKind.HEAVIER)
            else "",
        )
        for each in decisions
    ]


def _decisions() -> Any:
    return Decision.objects.select_related("account", "violation_type").prefetch_related(
        "ordered_measures"
    )


def decisions_of_case(case: Case) -> list[DecisionRow]:
    """Return every decision on a case, those too that came back or were withdrawn."""
    return rows_of(_decisions().filter(case=case).order_by("-pk"))


def earlier_decisions(case: Case, limit: int = 10) -> list[DecisionRow]:
    """Return what was decided about the account before, in other cases."""
    found = _decisions().filter(account=case.account_id, status__in=TAKEN_DECISIONS)
    return rows_of(found.exclude(case=case).order_by("-pk")[:limit])


def verdict_steps(decision: Decision) -> list[TimelineStep]:
    """Return what approvers said of a decision."""
    return [
        TimelineStep(
            at=approval.at,
            title=str(Verdict(approval.verdict).label).capitalize(),
            actor=approval.approver.name,
            text=approval.reason,
            tone="good" if approval.verdict == Verdict.APPROVE else "warning",
        )
        for approval in decision.proposal.approvals.select_related("approver").order_by("at")
    ]
