import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

# What was learned before lessons were kept: as many as it was confirmed times, the last by the invoice it names.
SEED = """
    INSERT INTO inventory_lesson (match_id, product_id, pack_factor, at, by, upload_id)
    SELECT known.id, known.product_id, known.pack_factor, known.last_at, known.last_by,
           CASE WHEN time = known.times THEN known.upload_id END
      FROM inventory_learnedmatch known, generate_series(1, known.times) AS time
     ORDER BY known.id, time
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_registry"),
        ("inventory", "0006_lines_may_go"),
    ]

    operations = [
        migrations.AddField(
            model_name="invoiceupload",
            name="match_failure",
            field=models.TextField(blank=True, default="", verbose_name="why matching was given up"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="invoiceupload",
            name="match_tries",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="times matching was tried"),
        ),
        migrations.CreateModel(
            name="Lesson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pack_factor",
                    models.DecimalField(decimal_places=9, max_digits=21, verbose_name="stock units in one"),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("by", models.CharField(max_length=200, verbose_name="by")),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lessons",
                        to="inventory.learnedmatch",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="lessons",
                        to="inventory.invoiceupload",
                    ),
                ),
            ],
            options={
                "verbose_name": "lesson",
                "verbose_name_plural": "lessons",
                "ordering": ["id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["match", "-id"], name="inventory_lesson_latest")],
            },
        ),
        migrations.RunSQL(SEED, migrations.RunSQL.noop),
    ]
