"""Faces of staff: beside the library of the shop's pictures, because that one is public and faces are not."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Photo(models.Model):
    """A person's photo, small and clean. Its digest stands with the person: an avatar costs no query."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="picture",
        verbose_name=_("person"),
    )
    content = models.BinaryField(_("JPEG"))

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
