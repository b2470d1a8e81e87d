"""Work begun on a page of several steps and not finished yet."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """What one person has decided so far in one workflow (docs/adr/0403); never a secret."""

    kind = models.CharField(_("workflow"), max_length=64)
    owner_kind = models.CharField(_("kind of owner"), max_length=16)
    owner_id = models.CharField(_("owner's id"), max_length=64)
    step = models.CharField(_("step"), max_length=32)
    answers = models.JSONField(_("answers by step"), default=dict)
    kept_at = models.DateTimeField(_("kept"), default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "owner_kind", "owner_id"], name="core_draft_once_per_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.step}"
