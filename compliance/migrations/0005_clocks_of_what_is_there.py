"""
Lay the working days of 2021 to 2026, further limits and the escalation levels; give each work item
a clock.

What was promised stays promised: the clock of an item that is there carries its date as one that
somebody has set, without a limit to compute it anew from.
"""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import compliance.constraints

DATA = Path(__file__).resolve().parent.parent / "data"
# The day from which public accounts are governed by the provisions (art. 23).
IN_FORCE_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)
LIBRARY = "holidays 0.109 (Python)"
REASON = "由数据迁移写入"

CLOCKS_OF_ITEMS = """
UPDATE compliance_workitem SET clock_id = nextval(pg_get_serial_sequence('compliance_clock', 'id'));

INSERT INTO compliance_clock (id, step, is_window, started_at, due_at, warn_at, state, stopped_at)
SELECT clock_id,
    CASE queue WHEN 'applications' THEN 'application_review' WHEN 'cases' THEN 'case_decision'
        WHEN 'approvals' THEN 'proposal_approval' WHEN 'approvals_officer' THEN 'proposal_approval'
        ELSE queue END,
    false, least(opened_at, due_at), due_at,
    least(opened_at, due_at) + (due_at - least(opened_at, due_at)) * 0.7,
    CASE WHEN closed_at IS NULL THEN 'running' ELSE 'stopped' END,
    CASE WHEN closed_at IS NOT NULL THEN greatest(closed_at, least(opened_at, due_at)) END
FROM compliance_workitem;

INSERT INTO compliance_clockevent
    (clock_id, number, kind, at, state, due_at, warn_at, person_id, provision, reason)
SELECT c.id, 1, 'start', c.started_at, 'running', c.due_at, c.warn_at, p.number,
    'public-account-2021:6.1', %(reason)s
FROM compliance_clock c, compliance_person p WHERE p.is_system;

INSERT INTO compliance_clockevent
    (clock_id, number, kind, at, previous, previous_state, previous_at, state, due_at, warn_at,
     stopped_at, person_id, provision, reason)
SELECT c.id, 2, 'stop', c.stopped_at, 1, 'running', c.started_at, 'stopped', c.due_at, c.warn_at,
    c.stopped_at, p.number, 'public-account-2021:6.1', %(reason)s
FROM compliance_clock c, compliance_person p WHERE p.is_system AND c.state = 'stopped';

INSERT INTO compliance_clockbreach (clock_id, due_at)
SELECT id, due_at FROM compliance_clock WHERE stopped_at > due_at;

SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


def lay(apps, schema_editor):
    alias = schema_editor.connection.alias
    system = apps.get_model("compliance.Person").objects.using(alias).get(is_system=True)
    notices = apps.get_model("compliance.CalendarNotice").objects.using(alias)
    days = apps.get_model("compliance.CalendarDay").objects.using(alias)
    with (DATA / "working_days.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for year in sorted({int(row["date"][:4]) for row in rows}):
        notice = notices.create(
            year=year, source="library", title=LIBRARY, entered_by_id=system.pk, reason=REASON
        )
        days.bulk_create(
            days.model(
                notice_id=notice.pk,
                year=year,
                date=date.fromisoformat(row["date"]),
                is_working_day=row["is_working_day"] == "yes",
                name=row["name"],
            )
            for row in rows
            if int(row["date"][:4]) == year
        )
    limits = apps.get_model("compliance.TimeLimit").objects.using(alias)
    with (DATA / "time_limits_of_flows.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            limits.create(
                code=row["code"],
                amount=int(row["amount"]),
                unit=row["unit"],
                provision=row["provision"],
                effective_from=IN_FORCE_SINCE,
            )
    levels = apps.get_model("compliance.EscalationLevel").objects.using(alias)
    for number, role, delay in ((1, "supervisor", 0), (2, "compliance_officer", 1)):
        levels.create(
            number=number,
            role=role,
            delay=delay,
            unit="working_day",
            effective_from=IN_FORCE_SINCE,
        )
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(CLOCKS_OF_ITEMS, {"reason": REASON})


class Migration(migrations.Migration):
    dependencies = [("compliance", "0004_calendar_clocks_and_announced_limits")]
    operations = [
        migrations.RunPython(lay, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="workitem",
            name="clock",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="work_items",
                to="compliance.clock",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=compliance.constraints.CompositeForeignKey(
                fields=["clock", "due_at"],
                follows=True,
                name="workitem_due_with_its_clock",
                to="compliance.Clock",
                to_fields=["id", "due_at"],
            ),
        ),
    ]
