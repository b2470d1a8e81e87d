from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_what_was_seen_is_what_is_accepted")]

    operations = [
        migrations.AlterField(
            model_name="item",
            name="revision",
            field=models.PositiveIntegerField(
                default=1, help_text="Grows with every change.", verbose_name="revision"
            ),
        )
    ]
