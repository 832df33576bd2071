"""Tell the items that wait which matter they belong to: by it the database keeps persons apart."""

from django.db import migrations

SET_MATTER = """
UPDATE compliance_workitem w SET matter_id = a.matter_id, side = 'decided'
FROM accounts_application a
WHERE a.work_item_id = w.id AND w.closed_at IS NULL AND a.matter_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_clock_for_material"),
        ("compliance", "0006_hand_overs_recusals_and_deputies"),
    ]
    operations = [migrations.RunSQL(SET_MATTER, migrations.RunSQL.noop)]
