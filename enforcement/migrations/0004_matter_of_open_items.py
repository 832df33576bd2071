"""Tell the items that wait which matter or proposal they belong to."""

from django.db import migrations

SET_MATTER = """
UPDATE compliance_workitem w SET matter_id = c.matter_id, side = 'decided'
FROM enforcement_case c
WHERE c.work_item_id = w.id AND w.closed_at IS NULL;

UPDATE compliance_workitem w
SET matter_id = p.matter_id, side = p.approver_side, proposal_id = p.id
FROM enforcement_decision d JOIN compliance_proposal p ON p.id = d.proposal_id
WHERE d.approval_item_id = w.id AND w.closed_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0006_hand_overs_recusals_and_deputies"),
        ("enforcement", "0003_dates_read_from_clocks"),
    ]
    operations = [migrations.RunSQL(SET_MATTER, migrations.RunSQL.noop)]
