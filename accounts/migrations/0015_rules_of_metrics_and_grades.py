"""Lay the first version of what counts as an unusual change of figures, and of the formula of grades."""

import json
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

CATALOGUES = Path(__file__).resolve().parent.parent / "catalogues"
RULES = (
    ("MetricRule", "metrics.json", "public-account-2021:12.1"),
    ("GradeRule", "grades.json", "public-account-2021:7.2"),
)
# The day from which public accounts are governed by the provisions (art. 23).
IN_FORCE_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)


def lay(apps, schema_editor):
    for model, name, provision in RULES:
        rules = apps.get_model("accounts", model).objects.using(schema_editor.connection.alias)
        rules.create(
            label="1",
            effective_from=IN_FORCE_SINCE,
            content=json.loads((CATALOGUES / name).read_text(encoding="utf-8")),
            provision=provision,
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_disclosure_and_metrics")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
