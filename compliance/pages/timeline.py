"""What happened to a record, in words: who, when, under which article, why, and what changed."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from compliance.models import ActionLog, ActionOutcome
from compliance.staff import SYSTEM_LOGIN
from compliance.ui.history import has_words
from compliance.ui.kit import TimelineStep

# The last word of a log action, as colleagues say it.
VERBS = {
    "tell": gettext_lazy("Told"),
    "stand": gettext_lazy("Not disputed in time"),
    "counter": gettext_lazy("Disputed by the operator"),
    "note_lifted": gettext_lazy("Lifted by hand"),
    "take_back": gettext_lazy("Answer taken back before it went out"),
    "take_back_unaccepted": gettext_lazy("Answer taken back before it went out"),
    "receive_filing": gettext_lazy("Statement of the appellant kept"),
    "receive_supplement": gettext_lazy("Supplement kept"),
    "receive_answer": gettext_lazy("Answer kept"),
    "state_for_decision": gettext_lazy("Stated for those who decided"),
    "record_mediation": gettext_lazy("Mediation recorded"),
    "appeal_on_page": gettext_lazy("Sent on the page for appeals"),
    "appeal": gettext_lazy("Appealed against"),
    "write_down": gettext_lazy("Written down for the appellant"),
    "mediate": gettext_lazy("Mediation recorded"),
    "remit": gettext_lazy("Sent back"),
    "reduce": gettext_lazy("Reduced by undoing some measures"),
    "state": gettext_lazy("Stated for those who decided"),
    "supplement": gettext_lazy("Supplement kept"),
    "write_answer": gettext_lazy("Answer kept"),
    "withdraw_for_appellant": gettext_lazy("Withdrawn by the appellant"),
    "adopt_approvals": gettext_lazy("Approved with the list that holds it"),
    "go_on": gettext_lazy("Gone on with"),
    "try_page": gettext_lazy("Tried on a page"),
    "carry_out": gettext_lazy("Decided on"),
    "try_again": gettext_lazy("To be tried again"),
    "finish_undoing": gettext_lazy("Everything undone"),
    "answer_not_applicable": gettext_lazy("Answered: not applicable"),
    "attach_material": gettext_lazy("Material attached"),
    "conclude": gettext_lazy("Said what follows"),
    "conclude_with_decision": gettext_lazy("Said what follows: a decision"),
    "conclude_without_action": gettext_lazy("Said what follows: no action"),
    "decide_later": gettext_lazy("Decided after the hearing"),
    "eliminate": gettext_lazy("Elimination answered"),
    "identify": gettext_lazy("Told apart"),
    "name_contents": gettext_lazy("Accounts and contents named"),
    "open_case": gettext_lazy("Case opened"),
    "put_before_reviewer": gettext_lazy("Put before somebody who took no part"),
    "refute": gettext_lazy("Refutation answered"),
    "to_decision": gettext_lazy("Led on to the decision"),
    "trace": gettext_lazy("Tracing answered"),
    "keep": gettext_lazy("Kept"),
    "note": gettext_lazy("Noted"),
    "compare": gettext_lazy("Second look came out alike"),
    "dispute": gettext_lazy("Second look came out otherwise"),
    "draw": gettext_lazy("Drawn for second looks"),
    "freeze": gettext_lazy("Figures frozen"),
    "resolve": gettext_lazy("Asked whose a pseudonym is"),
    "fall_due": gettext_lazy("Put up for review"),
    "ask_review": gettext_lazy("Review asked for"),
    "review_again": gettext_lazy("Put up for review again"),
    "relist": gettext_lazy("In force again"),
    "list": gettext_lazy("Put on the watch list"),
    "dismiss": gettext_lazy("Not the same"),
    "propose_removal": gettext_lazy("Removal proposed"),
    "take_effect": gettext_lazy("Took effect"),
    "deduct": gettext_lazy("Points deducted"),
    "repair": gettext_lazy("Repaired"),
    "count": gettext_lazy("Counted anew"),
    "heal": gettext_lazy("Scores moved by time"),
    "enter": gettext_lazy("Entered"),
    "set_subject": gettext_lazy("Passed to another subject"),
    "regularise": gettext_lazy("Put in order"),
    "pause": gettext_lazy("Paused"),
    "miss": gettext_lazy("Not done in time"),
    "lapse": gettext_lazy("Lapsed"),
    "clear": gettext_lazy("Found not to be so"),
    "block": gettext_lazy("Ended by an open matter"),
    "begin_cooling": gettext_lazy("Time to think again"),
    "attach_papers": gettext_lazy("Papers attached"),
    "accept": gettext_lazy("Acceptances recorded"),
    "add_names": gettext_lazy("Names listed"),
    "admit": gettext_lazy("Checked and admitted"),
    "agree_to_name": gettext_lazy("Agreed to have the name shown"),
    "announce": gettext_lazy("Announced"),
    "discard": gettext_lazy("Draft discarded"),
    "ask_guardian": gettext_lazy("Asked for the guardian’s consent"),
    "ask_operator": gettext_lazy("Asked the operator for a statement"),
    "ask_claimant": gettext_lazy("Asked the claimant for material"),
    "answer": gettext_lazy("Answered"),
    "apply": gettext_lazy("Applied for"),
    "approve": gettext_lazy("Approved"),
    "approve_extension": gettext_lazy("More time approved"),
    "approve_by_checks": gettext_lazy("Approved by the checks"),
    "approve_erasure": gettext_lazy("Erasure approved"),
    "ask_extension": gettext_lazy("More time asked for"),
    "ask_for_material": gettext_lazy("Asked for material"),
    "assign": gettext_lazy("Role given"),
    "attach_evidence": gettext_lazy("Evidence attached"),
    "authenticate": gettext_lazy("Key refused"),
    "begin": gettext_lazy("Begun"),
    "call": gettext_lazy("Request to the API"),
    "cancel": gettext_lazy("Cancelled before it was sent"),
    "change": gettext_lazy("Changed"),
    "change_password": gettext_lazy("Password changed"),
    "check_again": gettext_lazy("To be looked at again"),
    "claim": gettext_lazy("Taken"),
    "close": gettext_lazy("Closed"),
    "come_back": gettext_lazy("In use again"),
    "confirm": gettext_lazy("Confirmed by the platform"),
    "correct": gettext_lazy("Corrected"),
    "create": gettext_lazy("Recorded"),
    "deactivate": gettext_lazy("Login deactivated"),
    "decide": gettext_lazy("Decided"),
    "deliver": gettext_lazy("Told to the platform"),
    "confirm_hold": pgettext_lazy("emergency hold", "Confirmed"),
    "end": gettext_lazy("No longer in force"),
    "end_hearing": gettext_lazy("The operator was heard"),
    "end_hold": gettext_lazy("Ended with the case or its decision"),
    "pass_on_in_silence": gettext_lazy("Passed on in silence"),
    "place_hold": gettext_lazy("Emergency hold placed"),
    "prolong": gettext_lazy("Prolonged"),
    "shorten": gettext_lazy("Shortened by an appeal"),
    "take_up_again": gettext_lazy("Taken up again after an appeal"),
    "appeal_file": gettext_lazy("Appeal of the complainant filed"),
    "appeal_add": gettext_lazy("Added to by the complainant"),
    "appeal_withdraw": gettext_lazy("Appeal of the complainant withdrawn"),
    "appeal_unknown": gettext_lazy("Sent on the tracking page"),
    "receive_statement": gettext_lazy("Statement received"),
    "refuse_hold": gettext_lazy("Confirmation refused"),
    "end_role": gettext_lazy("Role ended"),
    "end_scope": gettext_lazy("Scope ended"),
    "drop": gettext_lazy("Ended with the account"),
    "enforce": gettext_lazy("Came into force"),
    "erase": gettext_lazy("Erased"),
    "expire": gettext_lazy("Expired"),
    "export": gettext_lazy("File handed out"),
    "extend": gettext_lazy("Time extended"),
    "fail": gettext_lazy("Failed at the platform"),
    "file": gettext_lazy("Filed with the regulator"),
    "find": gettext_lazy("Found by an identity search"),
    "finish": gettext_lazy("Carried out to the end"),
    "give_up": gettext_lazy("Given up"),
    "grade": gettext_lazy("Graded"),
    "grant": gettext_lazy("Scope granted"),
    "hand_over": gettext_lazy("Handed over"),
    "import_calendar": gettext_lazy("Working days entered"),
    "leave_name": gettext_lazy("Left the name it was registered in"),
    "name_account": gettext_lazy("Account named"),
    "protect": gettext_lazy("Service suspended meanwhile"),
    "return_to_name": gettext_lazy("Came back to the name it was registered in"),
    "undo": gettext_lazy("Undone"),
    "uphold": gettext_lazy("Upheld"),
    "withdraw_application": gettext_lazy("Withdrawn"),
    "withdraw_claim": gettext_lazy("Withdrawn"),
    "issue": gettext_lazy("Key made"),
    "lift": gettext_lazy("Lifted"),
    "propose_lift": gettext_lazy("Proposed to be lifted"),
    "load": gettext_lazy("Demo data loaded"),
    "look_up": gettext_lazy("Looked up at the issuer"),
    "pass": gettext_lazy("Passed"),
    "lose": gettext_lazy("Lost"),
    "note_claim": gettext_lazy("Statement about an agency noted"),
    "pass_on": gettext_lazy("Passed on to the next approver"),
    "plan": gettext_lazy("Planned"),
    "prepare": gettext_lazy("Rows frozen"),
    "propose": gettext_lazy("Proposed"),
    "ask": gettext_lazy("Asked to be shown"),
    "propose_erasure": gettext_lazy("Erasure proposed"),
    "rate": gettext_lazy("Sensitivity changed"),
    "publish": gettext_lazy("Figures published"),
    "publish_contact": gettext_lazy("Public contact changed"),
    "receipt": gettext_lazy("Receipted"),
    "receipt_report": gettext_lazy("Report confirmed"),
    "recuse": gettext_lazy("Keeps out of it"),
    "push_activity": gettext_lazy("Use of accounts pushed"),
    "push_metrics": gettext_lazy("Figures pushed"),
    "record_follow_consent": gettext_lazy("Consent to follow recorded"),
    "refuse": gettext_lazy("Refused"),
    "refuse_by_checks": gettext_lazy("Refused by the checks"),
    "register": gettext_lazy("Account registered"),
    "register_file": gettext_lazy("File registered"),
    "release": gettext_lazy("No longer holds"),
    "remove": gettext_lazy("Taken off the list"),
    "reopen": gettext_lazy("Reopened"),
    "renew": gettext_lazy("Renewed by a later document"),
    "repeat": gettext_lazy("Ordered again"),
    "replace": gettext_lazy("Replaced by a new key"),
    "request_release": gettext_lazy("Release asked for"),
    "requeue": gettext_lazy("Back in its queue"),
    "resend": gettext_lazy("Sent anew"),
    "restore": gettext_lazy("Given back"),
    "resume": gettext_lazy("Taken into use again"),
    "resume_review": gettext_lazy("Review resumed"),
    "resume_verification": gettext_lazy("Verification resumed"),
    "return": gettext_lazy("Returned"),
    "return_erasure": gettext_lazy("Erasure returned"),
    "return_extension": gettext_lazy("More time refused"),
    "come_of_age": gettext_lazy("Came of age"),
    "reveal": gettext_lazy("Revealed"),
    "reverse": gettext_lazy("Reversed"),
    "review": gettext_lazy("Reviewed"),
    "revoke": gettext_lazy("Revoked"),
    "rotate": gettext_lazy("New key made"),
    "search": gettext_lazy("Searched"),
    "send": gettext_lazy("Sent"),
    "set_aside": gettext_lazy("Set aside"),
    "set_avatar": gettext_lazy("Avatar set"),
    "set_profile": gettext_lazy("Profile set"),
    "send_back": gettext_lazy("Put back into its queue"),
    "send_report": gettext_lazy("Report sent"),
    "send_to_review": gettext_lazy("Sent to review"),
    "show": gettext_lazy("Shown"),
    "skip": gettext_lazy("Passed over"),
    "stop": gettext_lazy("Taken out of use"),
    "strike_off": gettext_lazy("Taken off the register"),
    "submit": gettext_lazy("Proposed"),
    "take_back_name": gettext_lazy("Consent to show the name taken back"),
    "supply_material": gettext_lazy("Material supplied"),
    "suspend": gettext_lazy("Service suspended"),
    "take_in": gettext_lazy("Taken in for review"),
    "take_out": gettext_lazy("Original taken out"),
    "take_over": gettext_lazy("Taken over"),
    "take_up": gettext_lazy("Taken up"),
    "terminate": gettext_lazy("Service terminated"),
    "tick": gettext_lazy("Checklist filled in"),
    "verify": gettext_lazy("Verified"),
    "verify_again": gettext_lazy("Verified again"),
    "verify_with_registration": gettext_lazy("Verified with the application"),
    "wait_for_scanner": gettext_lazy("Waits for the virus scanner"),
    "withdraw": gettext_lazy("Withdrawn"),
    "write_again": gettext_lazy("Written again"),
    "acknowledge": pgettext_lazy("complaint", "Acknowledged"),
    "not_accept": pgettext_lazy("complaint", "Not accepted"),
    "investigate": gettext_lazy("Being looked into"),
    "feed_back": gettext_lazy("Complainant told"),
    "forward": gettext_lazy("Forwarded to the moderators"),
    "transfer": gettext_lazy("Handed to another team"),
    "start_forwarding": gettext_lazy("To be passed on"),
    "show_suit": gettext_lazy("Proof of a lawsuit sent"),
    "accept_suit": gettext_lazy("Before a court or an authority"),
    "refuse_suit": gettext_lazy("Proof of a lawsuit not accepted"),
    "link_repudiation": gettext_lazy("Claim of a disputed identity linked"),
    "join_complaint": gettext_lazy("Complaint joined"),
    "accept_correction": gettext_lazy("Corrected profile accepted"),
    "refuse_to_correct": gettext_lazy("Refused by the operator"),
    "reinstate": gettext_lazy("Put back as it stood before"),
    "reinstate_refused": gettext_lazy("Put back as it stood before"),
    "reject": gettext_lazy("Not accepted"),
    "reject_late": gettext_lazy("Not accepted, after the time was over"),
    "renew_time": gettext_lazy("Time set anew"),
    "set_back": gettext_lazy("Set back to a neutral state"),
    "withdraw_order": gettext_lazy("Order withdrawn"),
}
# Where a word means something else on one kind of record.
VERBS_OF_MODEL = {
    "appeal.create": gettext_lazy("Appeal filed"),
    "appeal.accept": pgettext_lazy("appeal", "Accepted"),
    "appeal.refuse": pgettext_lazy("appeal", "Not accepted"),
    "appeal.decide": pgettext_lazy("appeal", "Decided"),
    "appeal.ask": gettext_lazy("Appellant asked"),
    "bulkdecision.create": gettext_lazy("Drafted"),
    "bulkdecision.stop": pgettext_lazy("list of accounts", "Stopped"),
    "bulkdecision.undo": gettext_lazy("Being undone"),
    "bulkitem.create": gettext_lazy("Put on the list"),
    "bulkitem.fail": gettext_lazy("Could not be carried out"),
    "bulkitem.undo": gettext_lazy("Decision undone"),
    "complaint.supplement": gettext_lazy("Added to by the complainant"),
    "complaint.create": pgettext_lazy("complaint", "Received"),
    "complaint.accept": pgettext_lazy("complaint", "Accepted"),
    "complaint.refuse": pgettext_lazy("complaint", "Not accepted"),
    "complaint.ask": gettext_lazy("Complainant asked"),
    "complaint.resume": gettext_lazy("Taken up again"),
    "complaint.reopen": gettext_lazy("Taken up again"),
    "complaint.decide": pgettext_lazy("complaint", "Decided"),
    "complaint.close": pgettext_lazy("complaint", "Closed"),
    "complaintappeal.create": gettext_lazy("Appeal of the complainant filed"),
    "complaintappeal.ask": gettext_lazy("Complainant asked"),
    "complaintappeal.answer": gettext_lazy("Complainant answered"),
    "complaintappeal.supplement": gettext_lazy("Added to by the complainant"),
    "complaintappeal.take_up": gettext_lazy("Taken up by somebody else"),
    "complaintbatch.create": gettext_lazy("Complaints answered together"),
    "complaintbatch.undo": gettext_lazy("Undone before anybody was told"),
    "infringement.create": gettext_lazy("Notice of infringement"),
    "complaint.pass_on": gettext_lazy("Notice passed on to the operator"),
    "infringement.pass_on": gettext_lazy("Passed on to the operator"),
    "infringement.fall_due": gettext_lazy("No lawsuit shown: to be lifted"),
    "infringement.lift": gettext_lazy("No lawsuit shown: lifted"),
    "infringement.drop": gettext_lazy("No longer pursued"),
    "rumour.create": gettext_lazy("Warned of"),
    "rumour.find": gettext_lazy("Finding answered"),
    "rumour.reopen": gettext_lazy("Turned out otherwise, told apart anew"),
    "rumour.close": pgettext_lazy("rumour", "Closed"),
    "rumouraccount.create": pgettext_lazy("rumour", "Account named"),
    "rumouraccount.reopen": gettext_lazy("What follows is open again"),
    "refutation.create": gettext_lazy("Published"),
    "refutation.withdraw": gettext_lazy("Withdrawn publicly"),
    "rumourreview.create": gettext_lazy("Put before a supervisor"),
    "rumourreview.keep": gettext_lazy("Decision kept"),
    "rumourreview.reverse": gettext_lazy("Decision reversed"),
    "hearing.create": gettext_lazy("Hearing opened, operator told"),
    "hearing.drop": gettext_lazy("No longer needed"),
    "hearing.lapse": gettext_lazy("The time passed in silence"),
    "emergencyhold.create": gettext_lazy("Placed"),
    "blacklistentry.create": gettext_lazy("Put on the blacklist or barred"),
    "blacklistentry.remove": gettext_lazy("Removed by two approvals"),
    "blacklistmatch.create": gettext_lazy("Met the entry"),
    "blacklistmatch.confirm": gettext_lazy("The same subject"),
    "watchentry.create": gettext_lazy("Proposed for the watch list"),
    "watchentry.keep": gettext_lazy("Looked at; goes on"),
    "watchentry.remove": gettext_lazy("Taken off the watch list"),
    "apikey.create": gettext_lazy("Key made"),
    "apiscopegrant.create": gettext_lazy("Scope granted"),
    "evidencefile.create": gettext_lazy("Came in"),
    "filing.correct": gettext_lazy("Corrected by a later filing"),
    "filing.release": pgettext_lazy("filing", "Released"),
    "agency.restore": gettext_lazy("On the register again"),
    "agencycontract.terminate": gettext_lazy("Ended early"),
    "earningapplication.grant": gettext_lazy("Granted"),
    "standing.rate": gettext_lazy("Credit rated anew"),
    "repudiation.refuse": gettext_lazy("Not upheld"),
    "repudiation.verify": gettext_lazy("Identity verified"),
    "accountallowance.create": gettext_lazy("Handed in"),
    "correction.create": gettext_lazy("Order a correction"),
    "correction.lapse": gettext_lazy("Not corrected in time"),
    "guardianwithdrawal.create": gettext_lazy("Consent taken back"),
    "profilechange.create": gettext_lazy("Handed in"),
    "qualification.create": gettext_lazy("Handed in"),
    "repudiation.create": gettext_lazy("Handed in"),
    "accountallowance.grant": gettext_lazy("More accounts granted"),
    "qualification.revoke": gettext_lazy("Verification revoked"),
    "qualification.confirm": gettext_lazy("Found still in force"),
    "accountmark.end": gettext_lazy("Mark withdrawn"),
    "stop.resume": gettext_lazy("Resumed"),
    "stop.revoke": gettext_lazy("Taken back"),
    "transfer.send_back": gettext_lazy("Back into review"),
    "transfer.confirm": gettext_lazy("Confirmed by one side"),
    "transfer.announce": gettext_lazy("Announced to the followers"),
    "workitem.release": gettext_lazy("Given back to the queue"),
    "affiliation.create": gettext_lazy("Tie to the platform noted"),
    "affiliation.end": gettext_lazy("Tie to the platform ended"),
    "secondlook.create": gettext_lazy("Drawn for a second look"),
    "absence.end": gettext_lazy("Back early"),
    "deputy.create": gettext_lazy("Named"),
    "deputy.end": gettext_lazy("Ended early"),
    "patrolcheck.create": gettext_lazy("Put up to be checked"),
    "patrolcheck.fail": gettext_lazy("Did not pass"),
    "patrolcheck.verify": gettext_lazy("Identity verified again"),
    "dormancy.undo": gettext_lazy("Termination undone"),
    "dormancy.create": gettext_lazy("Found dormant, operator told"),
    "dormancy.propose": gettext_lazy("Termination proposed"),
    "dormancy.take_out": gettext_lazy("Taken out of the batch"),
}
# What a page was sent instead of one of its acts; the log keeps it as it came.
UNKNOWN_VERB = gettext_lazy("An act that the page does not offer")


def verb_in_words(action: str) -> str:
    """Return what a log action is called on screen."""
    _package, _dot, act = action.partition(".")
    verb = act.rsplit(".", 1)[-1]
    return str(VERBS_OF_MODEL.get(act) or VERBS.get(verb, UNKNOWN_VERB))


def shown_value(field: models.Field, value: Any) -> str:
    """Return a logged value as the screen words it."""
    if value in (None, "", []):
        return _("nothing")
    if isinstance(value, list):
        labels = dict(getattr(getattr(field, "base_field", None), "flatchoices", ()))
        words = _(", ").join(str(labels.get(each, each)) for each in value)
        return _("%(count)s (%(words)s)") % {"count": len(value), "words": words}
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField) and isinstance(value, str):
        instant = parse_datetime(value)
        if instant is not None:
            return date_format(localtime(instant), "SHORT_DATETIME_FORMAT")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def changes_in_words(model: type[models.Model], changes: dict[str, Any]) -> str:
    """Return "state: In review → Approved; …" for what a log row says was changed."""
    words = []
    for name, pair in changes.items():
        if not (isinstance(pair, list) and len(pair) == 2):
            continue
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        # References to other rows are numbers that say nothing to a reader.
        if isinstance(field, models.Field) and not field.is_relation and has_words(field):
            before, after = (shown_value(field, value) for value in pair)
            changed = {"field": field.verbose_name, "before": before, "after": after}
            words.append(_("%(field)s: %(before)s → %(after)s") % changed)
    return _("; ").join(words)


def act_in_words(row: ActionLog, name: str = "") -> str:
    """
    Return "application: Approved" for a log row, or "case AJ00000001: Closed" with a name.

    Of a kind that is gone it is what was logged.
    """
    try:
        model = apps.get_model(row.object_type)
    except (LookupError, ValueError):
        return row.action
    record = f"{model._meta.verbose_name} {name}".strip()
    return _("%(record)s: %(act)s") % {"record": record, "act": verb_in_words(row.action)}


def is_by_system(row: ActionLog) -> bool:
    """Return whether the system acted, so that nobody typed the reason."""
    return row.login == SYSTEM_LOGIN


def timeline_of(
    *records: models.Model, limit: int = 50, name: Callable[[models.Model], str] | None = None
) -> list[TimelineStep]:
    """
    Return the acts on the given records, newest first, as many as a page can take.

    `name` says which record an act was on, where the page is about several of a kind.
    """
    rows: list[tuple[ActionLog, models.Model]] = []
    for record in records:
        rows += [
            (row, record) for row in ActionLog.objects.for_object(record).order_by("-id")[:limit]
        ]
    rows.sort(key=lambda pair: pair[0].pk, reverse=True)
    return [
        step_of_row(row, record, name=name(record) if name else "") for row, record in rows[:limit]
    ]


def step_of_row(row: ActionLog, record: models.Model, *, name: str = "") -> TimelineStep:
    """Return a row of the log as a step; `name` says which record, where several are told of."""
    title = act_in_words(row, name)
    refused = row.outcome == ActionOutcome.REFUSED
    if refused:
        title = _("%(act)s — refused") % {"act": title}
    return TimelineStep(
        at=row.at,
        title=title,
        actor=row.actor_name,
        provision=row.get_provision_display(),
        text=row.reason,
        changes=changes_in_words(type(record), row.changes),
        # What the system gives as its reason is in the language of the product, on every screen.
        language=settings.LANGUAGE_CODE if is_by_system(row) else "",
        tone="warning" if refused else "",
    )
