"""Give each report duty and each window for an appeal a clock, and read their dates from it."""

import django.db.models.deletion
from django.db import migrations, models

from compliance.migration_history import MIGRATION_REASON, change_with_history


def _clock(apps, alias, system, *, step, is_window, started_at, due_at, stopped_at):
    """Return a clock with a date that was promised before clocks were kept."""
    clocks = apps.get_model("compliance.Clock").objects.using(alias)
    events = apps.get_model("compliance.ClockEvent").objects.using(alias)
    started_at = min(started_at, due_at)
    state = "running" if stopped_at is None else "stopped"
    stopped_at = None if stopped_at is None else max(stopped_at, started_at)
    dates = {"due_at": due_at, "warn_at": started_at + (due_at - started_at) * 0.7}
    common = {
        **dates,
        "person_id": system.pk,
        "provision": "public-account-2021:19.2",
        "reason": MIGRATION_REASON,
    }
    clock = clocks.create(
        step=step,
        is_window=is_window,
        started_at=started_at,
        state=state,
        stopped_at=stopped_at,
        **dates,
    )
    events.create(clock=clock, number=1, kind="start", at=started_at, state="running", **common)
    if stopped_at is not None:
        events.create(
            clock=clock,
            number=2,
            kind="stop",
            at=stopped_at,
            previous=1,
            previous_state="running",
            previous_at=started_at,
            state=state,
            stopped_at=stopped_at,
            **common,
        )
        if stopped_at > due_at and not is_window:
            breaches = apps.get_model("compliance.ClockBreach").objects.using(alias)
            breaches.create(clock=clock, due_at=due_at)
    return clock


def give_clocks(apps, schema_editor):
    alias = schema_editor.connection.alias
    system = apps.get_model("compliance.Person").objects.using(alias).get(is_system=True)
    duties = apps.get_model("enforcement.ReportDuty").objects.using(alias)
    for duty in duties.select_related("decision").order_by("pk").iterator():
        clock = _clock(
            apps,
            alias,
            system,
            step="regulator_report",
            is_window=False,
            started_at=duty.decision.in_force_from,
            due_at=duty.due_at,
            stopped_at=duty.sent_at,
        )
        change_with_history(apps, alias, "enforcement.ReportDuty", duty, clock=clock)
    decisions = apps.get_model("enforcement.Decision").objects.using(alias)
    for decision in decisions.filter(appealable_until__isnull=False).order_by("pk").iterator():
        clock = _clock(
            apps,
            alias,
            system,
            step="appeal_window",
            is_window=True,
            started_at=decision.in_force_from,
            due_at=decision.appealable_until,
            stopped_at=None,
        )
        change_with_history(apps, alias, "enforcement.Decision", decision, appeal_clock=clock)
    with schema_editor.connection.cursor() as cursor:
        # The guards look now: a table whose checks are still to come cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0005_clocks_of_what_is_there"),
        ("enforcement", "0002_catalogue_and_rules"),
    ]
    operations = [
        migrations.AddField(
            model_name="decision",
            name="appeal_clock",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decision",
                to="compliance.clock",
            ),
        ),
        migrations.AddField(
            model_name="historicaldecision",
            name="appeal_clock",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="compliance.clock",
            ),
        ),
        migrations.AddField(
            model_name="reportduty",
            name="clock",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="report_duty",
                to="compliance.clock",
            ),
        ),
        migrations.AddField(
            model_name="historicalreportduty",
            name="clock",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="compliance.clock",
            ),
        ),
        migrations.RunPython(give_clocks, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="reportduty",
            name="clock",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="report_duty",
                to="compliance.clock",
            ),
        ),
        migrations.RemoveIndex(model_name="reportduty", name="reportduty_due"),
        migrations.RemoveField(model_name="reportduty", name="due_at"),
        migrations.RemoveField(model_name="historicalreportduty", name="due_at"),
        migrations.RemoveField(model_name="decision", name="appealable_until"),
        migrations.RemoveField(model_name="historicaldecision", name="appealable_until"),
        migrations.AddIndex(
            model_name="reportduty",
            index=models.Index(fields=["status"], name="reportduty_status"),
        ),
    ]
