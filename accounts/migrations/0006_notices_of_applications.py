"""Lay the first texts of what applicants are told."""

from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

FOLDER = Path(__file__).resolve().parent.parent / "catalogues" / "notices"


def lay(apps, schema_editor):
    alias = schema_editor.connection.alias
    lay_texts(
        apps,
        alias,
        FOLDER,
        purpose="accounts.application_material",
        audience="applicant",
        reasons_in="told",
    )
    lay_texts(
        apps,
        alias,
        FOLDER,
        purpose="accounts.application_refused",
        audience="applicant",
        reasons_in="told",
        appeal_in="appeal",
    )
    lay_texts(
        apps, alias, FOLDER, purpose="accounts.application_approved", audience="applicant"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_withdraw_permission"),
        ("compliance", "0007_notices_and_outbox"),
    ]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
