"""Lay blacklist and bar beside the other measures, and what operators are told of their reviews."""

import csv
from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

FOLDER = Path(__file__).resolve().parent.parent / "catalogues"
PURPOSES = ("enforcement.blacklist_removed", "enforcement.blacklist_kept")


def lay(apps, schema_editor):
    alias = schema_editor.connection.alias
    versions = apps.get_model("enforcement", "CatalogueVersion").objects.using(alias)
    measures = apps.get_model("enforcement", "MeasureType").objects.using(alias)
    rules = apps.get_model("enforcement", "ApprovalRule").objects.using(alias)
    with (FOLDER / "measures_of_lists.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # What was decided under a version stays as it is: a measure that it did not know is added.
    for version in versions.order_by("pk"):
        for row in rows:
            measure = measures.create(
                version=version,
                measure=row["measure"],
                number=row["number"],
                provision=row["provision"],
                has_term=row["has_term"] == "1",
                longest_days=int(row["longest_days"]) if row["longest_days"] else None,
                is_reported=row["is_reported"] == "1",
            )
            rules.create(
                measure_type=measure,
                longer_than_days=0,
                permissions=row["permissions"].split(),
            )
    for purpose in PURPOSES:
        lay_texts(
            apps,
            alias,
            FOLDER / "notices",
            purpose=purpose,
            audience="operator",
            reasons_in="told",
        )


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0025_time_limits_of_lists"),
        ("enforcement", "0014_listings_and_watch_list"),
    ]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
