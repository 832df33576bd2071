"""Acts that nobody may do, at every door that there is: each refuses, and nothing is left."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import DatabaseError, connection, models, transaction
from django.test import RequestFactory
from django.utils import timezone

from compliance import roles
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, SamePerson
from compliance.models import Proposal, StaffUser
from compliance.tables import TableKind
from enforcement.enums import MeasureCode
from enforcement.models import Case, CreditEntry, Decision, Measure
from enforcement.services import cases, decisions, measures, reversals
from enforcement.services.blacklist import reviewing
from enforcement.services.catalogue import changes
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.watchlist import watching
from tests.enforcement.conftest import CLOSURE, approve, suspension
from tests.enforcement.proof.use_cases.blacklist import removal_proposed
from tests.enforcement.proof.use_cases.catalogue import catalogue_proposed
from tests.enforcement.proof.use_cases.laying import fresh, taken
from tests.enforcement.proof.use_cases.watchlist import watch_draft
from tests.enforcement.proof.world import World, grounds

pytestmark = pytest.mark.django_db
Refused = type[ActionRefused]
Attempt = Callable[[World], Callable[[], object]]


def proposing(**changes: Any) -> Attempt:
    """Try to propose something on a case of one's own."""

    def lay(world: World) -> Callable[[], object]:
        case = world.case()
        fence = world.claim(case.work_item, world.moderator)
        return lambda: world.proposed(case=case, fence=fence, **changes)

    return lay


def on(make: Callable[[World], Any], act: Callable[[World, Any], object]) -> Attempt:
    """Lay something, and try an act on it."""

    def lay(world: World) -> Callable[[], object]:
        made = make(world)
        return lambda: act(world, made)

    return lay


def waiting(world: World) -> Decision:
    return world.proposed(*CLOSURE)


def suspended(world: World) -> Measure:
    return taken(world, *suspension(7)).measures.get()


def administrator(world: World) -> StaffUser:
    return world.colleague("administrator", "system_administrator")


def auditor(world: World) -> StaffUser:
    return world.colleague("auditor", "auditor")


def half_removed(world: World) -> Proposal:
    proposal = removal_proposed(world)
    first = world.colleague("other supervisor", "supervisor")
    reviewing.approve_removal(proposal=proposal, **grounds(first))
    return proposal


