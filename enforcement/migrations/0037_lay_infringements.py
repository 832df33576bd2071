"""Lay what both sides of a notice of infringement are told, and the answers to complaints."""

from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

NOTICES = Path(__file__).resolve().parent.parent / "catalogues" / "notices"
# Each text with its audience.
TEXTS = (
    ("enforcement.infringement_forwarded", "operator"),
    ("enforcement.infringement_ended", "operator"),
    ("enforcement.infringement_countered", "complainant"),
    ("enforcement.infringement_result", "complainant"),
    ("enforcement.answer_upheld", "complainant"),
    ("enforcement.answer_partly", "complainant"),
    ("enforcement.answer_not_upheld", "complainant"),
    ("enforcement.answer_forced_follow", "complainant"),
    ("enforcement.answer_identity", "complainant"),
    ("enforcement.answer_out_of_scope", "complainant"),
    ("enforcement.answer_too_vague", "complainant"),
    ("enforcement.answer_more", "complainant"),
)


def lay(apps, schema_editor):
    for purpose, audience in TEXTS:
        lay_texts(apps, schema_editor.connection.alias, NOTICES, purpose=purpose, audience=audience)


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0037_time_limits_of_infringements"),
        ("enforcement", "0036_infringements_and_batches"),
    ]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
