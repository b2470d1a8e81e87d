"""Pictures that ERPNext gives are told from those that staff upload."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('media', '0001_pictures'),
    ]

    operations = [
        migrations.AddField(
            model_name='asset',
            name='source',
            field=models.CharField(choices=[('library', 'Uploaded here'), ('erpnext', 'From ERPNext')], db_default='library', default='library', max_length=7, verbose_name='source'),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(fields=['source', '-uploaded_at', '-id'], name='media_asset_by_source'),
        ),
        migrations.AddConstraint(
            model_name='asset',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['library', 'erpnext'])), name='media_asset_source_known'),
        ),
    ]
