"""Lay the system's own login, as which jobs act, and the first time limits."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from compliance.migration_history import create_with_history

DATA = Path(__file__).resolve().parent.parent / "data" / "time_limits.csv"
# The day from which public accounts are governed by the provisions (art. 23).
IN_FORCE_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)


def lay(apps, schema_editor):
    alias = schema_editor.connection.alias
    person = create_with_history(
        apps, alias, "compliance.Person", name="系统", post="系统", is_system=True, version=1
    )
    create_with_history(
        apps,
        alias,
        "compliance.StaffUser",
        username="system",
        # No hasher answers to this, so nobody can log in with it.
        password="!",
        person_id=person.pk,
        is_active=False,
        is_superuser=False,
        version=1,
    )
    limits = apps.get_model("compliance", "TimeLimit")
    with DATA.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            limits.objects.using(alias).create(
                code=row["code"],
                amount=int(row["amount"]),
                unit=row["unit"],
                provision=row["provision"],
                effective_from=IN_FORCE_SINCE,
            )


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_initial")]
    operations = [TrigramExtension(), migrations.RunPython(lay, migrations.RunPython.noop)]
