"""Lay the other measures that the provisions name beside the seven, and where the ladders have them."""

import csv
from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).resolve().parent.parent / "catalogues"


def rows_of(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lay_types(apps, alias, version):
    """Add the measures with their terms and approvers."""
    measures = apps.get_model("enforcement", "MeasureType").objects.using(alias)
    rules = apps.get_model("enforcement", "ApprovalRule").objects.using(alias)
    for row in rows_of("other_measures.csv"):
        measure = measures.create(
            version=version,
            measure=row["measure"],
            number=row["number"],
            provision=row["provision"],
            has_term=row["has_term"] == "1",
            longest_days=int(row["longest_days"]) if row["longest_days"] else None,
            is_reported=row["is_reported"] == "1",
            needs_hearing=row["needs_hearing"] == "1",
        )
        needed = row["permissions"].split()
        rules.create(measure_type=measure, longer_than_days=0, permissions=needed)
        if row["two_longer_than"]:
            rules.create(
                measure_type=measure,
                longer_than_days=int(row["two_longer_than"]),
                permissions=[
                    "enforcement.approve_decision",
                    "enforcement.approve_decision_as_officer",
                ],
            )


def lay_violations(apps, alias, version):
    """Say for which violations they may be taken, and which steps of the ladders have them."""
    allowed = apps.get_model("enforcement", "AllowedMeasure").objects.using(alias)
    steps = apps.get_model("enforcement", "LadderStep").objects.using(alias)
    in_steps = apps.get_model("enforcement", "LadderMeasure").objects.using(alias)
    violations = apps.get_model("enforcement", "ViolationType").objects.using(alias)
    known = {each.code: each for each in violations.filter(version=version)}
    for row in rows_of("other_measures_of_violations.csv"):
        violation = known.get(row["code"])
        if violation is None:
            continue
        for measure in row["allowed"].split():
            allowed.create(
                version=version,
                violation_type=violation,
                measure=measure,
                provision=row["provision"],
            )
        for order in filter(None, row["steps"].split("; ")):
            offence, severity, measure, days = [*order.split(":"), ""][:4]
            for step in steps.filter(
                violation_type=violation,
                offence_number=int(offence),
                from_severity=int(severity),
            ):
                in_steps.create(
                    step=step,
                    measure=measure,
                    term_days=int(days) if days else None,
                    functions=[],
                )


def lay(apps, schema_editor):
    alias = schema_editor.connection.alias
    # What was decided under a version stays as it is: a measure that it did not know is added.
    for version in (
        apps.get_model("enforcement", "CatalogueVersion").objects.using(alias).order_by("pk")
    ):
        lay_types(apps, alias, version)
        lay_violations(apps, alias, version)


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0024_other_measures")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
