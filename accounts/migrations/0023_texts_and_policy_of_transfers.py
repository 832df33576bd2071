"""Lay the first limits of transfers and stops, and the texts of what operators are told of them."""

import json
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

CATALOGUES = Path(__file__).resolve().parent.parent / "catalogues"
# The day from which public accounts are governed by the provisions (art. 23).
IN_FORCE_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)
REASONS = {"reasons_in": "told"}
WITH_APPEAL = {**REASONS, "appeal_in": "appeal"}
# What each notice says as reasons and as the way to appeal, by its placeholders.
TEXTS = {
    "transfer_material": REASONS,
    "transfer_approved": {},
    "transfer_refused": WITH_APPEAL,
    "transfer_announced": {},
    "transfer_effective": {},
    "transfer_lapsed": WITH_APPEAL,
    "transfer_withdrawn": {},
    "transfer_unapproved": WITH_APPEAL,
    "transfer_not_regularised": WITH_APPEAL,
    "transfer_cleared": REASONS,
    "stop_received": {},
    "stop_revoked": {},
    "stop_closed": {},
    "stop_blocked": REASONS,
    "stop_paused": {},
    "stop_resumed": {},
}


def lay_policy(apps, schema_editor):
    content = json.loads((CATALOGUES / "exits.json").read_text(encoding="utf-8"))
    apps.get_model("accounts.ExitPolicy").objects.using(schema_editor.connection.alias).create(
        label="default-1",
        effective_from=IN_FORCE_SINCE,
        content=content,
        provision="public-account-2021:11.2",
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
    dependencies = [
        ("accounts", "0022_transfers_and_stops"),
        ("compliance", "0019_provisions_of_accounts"),
    ]

    operations = [
        migrations.RunPython(lay_policy, migrations.RunPython.noop),
        migrations.RunPython(lay_notices, migrations.RunPython.noop),
    ]
