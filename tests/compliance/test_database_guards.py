"""What the database holds against every door, tried as the role of the running product."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from compliance import audit, roles, staff, work
from compliance.errors import ActionRefused, InvalidInput
from compliance.guards import history_model_of
from compliance.identity import vault
from compliance.models import ActionLog, IdentityValue, Person, Proposal, Side, StaffUser
from compliance.proposals import open_matter, submit_proposal
from compliance.provisions import Provision
from compliance.tables import TableKind, is_history, kind_of, managed_models
from compliance.workflow import VersionedModel
from tests.compliance.clocks import clock_due

P = Provision.OPINIONS_2


def logged_tables() -> list[str]:
    """Every table whose rows are a record of fact."""
    return sorted(
        model._meta.db_table for model in managed_models() if kind_of(model) == TableKind.LOG
    )


def commit_now() -> None:
    """Check what is deferred to the commit, as a commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.django_db
def test_log_history_identity_values_and_proposals_are_among_the_records_of_fact() -> None:
    tables = logged_tables()

    assert "compliance_actionlog" in tables
    assert "compliance_identityvalue" in tables
    assert "compliance_proposal" in tables
    assert "compliance_approval" in tables
    assert "compliance_historicalperson" in tables


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE "{table}" SET "{column}" = "{column}"',
        'DELETE FROM "{table}"',
        'TRUNCATE "{table}"',
        'TRUNCATE "{table}" CASCADE',
        'ALTER TABLE "{table}" DISABLE TRIGGER ALL',
        'DROP TABLE "{table}"',
    ],
)
def test_no_record_of_fact_can_be_changed_by_the_running_product(statement: str) -> None:
    for model in managed_models():
        if kind_of(model) != TableKind.LOG:
            continue
        table, column = model._meta.db_table, model._meta.pk.column
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(table=table, column=column))


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_changes_a_record_of_fact_by_the_way(
    owner_connection: psycopg.Connection, system: StaffUser
) -> None:
    audit.record(action="x.y.z", target=system, actor=system, provision=P, reason="测试")

    for statement in (
        "UPDATE compliance_actionlog SET reason = 'anders'",
        "DELETE FROM compliance_actionlog",
        "TRUNCATE compliance_actionlog",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="record of fact"):
            owner_connection.execute(statement)


@pytest.mark.django_db
def test_the_running_product_is_not_the_owner_and_cannot_become_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles "
            "WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False, False)
        cursor.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND pg_has_role(current_user, c.relowner, 'MEMBER')"
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_every_audited_table_carries_the_history_guard_and_every_versioned_one_its_trigger() -> (
    None
):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
        )
        present = {(table.strip('"'), name) for table, name in cursor.fetchall()}

    for model in managed_models():
        table = model._meta.db_table
        if history_model_of(model) is not None:
            assert (table, "need_history") in present
        if issubclass(model, VersionedModel) and not is_history(model):
            assert (table, "version_steps_by_one") in present
        if getattr(model, "frozen_fields", ()) and not is_history(model):
            assert (table, "frozen_columns") in present


@pytest.mark.django_db
def test_an_audited_change_without_history_is_refused_at_commit(
    make_person: Callable[..., Person],
) -> None:
    person = make_person("甲某")
    commit_now()

    with (
        pytest.raises(IntegrityError, match=r"history of|without history"),
        transaction.atomic(),
    ):
        Person.objects.filter(pk=person.pk).update(name="乙某", version=person.version + 1)
        commit_now()

    person.refresh_from_db()
    assert person.name == "甲某"


@pytest.mark.django_db
def test_an_unaudited_change_beside_an_audited_one_of_the_same_row_is_refused(
    make_person: Callable[..., Person], system: StaffUser
) -> None:
    person = make_person("甲某")
    commit_now()

    with pytest.raises(IntegrityError, match="does not equal the row"), transaction.atomic():
        audit.amend(person, "rename", actor=system, provision=P, reason="改名", name="乙某")
        Person.objects.filter(pk=person.pk).update(post="伪造", version=person.version + 1)
        commit_now()

    person.refresh_from_db()
    assert (person.name, person.post) == ("甲某", "测试")


