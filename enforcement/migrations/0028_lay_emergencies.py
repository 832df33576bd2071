"""Lay what operators are told of a hearing after an emergency decision, and of its outcome."""

from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

NOTICES = Path(__file__).resolve().parent.parent / "catalogues" / "notices"


def lay(apps, schema_editor):
    alias = schema_editor.connection.alias
    lay_texts(
        apps,
        alias,
        NOTICES,
        purpose="enforcement.later_hearing",
        audience="operator",
        reasons_in="emergency",
    )
    lay_texts(
        apps,
        alias,
        NOTICES,
        purpose="enforcement.later_hearing_outcome",
        audience="operator",
        reasons_in="reasoning",
        appeal_in="appeal",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0031_time_limits_of_rumours"),
        ("enforcement", "0027_rumours_and_emergencies"),
    ]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
