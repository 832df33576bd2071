"""Say of the measures of the catalogue before which the operator is heard, and lay the notices."""

import csv
from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

CATALOGUES = Path(__file__).resolve().parent.parent / "catalogues"
# Each notice with the placeholders of its reasons and of the way to appeal, where it has them.
NOTICES = (
    ("enforcement.hearing", "reasoning", ""),
    ("enforcement.hearing_received", "", ""),
    ("enforcement.hold_placed", "reasoning", "appeal"),
    ("enforcement.hold_confirmed", "told", "appeal"),
    ("enforcement.hold_ended", "", ""),
)


def lay(apps, schema_editor):
    with (CATALOGUES / "measures_heard.csv").open(encoding="utf-8", newline="") as file:
        heard = [row["measure"] for row in csv.DictReader(file)]
    # The column is new and every row says "no" in it: it is given its first values, nothing that was
    # laid is changed. A table of records takes no update, of nobody.
    listed = ", ".join(schema_editor.quote_value(measure) for measure in heard)
    schema_editor.execute(
        "ALTER TABLE enforcement_measuretype ALTER COLUMN needs_hearing TYPE boolean "
        f"USING (measure IN ({listed}))"
    )
    for purpose, reasons_in, appeal_in in NOTICES:
        lay_texts(
            apps,
            schema_editor.connection.alias,
            CATALOGUES / "notices",
            purpose=purpose,
            audience="operator",
            reasons_in=reasons_in,
            appeal_in=appeal_in,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0025_time_limit_of_holds"),
        ("enforcement", "0018_hearings_and_holds"),
    ]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