@pytest.mark.django_db(transaction=True)
def test_history_of_an_earlier_transaction_does_not_serve_for_a_change_back(
    make_person: Callable[..., Person], system: StaffUser
) -> None:
    person = make_person("甲某")
    before = ActionLog.objects.count()

    # The newest history row says version 1; a row put back to what it says was still changed.
    with (
        pytest.raises(IntegrityError, match="without history"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE compliance_person SET version = version + 1 WHERE number = %s", [person.pk]
        )

    assert ActionLog.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_an_insert_and_a_delete_without_history_are_refused() -> None:
    with (
        pytest.raises(IntegrityError, match="without history"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO compliance_person (name, post, is_system, version) "
            "VALUES ('丙某', '', false, 1)"
        )
    with pytest.raises(ProgrammingError, match="permission denied"):
        Person.objects.all()._raw_delete("default")


@pytest.mark.django_db
def test_a_change_that_does_not_raise_the_version_by_one_is_refused(
    make_person: Callable[..., Person],
) -> None:
    person = make_person()

    for version in (person.version, person.version + 2):
        with (
            pytest.raises(Exception, match=r"version of .* must step"),
            transaction.atomic(),
        ):
            Person.objects.filter(pk=person.pk).update(post="x", version=version)


@pytest.mark.django_db
def test_a_stored_proposal_cannot_be_changed(
    staff_user: Callable[..., StaffUser],
) -> None:
    proposer = staff_user("moderator")
    proposal = submit_proposal(
        matter=open_matter("test"),
        kind="test",
        content={"measure": "close"},
        slots=["compliance.view_proposal"],
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=proposer,
        provision=P,
        reason="测试",
    )

    for change in ({"content": "{}"}, {"proposer_id": 1}, {"approvals_needed": 0}):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Proposal.objects.filter(pk=proposal.pk).update(**change)


@pytest.mark.django_db
def test_an_identity_value_cannot_be_changed_or_deleted() -> None:
    key, _plain = vault.new_key()
    value = vault.store(key, "mobile", "13912345678")

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        IdentityValue.objects.filter(pk=value.pk).update(masked="x")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        IdentityValue.objects.filter(pk=value.pk)._raw_delete("default")


@pytest.mark.django_db
def test_the_log_has_its_months_two_years_ahead(system: StaffUser) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'compliance_actionlog'::regclass"
        )
        (partitions,) = cursor.fetchone()
        cursor.execute("SELECT heyan_extend_action_log(24)")
        (made,) = cursor.fetchone()

    assert partitions >= 25
    assert made == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("year", "partition"), [(2199, "compliance_actionlog_rest"), (None, "compliance_actionlog_2")]
)
def test_the_log_takes_rows_for_which_no_month_was_made(
    year: int | None, partition: str, system: StaffUser
) -> None:
    row = audit.draft_record(
        action="x.y.z", target=system, actor=system, provision=P, reason="测试"
    )
    if year is not None:
        row.at = timezone.now().replace(year=year, day=1)

    row.save()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM compliance_actionlog WHERE id = %s", [row.pk]
        )
        assert cursor.fetchone()[0].startswith(partition)


@pytest.mark.django_db
def test_roles_that_exclude_each_other_are_refused_over_two_logins_of_one_person(
    staff_user: Callable[..., StaffUser], system: StaffUser
) -> None:
    first = staff_user("moderator")
    second = staff_user(person=first.person)

    with pytest.raises(ActionRefused, match=roles.role_label("auditor")):
        staff.assign_role(
            staff=second,
            role="auditor",
            actor=system,
            provision=Provision.OPINIONS_10,
            reason="测试",
        )

    assert not second.role_assignments.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM compliance_blindindex",
        "UPDATE compliance_blindindex SET purpose = 'x'",
        "UPDATE compliance_datakey SET wrapped = NULL, erased_at = now()",
        "DELETE FROM compliance_datakey",
        "INSERT INTO auth_group_permissions (group_id, permission_id) "
        "SELECT g.id, p.id FROM auth_group g, auth_permission p LIMIT 1",
        "DELETE FROM auth_group_permissions",
        "UPDATE compliance_roleexclusion SET role = 'x'",
        "DELETE FROM compliance_roleexclusion",
    ],
)
def test_keys_indexes_and_rights_of_roles_are_out_of_reach(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
def test_nothing_is_erased_that_is_not_on_record() -> None:
    key, _plain = vault.new_key()

    with (
        pytest.raises(IntegrityError, match="is not on record"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT heyan_erase_key(%s)", [key.pk])

    key.refresh_from_db()
    assert key.wrapped is not None


@pytest.mark.django_db
def test_what_is_due_when_is_not_moved() -> None:
    item = work.open_item(queue="applications", clock=clock_due(timezone.now()))

    with (
        pytest.raises(IntegrityError, match="workitem_due_with_its_clock"),
        transaction.atomic(),
    ):
        type(item).objects.filter(pk=item.pk).update(due_at=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["反转\u202e文字", "响铃\x07", "隐\u200b形", "长" * 4001])
def test_a_reason_that_nobody_could_read_is_refused(reason: str, system: StaffUser) -> None:
    with pytest.raises(InvalidInput):
        audit.record(action="x.y.z", target=system, actor=system, provision=P, reason=reason)

    assert not ActionLog.objects.filter(action="x.y.z").exists()
