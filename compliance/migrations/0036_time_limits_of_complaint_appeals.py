"""Lay how long complainants may appeal, and by when that is decided."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data" / "time_limits_of_complaint_appeals.csv"
# The day from which public accounts are governed by the provisions (art. 23).
IN_FORCE_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)


def lay(apps, schema_editor):
    limits = apps.get_model("compliance.TimeLimit").objects.using(schema_editor.connection.alias)
    with DATA.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            limits.create(
                code=row["code"],
                amount=int(row["amount"]),
                unit=row["unit"],
                provision=row["provision"],
                effective_from=IN_FORCE_SINCE,
            )


class Migration(migrations.Migration):
    dependencies = [("compliance", "0035_letters")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
