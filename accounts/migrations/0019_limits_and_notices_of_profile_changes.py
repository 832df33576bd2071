"""Let a version of the limits say which changes need no person, and lay what operators are told."""

import json
from datetime import timedelta
from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

CATALOGUES = Path(__file__).resolve().parent.parent / "catalogues"
# What each notice says as reasons and as the way to appeal, by its placeholders.
TEXTS = {
    "approved": {},
    "refused": {"reasons_in": "told", "appeal_in": "appeal"},
}


def lay_limits(apps, schema_editor):
    policies = apps.get_model("accounts", "RegistrationPolicy").objects.using(
        schema_editor.connection.alias
    )
    before = policies.latest("effective_from")
    limits = json.loads((CATALOGUES / "profile_changes.json").read_text(encoding="utf-8"))
    policies.create(
        label=f"{before.label}.1",
        # Whatever there is comes before it: which version something was checked by it says.
        effective_from=before.effective_from + timedelta(hours=1),
        content={**before.content, "profile_changes": limits},
        provision="public-account-2021:8.2",
    )


def lay_notices(apps, schema_editor):
    for name, parts in TEXTS.items():
        lay_texts(
            apps,
            schema_editor.connection.alias,
            CATALOGUES / "notices",
            purpose=f"accounts.profile_{name}",
            audience="operator",
            **parts,
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0018_profile_changes_and_avatars")]
    operations = [
        migrations.RunPython(lay_limits, migrations.RunPython.noop),
        migrations.RunPython(lay_notices, migrations.RunPython.noop),
    ]
