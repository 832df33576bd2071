"""What a decision would do and who has to approve it, in words, before anybody is bound by it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Restriction
from accounts.pages.references import reference_in_words
from accounts.services.corrections.ordering import STEP
from compliance.deadlines import due_instant
from compliance.eligibility import deputyships, is_recused, people_who_may
from compliance.errors import Recused
from compliance.models import (
    Matter,
    NoticeLanguage,
    Person,
    Proposal,
    Side,
    StaffUser,
    Verdict,
)
from compliance.pages.clock_panel import due_in_words
from compliance.proposals import next_slot
from compliance.roles import definitions, role_label
from compliance.ui.kit import Badge, Fact
from enforcement.enums import (
    LISTING_MEASURES,
    PLATFORM_MEASURES,
    DecisionStatus,
    MeasureCode,
)
from enforcement.models import Decision, Measure
from enforcement.pages.presentation import instant
from enforcement.services.blacklist.telling import review_day
from enforcement.services.contents.telling import details_in_words
from enforcement.services.credit.words import (
    ServiceRules,
    changes_in_words,
    effect_in_words,
    service_changes,
)
from enforcement.services.evidence import has_collected
from enforcement.services.ordered_corrections import mismatches_in_words
from enforcement.services.previews import DecisionPreview
from enforcement.services.terminations import ground_in_words


@dataclass(frozen=True)
class ApprovalStep:
    """One approval that is needed: by whom it can be given, or by whom it was."""

    number: int
    role: str
    people: list[str]
    badge: Badge

    @property
    def is_stuck(self) -> bool:
        """Return whether nobody is left who could give it."""
        return not self.people


def role_with(permission: str) -> str:
    """Return the roles that carry a permission, in words."""
    return _(", ").join(
        role_label(each.code) for each in definitions() if permission in each.permissions
    )


def _people(permission: str, without: set[int], proposal: Proposal | None = None) -> list[str]:
    now = timezone.now()
    numbers = people_who_may([permission], now)[permission]
    if proposal is not None:
        numbers |= set(deputyships(proposal, [permission], now).values_list("deputy", flat=True))
    numbers -= without
    return list(Person.objects.filter(pk__in=numbers).order_by("pk").values_list("name", flat=True))


def _elsewhere(matter: Matter, side: str) -> set[int]:
    """Return who stands on another side of the matter, or keeps out of it, and cannot approve."""
    return set(matter.participations.exclude(side=side).values_list("person_id", flat=True)) | set(
        matter.recusals.values_list("person_id", flat=True)
    )


def steps_to_come(
    slots: Sequence[str], *, matter: Matter, proposer: StaffUser, side: str = Side.DECIDED
) -> list[ApprovalStep]:
    """Return the approvals that a proposal would need, and who could give each."""
    without = _elsewhere(matter, side) | {proposer.person_id}
    return [
        ApprovalStep(
            number,
            role_with(permission),
            _people(permission, without),
            Badge(text=_("needed"), tone="info"),
        )
        for number, permission in enumerate(slots, start=1)
    ]


def steps_of(proposal: Proposal) -> list[ApprovalStep]:
    """Return the approvals of a proposal: those given and those still needed."""
    verdicts = list(proposal.approvals.select_related("approver"))
    given = {each.slot: each for each in verdicts if each.verdict == Verdict.APPROVE}
    without = _elsewhere(proposal.matter, proposal.approver_side) | {proposal.proposer_id}
    without |= {each.approver_id for each in verdicts}
    steps = []
    for slot in proposal.slots.order_by("number"):
        verdict = given.get(slot.number)
        if verdict is not None:
            badge = Badge(text=_("approved"), tone="good")
            people = [verdict.approver.name]
        else:
            badge = Badge(text=_("needed"), tone="info")
            people = _people(slot.permission, without, proposal)
        steps.append(ApprovalStep(slot.number, role_with(slot.permission), people, badge))
    return steps


def why_not(decision: Decision, staff: StaffUser) -> str:
    """Return why the person at the screen cannot approve a decision, or nothing."""
    proposal = decision.proposal
    if decision.status == DecisionStatus.HEARING:
        return _("The operator is still being heard: nobody approves before.")
    if decision.status != DecisionStatus.PROPOSED:
        return _("This decision no longer waits for approval: its state is “%(state)s”.") % {
            "state": decision.get_status_display()
        }
    if proposal.proposer_id == staff.person_id:
        return _("You proposed this decision. Somebody else has to approve it.")
    if proposal.approvals.filter(approver=staff.person_id).exists():
        return _("You gave your verdict on this decision. The next approval is somebody else's.")
    if is_recused(proposal.matter, staff.person):
        return str(Recused.message)
    if staff.person_id in _elsewhere(proposal.matter, proposal.approver_side):
        return _("You took part in this matter on another side and cannot approve in it.")
    if has_collected(decision.case, staff):
        return _("You attached evidence to this case. Somebody else has to approve.")
    if next_slot(proposal, staff) is None:
        needed = [step.role for step in steps_of(proposal) if step.badge.tone == "info"]
        return _("The approval that is needed is given by: %(roles)s.") % {
            "roles": _(", ").join(needed)
        }
    return ""


def measure_term(measure: Measure) -> str:
    """Return from when to when a measure holds."""
    if measure.measure == MeasureCode.WARN:
        return _("on record from %(from)s") % {"from": instant(measure.in_force_from)}
    if measure.measure in LISTING_MEASURES:
        return _("from %(from)s; looked at again by %(day)s") % {
            "from": instant(measure.in_force_from),
            "day": review_day(measure).isoformat(),
        }
    if measure.ordered.goes_with is not None:
        return _("from %(from)s, until it is corrected") % {"from": instant(measure.in_force_from)}
    if measure.measure in PLATFORM_MEASURES and measure.in_force_until is None:
        return _("from %(from)s, until it is lifted") % {"from": instant(measure.in_force_from)}
    if measure.in_force_until is None:
        return _("from %(from)s, without end") % {"from": instant(measure.in_force_from)}
    return _("from %(from)s until %(until)s") % {
        "from": instant(measure.in_force_from),
        "until": instant(measure.in_force_until),
    }


def consequences(preview: DecisionPreview) -> list[Fact]:
    """Return what a decision would do if its last approval were given now."""
    facts = [
        Fact(
            MeasureCode(measure.measure).label,
            measure_term(measure),
            hint=_("; ").join(
                filter(
                    None,
                    [
                        Restriction.worded_functions(measure.ordered.functions),
                        *details_in_words(
                            measure.ordered.content_refs,
                            measure.ordered.content_acts,
                            measure.ordered.label,
                        ),
                    ],
                )
            ),
        )
        for measure in preview.measures
    ]
    facts += [
        Fact(
            _("To be corrected"),
            mismatches_in_words(measure.ordered.mismatches),
            hint=_("until the %(time)s, by the limit published; the operator is told how")
            % {"time": due_in_words(due_instant(STEP, preview.at))},
        )
        for measure in preview.measures
        if measure.measure == MeasureCode.ORDER_CORRECTION
    ]
    facts += [
        Fact(
            _("The termination rests on"),
            reference_in_words(measure.ordered.ground_ref),
            hint=ground_in_words(measure.ordered.ground_ref),
        )
        for measure in preview.measures
        if measure.measure == MeasureCode.TERMINATE
    ]
    if preview.heard_until is not None:
        facts.insert(
            0,
            Fact(
                _("First the operator is heard"),
                _("until the %(time)s") % {"time": due_in_words(preview.heard_until)},
                hint=_(
                    "They are told at once what is held against them and what is intended; those who "
                    "approve see it after their answer, or when the time is over."
                ),
            ),
        )
    if preview.confirm_until is not None:
        facts.insert(
            0,
            Fact(
                _("Without a hearing before it"),
                _("others confirm it until the %(time)s")
                % {"time": due_in_words(preview.confirm_until)},
                hint=_(
                    "Updates are held at once; unconfirmed, decision and hold lapse. In force, the "
                    "operator is told why and is heard afterwards."
                ),
            ),
        )
    if preview.lists_subject:
        facts.append(
            Fact(
                _("Whom it meets"),
                _(
                    "The subject of the account. Whoever registers with its document number is "
                    "refused; for a mobile number or an organisation's name alone a person looks. "
                    "Other accounts of the subject are not touched: each becomes a finding."
                ),
            )
        )
    if preview.barred_name and not preview.is_closure:
        facts.append(
            Fact(
                _("Barred name"),
                _("The account “%(name)s” goes on. Nobody else can register the name.")
                % {"name": preview.barred_name},
            )
        )
    if preview.is_closure:
        facts.append(
            Fact(
                _("Closed and barred"),
                _("The account “%(name)s” is closed. Nobody can register the name again.")
                % {"name": preview.barred_name},
            )
        )
    facts.append(_credit_fact(preview))
    facts += [
        Fact(_("Notice to the operator"), _("written the moment it comes into force")),
        Fact(
            _("Report to the regulator"),
            _("due by %(time)s") % {"time": instant(preview.report_due_at)}
            if preview.report_due_at
            else _("not reported by itself"),
        ),
        Fact(
            _("Appeal"),
            _("possible until %(time)s") % {"time": instant(preview.appealable_until)},
        ),
    ]
    return facts


def _credit_fact(preview: DecisionPreview) -> Fact:
    """Return what a decision would take from the credit of whoever runs the account."""
    deduction = preview.deduction
    if deduction is None:
        return Fact(_("Credit"), _("no points are deducted"))
    subject = preview.account.subject
    return Fact(
        _("Credit"),
        effect_in_words(deduction.points, deduction.before, deduction.after),
        hint=changes_in_words(
            service_changes(
                deduction.before.services_grade,
                deduction.after.services_grade,
                subject.nature,
                ServiceRules.in_force(deduction.version.terms, preview.at),
            )
        ),
    )


@dataclass(frozen=True)
class NoticeShown:
    """The text for the operator in one language; the one of the screen stands open."""

    language: str
    label: str
    text: str
    is_open: bool


def notices_shown(texts: dict[str, str]) -> list[NoticeShown]:
    """Return the texts for the operator, that in the language of the screen first."""
    here = (get_language() or "")[:2]
    shown = [
        NoticeShown(code, str(NoticeLanguage(code).label), text, code[:2] == here)
        for code, text in texts.items()
    ]
    return sorted(shown, key=lambda each: not each.is_open)
