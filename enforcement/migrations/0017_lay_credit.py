"""Lay points by violation, the first rule of credit, presets, and what operators are told of credit."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

CATALOGUES = Path(__file__).resolve().parent.parent / "catalogues"
# The day from which public accounts are governed by the provisions (art. 23).
IN_FORCE_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)
SEVERITIES = ("minor", "ordinary", "serious", "grave")
TEXTS = ("credit_changed", "credit_repair_refused")


def points_by_code():
    with (CATALOGUES / "credit_deductions.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: [int(row[each]) if row[each] else None for each in SEVERITIES]
            for row in csv.DictReader(file)
        }


def points_of(code, points):
    """Return the points of a code: its own, or those of the nearest code above it that has some."""
    while code:
        if code in points:
            return points[code]
        code = code.rpartition(".")[0]
    return []


def lay_points(apps, schema_editor):
    types = apps.get_model("enforcement", "ViolationType").objects.using(
        schema_editor.connection.alias
    )
    points = points_by_code()
    # The column is new: what stood in the catalogue before stays as it is. The guard that keeps the
    # product from changing a catalogue is the owner's to open, and open only for this.
    schema_editor.execute("ALTER TABLE enforcement_violationtype DISABLE TRIGGER USER")
    for each in types.order_by("pk"):
        types.filter(pk=each.pk).update(deductions=points_of(each.code, points))
    schema_editor.execute("ALTER TABLE enforcement_violationtype ENABLE TRIGGER USER")


def lay_rules(apps, schema_editor):
    alias = schema_editor.connection.alias
    presets = json.loads((CATALOGUES / "credit_presets.json").read_text(encoding="utf-8"))
    model = apps.get_model("enforcement", "CreditPreset")
    model.objects.using(alias).bulk_create(model(**each) for each in presets)
    apps.get_model("enforcement", "CreditRule").objects.using(alias).create(
        label="1",
        effective_from=IN_FORCE_SINCE,
        content=presets[0]["content"],
        provision="public-account-2021:13.1",
    )


def lay_notices(apps, schema_editor):
    for name in TEXTS:
        lay_texts(
            apps,
            schema_editor.connection.alias,
            CATALOGUES / "notices",
            purpose=f"enforcement.{name}",
            audience="operator",
            reasons_in="told",
            appeal_in="appeal",
        )


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0016_credit")]
    operations = [
        migrations.RunPython(lay_points, migrations.RunPython.noop),
        migrations.RunPython(lay_rules, migrations.RunPython.noop),
        migrations.RunPython(lay_notices, migrations.RunPython.noop),
    ]