# What nobody may do, and as what the services refuse it; another act is another line. Pages, commands
# and the interface know no other way to them: see the tests of doors below.
FORBIDDEN: dict[str, tuple[Attempt, Refused]] = {
    "approving one's own proposal": (
        on(waiting, lambda world, it: approve(fresh(it), world.moderator)),
        SamePerson,
    ),
    "approving twice": (
        on(
            lambda world: (it := waiting(world), approve(it, world.supervisor))[0],
            lambda world, it: approve(fresh(it), world.supervisor),
        ),
        SamePerson,
    ),
    "approving as another moderator": (
        on(waiting, lambda world, it: approve(fresh(it), world.colleague("second", "moderator"))),
        NotPermitted,
    ),
    "approving as a program": (
        on(waiting, lambda world, it: approve(fresh(it), world.system)),
        NotPermitted,
    ),
    "approving as system administrator": (
        on(waiting, lambda world, it: approve(fresh(it), administrator(world))),
        NotPermitted,
    ),
    "approving as auditor": (
        on(waiting, lambda world, it: approve(fresh(it), auditor(world))),
        NotPermitted,
    ),
    "approving before the operator was heard": (
        on(
            lambda world: world.proposed(*CLOSURE, is_heard=False),
            lambda world, it: approve(fresh(it), world.supervisor),
        ),
        ActionRefused,
    ),
    "deciding without facts": (proposing(facts=" "), InvalidInput),
    "deciding without reasoning": (proposing(reasoning="违规"), InvalidInput),
    "deciding without a clause": (proposing(clauses=[]), InvalidInput),
    "departing from the ladder without a reason": (proposing(deviation_reason=""), InvalidInput),
    "ordering nothing": (proposing(measures=()), InvalidInput),
    "ordering beyond the longest term": (proposing(measures=suspension(181)), InvalidInput),
    "ordering without a term": (
        proposing(measures=(MeasureOrder(MeasureCode.SUSPEND_UPDATES),)),
        InvalidInput,
    ),
    "ordering a termination without ground": (
        proposing(measures=(MeasureOrder(MeasureCode.TERMINATE),)),
        ActionRefused,
    ),
    "listing without a review date": (
        proposing(measures=(MeasureOrder(MeasureCode.BLACKLIST),)),
        InvalidInput,
    ),
    "a second open decision on a case": (
        on(
            lambda world: world.proposed(*CLOSURE).case,
            lambda world, it: world.proposed(
                case=Case.objects.get(pk=it.pk), fence=1, actor=world.moderator
            ),
        ),
        ActionRefused,
    ),
    "proposing as supervisor": (
        on(
            lambda world: world.case(),
            lambda world, it: world.proposed(case=it, fence=1, actor=world.supervisor),
        ),
        NotPermitted,
    ),
    "opening a case as system administrator": (
        on(
            administrator,
            lambda world, it: cases.open_case(
                account=world.account(), source="patrol", summary="疑似违规", **grounds(it)
            ),
        ),
        NotPermitted,
    ),
    "lifting as moderator": (
        on(
            suspended,
            lambda world, it: measures.lift_measure(measure=it, **grounds(world.moderator)),
        ),
        NotPermitted,
    ),
    "lifting as auditor": (
        on(
            suspended,
            lambda world, it: measures.lift_measure(measure=it, **grounds(auditor(world))),
        ),
        NotPermitted,
    ),
    "lifting a closure": (
        on(
            lambda world: taken(world, *CLOSURE).measures.get(),
            lambda world, it: measures.lift_measure(measure=it, **grounds(world.supervisor)),
        ),
        ActionRefused,
    ),
    "undoing what one decided": (
        on(
            lambda world: (
                world.colleague("both", "supervisor", "complaint_handler"),
                it := world.proposed(),
                approve(it, world.people["both"]),
            )[1],
            lambda world, it: reversals.reverse_decision(
                decision=fresh(it), **grounds(world.people["both"])
            ),
        ),
        SamePerson,
    ),
    "undoing as officer": (
        on(
            lambda world: taken(world),
            lambda world, it: reversals.reverse_decision(decision=it, **grounds(world.officer)),
        ),
        NotPermitted,
    ),
    "withdrawing what another proposed": (
        on(
            waiting,
            lambda world, it: decisions.withdraw_decision(
                decision=fresh(it), **grounds(world.supervisor)
            ),
        ),
        ActionRefused,
    ),
    "returning one's own proposal": (
        on(
            waiting,
            lambda world, it: decisions.return_decision(
                decision=fresh(it), **grounds(world.moderator)
            ),
        ),
        SamePerson,
    ),
    "removing an entry as whoever listed it": (
        on(
            removal_proposed,
            lambda world, it: reviewing.approve_removal(proposal=it, **grounds(world.supervisor)),
        ),
        SamePerson,
    ),
    "removing an entry with one's second approval": (
        on(
            half_removed,
            lambda world, it: reviewing.approve_removal(
                proposal=it, **grounds(world.people["other supervisor"])
            ),
        ),
        SamePerson,
    ),
    "changing the catalogue alone": (
        on(
            lambda world: catalogue_proposed(world)(),
            lambda world, it: changes.approve_catalogue(proposal=it, **grounds(world.officer)),
        ),
        SamePerson,
    ),
    "watching an account as moderator": (
        on(
            watch_draft,
            lambda world, it: watching.propose_watch(draft=it, **grounds(world.moderator)),
        ),
        NotPermitted,
    ),
    "closing a case that was not reported": (
        on(
            lambda world: taken(world, *suspension(7)).case,
            lambda world, it: cases.close_case(
                case=Case.objects.get(pk=it.pk), **grounds(world.supervisor)
            ),
        ),
        ActionRefused,
    ),
}


