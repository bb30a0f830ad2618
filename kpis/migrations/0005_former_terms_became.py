"""Keeps what an amendment put in the place of the former terms; their shares go by partners' keys."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0004_numbers_that_hold"),
    ]

    operations = [
        migrations.AddField(
            model_name="formerterms",
            name="became",
            field=models.JSONField(default=dict),
        ),
    ]
