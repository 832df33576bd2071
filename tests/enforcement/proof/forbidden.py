"""What nobody may do about decisions, measures, cases, lists and the catalogue; another act is another line."""

from compliance.errors import ActionRefused, InvalidInput, NotPermitted, SamePerson
from enforcement.enums import MeasureCode
from enforcement.models import (
    Case,
    CatalogueVersion,
    Decision,
    Measure,
    OrderedMeasure,
    WatchEntry,
)
from enforcement.services import cases, decisions, measures, reversals
from enforcement.services.blacklist import reviewing
from enforcement.services.catalogue import changes
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.lifting import proposing
from enforcement.services.watchlist import watching
from tests.enforcement.conftest import CLOSURE, suspension
from tests.enforcement.proof.attempts import (
    NO_RIGHT,
    Fake,
    Forbidden,
    approval_by,
    changed_to,
    copied,
    outcome_of,
)
from tests.enforcement.proof.forbidden_appeals import OF_APPEALS
from tests.enforcement.proof.forbidden_flows import OF_FLOWS
from tests.enforcement.proof.forbidden_rumours import OF_RUMOURS
from tests.enforcement.proof.laid import (
    administrator,
    another_moderator,
    approving,
    approving_as_a_program,
    auditor,
    changing_the_catalogue,
    closing_a_case,
    lifting,
    moderator,
    officer,
    opening_a_case,
    ordering,
    proposing_a_second,
    proposing_as_supervisor,
    proposing_it,
    proposing_to_lift_a_closure,
    removing,
    returning,
    supervisor,
    undoing,
    watching_an_account,
    withdrawing,
)

IN_FORCE = Fake(
    changed_to(Decision, "status = 'in_force', in_force_from = now()"),
    "decision_taken_only_if_approved",
)
BY_OTHERS = Fake(approval_by("%(who)s", "decision"), "approval_approver_took_part")
NOT_EARNED = Fake(outcome_of("decision", "approved"), "proposaloutcome_earned")
# The rows are not those that the record has of them.
HISTORY = "history_differs"
LIFTED = Fake(
    changed_to(Measure, "status = 'lifted', ended_at = now()"), "measure_lift_has_its_ground"
)


def ordered(measure: MeasureCode, refused_by: str) -> tuple[Fake, ...]:
    """Return what would order a measure without what it needs."""
    words = copied(OrderedMeasure, measure=f"'{measure}'", term_days="NULL")
    return (Fake(words, refused_by),)


def no_trace(table: str) -> tuple[Fake, ...]:
    """Return what would take away what an act rests on."""
    return (Fake(f"DELETE FROM {table}", NO_RIGHT),)


