"""Published time limits: versions that are announced before they bind."""

from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.models.matters import Proposal, ProposalResult
from compliance.provisions import provision_in_words
from compliance.tables import TableKind


class LimitUnit(models.TextChoices):
    """In what a time limit is counted."""

    HOUR = "hour", _("hours")
    DAY = "day", _("calendar days")
    WORKING_DAY = "working_day", _("working days")


# Where no article names a number.
STEP_LABELS: dict[str, Promise] = {
    "application_review": _("review of an application"),
    "application_material": _("supply of material by the applicant"),
    "finding_review": _("look at a finding about an account"),
    "proposal_approval": _("approval of a proposal"),
    "case_decision": _("decision on a case"),
    "case_decision_complex": _("decision on a complex case"),
    "hearing_window": _("statement of the operator"),
    "bulk_undo": _("undoing of a decision on many accounts before operators are told"),
    "measure_notice": _("notice of a measure to the operator"),
    "emergency_confirmation": _("confirmation of an emergency measure"),
    "emergency_hold": _("longest time of a confirmed emergency hold"),
    "later_hearing_decision": _("decision after the hearing on an emergency"),
    "regulator_report": _("report of a decision to the regulator"),
    "filing_release": _("release of a filing"),
    "complaint_acknowledgement": _("acknowledgement of a complaint"),
    "complaint_acceptance": _("acceptance of a complaint"),
    "complaint_acceptance_complex": _("acceptance of a complex complaint"),
    "complaint_decision": _("decision on a complaint"),
    "complaint_decision_complex": _("decision on a complex complaint"),
    "complaint_feedback": _("feedback to the complainant"),
    "complaint_feedback_complex": _("feedback to the complainant on a complex complaint"),
    "complaint_material": _("supply of material by the complainant"),
    "complaint_appeal_window": _("appeal of the complainant"),
    "complaint_appeal_decision": _("decision on an appeal of the complainant"),
    "complaint_appeal_material": _("answer of the complainant in their appeal"),
    "urgent_action": _("first action on illegal content, doxxing or harm to minors"),
    "urgent_decision": _("decision on illegal content, doxxing or harm to minors"),
    "infringement_forwarding": _("forwarding of an infringement notice"),
    "counter_statement": _("counter-statement to an infringement notice"),
    "counter_statement_wait": _("wait after a counter-statement was forwarded"),
    "infringement_proof": _("look at the proof of a lawsuit"),
    "appeal_window": _("appeal"),
    "appeal_window_warning": _("appeal against a warning"),
    "appeal_acceptance": _("acceptance of an appeal"),
    "appeal_material": _("answer of the appellant to a question"),
    "appeal_decision": _("decision on an appeal"),
    "appeal_decision_complex": _("decision on a complex appeal"),
    "second_appeal_decision": _("decision on a second appeal"),
    "reversal_execution": _("undoing of a reversed measure"),
    "correction": _("correction of name, avatar or introduction"),
    "correction_extended": _("correction of name, avatar or introduction, extended"),
    "qualification_material": _("supply of qualification material"),
    "qualification_review": _("review of a qualification"),
    "qualification_recheck": _("renewed check of a qualification"),
    "transfer_review": _("review of a transfer"),
    "transfer_confirmation": _("confirmation of a transfer by both sides"),
    "transfer_follower_notice": _("notice of a transfer to the followers"),
    "transfer_material": _("supply of material for a transfer"),
    "transfer_regularisation": _("application for a transfer made without approval"),
    "profile_review": _("review of a change of profile"),
    "correction_review": _("review of a corrected profile"),
    "stop_cooling_small": _("time to think again before closing an account with few followers"),
    "stop_cooling_medium": _("time to think again before closing an account with many followers"),
    "stop_cooling_large": _("time to think again before closing an account with most followers"),
    "name_protection": _("protection of the name after closing at the operator’s wish"),
    "dormancy_notice": _("return after the notice of dormancy"),
    "dormancy_suspension": _("suspension for dormancy before termination"),
    "patrol_check": _("check of an account on patrol"),
    "repudiation_review": _("decision on an identity used without consent"),
    "repudiation_statement": _("statement of the operator on an identity used without consent"),
    "guardian_consent": _("proof of the guardian’s consent"),
    "contract_review": _("review of an agreement with an agency"),
    "contract_material": _("supply of an agreement with an agency"),
    "contract_reminder": _("reminder before the end of an agreement with an agency"),
    "blacklist_match": _("look at a match with the blacklist"),
    "blacklist_request": _("answer to an application to leave the blacklist"),
    "blacklist_review": _("review of a blacklist entry"),
    "watch_review": _("review of an entry of the watch list"),
    "watch_term": _("longest time on the watch list"),
    "second_look": _("second look at a decision"),
    "second_look_review": _("conclusion on a second look that came out otherwise"),
    "rumour_finding": _("finding of contents and accounts of a rumour"),
    "rumour_tracing": _("tracing of a rumour to its origin"),
    "rumour_verdict": _("telling apart whether something is a rumour"),
    "rumour_refutation": _("refutation of a rumour"),
    "rumour_elimination": _("elimination of a rumour"),
    "rumour_conclusion": _("conclusion on the accounts of a rumour"),
    "rumour_review": _("review of a decision whose rumour was reopened"),
    "credit_dispute": _("answer to a dispute of the credit record"),
    "personal_information_request": _("answer to a request about personal information"),
    "incident_report": _("report of a security incident"),
    "incident_summary": _("summary of a security incident"),
    "identity_pictures": _("keeping of pictures of identity documents after the result"),
    "agreement_acceptance": _("acceptance of a new version of the service agreement"),
    "rule_announcement": _("announcement of a change of rules before it is in force"),
}
# Which limit, counted from the same start, a step may be given once instead of its own.
EXTENSIONS: dict[str, str] = {
    "case_decision": "case_decision_complex",
    "complaint_acceptance": "complaint_acceptance_complex",
    "complaint_decision": "complaint_decision_complex",
    "complaint_feedback": "complaint_feedback_complex",
    "appeal_decision": "appeal_decision_complex",
    "correction": "correction_extended",
}
# Time that somebody outside is given: it lapses, and nobody here is late.
WINDOWS: frozenset[str] = frozenset(
    {
        "application_material",
        "hearing_window",
        "emergency_hold",
        "bulk_undo",
        "complaint_material",
        "complaint_appeal_window",
        "complaint_appeal_material",
        "counter_statement",
        "counter_statement_wait",
        "appeal_window",
        "appeal_window_warning",
        "appeal_material",
        "correction",
        "qualification_material",
        "transfer_confirmation",
        "transfer_follower_notice",
        "transfer_material",
        "transfer_regularisation",
        "stop_cooling_small",
        "stop_cooling_medium",
        "stop_cooling_large",
        "name_protection",
        "dormancy_notice",
        "dormancy_suspension",
        "repudiation_statement",
        "guardian_consent",
        "contract_material",
        "contract_reminder",
        "identity_pictures",
        "agreement_acceptance",
    }
)
# The day from which public accounts are governed by the provisions (art. 23); the limits that
# migrations lay are in force from then on.
LAID_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)
# E-commerce law art. 34 by analogy: whoever is bound by a change knows of it beforehand.
SHORTEST_ANNOUNCEMENT = timedelta(days=7)


