"""Lay the first rule of consistency: how many decisions get a second look, what stands out."""

from datetime import UTC, datetime

from django.db import migrations

# The day from which public accounts are governed by the provisions (art. 23).
IN_FORCE_SINCE = datetime(2021, 2, 21, 16, tzinfo=UTC)
# Our choices; no article sets these numbers.
CONTENT = {
    "sample_permille": 20,
    "review_steps": 2,
    "few": 5,
    "limit_points": 20,
    "bands": [10_000, 100_000, 500_000],
}


def lay(apps, schema_editor):
    apps.get_model("enforcement", "ConsistencyRule").objects.using(
        schema_editor.connection.alias
    ).create(
        label="1",
        effective_from=IN_FORCE_SINCE,
        content=CONTENT,
        provision="opinions-2021:2",
    )


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0022_consistency")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
