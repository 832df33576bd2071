"""Lay what complainants are told of their appeals."""

from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

NOTICES = Path(__file__).resolve().parent.parent / "catalogues" / "notices"
# Each notice with the placeholders of its reasons and of the next way, where it has them.
TEXTS = (
    ("enforcement.complaint_appeal_received", "", ""),
    ("enforcement.complaint_appeal_question", "told", ""),
    ("enforcement.complaint_appeal_outcome", "told", "next"),
)


def lay(apps, schema_editor):
    for purpose, reasons_in, appeal_in in TEXTS:
        lay_texts(
            apps,
            schema_editor.connection.alias,
            NOTICES,
            purpose=purpose,
            audience="complainant",
            reasons_in=reasons_in,
            appeal_in=appeal_in,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0036_time_limits_of_complaint_appeals"),
        ("enforcement", "0034_complainants_appeals_and_shorter_terms"),
    ]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