class TimeLimit(models.Model):
    """
    A time limit for a step of the work, from a date on; a change is a new row.

    What migrations lay is in force from the day of the provisions; every later version carries the
    proposal that others approved and is announced before it binds.
    """

    table_kind = TableKind.LOG

    code = models.CharField(_("step"), max_length=60)
    amount = models.PositiveSmallIntegerField(_("amount"))
    unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices)
    provision = models.CharField(_("provision"), max_length=60)
    effective_from = models.DateTimeField(_("in force from"))
    warn_percent = models.PositiveSmallIntegerField(_("warned after (percent)"), default=70)
    announced_at = models.DateTimeField(_("announced at"), null=True, editable=False)
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, related_name="time_limit", editable=False
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        permissions = [
            ("propose_limit", "Can propose changes of time limits and the calendar"),
            ("approve_limit", "Can approve changes of time limits and the calendar"),
            ("approve_limit_as_officer", "Can approve changes of time limits as officer"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code", "effective_from"], name="timelimit_effective"),
            models.CheckConstraint(
                condition=Q(unit__in=LimitUnit.values), name="timelimit_unit_known"
            ),
            models.CheckConstraint(
                condition=Q(warn_percent__gte=1, warn_percent__lte=99),
                name="timelimit_warned_before_due",
            ),
            models.CheckConstraint(
                condition=Q(
                    proposal__isnull=True,
                    approved_result__isnull=True,
                    announced_at__isnull=True,
                    effective_from=LAID_SINCE,
                )
                | Q(
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                    announced_at__isnull=False,
                ),
                name="timelimit_changed_only_if_approved",
            ),
            models.CheckConstraint(
                condition=Q(announced_at__isnull=True)
                | Q(effective_from__gte=F("announced_at") + SHORTEST_ANNOUNCEMENT),
                name="timelimit_announced_seven_days_before",
            ),
            CompositeForeignKey(
                name="timelimit_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_label}: {self.amount_in_words}"

    @property
    def step_label(self) -> str:
        """Return the step in words; a step of a later version than ours by its code."""
        return step_in_words(self.code)

    @property
    def amount_in_words(self) -> str:
        """Return "7 working days"; nothing of a day is the end of the same day."""
        if not self.amount:
            return gettext("the same day")
        return f"{self.amount} {self.get_unit_display()}"

    @property
    def provision_label(self) -> str:
        """Return in words where the limit comes from."""
        return provision_in_words(self.provision)


def step_in_words(code: str) -> str:
    """Return what a step is called on screen; one of a later version than ours by its code."""
    return str(STEP_LABELS.get(code, code))
