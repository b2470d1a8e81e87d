"""Who asked for a link to a new password, so that asking has a limit and the queue no secret."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.querysets import ResetQuerySet


class Reset(models.Model):
    """One request for a link. The link itself is made when it is sent, and kept nowhere."""

    account = models.CharField(_("account"), max_length=64)
    address = models.CharField(_("address"), max_length=64, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="resets",
        verbose_name=_("person"),
    )
    site = models.CharField(_("where it was asked"), max_length=300)
    asked_at = models.DateTimeField(_("asked"), db_index=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects: ClassVar[ResetQuerySet] = ResetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("request for a new password")
        verbose_name_plural = _("requests for new passwords")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user or '—'}, {self.asked_at:%d %b %Y %H:%M}"
