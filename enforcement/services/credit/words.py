"""Credit in words: scores, what goes by a grade, what changes between two, and when it heals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from accounts.powers_words import CreditGrade, CreditService
from accounts.rules.comment_powers import PowerTable, powers_of
from accounts.rules.earning import EarningRule
from accounts.rules.exit_limits import ExitLimits
from accounts.services.comment_powers import powers_in_words, table_in_force
from accounts.services.earning.facts import earning_rule
from accounts.services.exit_policies import exit_limits_in_force
from enforcement.credit_words import CreditEntryKind
from enforcement.models import CreditEntry, Decision
from enforcement.rules.credit import Credit, CreditTerms, repairable_from


def score_in_words(score: int, grade: str) -> str:
    """Return a score with its grade."""
    return _("%(score)s points, %(grade)s") % {
        "score": score,
        "grade": CreditGrade(grade).label,
    }


@dataclass(frozen=True)
class ServiceRules:
    """What says which services a grade of credit has: the rule of credit and those of the services."""

    credit: CreditTerms
    earning: EarningRule
    exits: ExitLimits
    comments: PowerTable

    @classmethod
    def in_force(cls, credit: CreditTerms, at: datetime) -> "ServiceRules":
        """Return the rules that are in force at `at` beside the rule of credit."""
        return cls(
            credit, earning_rule(at).rule, exit_limits_in_force(at), table_in_force(at).table
        )


def services_of(grade: CreditGrade, nature: str, rules: ServiceRules) -> Mapping[str, str]:
    """
    Return what an account has by a grade of credit, a name and a value each.

    Public Account Provisions, art. 13 §1. Comments, earning and transfers have formulas of their
    own, which are asked for what they say of the grade, so that nothing is said twice.
    """
    own = rules.credit.services[grade]
    earning = rules.earning
    if grade in earning.credit_for_new:
        may_earn = _("yes")
    elif grade in earning.credit_to_keep:
        may_earn = _("only what it has already")
    else:
        may_earn = _("no")
    given = {str(each.label): _("no") if each in own.off else _("yes") for each in CreditService}
    return {
        **given,
        _("Updates a day"): _("no limit")
        if own.updates_a_day is None
        else _("at most %(count)s") % {"count": own.updates_a_day},
        _("Earning"): may_earn,
        _("Transfer of the account"): _("yes") if grade in rules.exits.transfer_credit else _("no"),
        _("Powers over comments"): powers_in_words(
            each.value for each in powers_of(rules.comments, nature, grade)
        ),
    }


def service_changes(
    before: CreditGrade, after: CreditGrade, nature: str, rules: ServiceRules
) -> list[tuple[str, str, str]]:
    """Return which services differ between two grades: what, before, after."""
    if before == after:
        return []
    old = services_of(before, nature, rules)
    new = services_of(after, nature, rules)
    return [(name, old[name], new[name]) for name in new if old[name] != new[name]]


def changes_in_words(changes: list[tuple[str, str, str]]) -> str:
    """Return which services change, one a line."""
    return "\n".join(
        _("· %(service)s: %(before)s → %(after)s")
        % {"service": name, "before": before, "after": after}
        for name, before, after in changes
    ) or _("No service changes.")


def healing_in_words(credit: Credit, terms: CreditTerms) -> str:
    """Return when credit will be whole again, or what is asked for before it heals."""
    if credit.score >= terms.base:
        return _("The credit is whole.")
    if credit.heals_on is not None and credit.frozen_on is None:
        return _(
            "Without another violation the credit is whole again on %(day)s: after %(days)s days "
            "of observation it gains %(points)s every %(every)s days."
        ) % {
            "day": credit.heals_on.isoformat(),
            "days": terms.observation_days,
            "points": terms.restore_points,
            "every": terms.restore_days,
        }
    if credit.frozen_on is None:
        return _("By the rule in force the credit does not heal by itself.")
    said = _("The credit is used up and does not heal by itself.")
    repairable = repairable_from(credit.frozen_on, terms)
    if repairable is not None:
        said = _and(
            said,
            _("From %(day)s on a repair can be applied for; it gives %(score)s points.")
            % {"day": repairable.isoformat(), "score": terms.repair_to},
        )
    if credit.heals_on is not None:
        said = _and(
            said,
            _("On %(day)s what was deducted no longer counts.")
            % {"day": credit.heals_on.isoformat()},
        )
    return said


def _and(sentence: str, next_one: str) -> str:
    return _("%(sentence)s %(next)s") % {"sentence": sentence, "next": next_one}


def reason_in_words(entry: CreditEntry | None, before: Credit, after: Credit) -> str:
    """Return why credit moved, as the operator may read it."""
    if entry is None:
        if after.score > before.score:
            return _("Time without another violation has healed the credit.")
        if after.score == before.score:
            return _(
                "An appeal or another version of the rule of credit changed what services go by."
            )
        return _("Another version of the rule of credit is in force; the score was counted anew.")
    said: dict[str, object] = {"points": abs(entry.points)}
    if entry.kind == CreditEntryKind.REPAIR:
        assert entry.repair is not None
        return _("The repair %(number)s was approved: %(points)s points were given.") % {
            **said,
            "number": entry.repair.number,
        }
    assert entry.decision is not None
    said["number"] = entry.decision.number
    if entry.kind == CreditEntryKind.REVERSE:
        return (
            _(
                "Decision %(number)s was reversed: its %(points)s points no longer count, as if "
                "they had never been deducted."
            )
            % said
        )
    return _("Decision %(number)s came into force: %(points)s points were deducted.") % said


def effect_in_words(points: int, before: Credit, after: Credit) -> str:
    """Return in one sentence what a decision takes from the credit."""
    return _(
        "%(points)s points of credit are deducted: the score goes from %(before)s to %(after)s."
    ) % {
        "points": points,
        "before": score_in_words(before.score, before.grade),
        "after": score_in_words(after.score, after.grade),
    }


def taken_in_words(decision: Decision) -> str:
    """Return what a decision in force took from the credit; nothing where it took nothing."""
    entry = _entry_of(decision, CreditEntryKind.DEDUCT)
    if entry is None:
        return ""
    grade = CreditTerms.from_catalogue(entry.rule.content).grade_of
    return _moved(
        _("%(points)s points of credit are deducted: the score goes from %(before)s to %(after)s."),
        entry,
        grade,
    )


def given_back_in_words(decision: Decision) -> str:
    """Return what the reversal of a decision gave back to the credit."""
    entry = _entry_of(decision, CreditEntryKind.REVERSE)
    if entry is None:
        return ""
    grade = CreditTerms.from_catalogue(entry.rule.content).grade_of
    return _moved(
        _(
            "The %(points)s points of credit no longer count as deducted, and the days in which "
            "they would have healed neither: the score goes from %(before)s to %(after)s."
        ),
        entry,
        grade,
    )


def _entry_of(decision: Decision, kind: CreditEntryKind) -> CreditEntry | None:
    return decision.credit_entries.select_related("rule").filter(kind=kind).first()


def _moved(sentence: str, entry: CreditEntry, grade: Callable[[int], CreditGrade]) -> str:
    return sentence % {
        "points": abs(entry.points),
        "before": score_in_words(entry.score_before, grade(entry.score_before)),
        "after": score_in_words(entry.score_after, grade(entry.score_after)),
    }


def days_from(day: date, count: int) -> list[date]:
    """Return so many days, the last of them `day`."""
    return [day - timedelta(days=ago) for ago in range(count - 1, -1, -1)]
