"""Lay who may earn, the table of powers over comments, and what operators are told of both."""

import json
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

CATALOGUES = Path(__file__).resolve().parent.parent / "catalogues"
# The day from which public accounts are governed by the provisions (art. 23).
IN_FORCE_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)
RULES = (
    ("EligibilityRule", "earning.json", "public-account-2021:14.1"),
    ("CommentPowerRule", "comment_powers.json", "public-account-2021:17.2"),
)
# What each notice says as reasons and as the way to appeal, by its placeholders.
LOSS = {"reasons_in": "told", "appeal_in": "appeal"}
TEXTS = {
    "earning_granted": {},
    "earning_refused": LOSS,
    "earning_lost": LOSS,
    "powers_fewer": LOSS,
    "contract_in_force": {},
    "contract_refused": LOSS,
    "contract_material": {"reasons_in": "told"},
    "contract_expiring": {},
    "contract_ended": {},
    "contract_terminated": LOSS,
}


def lay_rules(apps, schema_editor):
    for model, name, provision in RULES:
        rules = apps.get_model("accounts", model).objects.using(schema_editor.connection.alias)
        rules.create(
            label="1",
            effective_from=IN_FORCE_SINCE,
            content=json.loads((CATALOGUES / name).read_text(encoding="utf-8")),
            provision=provision,
        )


def lay_notices(apps, schema_editor):
    for name, parts in TEXTS.items():
        lay_texts(
            apps,
            schema_editor.connection.alias,
            CATALOGUES / "notices",
            purpose=f"accounts.{name}",
            audience="operator",
            **parts,
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0026_earning_comments_and_agencies")]
    operations = [
        migrations.RunPython(lay_rules, migrations.RunPython.noop),
        migrations.RunPython(lay_notices, migrations.RunPython.noop),
    ]
