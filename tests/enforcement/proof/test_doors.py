"""Acts that nobody may do: the service refuses each and leaves nothing, and bare SQL cannot fake it."""

from contextlib import suppress

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import DatabaseError, connection, models, transaction
from django.test import RequestFactory

from compliance import roles
from compliance.tables import TableKind
from tests.enforcement.conftest import suspension
from tests.enforcement.proof.attempts import NO_RIGHT, Fake, Tried
from tests.enforcement.proof.fingerprint import changed, every_table, looking
from tests.enforcement.proof.forbidden import FORBIDDEN
from tests.enforcement.proof.use_cases import taken
from tests.enforcement.proof.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_nobody_may_do_is_refused_and_leaves_nothing(name: str) -> None:
    forbidden = FORBIDDEN[name]
    tried = forbidden.lay(World())
    with looking(every_table()) as everywhere:
        before = everywhere.look()

        with pytest.raises(forbidden.refusal):
            tried.act()

        assert changed(before, everywhere.look()) == []
    # In the same world: what is not done by the service is not faked by SQL either.
    for fake in forbidden.fakes:
        assert refused_by(fake, tried) == fake.refused_by, fake.statement


def refused_by(fake: Fake, tried: Tried | None = None) -> str:
    """Try a statement as the application role; return by what it was refused, or nothing."""
    named = {"who": tried.who.person_id, **tried.named} if tried is not None else {}
    problem: DatabaseError | None = None
    with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        try:
            cursor.execute(fake.statement, named)
            assert cursor.rowcount, f"nothing to fake: {fake.statement}"
            # What is held back until a transaction ends is asked for here.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except DatabaseError as caught:
            problem = caught
            raise
        transaction.set_rollback(True)
    cause = getattr(problem, "__cause__", None)
    if getattr(cause, "sqlstate", "") == "42501":
        return NO_RIGHT
    return getattr(getattr(cause, "diag", None), "constraint_name", None) or ""


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


def test_bare_sql_changes_nothing_of_a_decision_in_force() -> None:
    taken(World(), *suspension(7))
    with looking(every_table()) as everywhere:
        before = everywhere.look()

        passed = [name for name, statement in IN_SQL.items() if not sql_refused(statement)]

        assert passed == []
        assert changed(before, everywhere.look()) == []


def sql_refused(statement: str) -> bool:
    """Return whether the application role is refused a statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except DatabaseError:
        return True
    return False
