"""Lay the first versions of the types of qualifications, and the texts of what operators are told."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

CATALOGUES = Path(__file__).resolve().parent.parent / "catalogues"
# The day from which public accounts are governed by the provisions (art. 23).
IN_FORCE_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)
# What each notice says as reasons and as the way to appeal, by its placeholders.
TEXTS = {
    "verified": {},
    "refused": {"reasons_in": "told", "appeal_in": "appeal"},
    "material": {"reasons_in": "told"},
    "expiring": {"reasons_in": "told"},
    "expired": {"reasons_in": "told", "appeal_in": "appeal"},
    "revoked": {"reasons_in": "told", "appeal_in": "appeal"},
}


def numbers(text):
    return [int(each) for each in text.split()]


def lay_rules(apps, schema_editor):
    rules = apps.get_model("accounts.QualificationRule").objects
    with (CATALOGUES / "qualification_rules.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rules.using(schema_editor.connection.alias).create(
                code=row["code"],
                number=1,
                field=row["field"],
                holder=row["holder"],
                issuer=row["issuer"],
                number_lengths=numbers(row["number_lengths"]),
                validity=row["validity"],
                months=int(row["months"]) if row["months"] else None,
                renewal_days=int(row["renewal_days"]) if row["renewal_days"] else None,
                reminder_days=numbers(row["reminder_days"]),
                checklist=row["checklist"].split(),
                opens_field=row["opens_field"] == "yes",
                provision=row["provision"],
                effective_from=IN_FORCE_SINCE,
            )


def lay_notices(apps, schema_editor):
    for name, parts in TEXTS.items():
        lay_texts(
            apps,
            schema_editor.connection.alias,
            CATALOGUES / "notices",
            purpose=f"accounts.qualification_{name}",
            audience="operator",
            **parts,
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_qualifications")]
    operations = [
        migrations.RunPython(lay_rules, migrations.RunPython.noop),
        migrations.RunPython(lay_notices, migrations.RunPython.noop),
    ]
