"""A database with work in it gets clocks: every date as it was promised, nothing to repair."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from compliance.clocks import pause_clock, resume_clock
from compliance.clocks.reconciliation import reconcile_clocks
from compliance.migration_groups import GroupingExecutor
from compliance.models import CalendarNotice, Clock, ClockBreach, TimeLimit, WorkItem
from compliance.provisions import Provision
from compliance.staff import system_actor
from tests.worker_database import WorkerDatabase

RELEASED = [
    ("compliance", "0003_blindindex_blindindex_one_subject_per_identity"),
    ("accounts", "0002_registration_policy"),
    ("enforcement", "0002_catalogue_and_rules"),
    ("reports", "0001_initial"),
]
# Odd microseconds, so that a date which is rounded anywhere shows it.
NOW = datetime.now(UTC).replace(microsecond=123_457)


@pytest.fixture
def items(worker_database: WorkerDatabase, transactional_db: None) -> dict[str, Any]:
    """Work items of the version before clocks, by what is to become of them."""
    worker_database.begin_empty()
    executor = GroupingExecutor(connections["owner"])
    executor.migrate(RELEASED)
    old = executor.loader.project_state(RELEASED).apps.get_model("compliance.WorkItem")
    made = {
        "open": {"due_at": NOW + timedelta(days=3)},
        "overdue": {"due_at": NOW - timedelta(hours=1)},
        "in time": {"due_at": NOW + timedelta(days=3), "closed_at": NOW},
        "late": {"due_at": NOW - timedelta(days=1), "closed_at": NOW},
        # As the demo of that version has them: told to lie in the past, written now.
        "told": {"due_at": NOW - timedelta(days=90), "closed_at": NOW - timedelta(days=91)},
    }
    numbers = {}
    for name, columns in made.items():
        opened_at = NOW - timedelta(days=2)
        row = old.objects.using("owner").create(
            queue="applications", opened_at=opened_at, **columns
        )
        numbers[name] = (row.pk, columns["due_at"])
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    connections.close_all()
    return numbers


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_every_item_gets_a_clock_with_the_date_that_was_promised(items: dict[str, Any]) -> None:
    found = {
        name: WorkItem.objects.select_related("clock").get(pk=number)
        for name, (number, _due) in items.items()
    }
    system = system_actor()

    for name, item in found.items():
        assert item.due_at == item.clock.due_at == items[name][1], name
        assert item.clock.limit is None
        assert item.clock.step == "application_review"
    assert {name for name, item in found.items() if item.clock.state == "running"} == {
        "open",
        "overdue",
    }
    assert list(ClockBreach.objects.values_list("clock", flat=True)) == [found["late"].clock_id]
    assert reconcile_clocks(actor=system).is_clean
    assert TimeLimit.objects.filter(code="appeal_decision").count() == 1
    assert set(CalendarNotice.objects.values_list("year", flat=True)) == set(range(2021, 2027))

    # The guards that were put in place let it go on, and a pause puts the date off.
    clock = Clock.objects.get(pk=found["open"].clock_id)
    grounds = {"actor": system, "provision": Provision.PUBLIC_ACCOUNT_6_1, "reason": "等待材料"}
    pause_clock(clock=clock, **grounds)
    resume_clock(clock=clock, **grounds)
    assert items["open"][1] < clock.due_at < items["open"][1] + timedelta(minutes=5)
    assert WorkItem.objects.get(pk=found["open"].pk).due_at == clock.due_at
