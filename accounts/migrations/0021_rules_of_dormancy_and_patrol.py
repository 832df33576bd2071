"""Lay the first version of what counts as dormant, the texts that tell of it, and how patrols go."""

import json
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

CATALOGUES = Path(__file__).resolve().parent.parent / "catalogues"
# The day from which public accounts are governed by the provisions (art. 23).
IN_FORCE_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)
RULES = (
    ("DormancyRule", "dormancy.json", "public-account-2021:10.2"),
    ("PatrolRule", "patrol.json", "public-account-2021:9.3"),
)
# What each notice says as reasons and as the way to appeal, by its placeholders.
TEXTS = {
    "noticed": {"reasons_in": "told", "appeal_in": "appeal"},
    "suspended": {"reasons_in": "told", "appeal_in": "appeal"},
    "resumed": {"reasons_in": "told"},
    "terminated": {"reasons_in": "told", "appeal_in": "appeal"},
    "undone": {"reasons_in": "told"},
}


def lay_rules(apps, schema_editor):
    for model, name, provision in RULES:
        apps.get_model("accounts", model).objects.using(schema_editor.connection.alias).create(
            number=1,
            provision=provision,
            effective_from=IN_FORCE_SINCE,
            **json.loads((CATALOGUES / name).read_text(encoding="utf-8")),
        )


def lay_notices(apps, schema_editor):
    for name, parts in TEXTS.items():
        lay_texts(
            apps,
            schema_editor.connection.alias,
            CATALOGUES / "notices",
            purpose=f"accounts.dormancy_{name}",
            audience="operator",
            **parts,
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0020_dormancy_and_patrol")]
    operations = [
        migrations.RunPython(lay_rules, migrations.RunPython.noop),
        migrations.RunPython(lay_notices, migrations.RunPython.noop),
    ]
