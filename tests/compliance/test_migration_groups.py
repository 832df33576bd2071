"""Operations that are carried out together leave the database that they leave one by one."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connections, migrations, models, transaction
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from compliance.migration_groups import Together, grouped

APP = "madeup"
COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, column_default
FROM information_schema.columns WHERE table_name LIKE 'madeup_%' ORDER BY 1, ordinal_position
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE conrelid::regclass::text LIKE 'madeup_%' ORDER BY 1, 2
"""
INDEXES = """
SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'madeup_%' ORDER BY 1
"""


def key() -> tuple[str, models.Field]:
    return ("id", models.BigAutoField(primary_key=True))


def made_up() -> list[Operation]:
    """Return operations that refer to one another, in an order as makemigrations writes them."""
    return [
        migrations.CreateModel("Shelf", [key(), ("number", models.IntegerField())]),
        migrations.CreateModel(
            "Book",
            [key(), ("shelf", models.ForeignKey(f"{APP}.Shelf", on_delete=models.PROTECT))],
        ),
        migrations.AddField("Shelf", "newest", models.OneToOneField(f"{APP}.Book", models.PROTECT)),
        migrations.AddField("Book", "title", models.CharField(max_length=9, db_default="blank")),
        migrations.AddConstraint(
            "Book", models.UniqueConstraint(fields=["shelf", "title"], name="madeup_book_title")
        ),
        migrations.AddIndex("Book", models.Index(fields=["title"], name="madeup_book_index")),
        migrations.RemoveField("Shelf", "number"),
        migrations.AddConstraint(
            "Shelf", models.CheckConstraint(condition=models.Q(id__gt=0), name="madeup_shelf_id")
        ),
    ]


def laid(operations: Sequence[Operation]) -> dict[str, list[Any]]:
    """Return what the database holds of the operations, and leave it as it was."""
    connection = connections["owner"]
    with transaction.atomic(using="owner"):
        state = ProjectState()
        with connection.schema_editor(atomic=False) as editor:
            for each in operations:
                before = state.clone()
                each.state_forwards(APP, state)
                each.database_forwards(APP, editor, before, state)
        found = {}
        with connection.cursor() as cursor:
            for name, asked in (("c", COLUMNS), ("k", CONSTRAINTS), ("i", INDEXES)):
                cursor.execute(asked)
                found[name] = cursor.fetchall()
        transaction.set_rollback(True, using="owner")
    return found


@pytest.mark.django_db(databases=["default", "owner"])
def test_together_they_leave_what_they_leave_one_by_one() -> None:
    together = list(grouped(made_up()))

    one_by_one = laid(made_up())

    assert {name: len(rows) > 3 for name, rows in one_by_one.items()} == dict.fromkeys("cki", True)
    assert laid(together) == one_by_one


def test_neighbours_of_a_kind_are_one_and_their_order_stays() -> None:
    operations = made_up()

    found = list(grouped(operations))

    flat = [each for group in found for each in getattr(group, "operations", [group])]
    assert flat == operations
    sizes = [len(each.operations) if isinstance(each, Together) else 1 for each in found]
    assert sizes == [2, 4, 1, 1]
