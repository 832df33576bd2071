"""Lay the first catalogue of violations, measures and approvals, and the rules to cite."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import migrations

from compliance.migration_history import create_with_history

DATA = Path(__file__).resolve().parent.parent / "catalogues"
# The day from which public accounts are governed by the provisions (art. 23).
IN_FORCE_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lay_rules(apps, alias):
    version_model = apps.get_model("compliance", "RuleVersion")
    clause_model = apps.get_model("compliance", "Clause")
    versions = {}
    for row in rows("documents.csv"):
        document = create_with_history(
            apps,
            alias,
            "compliance.RuleDocument",
            code=row["code"],
            kind=row["kind"],
            title=row["title"],
            version=1,
        )
        versions[row["code"]] = version_model.objects.using(alias).create(
            document_id=document.pk,
            label=row["version"],
            effective_date=date.fromisoformat(row["effective_date"]),
        )
    clause_model.objects.using(alias).bulk_create(
        clause_model(
            rule_version=versions[row["document"]],
            number=row["number"],
            provision=row["provision"],
            text=row["text"],
        )
        for row in rows("clauses.csv")
    )


def lay_violations(apps, alias, version):
    model = apps.get_model("enforcement", "ViolationType")
    laid = {}
    for row in rows("violations.csv"):
        laid[row["code"]] = model.objects.using(alias).create(
            version=version,
            code=row["code"],
            parent=laid[row["parent"]] if row["parent"] else None,
            title_zh=row["title_zh"],
            title_en=row["title_en"],
            provision=row["provision"],
            default_severity=int(row["default_severity"]),
            lowest_severity=int(row["lowest_severity"]),
            highest_severity=int(row["highest_severity"]),
            needs_subtype=row["needs_subtype"] == "1",
            needs_statute=row["needs_statute"] == "1",
        )


def lay_measures(apps, alias, version):
    measure_model = apps.get_model("enforcement", "MeasureType")
    rule_model = apps.get_model("enforcement", "ApprovalRule")
    laid = {}
    for row in rows("measures.csv"):
        laid[row["measure"]] = measure_model.objects.using(alias).create(
            version=version,
            measure=row["measure"],
            number=row["number"],
            provision=row["provision"],
            has_term=row["has_term"] == "1",
            longest_days=int(row["longest_days"]) if row["longest_days"] else None,
            is_reported=row["is_reported"] == "1",
        )
    for row in rows("approvals.csv"):
        rule_model.objects.using(alias).create(
            measure_type=laid[row["measure"]],
            longer_than_days=int(row["longer_than_days"]),
            permissions=row["permissions"].split(),
        )


def lay(apps, schema_editor):
    alias = schema_editor.connection.alias
    lay_rules(apps, alias)
    version = (
        apps.get_model("enforcement", "CatalogueVersion")
        .objects.using(alias)
        .create(
            label="1",
            effective_from=IN_FORCE_SINCE,
            provision="public-account-2021:18",
        )
    )
    lay_violations(apps, alias, version)
    lay_measures(apps, alias, version)


class Migration(migrations.Migration):
    dependencies = [
        ("enforcement", "0001_initial"),
        ("compliance", "0003_blindindex_blindindex_one_subject_per_identity"),
    ]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
