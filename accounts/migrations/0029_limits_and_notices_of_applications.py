"""Lay the limits of more accounts and of claims, and the texts of what is told about them."""

import json
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

CATALOGUES = Path(__file__).resolve().parent.parent / "catalogues"
# As old as the provisions that ask for it; which version an application was checked by it says.
IN_FORCE_SINCE = datetime(2021, 2, 24, 16, tzinfo=UTC)
TOLD = {"reasons_in": "told"}
WITH_APPEAL = {"reasons_in": "told", "appeal_in": "appeal"}
# To whom each notice goes, and what it says as reasons and as the way to appeal.
TEXTS = {
    "allowance_material": ("operator", TOLD),
    "allowance_granted": ("operator", {}),
    "allowance_refused": ("operator", WITH_APPEAL),
    "allowance_ended": ("operator", WITH_APPEAL),
    "repudiation_statement": ("operator", TOLD),
    "repudiation_protected": ("operator", WITH_APPEAL),
    "repudiation_removed": ("operator", WITH_APPEAL),
    "repudiation_ended": ("operator", TOLD),
    "repudiation_material": ("complainant", TOLD),
    "repudiation_result": ("complainant", WITH_APPEAL),
    "guardian_consented": ("applicant", TOLD),
    "guardian_withdrawn": ("operator", WITH_APPEAL),
    "guardian_decided": ("operator", WITH_APPEAL),
}


def lay_limits(apps, schema_editor):
    policies = apps.get_model("accounts", "RegistrationPolicy").objects.using(
        schema_editor.connection.alias
    )
    before = policies.filter(effective_from__lt=IN_FORCE_SINCE).latest("effective_from")
    more = json.loads((CATALOGUES / "more_accounts.json").read_text(encoding="utf-8"))
    policies.create(
        label=f"{before.label}.1",
        effective_from=IN_FORCE_SINCE,
        content={**before.content, **more},
        provision="public-account-2021:10.1",
    )


def lay_notices(apps, schema_editor):
    for name, (audience, parts) in TEXTS.items():
        lay_texts(
            apps,
            schema_editor.connection.alias,
            CATALOGUES / "notices",
            purpose=f"accounts.{name}",
            audience=audience,
            **parts,
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0028_allowances_repudiations_guardians")]
    operations = [
        migrations.RunPython(lay_limits, migrations.RunPython.noop),
        migrations.RunPython(lay_notices, migrations.RunPython.noop),
    ]