def written() -> tuple[int, ...]:
    """Return how many rows there are of what any of the acts would write."""
    counted = (Decision, Measure, Case, CreditEntry, Proposal)
    return tuple(model._default_manager.count() for model in counted)


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_nobody_may_do_is_refused_and_leaves_nothing(name: str) -> None:
    attempt, refusal = FORBIDDEN[name]
    act = attempt(World())
    before = written()

    with pytest.raises(refusal):
        act()

    assert written() == before


def models_of_enforcement() -> list[type[models.Model]]:
    """Return every table of enforcement, those of histories too."""
    return [*apps.get_app_config("enforcement").get_models()]


@pytest.mark.parametrize("role", sorted(roles.LABELS))
def test_no_form_of_the_admin_writes_and_no_action_acts_on_many(role: str) -> None:
    request = RequestFactory().get("/")
    request.user = World().colleague("somebody", role)

    for model, page in admin.site._registry.items():
        if model._meta.app_label != "enforcement":
            continue
        name = model._meta.label
        assert not page.has_add_permission(request), name
        assert not page.has_change_permission(request), name
        assert not page.has_delete_permission(request), name
        assert [*page.get_actions(request)] == [], name


def test_the_application_may_neither_empty_a_table_nor_take_back_what_is_on_record() -> None:
    with connection.cursor() as cursor:

        def may(model: type[models.Model], right: str) -> bool:
            cursor.execute(
                "SELECT has_table_privilege(current_user, %s, %s)", [model._meta.db_table, right]
            )
            return bool(cursor.fetchone()[0])

        for model in models_of_enforcement():
            name, kind = model._meta.label, getattr(model, "table_kind", TableKind.LOG)
            assert not may(model, "TRUNCATE"), name
            assert kind == TableKind.WORK or not may(model, "DELETE"), name
            assert kind != TableKind.LOG or not may(model, "UPDATE"), name


# What the rows of a decision in force are tried to be made into, by bare SQL.
IN_SQL: dict[str, str] = {
    "other facts": "UPDATE enforcement_decision SET facts = '改写', version = version + 1",
    "another severity": "UPDATE enforcement_decision SET severity = 1, version = version + 1",
    "another proposer": (
        "UPDATE enforcement_decision SET proposed_by_id = proposed_by_id + 1, version = version + 1"
    ),
    "no decision": "DELETE FROM enforcement_decision",
    "a longer term": (
        "UPDATE enforcement_measure SET in_force_until = in_force_until + interval '1 day',"
        " version = version + 1"
    ),
    "no measure": "DELETE FROM enforcement_measure",
    "a state that history does not know": (
        "UPDATE enforcement_measure SET status = 'lifted', version = version + 1"
    ),
    "points by hand": (
        "INSERT INTO enforcement_creditentry (subject_id, kind, points, at, approved_result,"
        " score_before, score_after, rule_id) SELECT subject_id, 'repair', 40, now(), 'approved',"
        " score_after, score_before, rule_id FROM enforcement_creditentry"
    ),
    "other points": "UPDATE enforcement_creditentry SET points = -1",
    "no clause": "DELETE FROM enforcement_decisionclause",
    "no history": "DELETE FROM enforcement_historicaldecision",
    "no line in the log": "DELETE FROM compliance_actionlog",
    "another line in the log": "UPDATE compliance_actionlog SET reason = '改写'",
    "no evidence": "DELETE FROM enforcement_caseevidence",
    "another catalogue": "UPDATE enforcement_violationtype SET deductions = '{}'",
    "no hearing": "DELETE FROM enforcement_hearing",
    "a proposal of other bytes": "UPDATE compliance_proposal SET content = '{}'",
    "no approval": "DELETE FROM compliance_approval",
}


@pytest.mark.parametrize("name", IN_SQL)
def test_bare_sql_changes_nothing_of_a_decision_in_force(name: str) -> None:
    taken(World(), *suspension(7))

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(IN_SQL[name])
        # What is held back until a transaction ends is asked for here.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    until = Measure.objects.get().in_force_until
    assert until is not None
    assert until > timezone.now() + timedelta(days=6)
