"""Days whose demand is to be counted again, as the sync tells of their sales."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0008_receipts_of_batches"),
    ]

    operations = [
        migrations.CreateModel(
            name="UncountedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
            ],
            options={
                "verbose_name": "day to be counted",
                "verbose_name_plural": "days to be counted",
                "default_permissions": (),
            },
        ),
    ]
