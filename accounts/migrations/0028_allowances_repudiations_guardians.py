"""Lay tables for more accounts, claims of used identities, and consents of guardians."""

import compliance.constraints
import compliance.history
import django.db.models.deletion
import django.db.models.functions.datetime
import simple_history.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', "0027_rules_and_notices_of_powers"),
        ('compliance', '0019_provisions_of_accounts'),
    ]

    operations = [
        migrations.CreateModel(
            name='GuardianDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'verbose_name': 'document of a guardian',
                'verbose_name_plural': 'documents of guardians',
            },
        ),
        migrations.CreateModel(
            name='GuardianWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('status', models.CharField(choices=[('open', 'To be decided'), ('resumed', 'Service resumed'), ('closed', 'Account closed')], default='open', editable=False, max_length=12, verbose_name='state')),
                ('source', models.CharField(choices=[('file', 'Platform file'), ('api', 'Interface'), ('console', 'Console'), ('response', 'Public response page')], max_length=12, verbose_name='source')),
                ('received_at', models.DateTimeField(verbose_name='received at')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
            ],
            options={
                'verbose_name': 'withdrawal of a guardian’s consent',
                'verbose_name_plural': 'withdrawals of guardians’ consents',
                'permissions': [('record_guardian_withdrawal', 'Can record that a guardian takes a consent back'), ('decide_guardian_withdrawal', 'Can decide after a guardian took a consent back')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalAccountAllowance',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_person_name', models.CharField(max_length=150)),
                ('transaction_id', compliance.history.TransactionIdField(db_default=compliance.history.CurrentTransaction(), editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('platform_uid', models.CharField(max_length=100, verbose_name='account number of the platform')),
                ('wanted', models.PositiveSmallIntegerField(verbose_name='accounts asked for')),
                ('purpose', models.TextField(verbose_name='purpose')),
                ('uses', models.JSONField(default=list, verbose_name='what each account is for')),
                ('business_scope', models.TextField(verbose_name='business scope')),
                ('status', models.CharField(choices=[('submitted', 'Submitted'), ('in_review', 'In review'), ('waiting_material', 'Waiting for material'), ('proposed', 'Waits for a second person'), ('granted', 'Granted'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('ended', 'Ended')], default='submitted', editable=False, max_length=20, verbose_name='state')),
                ('source', models.CharField(choices=[('file', 'Platform file'), ('api', 'Interface'), ('console', 'Console'), ('response', 'Public response page')], max_length=12, verbose_name='source')),
                ('received_at', models.DateTimeField(verbose_name='received at')),
                ('approved_result', models.CharField(editable=False, max_length=12, null=True)),
                ('granted', models.PositiveSmallIntegerField(null=True, verbose_name='accounts granted')),
                ('valid_until', models.DateField(null=True, verbose_name='granted until')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('decision_reason', models.TextField(blank=True, verbose_name='reason told to the operator')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                ('history_user_id', models.BigIntegerField()),
                ('history_change_reason', models.TextField()),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical application for more accounts',
                'verbose_name_plural': 'historical applications for more accounts',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalGuardianWithdrawal',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_person_name', models.CharField(max_length=150)),
                ('transaction_id', compliance.history.TransactionIdField(db_default=compliance.history.CurrentTransaction(), editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('status', models.CharField(choices=[('open', 'To be decided'), ('resumed', 'Service resumed'), ('closed', 'Account closed')], default='open', editable=False, max_length=12, verbose_name='state')),
                ('source', models.CharField(choices=[('file', 'Platform file'), ('api', 'Interface'), ('console', 'Console'), ('response', 'Public response page')], max_length=12, verbose_name='source')),
                ('received_at', models.DateTimeField(verbose_name='received at')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('history_user_id', models.BigIntegerField()),
                ('history_change_reason', models.TextField()),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical withdrawal of a guardian’s consent',
                'verbose_name_plural': 'historical withdrawals of guardians’ consents',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalRepudiation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_person_name', models.CharField(max_length=150)),
                ('transaction_id', compliance.history.TransactionIdField(db_default=compliance.history.CurrentTransaction(), editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('id_type', models.CharField(choices=[('resident_id', 'Resident identity card'), ('residence_permit', 'Residence permit of Hong Kong, Macao and Taiwan residents'), ('foreign_permanent_resident', 'Permanent resident card of a foreigner'), ('mainland_travel_permit', 'Mainland travel permit'), ('passport', 'Passport'), ('national_network_id', 'National network identity'), ('uscc', 'Unified social credit code')], max_length=32, verbose_name='document type')),
                ('account_hint', models.CharField(blank=True, max_length=200, verbose_name='account as named by the claimant')),
                ('status', models.CharField(choices=[('submitted', 'Identity not yet verified'), ('in_review', 'In review'), ('waiting_statement', 'Waiting for the operator’s statement'), ('waiting_material', 'Waiting for material'), ('proposed', 'Waits for a second person'), ('upheld', 'Upheld'), ('not_upheld', 'Not upheld'), ('withdrawn', 'Withdrawn'), ('reversed', 'Undone')], default='submitted', editable=False, max_length=20, verbose_name='state')),
                ('source', models.CharField(choices=[('file', 'Platform file'), ('api', 'Interface'), ('console', 'Console'), ('response', 'Public response page')], max_length=12, verbose_name='source')),
                ('received_at', models.DateTimeField(verbose_name='received at')),
                ('proof', models.CharField(blank=True, choices=[('provider', 'Real-name verification'), ('document', 'Identity document looked at by a person')], max_length=12, verbose_name='verified by')),
                ('verified_at', models.DateTimeField(null=True, verbose_name='identity verified at')),
                ('approved_result', models.CharField(editable=False, max_length=12, null=True)),
                ('lifted_bars', models.JSONField(default=list, verbose_name='bars that were lifted')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('decision_reason', models.TextField(blank=True, verbose_name='reason told to the claimant')),
                ('history_user_id', models.BigIntegerField()),
                ('history_change_reason', models.TextField()),
                ('history_id', models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical claim of an identity used without consent',
                'verbose_name_plural': 'historical claims of identities used without consent',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='MultiAccountAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(choices=[('nature', 'Nature of the subject'), ('qualification', 'Qualification for the services'), ('scope', 'Business scope'), ('credit', 'Credit evaluation')], max_length=20, verbose_name='point')),
                ('is_met', models.BooleanField(verbose_name='met')),
                ('remark', models.CharField(blank=True, max_length=400, verbose_name='remark')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='at')),
            ],
            options={
                'verbose_name': 'answer before several accounts',
                'verbose_name_plural': 'answers before several accounts',
            },
        ),
        migrations.CreateModel(
            name='Repudiation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('id_type', models.CharField(choices=[('resident_id', 'Resident identity card'), ('residence_permit', 'Residence permit of Hong Kong, Macao and Taiwan residents'), ('foreign_permanent_resident', 'Permanent resident card of a foreigner'), ('mainland_travel_permit', 'Mainland travel permit'), ('passport', 'Passport'), ('national_network_id', 'National network identity'), ('uscc', 'Unified social credit code')], max_length=32, verbose_name='document type')),
                ('account_hint', models.CharField(blank=True, max_length=200, verbose_name='account as named by the claimant')),
                ('status', models.CharField(choices=[('submitted', 'Identity not yet verified'), ('in_review', 'In review'), ('waiting_statement', 'Waiting for the operator’s statement'), ('waiting_material', 'Waiting for material'), ('proposed', 'Waits for a second person'), ('upheld', 'Upheld'), ('not_upheld', 'Not upheld'), ('withdrawn', 'Withdrawn'), ('reversed', 'Undone')], default='submitted', editable=False, max_length=20, verbose_name='state')),
                ('source', models.CharField(choices=[('file', 'Platform file'), ('api', 'Interface'), ('console', 'Console'), ('response', 'Public response page')], max_length=12, verbose_name='source')),
                ('received_at', models.DateTimeField(verbose_name='received at')),
                ('proof', models.CharField(blank=True, choices=[('provider', 'Real-name verification'), ('document', 'Identity document looked at by a person')], max_length=12, verbose_name='verified by')),
                ('verified_at', models.DateTimeField(null=True, verbose_name='identity verified at')),
                ('approved_result', models.CharField(editable=False, max_length=12, null=True)),
                ('lifted_bars', models.JSONField(default=list, verbose_name='bars that were lifted')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('decision_reason', models.TextField(blank=True, verbose_name='reason told to the claimant')),
            ],
            options={
                'verbose_name': 'claim of an identity used without consent',
                'verbose_name_plural': 'claims of identities used without consent',
                'permissions': [('submit_repudiation', 'Can hand in claims of identities used without consent'), ('review_repudiation', 'Can review claims of identities used without consent'), ('approve_repudiation', 'Can approve that an account leaves a name')],
            },
        ),
        migrations.CreateModel(
            name='RepudiationMaterial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(choices=[('claimant', 'Claimant'), ('operator', 'Operator'), ('staff', 'Colleague')], max_length=12, verbose_name='sent by')),
                ('is_statement', models.BooleanField(default=False, verbose_name='words')),
                ('attached_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='attached at')),
            ],
            options={
                'verbose_name': 'material of a claim',
                'verbose_name_plural': 'materials of claims',
            },
        ),
        migrations.AddField(
            model_name='application',
            name='needs_guardian',
            field=models.BooleanField(default=False, editable=False, verbose_name='needs the consent of a guardian'),
        ),
        migrations.AddField(
            model_name='historicalapplication',
            name='needs_guardian',
            field=models.BooleanField(default=False, editable=False, verbose_name='needs the consent of a guardian'),
        ),
        migrations.CreateModel(
            name='AccountAllowance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('platform_uid', models.CharField(max_length=100, verbose_name='account number of the platform')),
                ('wanted', models.PositiveSmallIntegerField(verbose_name='accounts asked for')),
                ('purpose', models.TextField(verbose_name='purpose')),
                ('uses', models.JSONField(default=list, verbose_name='what each account is for')),
                ('business_scope', models.TextField(verbose_name='business scope')),
                ('status', models.CharField(choices=[('submitted', 'Submitted'), ('in_review', 'In review'), ('waiting_material', 'Waiting for material'), ('proposed', 'Waits for a second person'), ('granted', 'Granted'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('ended', 'Ended')], default='submitted', editable=False, max_length=20, verbose_name='state')),
                ('source', models.CharField(choices=[('file', 'Platform file'), ('api', 'Interface'), ('console', 'Console'), ('response', 'Public response page')], max_length=12, verbose_name='source')),
                ('received_at', models.DateTimeField(verbose_name='received at')),
                ('approved_result', models.CharField(editable=False, max_length=12, null=True)),
                ('granted', models.PositiveSmallIntegerField(null=True, verbose_name='accounts granted')),
                ('valid_until', models.DateField(null=True, verbose_name='granted until')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('decision_reason', models.TextField(blank=True, verbose_name='reason told to the operator')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided_allowances', to='compliance.person', verbose_name='decided by')),
                ('material_clock', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='account_allowance', to='compliance.clock')),
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.matter')),
                ('proposal', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='account_allowance', to='compliance.proposal')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allowances', to='accounts.subject', verbose_name='subject')),
                ('work_item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='account_allowance', to='compliance.workitem')),
            ],
            options={
                'verbose_name': 'application for more accounts',
                'verbose_name_plural': 'applications for more accounts',
                'permissions': [('submit_allowance', 'Can hand in applications for more accounts'), ('review_allowance', 'Can review applications for more accounts'), ('approve_allowance', 'Can approve that a subject runs more accounts')],
            },
        ),
        migrations.CreateModel(
            name='AllowanceMaterial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shows', models.CharField(max_length=200, verbose_name='what it shows')),
                ('attached_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='attached at')),
                ('allowance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='accounts.accountallowance', verbose_name='application for more accounts')),
                ('attached_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.person', verbose_name='attached by')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='allowance_material', to='compliance.evidencefile', verbose_name='evidence file')),
                ('receipt', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allowance_materials', to='compliance.responsereceipt', verbose_name='receipt of an answer')),
            ],
            options={
                'verbose_name': 'material of an application for more accounts',
                'verbose_name_plural': 'materials of applications for more accounts',
            },
        ),
        migrations.CreateModel(
            name='GuardianConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('relation', models.CharField(choices=[('father', 'Father'), ('mother', 'Mother'), ('grandparent', 'Grandparent'), ('sibling', 'Elder brother or sister'), ('other', 'Other guardian')], max_length=20, verbose_name='relation')),
                ('id_type', models.CharField(choices=[('resident_id', 'Resident identity card'), ('residence_permit', 'Residence permit of Hong Kong, Macao and Taiwan residents'), ('foreign_permanent_resident', 'Permanent resident card of a foreigner'), ('mainland_travel_permit', 'Mainland travel permit'), ('passport', 'Passport'), ('national_network_id', 'National network identity'), ('uscc', 'Unified social credit code')], max_length=32, verbose_name='document type')),
                ('declaration', models.CharField(max_length=20, verbose_name='version of the declaration')),
                ('provider', models.CharField(max_length=40, verbose_name='provider')),
                ('methods_passed', models.JSONField(default=list, verbose_name='methods passed')),
                ('is_verified', models.BooleanField(verbose_name='identity verified')),
                ('source', models.CharField(choices=[('file', 'Platform file'), ('api', 'Interface'), ('console', 'Console'), ('response', 'Public response page')], max_length=12, verbose_name='source')),
                ('given_at', models.DateTimeField(verbose_name='given at')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guardian_consents', to='accounts.application', verbose_name='application')),
                ('id_number', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.identityvalue', verbose_name='document number')),
                ('mobile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.identityvalue', verbose_name='mobile number')),
                ('name', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.identityvalue', verbose_name='name')),
                ('receipt', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='guardian_consent', to='compliance.responsereceipt', verbose_name='receipt of an answer')),
            ],
            options={
                'verbose_name': 'consent of a guardian',
                'verbose_name_plural': 'consents of guardians',
            },
        ),
        migrations.AddField(
            model_name='application',
            name='guardian_consent',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.guardianconsent', verbose_name='consent of a guardian'),
        ),
        migrations.AddField(
            model_name='historicalapplication',
            name='guardian_consent',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.guardianconsent', verbose_name='consent of a guardian'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('needs_guardian', True), ('status', 'approved'), _negated=True), ('guardian_consent__isnull', False), _connector='OR'), name='application_minor_has_consent', violation_error_message='A minor’s account needs the consent of a guardian.'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=compliance.constraints.CompositeForeignKey(fields=['guardian_consent', 'id'], name='application_consent_is_its_own', to='accounts.GuardianConsent', to_fields=['id', 'application']),
        ),
        migrations.AddField(
            model_name='guardiandocument',
            name='consent',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='accounts.guardianconsent', verbose_name='consent of a guardian'),
        ),
        migrations.AddField(
            model_name='guardiandocument',
            name='file',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='guardian_document', to='compliance.evidencefile', verbose_name='evidence file'),
        ),
        migrations.AddField(
            model_name='guardianwithdrawal',
            name='consent',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='accounts.guardianconsent', verbose_name='consent of a guardian'),
        ),
        migrations.AddField(
            model_name='guardianwithdrawal',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided_guardian_withdrawals', to='compliance.person', verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='guardianwithdrawal',
            name='receipt',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='guardian_withdrawal', to='compliance.responsereceipt', verbose_name='receipt of an answer'),
        ),
        migrations.AddField(
            model_name='guardianwithdrawal',
            name='restriction',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='guardian_withdrawal', to='accounts.restriction', verbose_name='restriction'),
        ),
        migrations.AddField(
            model_name='guardianwithdrawal',
            name='work_item',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='guardian_withdrawal', to='compliance.workitem'),
        ),
        migrations.AddField(
            model_name='historicalaccountallowance',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.person', verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='historicalaccountallowance',
            name='material_clock',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.clock'),
        ),
        migrations.AddField(
            model_name='historicalaccountallowance',
            name='matter',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.matter'),
        ),
        migrations.AddField(
            model_name='historicalaccountallowance',
            name='proposal',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.proposal'),
        ),
        migrations.AddField(
            model_name='historicalaccountallowance',
            name='subject',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.subject', verbose_name='subject'),
        ),
        migrations.AddField(
            model_name='historicalaccountallowance',
            name='work_item',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.workitem'),
        ),
        migrations.AddField(
            model_name='historicalguardianwithdrawal',
            name='consent',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.guardianconsent', verbose_name='consent of a guardian'),
        ),
        migrations.AddField(
            model_name='historicalguardianwithdrawal',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.person', verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='historicalguardianwithdrawal',
            name='receipt',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.responsereceipt', verbose_name='receipt of an answer'),
        ),
        migrations.AddField(
            model_name='historicalguardianwithdrawal',
            name='restriction',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.restriction', verbose_name='restriction'),
        ),
        migrations.AddField(
            model_name='historicalguardianwithdrawal',
            name='work_item',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.workitem'),
        ),
        migrations.AddField(
            model_name='historicalrepudiation',
            name='account',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.publicaccount', verbose_name='account'),
        ),
        migrations.AddField(
            model_name='historicalrepudiation',
            name='answer_clock',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.clock'),
        ),
        migrations.AddField(
            model_name='historicalrepudiation',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.person', verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='historicalrepudiation',
            name='id_number',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.identityvalue', verbose_name='document number'),
        ),
        migrations.AddField(
            model_name='historicalrepudiation',
            name='key',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.datakey'),
        ),
        migrations.AddField(
            model_name='historicalrepudiation',
            name='matter',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.matter'),
        ),
        migrations.AddField(
            model_name='historicalrepudiation',
            name='mobile',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.identityvalue', verbose_name='mobile number'),
        ),
        migrations.AddField(
            model_name='historicalrepudiation',
            name='name',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.identityvalue', verbose_name='name'),
        ),
        migrations.AddField(
            model_name='historicalrepudiation',
            name='proposal',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.proposal'),
        ),
        migrations.AddField(
            model_name='historicalrepudiation',
            name='subject',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.subject', verbose_name='subject'),
        ),
        migrations.AddField(
            model_name='historicalrepudiation',
            name='unknown_subject',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.subject', verbose_name='subject without identity'),
        ),
        migrations.AddField(
            model_name='historicalrepudiation',
            name='work_item',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='compliance.workitem'),
        ),
        migrations.AddField(
            model_name='multiaccountanswer',
            name='allowance',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='accounts.accountallowance', verbose_name='application for more accounts'),
        ),
        migrations.AddField(
            model_name='multiaccountanswer',
            name='application',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='multi_account_answers', to='accounts.application', verbose_name='application'),
        ),
        migrations.AddField(
            model_name='multiaccountanswer',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.person', verbose_name='answered by'),
        ),
        migrations.AddField(
            model_name='repudiation',
            name='account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repudiations', to='accounts.publicaccount', verbose_name='account'),
        ),
        migrations.AddField(
            model_name='repudiation',
            name='answer_clock',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repudiation', to='compliance.clock'),
        ),
        migrations.AddField(
            model_name='repudiation',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided_repudiations', to='compliance.person', verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='repudiation',
            name='id_number',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.identityvalue', verbose_name='document number'),
        ),
        migrations.AddField(
            model_name='repudiation',
            name='key',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='repudiation', to='compliance.datakey'),
        ),
        migrations.AddField(
            model_name='repudiation',
            name='matter',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.matter'),
        ),
        migrations.AddField(
            model_name='repudiation',
            name='mobile',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.identityvalue', verbose_name='mobile number'),
        ),
        migrations.AddField(
            model_name='repudiation',
            name='name',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.identityvalue', verbose_name='name'),
        ),
        migrations.AddField(
            model_name='repudiation',
            name='proposal',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repudiation', to='compliance.proposal'),
        ),
        migrations.AddField(
            model_name='repudiation',
            name='subject',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repudiations', to='accounts.subject', verbose_name='subject'),
        ),
        migrations.AddField(
            model_name='repudiation',
            name='unknown_subject',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='freed_by', to='accounts.subject', verbose_name='subject without identity'),
        ),
        migrations.AddField(
            model_name='repudiation',
            name='work_item',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='repudiation', to='compliance.workitem'),
        ),
        migrations.AddField(
            model_name='repudiationmaterial',
            name='file',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='repudiation_material', to='compliance.evidencefile', verbose_name='evidence file'),
        ),
        migrations.AddField(
            model_name='repudiationmaterial',
            name='receipt',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repudiation_materials', to='compliance.responsereceipt', verbose_name='receipt of an answer'),
        ),
        migrations.AddField(
            model_name='repudiationmaterial',
            name='repudiation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='accounts.repudiation', verbose_name='claim of an identity used without consent'),
        ),
        migrations.AddIndex(
            model_name='accountallowance',
            index=models.Index(fields=['status', '-id'], name='accountallowance_status'),
        ),
        migrations.AddIndex(
            model_name='accountallowance',
            index=models.Index(fields=['subject', '-id'], name='accountallowance_subject'),
        ),
        migrations.AddIndex(
            model_name='accountallowance',
            index=models.Index(fields=['platform_uid'], name='accountallowance_uid'),
        ),
        migrations.AddConstraint(
            model_name='accountallowance',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['submitted', 'in_review', 'waiting_material', 'proposed', 'granted', 'refused', 'withdrawn', 'ended'])), name='accountallowance_status_known'),
        ),
        migrations.AddConstraint(
            model_name='accountallowance',
            constraint=models.CheckConstraint(condition=models.Q(('wanted__gt', 0)), name='accountallowance_asks_for_some'),
        ),
        migrations.AddConstraint(
            model_name='accountallowance',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['in_review', 'proposed', 'submitted', 'waiting_material'])), fields=('subject',), name='accountallowance_one_open', violation_error_message='An application for more accounts is under way already.'),
        ),
        migrations.AddConstraint(
            model_name='accountallowance',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'granted')), fields=('subject',), name='accountallowance_one_granted'),
        ),
        migrations.AddConstraint(
            model_name='accountallowance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['granted', 'ended']), _negated=True), models.Q(('approved_result', 'approved'), ('approved_result__isnull', False), ('granted__isnull', False), ('granted__lte', models.F('wanted')), ('proposal__isnull', False)), _connector='OR'), name='accountallowance_granted_only_if_approved'),
        ),
        migrations.AddConstraint(
            model_name='accountallowance',
            constraint=compliance.constraints.CompositeForeignKey(fields=['proposal', 'approved_result'], name='accountallowance_approval_is_real', to='compliance.ProposalOutcome', to_fields=['proposal', 'result']),
        ),
        migrations.AddConstraint(
            model_name='accountallowance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['refused', 'ended']), _negated=True), models.Q(('decision_reason', ''), _negated=True), _connector='OR'), name='accountallowance_refusal_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='accountallowance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status', 'ended')), models.Q(models.Q(('status', 'ended'), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='accountallowance_end_has_time'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=models.UniqueConstraint(fields=('id', 'application'), name='guardianconsent_key'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=models.CheckConstraint(condition=models.Q(('relation__in', ['father', 'mother', 'grandparent', 'sibling', 'other'])), name='guardianconsent_relation_known'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=models.CheckConstraint(condition=models.Q(('declaration', ''), _negated=True), name='guardianconsent_names_declaration'),
        ),
        migrations.AddIndex(
            model_name='guardianwithdrawal',
            index=models.Index(fields=['status', '-id'], name='guardianwithdrawal_status'),
        ),
        migrations.AddConstraint(
            model_name='guardianwithdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'resumed', 'closed'])), name='guardianwithdrawal_status_known'),
        ),
        migrations.AddConstraint(
            model_name='guardianwithdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'open'), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='guardianwithdrawal_has_decider'),
        ),
        migrations.AddConstraint(
            model_name='multiaccountanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('allowance__isnull', True), ('application__isnull', False)), models.Q(('allowance__isnull', False), ('application__isnull', True)), _connector='OR'), name='multiaccountanswer_about_one'),
        ),
        migrations.AddConstraint(
            model_name='multiaccountanswer',
            constraint=models.CheckConstraint(condition=models.Q(('item__in', ['nature', 'qualification', 'scope', 'credit'])), name='multiaccountanswer_item_known'),
        ),
        migrations.AddConstraint(
            model_name='multiaccountanswer',
            constraint=models.CheckConstraint(condition=models.Q(('is_met', True), models.Q(('remark', ''), _negated=True), _connector='OR'), name='multiaccountanswer_no_has_remark'),
        ),
        migrations.AddIndex(
            model_name='repudiation',
            index=models.Index(fields=['status', '-id'], name='repudiation_status'),
        ),
        migrations.AddIndex(
            model_name='repudiation',
            index=models.Index(fields=['subject', 'status'], name='repudiation_subject'),
        ),
        migrations.AddIndex(
            model_name='repudiation',
            index=models.Index(fields=['account', 'status'], name='repudiation_account'),
        ),
        migrations.AddConstraint(
            model_name='repudiation',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['submitted', 'in_review', 'waiting_statement', 'waiting_material', 'proposed', 'upheld', 'not_upheld', 'withdrawn', 'reversed'])), name='repudiation_status_known'),
        ),
        migrations.AddConstraint(
            model_name='repudiation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', True), ('subject__isnull', True)), models.Q(('verified_at__isnull', False), models.Q(('proof', ''), _negated=True)), _connector='OR'), name='repudiation_subject_only_if_verified'),
        ),
        migrations.AddConstraint(
            model_name='repudiation',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['in_review', 'proposed', 'submitted', 'waiting_material', 'waiting_statement'])), fields=('account',), name='repudiation_one_open_an_account', violation_error_message='A claim about this account is under way already.'),
        ),
        migrations.AddConstraint(
            model_name='repudiation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['upheld', 'reversed']), _negated=True), models.Q(('account__isnull', False), ('approved_result', 'approved'), ('approved_result__isnull', False), ('proposal__isnull', False), ('subject__isnull', False), ('unknown_subject__isnull', False)), _connector='OR'), name='repudiation_upheld_only_if_approved'),
        ),
        migrations.AddConstraint(
            model_name='repudiation',
            constraint=compliance.constraints.CompositeForeignKey(fields=['proposal', 'approved_result'], name='repudiation_approval_is_real', to='compliance.ProposalOutcome', to_fields=['proposal', 'result']),
        ),
        migrations.AddConstraint(
            model_name='repudiation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['upheld', 'not_upheld', 'reversed']), _negated=True), models.Q(('decision_reason', ''), _negated=True), _connector='OR'), name='repudiation_result_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='repudiationmaterial',
            constraint=models.CheckConstraint(condition=models.Q(('party__in', ['claimant', 'operator', 'staff'])), name='repudiationmaterial_party_known'),
        ),
    ]
