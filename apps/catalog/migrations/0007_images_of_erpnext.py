"""The files behind the images that ERPNext names, and how fetching them stands."""

import django.db.models.deletion
from django.db import migrations, models

import apps.media.picking


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_registry"),
        ("media", "0002_given_by_erpnext"),
    ]

    operations = [
        migrations.CreateModel(
            name="ErpPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=500, unique=True, verbose_name="address in ERPNext")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Not fetched yet"),
                            ("here", "Fetched"),
                            ("failed", "Could not be fetched"),
                            ("refused", "Not taken"),
                        ],
                        default="waiting",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("trouble", models.CharField(blank=True, max_length=300, verbose_name="trouble")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="looked at next")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "seen_modified",
                    models.CharField(blank=True, max_length=26, verbose_name="item last saved"),
                ),
                ("etag", models.CharField(blank=True, max_length=200, verbose_name="version in ERPNext")),
                (
                    "last_modified",
                    models.CharField(blank=True, max_length=60, verbose_name="changed in ERPNext"),
                ),
                ("looked_at", models.DateTimeField(blank=True, null=True, verbose_name="last looked at")),
                (
                    "unused_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="no product names it since"),
                ),
                (
                    "asset",
                    apps.media.picking.MediaField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="media.asset",
                        verbose_name="picture",
                    ),
                ),
            ],
            options={
                "verbose_name": "image in ERPNext",
                "verbose_name_plural": "images in ERPNext",
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="product",
            name="picture",
            field=models.ForeignObject(
                from_fields=["image_path"],
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="catalog.erppicture",
                to_fields=["path"],
                verbose_name="image",
            ),
        ),
        migrations.AddIndex(
            model_name="erppicture",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at", "id"],
                name="catalog_erppicture_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="erppicture",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "here", "failed", "refused"])),
                name="catalog_erppicture_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="erppicture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("failed", "refused")), ("trouble__gt", "")),
                    models.Q(models.Q(("state__in", ("failed", "refused")), _negated=True), ("trouble", "")),
                    _connector="OR",
                ),
                name="catalog_erppicture_trouble_iff_any",
            ),
        ),
        migrations.AddConstraint(
            model_name="erppicture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "here"), _negated=True), ("asset__isnull", False), _connector="OR"
                ),
                name="catalog_erppicture_here_is_here",
            ),
        ),
    ]
