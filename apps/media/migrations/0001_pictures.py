"""The pictures of the shop, and their smaller copies."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Asset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(editable=False, max_length=32, unique=True, verbose_name='token')),
                ('kind', models.CharField(choices=[('jpeg', 'JPEG'), ('png', 'PNG'), ('webp', 'WebP'), ('gif', 'GIF')], max_length=4, verbose_name='type')),
                ('width', models.PositiveIntegerField(verbose_name='width')),
                ('height', models.PositiveIntegerField(verbose_name='height')),
                ('frames', models.PositiveSmallIntegerField(default=1, verbose_name='frames')),
                ('size', models.PositiveIntegerField(verbose_name='size')),
                ('upload_sha256', models.CharField(max_length=64, verbose_name='fingerprint of the upload')),
                ('original_name', models.CharField(max_length=200, verbose_name='name')),
                ('alt', models.JSONField(blank=True, default=dict, verbose_name='alternative text')),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='tags')),
                ('known_by', models.TextField(editable=False, verbose_name='words')),
                ('state', models.CharField(choices=[('preparing', 'Making sizes'), ('ready', 'Ready'), ('failed', 'Needs a hand')], default='preparing', max_length=9, verbose_name='state')),
                ('trouble', models.CharField(blank=True, max_length=300, verbose_name='trouble')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                ('uploaded_by', models.CharField(max_length=200, verbose_name='uploaded by')),
                ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='uploaded')),
                ('arrived_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='last file')),
                ('replaced_at', models.DateTimeField(blank=True, null=True, verbose_name='replaced')),
            ],
            options={
                'verbose_name': 'picture',
                'verbose_name_plural': 'pictures',
                'ordering': ['-uploaded_at', '-id'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['-uploaded_at', '-id'], name='media_asset_latest'), models.Index(fields=['kind', '-uploaded_at', '-id'], name='media_asset_by_kind'), models.Index(fields=['upload_sha256'], name='media_asset_by_upload'), models.Index(condition=models.Q(('state', 'preparing')), fields=['arrived_at'], name='media_asset_waiting'), django.contrib.postgres.indexes.GinIndex(fields=['tags'], name='media_asset_by_tag'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector(models.Func(models.Func(models.Func(models.Func(models.F('known_by'), output_field=models.TextField(), template='normalize(%(expressions)s, NFD)'), models.Value('[\\u0300-\\u036f\\u064b-\\u0655]+'), models.Value(''), models.Value('g'), function='regexp_replace', output_field=models.TextField()), models.Value('ıøØđĐłŁ'), models.Value('ioOdDlL'), function='translate', output_field=models.TextField()), models.Value('[\\u0000-/:-@\\[-`{-\\u00a9\\u00ab-\\u00b4\\u00b6-\\u00b9\\u00bb-\\u00bf\\u00d7\\u00f7\\u060c\\u061b\\u061f\\u2000-\\u206f\\u20a0-\\u20cf\\u3000-\\u303f]+'), models.Value(' '), models.Value('g'), function='regexp_replace', output_field=models.TextField()), config='simple'), name='media_asset_by_words')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['preparing', 'ready', 'failed'])), name='media_asset_state_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['jpeg', 'png', 'webp', 'gif'])), name='media_asset_kind_known'), models.CheckConstraint(condition=models.Q(('token__regex', '^[0-9a-f]{32}$')), name='media_asset_token_plain'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), ('trouble__gt', '')), models.Q(models.Q(('state', 'failed'), _negated=True), ('trouble', '')), _connector='OR'), name='media_asset_trouble_iff_failed')],
            },
        ),
        migrations.CreateModel(
            name='Rendition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=48, unique=True, verbose_name='file')),
                ('kind', models.CharField(choices=[('jpeg', 'JPEG'), ('png', 'PNG'), ('webp', 'WebP'), ('gif', 'GIF')], max_length=4, verbose_name='type')),
                ('side', models.PositiveSmallIntegerField(verbose_name='longer side')),
                ('width', models.PositiveIntegerField(verbose_name='width')),
                ('height', models.PositiveIntegerField(verbose_name='height')),
                ('size', models.PositiveIntegerField(verbose_name='size')),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='media.asset', verbose_name='picture')),
            ],
            options={
                'verbose_name': 'copy',
                'verbose_name_plural': 'copies',
                'ordering': ['asset', '-side', 'kind'],
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['jpeg', 'png', 'webp', 'gif'])), name='media_rendition_kind_known')],
            },
        ),
    ]
