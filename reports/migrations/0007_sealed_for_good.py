from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0006_numbers_that_hold'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='sealedfile',
            name='partners',
        ),
        migrations.AddField(
            model_name='sealedfile',
            name='action_id',
            field=models.BigIntegerField(default=0, help_text='Whose partners may open a restricted file.'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='sealedreport',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sealed_reports', to='partners.project'),
        ),
    ]
