"""Lay what complainants are told of their complaints."""

from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

NOTICES = Path(__file__).resolve().parent.parent / "catalogues" / "notices"
# Each notice with the placeholders of its reasons and of the way to appeal, where it has them.
TEXTS = (
    ("enforcement.complaint_received", "", ""),
    ("enforcement.complaint_question", "told", ""),
    ("enforcement.complaint_more_time", "told", ""),
    ("enforcement.complaint_not_accepted", "told", "appeal"),
    ("enforcement.complaint_result", "told", "appeal"),
    ("enforcement.complaint_lapsed", "", ""),
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
        ("compliance", "0032_statements_of_complainants"),
        ("enforcement", "0030_complaints"),
    ]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
