"""Put on record, as facts of accounts, the violations that were decided before."""

from django.db import migrations

from compliance.migration_history import create_with_history

# Each decision that came into force; one that was reversed counts as undone since then.
TAKEN = ("in_force", "expired", "lifted", "reversed")


def record(apps, schema_editor):
    alias = schema_editor.connection.alias
    decisions = apps.get_model("enforcement.Decision").objects.using(alias)
    taken = decisions.filter(status__in=TAKEN, in_force_from__isnull=False).order_by("pk")
    for number, account, status, since, ended in taken.values_list(
        "pk", "account_id", "status", "in_force_from", "ended_at"
    ):
        create_with_history(
            apps,
            alias,
            "accounts.ViolationFact",
            account_id=account,
            reference=f"CZ{number:08d}",
            decided_at=since,
            withdrawn_at=ended if status == "reversed" else None,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0027_rules_and_notices_of_powers"),
        ("enforcement", "0010_measures_of_flows"),
    ]
    operations = [migrations.RunPython(record, migrations.RunPython.noop)]
