"""Place a hold for each case that is not closed: it blocks a transfer of its account."""

from django.db import migrations

from compliance.migration_history import create_with_history


def place(apps, schema_editor):
    alias = schema_editor.connection.alias
    cases = apps.get_model("enforcement.Case").objects.using(alias).exclude(status="closed")
    for number, account, opened_at in cases.order_by("pk").values_list(
        "pk", "account_id", "opened_at"
    ):
        create_with_history(
            apps,
            alias,
            "accounts.Hold",
            account_id=account,
            kind="open_case",
            ground_ref=f"case:{number}",
            placed_at=opened_at,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_findings_holds_and_materials"),
        ("enforcement", "0007_case_evidence"),
    ]
    operations = [migrations.RunPython(place, migrations.RunPython.noop)]
