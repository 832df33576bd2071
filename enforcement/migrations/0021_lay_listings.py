"""Lay blacklist and bar beside the other measures, and what operators are told of their reviews."""

import csv
from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

FOLDER = Path(__file__).resolve().parent.parent / "catalogues"
PURPOSES = ("enforcement.blacklist_removed", "enforcement.blacklist_kept")


def rows_of(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lay_allowed(apps, alias, version):
    """Say for which violations they may be taken, and which steps of the ladders have them."""
    allowed = apps.get_model("enforcement", "AllowedMeasure").objects.using(alias)
    steps = apps.get_model("enforcement", "LadderStep").objects.using(alias)
    in_steps = apps.get_model("enforcement", "LadderMeasure").objects.using(alias)
    violations = apps.get_model("enforcement", "ViolationType").objects.using(alias)
    known = {each.code: each for each in violations.filter(version=version)}
    for row in rows_of("lists_of_violations.csv"):
        violation = known[row["code"]]
        with_them = steps.none()
        if row["step_with_them"]:
            with_them = steps.filter(
                violation_type=violation, offence_number=int(row["step_with_them"])
            )
        for measure in row["measures"].split():
            allowed.create(
                version=version,
                violation_type=violation,
                measure=measure,
                provision=row["provision"],
            )
            for step in with_them.order_by("pk"):
                in_steps.create(step=step, measure=measure, functions=[])


def lay(apps, schema_editor):
    alias = schema_editor.connection.alias
    versions = apps.get_model("enforcement", "CatalogueVersion").objects.using(alias)
    measures = apps.get_model("enforcement", "MeasureType").objects.using(alias)
    rules = apps.get_model("enforcement", "ApprovalRule").objects.using(alias)
    rows = rows_of("measures_of_lists.csv")
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
                # As before a closure.
                needs_hearing=True,
            )
            rules.create(
                measure_type=measure,
                longer_than_days=0,
                permissions=row["permissions"].split(),
            )
        lay_allowed(apps, alias, version)
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
        ("compliance", "0027_time_limits_of_lists"),
        ("enforcement", "0020_listings_and_watch_list"),
    ]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
