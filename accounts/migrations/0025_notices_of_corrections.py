"""Lay the texts of what operators are told of the corrections of their profiles."""

from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

FOLDER = Path(__file__).resolve().parent.parent / "catalogues" / "notices"
# What each notice says as reasons and as the way to appeal, by its placeholders.
TEXTS = {
    "ordered": {"reasons_in": "facts", "appeal_in": "appeal"},
    "rejected": {"reasons_in": "told", "appeal_in": "appeal"},
    "accepted": {},
    "withdrawn": {"reasons_in": "told"},
    "overdue": {"reasons_in": "told", "appeal_in": "appeal"},
    "extended": {"reasons_in": "told"},
}


def lay(apps, schema_editor):
    for name, parts in TEXTS.items():
        lay_texts(
            apps,
            schema_editor.connection.alias,
            FOLDER,
            purpose=f"accounts.correction_{name}",
            audience="operator",
            **parts,
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0024_corrections")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
