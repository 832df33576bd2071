"""Let profiles be set back and transfers without approval be terminated; lay texts and a policy."""

import json
from datetime import timedelta
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from compliance.migration_notices import lay_texts

CATALOGUES = Path(__file__).resolve().parent.parent / "catalogues"
# What each notice says as reasons and as the way to appeal, by its placeholders.
TEXTS = {
    "reset": {"reasons_in": "told", "appeal_in": "appeal"},
    "reset_undone": {"reasons_in": "told"},
}


def lay(apps, schema_editor):
    for name, parts in TEXTS.items():
        lay_texts(
            apps,
            schema_editor.connection.alias,
            CATALOGUES / "notices",
            purpose=f"accounts.profile_{name}",
            audience="operator",
            **parts,
        )


def lay_policy(apps, schema_editor):
    policies = apps.get_model("accounts.ExitPolicy").objects.using(schema_editor.connection.alias)
    before = policies.latest("effective_from")
    credit = json.loads((CATALOGUES / "exits.json").read_text(encoding="utf-8"))["transfer_credit"]
    policies.create(
        label=f"{before.label}.1",
        # Whatever there is comes before it: which version something was checked by it says.
        effective_from=before.effective_from + timedelta(hours=1),
        content={**before.content, "transfer_credit": credit},
        provision="public-account-2021:11.2",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', "0030_policies_and_indexes_of_flows"),
        ('compliance', '0020_time_limits_of_agencies'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='profilechange',
            options={'permissions': [('submit_profilechange', 'Can hand in changes of profiles'), ('review_profilechange', 'Can review changes of profiles'), ('reset_profile', 'Can set unlawful profiles back at once'), ('undo_profilereset', 'Can undo that a profile was set back')], 'verbose_name': 'change of a profile', 'verbose_name_plural': 'changes of profiles'},
        ),
        migrations.RemoveConstraint(
            model_name='profilechange',
            name='profilechange_status_known',
        ),
        migrations.RemoveConstraint(
            model_name='regularisation',
            name='regularisation_status_known',
        ),
        migrations.AddField(
            model_name='historicalprofilechange',
            name='clause',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.clause', verbose_name='clause cited'),
        ),
        migrations.AddField(
            model_name='historicalprofilechange',
            name='facts',
            field=models.TextField(blank=True, verbose_name='facts told to the operator'),
        ),
        migrations.AddField(
            model_name='historicalprofilechange',
            name='origin_ref',
            field=models.CharField(blank=True, max_length=60, verbose_name='comes from'),
        ),
        migrations.AddField(
            model_name='profilechange',
            name='clause',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.clause', verbose_name='clause cited'),
        ),
        migrations.AddField(
            model_name='profilechange',
            name='facts',
            field=models.TextField(blank=True, verbose_name='facts told to the operator'),
        ),
        migrations.AddField(
            model_name='profilechange',
            name='origin_ref',
            field=models.CharField(blank=True, max_length=60, verbose_name='comes from'),
        ),
        migrations.AlterField(
            model_name='historicalprofilechange',
            name='status',
            field=models.CharField(choices=[('submitted', 'Submitted'), ('in_review', 'In review'), ('approved', 'Approved'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('reset', 'Set back by the platform'), ('undone', 'Setting back undone')], default='submitted', editable=False, max_length=12, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='historicalregularisation',
            name='status',
            field=models.CharField(choices=[('open', 'Time to apply is running'), ('regularised', 'Regularised'), ('missed', 'Not regularised in time'), ('cleared', 'No transfer took place'), ('terminated', 'Service terminated')], default='open', editable=False, max_length=12, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='profilechange',
            name='status',
            field=models.CharField(choices=[('submitted', 'Submitted'), ('in_review', 'In review'), ('approved', 'Approved'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('reset', 'Set back by the platform'), ('undone', 'Setting back undone')], default='submitted', editable=False, max_length=12, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='regularisation',
            name='status',
            field=models.CharField(choices=[('open', 'Time to apply is running'), ('regularised', 'Regularised'), ('missed', 'Not regularised in time'), ('cleared', 'No transfer took place'), ('terminated', 'Service terminated')], default='open', editable=False, max_length=12, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='profilechange',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['submitted', 'in_review', 'approved', 'refused', 'withdrawn', 'reset', 'undone'])), name='profilechange_status_known'),
        ),
        migrations.AddConstraint(
            model_name='profilechange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['reset', 'undone']), _negated=True), models.Q(models.Q(('facts', ''), _negated=True), models.Q(('decision_reason', ''), _negated=True), ('clause__isnull', False), ('is_automated', False)), _connector='OR'), name='profilechange_reset_has_ground'),
        ),
        migrations.AddConstraint(
            model_name='regularisation',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'regularised', 'missed', 'cleared', 'terminated'])), name='regularisation_status_known'),
        ),
        migrations.RunPython(lay, migrations.RunPython.noop),
        migrations.RunPython(lay_policy, migrations.RunPython.noop),
    ]
