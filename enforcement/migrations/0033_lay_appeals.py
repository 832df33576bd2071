"""Lay what appellants are told of their appeal."""

from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

NOTICES = Path(__file__).resolve().parent.parent / "catalogues" / "notices"
# Each notice with the placeholders of its reasons and of the next way, where it has them.
TEXTS = (
    ("enforcement.appeal_received", "", ""),
    ("enforcement.appeal_accepted", "", ""),
    ("enforcement.appeal_refused", "reasons", "next"),
    ("enforcement.appeal_extended", "", ""),
    ("enforcement.appeal_question", "", ""),
    ("enforcement.appeal_outcome", "reasons", "next"),
)


def lay(apps, schema_editor):
    for purpose, reasons_in, appeal_in in TEXTS:
        lay_texts(
            apps,
            schema_editor.connection.alias,
            NOTICES,
            purpose=purpose,
            audience="operator",
            reasons_in=reasons_in,
            appeal_in=appeal_in,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0034_time_limits_of_appeals"),
        ("enforcement", "0032_appeals"),
    ]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
