"""Lay ladders, allowed measures, families, factors and conditions of approval beside the catalogue."""

import csv
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "catalogues"


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    return int(text) if text else None


class Laying:
    """Lays what belongs to one version."""

    def __init__(self, apps, alias, version):
        self.apps, self.alias, self.version = apps, alias, version
        self.violations = {
            each.code: each for each in self.table("ViolationType").filter(version=version)
        }

    def table(self, name):
        return self.apps.get_model("enforcement", name).objects.using(self.alias)

    def of_violation(self, row):
        return {
            "version": self.version,
            "violation_type": self.violations[row["code"]],
            "provision": row["provision"],
        }

    def lay_ladder(self):
        for row in rows("ladder.csv"):
            step = self.table("LadderStep").create(
                **self.of_violation(row),
                offence_number=int(row["offence_number"]),
                from_severity=int(row["from_severity"]),
                note_zh=row["note_zh"],
                note_en=row["note_en"],
            )
            for order in row["measures"].split(";"):
                measure, term, functions = [*order.strip().split(":"), "", ""][:3]
                self.table("LadderMeasure").create(
                    step=step,
                    measure=measure,
                    term_days=number(term),
                    functions=sorted(functions.split(",")) if functions else [],
                )

    def lay_allowed(self):
        for row in rows("allowed_measures.csv"):
            for allowed in row["measures"].split():
                measure, _colon, first = allowed.partition(":")
                self.table("AllowedMeasure").create(
                    **self.of_violation(row), measure=measure, from_offence=int(first or 1)
                )

    def lay_families(self):
        for row in rows("families.csv"):
            self.table("OffenceFamily").create(**self.of_violation(row), code=row["counted_as"])

    def lay_factors(self):
        for row in rows("factors.csv"):
            self.table("Factor").create(
                version=self.version,
                code=row["code"],
                direction=row["direction"],
                title_zh=row["title_zh"],
                title_en=row["title_en"],
                needs_approval=row["needs_approval"] == "1",
                only_code=row["only_code"],
                up_to_offence=number(row["up_to_offence"]),
                up_to_severity=number(row["up_to_severity"]),
                provision=row["provision"],
            )

    def lay_conditions(self):
        for row in rows("approval_conditions.csv"):
            self.table("ApprovalCondition").create(
                version=self.version,
                occasion=row["occasion"],
                threshold=int(row["threshold"]),
                permissions=row["permissions"].split(),
                provision=row["provision"],
            )


def lay(apps, schema_editor):
    alias = schema_editor.connection.alias
    versions = apps.get_model("enforcement", "CatalogueVersion").objects.using(alias)
    # What was decided under a version stays as it is: a ladder that it did not know is added.
    for version in versions.order_by("pk"):
        laying = Laying(apps, alias, version)
        laying.lay_ladder()
        laying.lay_allowed()
        laying.lay_families()
        laying.lay_factors()
        laying.lay_conditions()


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0014_ladders_of_the_catalogue")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
