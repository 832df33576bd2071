"""Build the keys of the names that are there, and let a version of the limits know claims."""

import json
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from django.db import migrations

CLAIMS = Path(__file__).resolve().parent.parent / "catalogues" / "name_claims.json"
# As old as the provisions that ask for it; which version an application was checked by it says.
IN_FORCE_SINCE = datetime(2021, 2, 22, 16, tzinfo=UTC)
BATCH = 1000


def lay_claims(apps, schema_editor):
    policies = apps.get_model("accounts", "RegistrationPolicy").objects.using(
        schema_editor.connection.alias
    )
    before = policies.filter(effective_from__lt=IN_FORCE_SINCE).latest("effective_from")
    policies.create(
        label=f"{before.label}.1",
        effective_from=IN_FORCE_SINCE,
        content={**before.content, "name_claims": json.loads(CLAIMS.read_text(encoding="utf-8"))},
        provision="public-account-2021:8.2",
    )


def build_keys(apps, schema_editor):
    # What keys a name has is the rules' alone: with their next change the keys are built anew.
    from accounts.rules.screening.keys import listed_keys, live_key

    alias = schema_editor.connection.alias
    listed_name = apps.get_model("accounts", "ListedName").objects.using(alias)
    account = apps.get_model("accounts", "PublicAccount").objects.using(alias)
    for rows, model, column, keys_of in (
        (
            listed_name.filter(removed_at__isnull=True),
            apps.get_model("accounts", "ListedNameKey"),
            "listed_name_id",
            listed_keys,
        ),
        (
            account.filter(status="active").exclude(folded_name=""),
            apps.get_model("accounts", "AccountNameKey"),
            "account_id",
            lambda folded: {live_key(folded)},
        ),
    ):
        names = iter(rows.values_list("pk", "folded_name").iterator(chunk_size=BATCH))
        while batch := list(islice(names, BATCH)):
            model.objects.using(alias).bulk_create(
                model(key=key, **{column: number})
                for number, folded in batch
                for key in keys_of(folded)
            )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_keys_of_names")]
    operations = [
        migrations.RunPython(lay_claims, migrations.RunPython.noop),
        migrations.RunPython(build_keys, migrations.RunPython.noop),
    ]
