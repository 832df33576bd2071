"""Lay the first version of what counts as an unusual change of figures."""

import json
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "catalogues" / "metrics.json"
# The day from which public accounts are governed by the provisions (art. 23).
IN_FORCE_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)


def lay(apps, schema_editor):
    rules = apps.get_model("accounts", "MetricRule")
    rules.objects.using(schema_editor.connection.alias).create(
        label="1",
        effective_from=IN_FORCE_SINCE,
        content=json.loads(DATA.read_text(encoding="utf-8")),
        provision="public-account-2021:12.1",
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_disclosure_and_metrics")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
