"""How people like their lists: filters under a name, and the columns that each wants to see."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A list's filters, order and columns under a name; its owner's own, or everyone's when shared."""

    page = models.CharField(_("list"), max_length=100)
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(_("filters"), blank=True, help_text=_("As in the address, without the page."))
    columns = models.JSONField(_("columns"), default=list, blank=True)
    is_shared = models.BooleanField(_("everyone sees it"), default=False)
    owner_kind = models.CharField(_("kind of owner"), max_length=16)
    owner_id = models.CharField(_("owner's id"), max_length=64)
    owner_label = models.CharField(_("owner"), max_length=200)
    created_at = models.DateTimeField(_("saved"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering: ClassVar[list[str]] = ["page", "name", "id"]
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["page", "owner_kind", "owner_id", "name"], name="core_savedview_once_per_owner"
            ),
            models.UniqueConstraint(
                fields=["page", "name"], condition=Q(is_shared=True), name="core_savedview_shared_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChosenColumns(models.Model):
    """Which columns of a list one person sees, in his order."""

    page = models.CharField(_("list"), max_length=100)
    columns = models.JSONField(_("columns"), default=list)
    owner_kind = models.CharField(_("kind of owner"), max_length=16)
    owner_id = models.CharField(_("owner's id"), max_length=64)

    class Meta:
        verbose_name = _("choice of columns")
        verbose_name_plural = _("choices of columns")
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["page", "owner_kind", "owner_id"], name="core_chosencolumns_once_per_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page}: {', '.join(self.columns)}"