PROPOSE, APPROVE = decisions.propose_decision, decisions.approve_decision
FORBIDDEN: dict[str, Forbidden] = {
    "approving one's own proposal": Forbidden(
        APPROVE,
        approving(moderator),
        SamePerson,
        (
            Fake(approval_by("proposer_id", "decision"), "approval_approver_is_not_proposer"),
            NOT_EARNED,
        ),
    ),
    "approving twice": Forbidden(
        APPROVE,
        approving(supervisor, is_second=True),
        SamePerson,
        (Fake(approval_by("%(who)s", "decision", 2), "approval_once_per_person"), NOT_EARNED),
    ),
    "approving as another moderator": Forbidden(
        APPROVE, approving(another_moderator), NotPermitted, (BY_OTHERS, IN_FORCE)
    ),
    "approving as a program": Forbidden(
        APPROVE,
        approving_as_a_program,
        NotPermitted,
        (Fake(approval_by("%(who)s", "decision"), "approval_by_people"),),
    ),
    "approving as system administrator": Forbidden(
        APPROVE, approving(administrator), NotPermitted, (BY_OTHERS, IN_FORCE)
    ),
    "approving as auditor": Forbidden(
        APPROVE, approving(auditor), NotPermitted, (BY_OTHERS, IN_FORCE)
    ),
    "approving before the operator was heard": Forbidden(
        APPROVE,
        approving(supervisor, is_heard=False),
        ActionRefused,
        (Fake(changed_to(Decision, "status = 'proposed'"), "decision_heard_before_approval"),),
    ),
    "deciding without facts": Forbidden(
        PROPOSE,
        proposing_it({"facts": " "}, facts=" "),
        InvalidInput,
        (Fake(copied(Decision, facts="''"), "decision_has_facts_and_reasoning"),),
    ),
    "deciding without reasoning": Forbidden(
        PROPOSE,
        proposing_it({"reasoning": "违规"}, reasoning="违规"),
        InvalidInput,
        (Fake(copied(Decision, reasoning="''"), "decision_has_facts_and_reasoning"),),
    ),
    "deciding without a clause": Forbidden(
        PROPOSE,
        proposing_it({"clauses": []}, clauses=[]),
        InvalidInput,
        no_trace("enforcement_decisionclause"),
    ),
    "departing from the ladder without a reason": Forbidden(
        PROPOSE,
        proposing_it({"deviation_reason": ""}, deviation_reason=""),
        InvalidInput,
        (Fake(copied(Decision, deviation_reason="''"), "decision_deviation_has_its_reason"),),
    ),
    "ordering nothing": Forbidden(
        PROPOSE, ordering(), InvalidInput, no_trace("enforcement_orderedmeasure")
    ),
    "ordering beyond the longest term": Forbidden(
        PROPOSE,
        ordering(*suspension(181), term_suspend_updates=181),
        InvalidInput,
        (Fake("UPDATE enforcement_orderedmeasure SET term_days = 181", NO_RIGHT),),
    ),
    "ordering without a term": Forbidden(
        PROPOSE,
        ordering(MeasureOrder(MeasureCode.SUSPEND_UPDATES)),
        InvalidInput,
        ordered(MeasureCode.SUSPEND_UPDATES, "orderedmeasure_term_fits"),
    ),
    "ordering a termination without ground": Forbidden(
        PROPOSE,
        ordering(MeasureOrder(MeasureCode.TERMINATE)),
        ActionRefused,
        ordered(MeasureCode.TERMINATE, "orderedmeasure_termination_names_its_ground"),
    ),
    "listing without a review date": Forbidden(
        PROPOSE,
        ordering(MeasureOrder(MeasureCode.BLACKLIST), review_blacklist=""),
        InvalidInput,
        ordered(MeasureCode.BLACKLIST, "orderedmeasure_listing_has_review_date"),
    ),
    "a second open decision on a case": Forbidden(
        PROPOSE,
        proposing_a_second,
        ActionRefused,
        (
            Fake(
                copied(Decision, proposal_id="%(proposal)s", approval_item_id="%(item)s"),
                "decision_one_open_per_case",
            ),
        ),
    ),
    "proposing as supervisor": Forbidden(
        PROPOSE,
        proposing_as_supervisor,
        NotPermitted,
        (Fake(changed_to(Decision, "proposed_by_id = %(who)s"), "frozen_columns"),),
    ),
    "opening a case as system administrator": Forbidden(
        cases.open_case,
        opening_a_case,
        NotPermitted,
        (Fake(changed_to(Case, "opened_by_id = %(who)s"), "frozen_columns"),),
    ),
    "closing a case that was not reported": Forbidden(
        cases.close_case,
        closing_a_case,
        ActionRefused,
        (Fake(changed_to(Case, "status = 'closed'"), HISTORY),),
    ),
    "lifting as moderator": Forbidden(
        measures.lift_measure, lifting(moderator, suspension(7)), NotPermitted, (LIFTED,)
    ),
    "lifting as auditor": Forbidden(
        measures.lift_measure, lifting(auditor, suspension(7)), NotPermitted, (LIFTED,)
    ),
    "lifting a closure": Forbidden(
        measures.lift_measure, lifting(supervisor, CLOSURE), ActionRefused, (LIFTED,)
    ),
    "lifting alone what two have ordered": Forbidden(
        measures.lift_measure,
        lifting(supervisor, suspension(60)),
        ActionRefused,
        (
            LIFTED,
            Fake(
                "INSERT INTO enforcement_measurelift"
                " (measure_id, approvals_of_measure, ground, told, lifted_by_id, lifted_at)"
                " SELECT id, approvals_given, 'put_right', '已改正', %(who)s, now()"
                " FROM enforcement_measure",
                "measurelift_two_lift_what_two_ordered",
            ),
        ),
    ),
    "proposing to lift a closure": Forbidden(
        proposing.propose_lift, proposing_to_lift_a_closure, ActionRefused, (LIFTED,)
    ),
    "undoing what one decided": Forbidden(
        reversals.reverse_decision,
        undoing(lambda world: world.people["both"]),
        SamePerson,
        (
            Fake(
                "INSERT INTO compliance_participation (matter_id, person_id, side)"
                " SELECT matter_id, %(who)s, 'appeal' FROM compliance_proposal",
                "participation_one_side_per_person",
            ),
            Fake(
                changed_to(Decision, "status = 'reversed', ended_at = now()"),
                HISTORY,
            ),
        ),
    ),
    "undoing as officer": Forbidden(
        reversals.reverse_decision,
        undoing(officer),
        NotPermitted,
        (
            Fake(
                changed_to(Measure, "status = 'reversed', ended_at = now()"),
                HISTORY,
            ),
        ),
    ),
    "withdrawing what another proposed": Forbidden(
        decisions.withdraw_decision,
        withdrawing,
        ActionRefused,
        (Fake(changed_to(Decision, "status = 'withdrawn'"), HISTORY),),
    ),
    "returning one's own proposal": Forbidden(
        decisions.return_decision,
        returning,
        SamePerson,
        (Fake(outcome_of("decision", "returned"), "proposaloutcome_earned"),),
    ),
    "removing an entry as whoever listed it": Forbidden(
        reviewing.approve_removal,
        removing(is_second=False),
        SamePerson,
        (Fake(approval_by("%(who)s", "blacklist_removal"), "approval_approver_took_part"),),
    ),
    "removing an entry with one's second approval": Forbidden(
        reviewing.approve_removal,
        removing(is_second=True),
        SamePerson,
        (Fake(approval_by("%(who)s", "blacklist_removal", 2), "approval_once_per_person"),),
    ),
    "changing the catalogue alone": Forbidden(
        changes.approve_catalogue,
        changing_the_catalogue,
        SamePerson,
        (
            Fake(
                approval_by("%(who)s", changes.CATALOGUE_KIND), "approval_approver_is_not_proposer"
            ),
            Fake(
                copied(
                    CatalogueVersion,
                    label="'made up'",
                    effective_from="effective_from + interval '400 days'",
                ),
                "catalogueversion_changed_only_if_approved",
            ),
        ),
    ),
    "watching an account as moderator": Forbidden(
        watching.propose_watch,
        watching_an_account,
        NotPermitted,
        (
            Fake(
                changed_to(WatchEntry, "status = 'listed', listed_at = now()"),
                "watchentry_listed_only_if_approved",
            ),
        ),
    ),
    **OF_APPEALS,
    **OF_FLOWS,
    **OF_RUMOURS,
}
