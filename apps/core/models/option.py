"""What staff have set; an option without a row has its default."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class OptionValue(models.Model):
    """One option's value, as JSON of its type; who changed what when is in the audit trail."""

    key = models.CharField(_("option"), max_length=128, unique=True)
    value = models.JSONField(_("value"), null=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("setting")
        verbose_name_plural = _("settings")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["key"]

    def __str__(self) -> str:
        return self.key
